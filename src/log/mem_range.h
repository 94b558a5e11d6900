// SPDX-License-Identifier: GPL-2.0-or-later
// Ranges of physical memory as the kernel prints them.
#ifndef MMWHY_LOG_MEM_RANGE_H
#define MMWHY_LOG_MEM_RANGE_H

#include "log/parser.h"

/** A range as it stands in the text: end inclusive. */
struct printed_range {
	uint64_t start, end;
	bool damaged; /**< an end below its start, or more digits than 64 bits hold */
};

/** Takes "[mem 0x0000-0x0fff]" (3.6 and newer). Digits of any number; a blank may stand for a
 * lost minus. */
bool scan_mem(struct scan *sc, struct printed_range *ret);
/** Takes "0000000000000000 - 000000000009f000", whose end is exclusive, with any blanks between.
 */
bool scan_dash_range(struct scan *sc, struct printed_range *ret);

/** Adds a memory_range fact. */
struct fact_memory_range *mem_range_add(struct log_ctx *c, const struct line *l, const char *map,
					struct printed_range r);

/** A heading of a map that the current boot has already printed, without a banner between: quoted
 * excerpts of several boots. The next boot begins with this line. */
void mem_range_heading(struct log_ctx *c, const struct line *l, const char *map);

#endif
