// SPDX-License-Identifier: GPL-2.0-or-later
// Memory maps of files: ranges of a running kernel, whose boot no log tells of.
#ifndef MMWHY_PROC_MAP_FACTS_H
#define MMWHY_PROC_MAP_FACTS_H

#include "fact/kinds.h"

/** The boot that the ranges of one piece of evidence belong to. */
struct fact_boot *map_boot(struct facts *f, uint32_t evidence, uint32_t line);
/** Fills a range of that boot. */
void map_fact(struct fact_memory_range *r, const char *map, uint64_t start, uint64_t end,
	      uint32_t line);

/** One entry of /sys/firmware/memmap, its three files as text. @p no: its number from 1, which
 * stands for its line. @return whether it was one. */
bool firmware_memmap_entry(struct facts *f, uint32_t evidence, uint32_t no, struct str start,
			   struct str end, struct str type);
/** After the last: whose table it is, as far as can be told. */
void firmware_memmap_end(struct facts *f, uint32_t evidence);

#endif
