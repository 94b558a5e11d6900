// SPDX-License-Identifier: GPL-2.0-or-later
// The early memory map: memblock_add(), memblock_trim_memory(), memblock_set_node() of
// mm/memblock.c.
#include "model/memblock.h"

#include <stdlib.h>

/* Puts a region behind the others; merges it with the last where only the address differs. */
static void push(struct memblock *m, struct memblock_region r)
{
	struct memblock_region *last = m->n ? &m->v[m->n - 1] : NULL;

	if (last && r.start < last->end)
		r.start = last->end;
	if (r.start >= r.end)
		return;
	if (last && last->end == r.start && last->node == r.node && last->hotplug == r.hotplug)
		last->end = r.end;
	else if (m->n < MEMBLOCK_MAX)
		m->v[m->n++] = r;
}

static int by_addr(const void *a, const void *b)
{
	const struct memblock_region *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

static bool is_ram(uint32_t type)
{
	return type == E820_RAM || type == E820_RESERVED_KERN;
}

/* All of them, in address order. */
static void add_all(struct memblock *m, const struct e820_table *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (is_ram(t->v[i].type) && t->v[i].addr + t->v[i].size > t->v[i].addr)
			m->v[n++] =
				(struct memblock_region){ t->v[i].addr, t->v[i].addr + t->v[i].size,
							  NO_NODE, false };
	qsort(m->v, n, sizeof(m->v[0]), by_addr);
	m->n = 0;
	/* push() writes at or before the place that is read */
	for (size_t i = 0; i < n; i++)
		push(m, m->v[i]);
}

void memblock_of_e820(struct memblock *m, const struct e820_table *t, uint64_t page)
{
	size_t n = 0;

	add_all(m, t);
	for (size_t i = 0; i < m->n; i++) {
		struct memblock_region r = m->v[i];

		if (r.start > UINT64_MAX - page)
			continue;
		r.start = (r.start + page - 1) & ~(page - 1);
		r.end &= ~(page - 1);
		if (r.start < r.end)
			m->v[n++] = r;
	}
	m->n = n;
}

struct change {
	uint64_t start, end;
	const int32_t *node;
	const bool *hotplug;
};

static uint64_t clamp(uint64_t v, uint64_t lo, uint64_t hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

/* memblock_isolate_range() and memblock_merge_regions(), from one array into another. */
static void apply(struct memblock *m, const struct change *c)
{
	struct memblock *old = malloc(sizeof(*old));

	if (!old)
		return;
	*old = *m;
	m->n = 0;
	for (size_t i = 0; i < old->n; i++) {
		struct memblock_region r = old->v[i], part = r;
		uint64_t from = clamp(c->start, r.start, r.end), to = clamp(c->end, from, r.end);

		part.end = from;
		push(m, part);
		part.start = from;
		part.end = to;
		part.node = c->node ? *c->node : r.node;
		part.hotplug = c->hotplug ? *c->hotplug : r.hotplug;
		push(m, part);
		r.start = to;
		push(m, r);
	}
	free(old);
}

void memblock_set_node(struct memblock *m, uint64_t start, uint64_t end, int32_t node)
{
	apply(m, &(struct change){ .start = start, .end = end, .node = &node });
}

void memblock_set_hotplug(struct memblock *m, uint64_t start, uint64_t end, bool hotplug)
{
	apply(m, &(struct change){ .start = start, .end = end, .hotplug = &hotplug });
}

bool memblock_overlaps(const struct memblock *m, uint64_t start, uint64_t end)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].start < end && start < m->v[i].end)
			return true;
	return false;
}

uint64_t memblock_start(const struct memblock *m)
{
	return m->n ? m->v[0].start : 0;
}

uint64_t memblock_end(const struct memblock *m)
{
	return m->n ? m->v[m->n - 1].end : 0;
}

uint64_t memblock_bytes(const struct memblock *m, int32_t node)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].node == node)
			sum += m->v[i].end - m->v[i].start;
	return sum;
}
