// SPDX-License-Identifier: GPL-2.0-or-later
// Which struct pages a boot initialises (mm/page_alloc.c:memmap_init(), mm/sparse.c).
#ifndef MMWHY_MODEL_STRUCT_PAGES_H
#define MMWHY_MODEL_STRUCT_PAGES_H

#include "model/incident.h"

/** A range of page frames whose struct pages exist but belong to no node's span. */
struct page_hole {
	uint64_t start, end;		      /**< page frame numbers, end exclusive */
	int64_t node;			      /**< whose end lies before it */
	const struct fact_memory_range *last; /**< that node's last range */
};

enum { HOLES_MAX = 64 };

/**
 * From the "Early memory node ranges" of a boot: struct pages come a section (128 MiB on x86-64) at
 * a time, but only those between a node's first and last page are initialised with the node. What
 * is left between a node's end and the end of its last section, or the next node's start, is a
 * hole.
 * @return how many; *ret_known is false where the boot printed no ranges.
 */
size_t struct_page_holes(const struct incident *boot, struct page_hole *ret, bool *ret_known);

#endif
