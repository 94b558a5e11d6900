// SPDX-License-Identifier: GPL-2.0-or-later
// Which node memory belongs to (arch/x86/mm/numa.c, since 6.12 mm/numa_memblks.c).
#ifndef MMWHY_MODEL_NUMA_H
#define MMWHY_MODEL_NUMA_H

#include "model/memblock.h"
#include "model/release.h"

enum { NUMA_BLOCKS_MAX = 512, NUMA_NODES_MAX = 1024 };

struct numa_block {
	uint64_t start, end; /**< bytes, end exclusive */
	int32_t node;
	bool hotplug;
};

/** struct numa_meminfo. */
struct numa_info {
	size_t n;
	struct numa_block v[NUMA_BLOCKS_MAX];
	bool emulated; /**< the blocks are numa=fake='s */
};

enum numa_result {
	NUMA_OK,
	NUMA_CONFLICT, /**< "node N [mem] overlaps with node M": the table is not used */
	NUMA_UNCOVERED /**< "nodes only cover", "no nodes coverage": not used */
};

/** What a kernel goes by, beside the table. */
struct numa_how {
	uint64_t end; /**< max_pfn in bytes */
	struct release release;
	struct str
		fake; /**< numa=fake='s value; empty: none, or a kernel without CONFIG_NUMA_EMU */
};

/**
 * numa_init() on a table of the firmware: cleans @p numa up and gives memblock its nodes. On
 * failure memblock has no nodes.
 */
enum numa_result numa_init(struct memblock *m, struct numa_info *numa, const struct numa_how *how);
/** dummy_numa_init(): all is node 0. */
void numa_dummy(struct memblock *m, struct numa_info *numa, const struct numa_how *how);

#endif
