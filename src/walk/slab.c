// SPDX-License-Identifier: GPL-2.0-or-later
// Slab caches: objects, pages, partial lists, per node (mm/slub.c:get_slabinfo()).
#include "base/limits.h"
#include "dump/list.h"
#include "walk/walker.h"

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

/* One node's share. */
struct sums {
	uint64_t slabs, objects, free, partial;
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

static void add_node(struct target *t, kaddr_t node, struct sums *s)
{
	s->slabs += walk_get(t, node, NR_SLABS, NULL);
	s->objects += walk_get(t, node, TOTAL, NULL);
	s->partial += walk_get(t, node, NR_PARTIAL, NULL);
	s->free += count_free(t, node);
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

static void add_cache(struct target *t, kaddr_t cache, uint32_t nodes, uint64_t reclaim)
{
	bool per_node = types_member(t->dump->types, "kmem_cache", "per_node").found;
	struct member in_pair = types_member(t->dump->types, "kmem_cache_per_node_ptrs", "node");
	uint32_t stride = per_node ? types_size(t->dump->types, "kmem_cache_per_node_ptrs") : 8;
	struct fact_slab_cache *f = walk_fact(t, FACT_slab_cache, cache);
	uint64_t order = walk_get(t, cache, OO, NULL) >> OO_SHIFT & 0xffff;
	struct sums s = { 0 };
	kaddr_t name;

	if (dump_u64(t->dump, cache + t->m[NAME].offset, &name) == OK)
		f->name = arena_str(&t->facts->arena, dump_string(t->dump, name, 128));
	for (uint32_t i = 0; i < nodes; i++) {
		kaddr_t node, at = cache + t->m[NODE].offset + (kaddr_t)i * stride + in_pair.offset;

		if (dump_u64(t->dump, at, &node) == OK && node)
			add_node(t, node, &s);
	}
	f->object_size = num_at((uint32_t)walk_get(t, cache, OBJECT_SIZE, NULL), 0);
	f->size = num_at((uint32_t)walk_get(t, cache, SIZE, NULL), 0);
	f->reclaimable = num_at((walk_get(t, cache, FLAGS, NULL) & reclaim) != 0, 0);
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

static void walk(struct target *t)
{
	uint64_t reclaim = reclaim_flag(t);
	uint32_t nodes = n_nodes(t);
	struct list_iter it;

	for (list_begin(&it, t->dump, t->dump->sym[SYM_slab_caches]); list_next(&it);)
		add_cache(t, it.entry - t->m[LIST].offset, nodes, reclaim);
	walk_list_status(t, "slab_caches", it.status, it.bad, it.steps);
	if (!t->m[TOTAL].found)
		walk_note(
			t,
			"slab: the kernel counts no objects (CONFIG_SLUB_DEBUG off): sizes cannot be told");
}

DEFINE_WALKER(slab, .doc = "slab caches", .want = want, .n_want = N_WANT,
	      .symbols = (const enum symbol[]){ SYM_slab_caches, SYM_COUNT },
	      .gives = NEED(slab_cache), .walk = walk);
