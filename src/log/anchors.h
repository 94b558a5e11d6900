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

/** Literals of one byte are not searched for: anchors_all() is true then. One shorter than four
 * bytes is not found in the last bytes of a text. NULL without memory. */
struct anchors *anchors_new(const struct anchor *v, size_t n);
void anchors_free(struct anchors *a);
/** The anchors of all parsers, each owned by its index in log_parsers[]; and what shows an encoding
 * that may hide them, owned by n_log_parsers. */
struct anchors *anchors_of_parsers(void);
/** Gets ready for a search through much text: takes a millisecond, makes it ten times faster. */
void anchors_prepare(struct anchors *a);

/** Whether every text may hold one: then there is nothing to skip. */
bool anchors_all(const struct anchors *a);
/** Length of the longest. */
size_t anchors_longest(const struct anchors *a);
/** Position of the first anchor at or after @p from; @p s.n if there is none. */
size_t anchors_find(const struct anchors *a, struct str s, size_t from);
/** Whether a kernel seems to say @p s, in which an anchor may stand by chance: one begins it, or it
 * holds one that is too long for that. */
bool anchors_tell(const struct anchors *a, struct str s);
/** Sets ret_owners[owner] for each anchor in @p s. @return whether there was any. */
bool anchors_owners(const struct anchors *a, struct str s, bool *ret_owners);

/** How many newlines. */
uint64_t count_newlines(const struct anchors *a, const char *p, size_t n);

#endif
