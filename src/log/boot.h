// SPDX-License-Identifier: GPL-2.0-or-later
// What parsers of boot messages need to know of the boot that is being read.
#ifndef MMWHY_LOG_BOOT_H
#define MMWHY_LOG_BOOT_H

#include "log/parser.h"

/** Whether the line is one that the boot console printed already: the real console, once enabled,
 * prints the whole buffer again. Its facts are there; take the line and add none. */
bool boot_replays(struct log_ctx *c, const struct line *l);

/** Bytes of a page, as far as known: proven, else what the architecture usually has. */
uint64_t boot_page_size(struct log_ctx *c, const struct line *l);
/** Turns page frame numbers into the bytes of a range (end_pfn exclusive), and keeps an eye on it:
 * a page size that a later line proves is applied to it, too. */
void boot_range_of_pages(struct log_ctx *c, const struct line *l, struct fact_memory_range *range,
			 uint64_t start_pfn, uint64_t end_pfn);
/** A line has proved the page size. */
void boot_proves_page_size(struct log_ctx *c, const struct line *l, uint64_t bytes);
/** A line that only this architecture prints. */
void boot_proves_arch(struct log_ctx *c, const struct line *l, const char *arch);

#endif
