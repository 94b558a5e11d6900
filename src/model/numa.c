// SPDX-License-Identifier: GPL-2.0-or-later
// Which node memory belongs to: numa_cleanup_meminfo(), numa_register_memblks(),
// numa_meminfo_cover_memory() (since 6.8 memblock_validate_numa_coverage()).
#include "model/numa.h"

#include <stdlib.h>

#include "model/numa_fake.h"

enum { SLACK = 1 << 20 };

static void drop(struct numa_info *numa, size_t i)
{
	numa->n--;
	memmove(&numa->v[i], &numa->v[i + 1], (numa->n - i) * sizeof(numa->v[0]));
}

/* Blocks without memory go, the others are cut to what there is. */
static void trim(struct numa_info *numa, const struct memblock *m, uint64_t low, uint64_t high)
{
	for (size_t i = 0; i < numa->n;) {
		struct numa_block *b = &numa->v[i];

		if (b->start < low)
			b->start = low;
		if (b->end > high)
			b->end = high;
		if (b->start >= b->end || !memblock_overlaps(m, b->start, b->end))
			drop(numa, i);
		else
			i++;
	}
}

static bool other_between(const struct numa_info *numa, int32_t node, uint64_t start, uint64_t end)
{
	for (size_t k = 0; k < numa->n; k++)
		if (numa->v[k].node != node && start < numa->v[k].end && end > numa->v[k].start)
			return true;
	return false;
}

/* Joins what follows with block @p i; false on a conflict. */
static bool join(struct numa_info *numa, size_t i)
{
	for (size_t j = i + 1; j < numa->n;) {
		struct numa_block *a = &numa->v[i];
		const struct numa_block *b = &numa->v[j];
		uint64_t start = a->start < b->start ? a->start : b->start;
		uint64_t end = a->end > b->end ? a->end : b->end;

		if (a->node != b->node) {
			if (a->end > b->start && a->start < b->end)
				return false;
			j++;
		} else if (other_between(numa, a->node, start, end)) {
			j++;
		} else {
			a->start = start;
			a->end = end;
			drop(numa, j);
		}
	}
	return true;
}

static void register_blocks(struct memblock *m, const struct numa_info *numa)
{
	for (size_t i = 0; i < numa->n; i++)
		memblock_set_node(m, numa->v[i].start, numa->v[i].end, numa->v[i].node);
}

/* numa_cleanup_meminfo() */
static bool clean(struct numa_info *numa, const struct memblock *m, const struct numa_how *how)
{
	bool since_6_12 = release_since(how->release, 6, 12);

	trim(numa, m, since_6_12 ? memblock_start(m) : 0, since_6_12 ? memblock_end(m) : how->end);
	for (size_t i = 0; i < numa->n; i++)
		if (!join(numa, i))
			return false;
	return true;
}

static void emulate(struct numa_info *numa, const struct memblock *m, const struct numa_how *how)
{
	struct numa_info *old = how->fake.n ? malloc(sizeof(*old)) : NULL;

	if (!old)
		return;
	*old = *numa;
	if (numa_fake(m, numa, how->end, how->fake)) {
		numa->emulated = clean(numa, m, how);
		if (!numa->emulated)
			*numa = *old;
	}
	free(old);
}

enum numa_result numa_init(struct memblock *m, struct numa_info *numa, const struct numa_how *how)
{
	uint64_t uncovered;

	for (size_t i = 0; i < numa->n; i++)
		if (numa->v[i].hotplug)
			memblock_set_hotplug(m, numa->v[i].start, numa->v[i].end, true);
	if (!clean(numa, m, how))
		return NUMA_CONFLICT;
	emulate(numa, m, how);
	register_blocks(m, numa);
	uncovered = memblock_bytes(m, NO_NODE);
	if (release_since(how->release, 6, 8) ? uncovered > SLACK : uncovered >= SLACK) {
		memblock_set_node(m, 0, UINT64_MAX, NO_NODE);
		return NUMA_UNCOVERED;
	}
	return NUMA_OK;
}

void numa_dummy(struct memblock *m, struct numa_info *numa, const struct numa_how *how)
{
	memblock_set_hotplug(m, 0, UINT64_MAX, false);
	numa->n = 1;
	numa->v[0] = (struct numa_block){ 0, how->end, 0, false };
	numa->emulated = false;
	if (how->fake.n && clean(numa, m, how))
		emulate(numa, m, how);
	register_blocks(m, numa);
}
