// SPDX-License-Identifier: GPL-2.0-or-later
// Slab caches: objects, pages, partial lists, per node (mm/slub.c:get_slabinfo()).
#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "dump/list.h"
#include "walk/slab_pages.h"

enum {
	LIST,
	NAME,
	SIZE,
	OBJECT_SIZE,
	FLAGS,
	OO,
	NODE,
	NR_PARTIAL,
	PARTIAL,
	NR_SLABS,
	TOTAL,
	SLAB_LIST,
	INUSE,
	OBJECTS,
	N_WANT
};

static const struct want want[N_WANT] = {
	[LIST] = WANT("kmem_cache", "list"),
	[NAME] = WANT("kmem_cache", "name"),
	[SIZE] = WANT("kmem_cache", "size"),
	[OBJECT_SIZE] = WANT("kmem_cache", "object_size"),
	[FLAGS] = WANT("kmem_cache", "flags"),
	[OO] = WANT("kmem_cache", "oo"),
	/* 7.x keeps the node beside its barn of sheaves: struct kmem_cache_per_node_ptrs */
	[NODE] = WANT_OR("kmem_cache", "node", "kmem_cache", "per_node"),
	[NR_PARTIAL] = WANT("kmem_cache_node", "nr_partial"),
	[PARTIAL] = WANT("kmem_cache_node", "partial"),
	/* CONFIG_SLUB_DEBUG */
	[NR_SLABS] = OPTIONAL("kmem_cache_node", "nr_slabs"),
	[TOTAL] = OPTIONAL("kmem_cache_node", "total_objects"),
	/* d122019bf061 ("mm: Split slab into its own type") in 5.17 */
	[SLAB_LIST] = WANT_OR("slab", "slab_list", "page", "slab_list"),
	[INUSE] = WANT_OR("slab", "inuse", "page", "inuse"),
	[OBJECTS] = WANT_OR("slab", "objects", "page", "objects"),
};

enum { NODES_MAX = 1024, OO_SHIFT = 16 };

/* One node's share, or all of them. */
struct sums {
	uint64_t slabs, objects, free, partial;
};

/* The caches as they are found. */
struct gather {
	uint32_t nodes, stride; /* of the array of nodes, in bytes */
	uint32_t in_pair;
	uint64_t reclaim;
	struct slab_pages *caches;
	struct fact_slab_cache **facts; /* of the same order, until they are sorted */
	size_t n, n_facts;
};

static uint64_t count_free(struct target *t, kaddr_t node)
{
	struct list_iter it;
	uint64_t free = 0;

	for (list_begin(&it, t->dump, node + t->m[PARTIAL].offset); list_next(&it);) {
		kaddr_t slab = it.entry - t->m[SLAB_LIST].offset;
		uint64_t objects = walk_get(t, slab, OBJECTS, NULL);
		uint64_t inuse = walk_get(t, slab, INUSE, NULL);

		if (objects > inuse)
			free += objects - inuse;
	}
	walk_list_status(t, "a slab cache's partial list", it.status, it.bad, it.steps);
	return free;
}

static void add_node(struct target *t, struct fact_slab_cache *f, uint32_t i, kaddr_t node,
		     struct sums *all)
{
	struct sums s = { walk_get(t, node, NR_SLABS, NULL), walk_get(t, node, TOTAL, NULL),
			  count_free(t, node), walk_get(t, node, NR_PARTIAL, NULL) };
	struct slab_node *n;

	all->slabs += s.slabs;
	all->objects += s.objects;
	all->free += s.free;
	all->partial += s.partial;
	n = arena_push(&t->facts->arena, (void **)&f->nodes, &f->n_nodes, sizeof(*n));
	n->node = num_at(i, 0);
	n->partial_count = num_at(s.partial, 0);
	if (!t->m[TOTAL].found)
		return;
	n->slabs_count = num_at(s.slabs, 0);
	n->objects = num_at(s.objects, 0);
	n->active = num_at(s.objects > s.free ? s.objects - s.free : 0, 0);
}

static uint32_t n_nodes(struct target *t)
{
	uint32_t n = 0;

	if (!t->dump->sym[SYM_nr_node_ids] ||
	    dump_u32(t->dump, t->dump->sym[SYM_nr_node_ids], &n) || !n)
		n = 1;
	return n < NODES_MAX ? n : NODES_MAX;
}

/* SLAB_RECLAIM_ACCOUNT; an enum numbers the bit since cc61eb851461 ("mm, slab: use an enum to
 * define SLAB_ cache creation flags") in 6.9. */
static uint64_t reclaim_flag(struct target *t)
{
	int64_t bit;

	return types_enum(t->dump->types, "_SLAB_RECLAIM_ACCOUNT", &bit) && bit < 64 ? 1ull << bit
										     : 0x20000;
}

