// SPDX-License-Identifier: GPL-2.0-or-later
// Finding the parsers' anchors, all at once.
#ifndef MMWHY_LOG_ANCHORS_H
#define MMWHY_LOG_ANCHORS_H

#include "base/str.h"

struct anchors;

/** One literal and whom it belongs to. */
struct anchor {
	const char *text;
	size_t owner;
};

/** Literals shorter than four bytes cannot be searched for: anchors_all() is true then, though
 * anchors_owners() knows the first 32 of them. NULL without memory. */
struct anchors *anchors_new(const struct anchor *v, size_t n);
void anchors_free(struct anchors *a);
/** The anchors of all parsers, each owned by its index in log_parsers[]; and with @p alarms, what
 * shows an encoding that may hide them, owned by n_log_parsers. */
struct anchors *anchors_of_parsers(bool alarms);

/** Whether every text may hold one: then there is nothing to skip. */
bool anchors_all(const struct anchors *a);
/** Length of the longest. */
size_t anchors_longest(const struct anchors *a);
/** Position of the first anchor at or after @p from; @p s.n if there is none. */
size_t anchors_find(const struct anchors *a, struct str s, size_t from);
/** Sets ret_owners[owner] for each anchor in @p s. @return whether there was any. */
bool anchors_owners(const struct anchors *a, struct str s, bool *ret_owners);

/** How many newlines. */
uint64_t count_newlines(const struct anchors *a, const char *p, size_t n);

#endif
