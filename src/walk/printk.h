// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's log from a dump.
#ifndef MMWHY_WALK_PRINTK_H
#define MMWHY_WALK_PRINTK_H

#include "walk/walker.h"

/** One record, oldest first; text may hold several lines. @return false to stop. */
typedef bool (*printk_fn)(void *arg, uint64_t ts_ns, uint32_t caller_id, uint8_t level,
			  struct str text);

/** Walks the ring buffer (5.10 and newer). What is missing or damaged is noted. */
void printk_each(struct target *t, printk_fn fn, void *arg);

#endif
