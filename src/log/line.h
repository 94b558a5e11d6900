// SPDX-License-Identifier: GPL-2.0-or-later
// A kernel message without its dressing.
#ifndef MMWHY_LOG_LINE_H
#define MMWHY_LOG_LINE_H

#include "base/str.h"
#include "fact/num.h"

/** One message line, its timestamps, prefixes and quote marks taken off. All slices are borrowed
 * for the call. */
struct line {
	struct str text;    /**< the kernel's text; leading blanks kept, trailing ones dropped */
	struct str raw;	    /**< as it stands in the evidence, for citing */
	uint32_t no;	    /**< line number in the evidence, from 1 */
	uint32_t last_no;   /**< of its last part, where wrapped lines were joined; else == no */
	struct num time_ns; /**< kernel clock */
	struct str wall;    /**< wall clock as printed */
	struct str caller;  /**< "T123" or "C1" (CONFIG_PRINTK_CALLER), else empty */
	int priority;	    /**< 0 to 7, -1 unknown */
	bool prefixed; /**< some prefix stood before it: an unprefixed one may be a continuation */
	bool joined;   /**< made of several wrapped lines */
};

/** How far apart two lines stand; a log that is read backwards counts down. */
static inline uint32_t line_gap(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/** The decimal number behind @p key and blanks, with its line; unknown where there is none. */
static inline struct num line_number(const struct line *l, const char *key)
{
	struct scan sc = scan_of(l->text);
	uint64_t v;

	if (!scan_past(&sc, key, NULL) || !scan_blanks(&sc) || !scan_u64(&sc, &v))
		return (struct num){ 0 };
	return num_at(v, l->no);
}

#endif
