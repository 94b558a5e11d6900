// SPDX-License-Identifier: GPL-2.0-or-later
// The early memory map, with nodes (mm/memblock.c): what of memblock.memory the zones are made of.
#ifndef MMWHY_MODEL_MEMBLOCK_H
#define MMWHY_MODEL_MEMBLOCK_H

#include "model/e820.h"

enum { NO_NODE = -1, MEMBLOCK_MAX = E820_MAX + 1024 };

struct memblock_region {
	uint64_t start, end; /**< bytes, end exclusive */
	int32_t node;
	bool hotplug;
};

/** Sorted, disjoint; neighbours that touch differ. About 100 KiB: keep it off small stacks. */
struct memblock {
	size_t n;
	struct memblock_region v[MEMBLOCK_MAX];
};

/** e820__memblock_setup(): RAM (and setup_data, printed as RAM), whole pages only. */
void memblock_of_e820(struct memblock *m, const struct e820_table *t, uint64_t page);
/** memblock_set_node(): splits regions at the range's ends. */
void memblock_set_node(struct memblock *m, uint64_t start, uint64_t end, int32_t node);
/** memblock_mark_hotplug(), memblock_clear_hotplug(). */
void memblock_set_hotplug(struct memblock *m, uint64_t start, uint64_t end, bool hotplug);
/** memblock_overlaps_region() of memblock.memory. */
bool memblock_overlaps(const struct memblock *m, uint64_t start, uint64_t end);
/** memblock_start_of_DRAM(), memblock_end_of_DRAM(). */
uint64_t memblock_start(const struct memblock *m);
uint64_t memblock_end(const struct memblock *m);
/** Bytes of a node; of NO_NODE, those that no node covers. */
uint64_t memblock_bytes(const struct memblock *m, int32_t node);

#endif
