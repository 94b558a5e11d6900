// SPDX-License-Identifier: GPL-2.0-or-later
// Reports put together by hand, for the tests of the model and the rules. Written by us: no kernel
// printed them.
#ifndef MMWHY_TESTS_HAND_H
#define MMWHY_TESTS_HAND_H

#include "model/incident.h"

enum { HAND_PAGE = 4096, HAND_EOL = -1 };

static inline uint32_t hand_line(struct facts *f)
{
	return f->last_id * 10 + 1;
}

static inline struct fact_mem_info *hand_mem(struct facts *f, struct fact *head)
{
	struct origin at = { .line = hand_line(f) };
	struct fact_mem_info *m = fact_add(f, FACT_mem_info, at);

	m->head.report = head->id;
	m->page_size = num_at(HAND_PAGE, at.line);
	return m;
}

static inline struct fact_oom *hand_oom(struct facts *f, uint64_t gfp, int order)
{
	struct origin at = { .line = hand_line(f) };
	struct fact_oom *o = fact_add(f, FACT_oom, at);

	o->head.report = o->head.id;
	o->scope = "global";
	o->gfp_mask = num_at(gfp, at.line);
	o->order = num_int(order, at.line);
	o->mem = hand_mem(f, &o->head);
	return o;
}

static inline struct fact_alloc_failure *hand_fail(struct facts *f, uint64_t gfp, int order)
{
	struct origin at = { .line = hand_line(f) };
	struct fact_alloc_failure *a = fact_add(f, FACT_alloc_failure, at);

	a->head.report = a->head.id;
	a->what = "page";
	a->gfp_mask = num_at(gfp, at.line);
	a->order = num_int(order, at.line);
	a->mem = hand_mem(f, &a->head);
	return a;
}

/* node -1: none printed. Kilobytes. */
static inline struct fact_zone_state *hand_zone(struct facts *f, const struct fact *head, int node,
						const char *name)
{
	struct origin at = { .line = hand_line(f) };
	struct fact_zone_state *z = fact_add(f, FACT_zone_state, at);

	z->head.report = head->id;
	if (node >= 0)
		z->node = num_int(node, at.line);
	z->zone = str_c(name);
	return z;
}

static inline void hand_set(struct facts *f, struct fact_zone_state *z, const char *name,
			    uint64_t kib)
{
	counters_set(&z->values, &f->arena, str_c(name),
		     num_scaled(kib, 1024, z->head.origin.line));
}

static inline void hand_marks(struct facts *f, struct fact_zone_state *z, uint64_t free,
			      uint64_t min, uint64_t low, uint64_t high)
{
	hand_set(f, z, "free", free);
	hand_set(f, z, "min", min);
	hand_set(f, z, "low", low);
	hand_set(f, z, "high", high);
}

/* Pages, as the kernel prints them. */
static inline void hand_reserve(struct facts *f, struct fact_zone_state *z, const uint64_t *pages,
				size_t n)
{
	z->lowmem_reserve = arena_alloc(&f->arena, n * sizeof(*z->lowmem_reserve));
	z->n_reserve = n;
	for (size_t i = 0; i < n; i++)
		z->lowmem_reserve[i] = num_scaled(pages[i], HAND_PAGE, z->head.origin.line + 1);
}

/* counts[order], and the letters of each order; NULL where the kernel prints none. */
static inline void hand_blocks(struct facts *f, struct fact_zone_state *z, const uint64_t *counts,
			       const char *const *types, size_t n)
{
	z->blocks = arena_alloc(&f->arena, n * sizeof(*z->blocks));
	z->n_blocks = n;
	z->types_printed = types != NULL;
	z->blocks_total = num_at(0, z->head.origin.line + 2);
	for (size_t i = 0; i < n; i++) {
		z->blocks_total.v += counts[i] * HAND_PAGE << i;
		z->blocks[i].order = (uint32_t)i;
		z->blocks[i].count = num_at(counts[i], z->head.origin.line + 2);
		if (types && types[i])
			z->blocks[i].types = str_c(types[i]);
	}
}

#endif
