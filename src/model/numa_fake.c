// SPDX-License-Identifier: GPL-2.0-or-later
// Emulated nodes: split_nodes_interleave(), split_nodes_size_interleave_uniform(),
// emu_setup_memblk().
#include "model/numa_fake.h"

#include <stdlib.h>

#define MIN_SIZE  (32ull << 20) /* FAKE_NODE_MIN_SIZE */
#define DMA32_END (4ull << 30)
#define PAGE	  4096ull

struct emulation {
	const struct memblock *m;
	struct numa_info left, made;
	bool full;
};

/* mem_hole_size(): of whole pages between two addresses, those without memory. */
static uint64_t hole_size(const struct memblock *m, uint64_t start, uint64_t end)
{
	uint64_t bytes;

	start = (start + PAGE - 1) & ~(PAGE - 1);
	end &= ~(PAGE - 1);
	if (start >= end)
		return 0;
	bytes = end - start;
	for (size_t i = 0; i < m->n; i++) {
		uint64_t from = m->v[i].start > start ? m->v[i].start : start;
		uint64_t to = m->v[i].end < end ? m->v[i].end : end;

		if (from < to)
			bytes -= to - from;
	}
	return bytes;
}

static bool find_block(const struct numa_info *numa, int32_t node, size_t *ret)
{
	for (size_t i = 0; i < numa->n; i++) {
		if (numa->v[i].node == node) {
			*ret = i;
			return true;
		}
	}
	return false;
}

/* The next node above @p after that has memory left; NO_NODE: none. */
static int32_t next_node(const struct numa_info *numa, int32_t after)
{
	int32_t next = NO_NODE;

	for (size_t i = 0; i < numa->n; i++)
		if (numa->v[i].node > after && (next == NO_NODE || numa->v[i].node < next))
			next = numa->v[i].node;
	return next;
}

/* emu_setup_memblk() */
static void make(struct emulation *e, int32_t node, size_t i, uint64_t size)
{
	struct numa_block *from = &e->left.v[i];

	if (e->made.n == NUMA_BLOCKS_MAX) {
		e->full = true;
		e->left.n = 0;
		return;
	}
	e->made.v[e->made.n++] =
		(struct numa_block){ from->start, from->start + size, node, false };
	from->start += size;
	if (from->start < from->end)
		return;
	e->left.n--;
	memmove(from, from + 1, (e->left.n - i) * sizeof(*from));
}

/* A node goes on until it has its size in memory. */
static uint64_t grow(const struct emulation *e, uint64_t start, uint64_t end, uint64_t limit,
		     uint64_t size)
{
	while (end - start - hole_size(e->m, start, end) < size) {
		end += MIN_SIZE;
		if (end > limit)
			return limit;
	}
	return end;
}

/* It takes in what would be too little for the next: below 4 GiB, and at the end of its block. */
static uint64_t round_up(const struct emulation *e, uint64_t end, uint64_t limit, uint64_t size)
{
	if (end < DMA32_END && DMA32_END - end - hole_size(e->m, end, DMA32_END) < MIN_SIZE)
		end = DMA32_END;
	if (size && limit - end - hole_size(e->m, end, limit) < size)
		end = limit;
	return end < limit ? end : limit;
}

/* Nodes of @p size by turns out of each of the machine's own, the first @p big of them larger by
 * MIN_SIZE; behind the last of @p count comes the first again. */
static void by_turns(struct emulation *e, uint64_t size, uint64_t big, uint64_t count)
{
	uint64_t made = 0;

	while (e->left.n) {
		for (int32_t node = next_node(&e->left, -1); node != NO_NODE;
		     node = next_node(&e->left, node)) {
			size_t i = 0;
			uint64_t start, limit, to;

			(void)find_block(&e->left, node, &i);
			start = e->left.v[i].start;
			limit = e->left.v[i].end;
			to = grow(e, start, start + size + (made < big ? MIN_SIZE : 0), limit,
				  size);
			make(e, (int32_t)(made++ % count), i, round_up(e, to, limit, size) - start);
		}
	}
}

/* split_nodes_interleave(): so many nodes. */
static bool split_by_count(struct emulation *e, uint64_t end, uint64_t n)
{
	uint64_t size, big;

	if (!n)
		return false;
	n = n < NUMA_NODES_MAX ? n : NUMA_NODES_MAX;
	size = (end - hole_size(e->m, 0, end)) / PAGE / n * PAGE;
	big = size % MIN_SIZE * n / MIN_SIZE;
	size -= size % MIN_SIZE;
	if (!size)
		return false;
	by_turns(e, size, big, n);
	return !e->full;
}

/* Sizes are whole FAKE_NODE_MIN_SIZE, and no less than @p least. */
static uint64_t allowed_size(uint64_t size, uint64_t least)
{
	least = least > MIN_SIZE ? least : MIN_SIZE;
	least = (least + MIN_SIZE - 1) / MIN_SIZE * MIN_SIZE;
	size = size > least ? size : least;
	return size - size % MIN_SIZE;
}

/* split_nodes_size_interleave(): nodes of that size. */
static bool split_by_size(struct emulation *e, uint64_t end, uint64_t size)
{
	if (!size)
		return false;
	size = allowed_size(size, (end - hole_size(e->m, 0, end)) / PAGE / NUMA_NODES_MAX * PAGE);
	by_turns(e, size, 0, NUMA_NODES_MAX);
	return !e->full;
}

/* So many of each of the machine's own, whose holes do not count. */
static bool split_each(struct emulation *e, uint64_t n)
{
	uint64_t made = 0;

	if (!n)
		return false;
	while (e->left.n) {
		const struct numa_block first = e->left.v[0];
		uint64_t size = (first.end / PAGE - first.start / PAGE) / n * PAGE, before = made;
		size_t i;

		size = allowed_size(size, size);
		while (find_block(&e->left, first.node, &i)) {
			uint64_t start = e->left.v[i].start, limit = e->left.v[i].end;

			make(e, (int32_t)(made++ % NUMA_NODES_MAX), i,
			     round_up(e, start + size, limit, 0) - start);
		}
		if (made - before < n)
			return false;
	}
	return !e->full;
}

static bool split(struct emulation *e, uint64_t end, struct str how)
{
	struct scan sc = scan_of(how);
	uint64_t n = 0;

	if (str_has(how, "U") || !(str_has(how, "M") || str_has(how, "G"))) {
		(void)(str_starts(how, "0x") ? scan_hex(&sc, &n) : scan_u64(&sc, &n));
		return str_has(how, "U") ? split_each(e, n) : split_by_count(e, end, n);
	}
	return memparse(&sc, &n) && split_by_size(e, end, n);
}

bool numa_fake(const struct memblock *m, struct numa_info *numa, uint64_t end, struct str how)
{
	struct emulation *e = malloc(sizeof(*e));
	bool done;

	if (!e)
		return false;
	e->m = m;
	e->left = *numa;
	e->made.n = 0;
	e->full = false;
	done = split(e, end, how) && e->made.n;
	if (done)
		*numa = e->made;
	free(e);
	return done;
}
