// SPDX-License-Identifier: GPL-2.0-or-later
// Sets of addresses as sorted, disjoint ranges: what is in one map and not in another.
#ifndef MMWHY_MODEL_SPANS_H
#define MMWHY_MODEL_SPANS_H

#include "model/incident.h"

struct addr_span {
	uint64_t start, end; /**< end exclusive */
};

/** Sorted and disjoint after spans_close(). Memory is the arena's. */
struct spans {
	struct addr_span *v;
	size_t n;
	struct arena *arena;
};

/** Adds [start, end]; nothing where that is empty or reaches the last byte of 64 bits. */
void spans_add(struct spans *s, uint64_t start, uint64_t last);
/** Sorts and merges. */
void spans_close(struct spans *s);
uint64_t spans_bytes(const struct spans *s);
/** What is in both, and what is in @p a only. Both are closed, and so is the result. */
struct spans spans_and(const struct spans *a, const struct spans *b);
struct spans spans_minus(const struct spans *a, const struct spans *b);

/** Whether a fact is wanted. */
typedef bool (*range_pick)(const struct fact_memory_range *r);
/** The ranges of one map of a boot that @p pick takes (NULL: all); damaged ones are left out. */
struct spans spans_of(const struct incident *boot, const char *map, range_pick pick,
		      struct arena *arena);

/** A range that can be reckoned with: both ends known, in order, not damaged. */
bool range_is_sound(const struct fact_memory_range *r);
/** The kernel's word means RAM it may use: "usable", "System RAM". */
bool range_is_ram(const struct fact_memory_range *r);

#endif