static void add_cache(struct target *t, kaddr_t cache, struct gather *g)
{
	struct fact_slab_cache *f = walk_fact(t, FACT_slab_cache, cache);
	uint64_t order = walk_get(t, cache, OO, NULL) >> OO_SHIFT & 0xffff;
	struct slab_pages *pages;
	struct sums s = { 0 };
	kaddr_t name;

	pages = arena_push(&t->facts->arena, (void **)&g->caches, &g->n, sizeof(*pages));
	pages->cache = cache;
	*(struct fact_slab_cache **)arena_push(&t->facts->arena, (void **)&g->facts, &g->n_facts,
					       sizeof(f)) = f;
	if (dump_u64(t->dump, cache + t->m[NAME].offset, &name) == OK)
		f->name = arena_str(&t->facts->arena, dump_string(t->dump, name, 128));
	for (uint32_t i = 0; i < g->nodes; i++) {
		kaddr_t node, at = cache + t->m[NODE].offset + (kaddr_t)i * g->stride + g->in_pair;

		if (dump_u64(t->dump, at, &node) == OK && node)
			add_node(t, f, i, node, &s);
	}
	f->object_size = num_at((uint32_t)walk_get(t, cache, OBJECT_SIZE, NULL), 0);
	f->size = num_at((uint32_t)walk_get(t, cache, SIZE, NULL), 0);
	f->reclaimable = num_at((walk_get(t, cache, FLAGS, NULL) & g->reclaim) != 0, 0);
	f->partial_count = num_at(s.partial, 0);
	if (!t->m[TOTAL].found)
		return;
	f->objects = num_at(s.objects, 0);
	f->active = num_at(s.objects > s.free ? s.objects - s.free : 0, 0);
	f->slabs_count = num_at(s.slabs, 0);
	if (order < LIMIT_ORDERS)
		f->bytes = num_scaled(s.slabs << order, t->dump->container.page_size, 0);
	f->used_bytes = num_scaled(f->active.v, f->size.v, 0);
}

static int by_address(const void *a, const void *b)
{
	const struct slab_pages *x = a, *y = b;

	return x->cache < y->cache ? -1 : x->cache > y->cache;
}

static int by_origin(const void *a, const void *b)
{
	const struct fact_slab_cache *x = *(struct fact_slab_cache *const *)a;
	const struct fact_slab_cache *y = *(struct fact_slab_cache *const *)b;
	kaddr_t p = x->head.origin.address.v, q = y->head.origin.address.v;

	return p < q ? -1 : p > q;
}

/* What the memmap says of a cache, beside its own counters; a difference is told. */
static void compare(struct target *t, struct fact_slab_cache *f, const struct slab_pages *pages)
{
	uint64_t page = t->dump->container.page_size, own = num_or(f->slabs_count, 0);
	uint64_t more = pages->slabs > own ? pages->slabs - own : own - pages->slabs;

	f->type_slabs_count = num_at(pages->slabs, 0);
	f->type_bytes = num_scaled(pages->pages, page, 0);
	if (!more || !f->slabs_count.known)
		return;
	walk_note(t,
		  "slab: %.*s counts %" PRIu64 " slabs, the memory map has %" PRIu64
		  " of slab type that are its: %" PRIu64 " KiB %s",
		  STR_ARG(f->name), own, pages->slabs,
		  own ? num_or(f->bytes, 0) / own * more >> 10 : pages->pages * page >> 10,
		  pages->slabs > own ? "more" : "fewer");
}

/* The other way to count: by page type. */
static void cross_check(struct target *t, struct gather *g)
{
	struct slab_count count = { .caches = g->caches, .n = g->n };

	qsort(g->caches, g->n, sizeof(*g->caches), by_address);
	qsort(g->facts, g->n_facts, sizeof(struct fact_slab_cache *), by_origin);
	if (!slab_pages_count(t, &count))
		return;
	for (size_t i = 0; i < g->n; i++)
		compare(t, g->facts[i], &g->caches[i]);
	if (count.strays.pages)
		walk_note(t,
			  "slab: %" PRIu64 " KiB in %" PRIu64
			  " slabs are of slab type, but of no cache on slab_caches",
			  count.strays.pages * t->dump->container.page_size >> 10,
			  count.strays.slabs);
}

static void walk(struct target *t)
{
	const struct types *ty = t->dump->types;
	bool per_node = types_member(ty, "kmem_cache", "per_node").found;
	struct gather g = { .nodes = n_nodes(t),
			    .stride = per_node ? types_size(ty, "kmem_cache_per_node_ptrs") : 8,
			    .in_pair = types_member(ty, "kmem_cache_per_node_ptrs", "node").offset,
			    .reclaim = reclaim_flag(t) };
	struct list_iter it;

	for (list_begin(&it, t->dump, t->dump->sym[SYM_slab_caches]); list_next(&it);)
		add_cache(t, it.entry - t->m[LIST].offset, &g);
	walk_list_status(t, "slab_caches", it.status, it.bad, it.steps);
	if (g.n)
		cross_check(t, &g);
	if (!t->m[TOTAL].found)
		walk_note(
			t,
			"slab: the kernel counts no objects (CONFIG_SLUB_DEBUG off): sizes cannot be told");
}

DEFINE_WALKER(slab, .doc = "slab caches", .want = want, .n_want = N_WANT,
	      .symbols = (const enum symbol[]){ SYM_slab_caches, SYM_COUNT },
	      .gives = NEED(slab_cache), .walk = walk);
