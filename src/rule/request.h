// SPDX-License-Identifier: GPL-2.0-or-later
// What the rules about one allocation request share.
#ifndef MMWHY_RULE_REQUEST_H
#define MMWHY_RULE_REQUEST_H

#include "model/watermark.h"
#include "rule/rule.h"

/** An OOM kill that a page request led to: no memcg's, nobody's SysRq, not Android's driver's. */
bool request_global_oom(const struct incident *in);
/** The same, and the report tells the request: not called from a page fault without one. */
bool request_oom_has_request(const struct incident *in);
/** Called from pagefault_out_of_memory(): no allocation stands behind it. */
bool request_from_page_fault(const struct incident *in);
/** A page allocation that failed, for whatever reason. */
bool request_was_for_pages(const struct incident *in);
/** The same, and not as an after-effect of a kill. */
bool request_failed_page(const struct incident *in);
/** The OOM report just before that killed the failing task: it is dying, nothing new is wrong. */
const struct fact_oom *request_killer(const struct incident *in);

/** "order 2 (16 KiB) GFP_KERNEL", in the verdict's memory. */
const char *request_text(struct verdict *v, const struct wm *w);
/**
 * The page allocator had nothing to give yet: every zone is printed with no page free and no
 * watermark set, and nothing in use; or the call trace is start_kernel()'s own.
 * @param *empty: the numbers say so
 */
bool request_before_buddy(const struct incident *in, bool *empty);

/** Who asked: "iostat[18117]", or "the request". */
const char *request_who(struct verdict *v);

/** Cites the head, and each zone that may serve the request; spells out the arithmetic. */
void request_show(struct finding *f, const struct wm *w, enum wm_mark mark);
/** One zone: its numbers and where they stand. */
void request_show_zone(struct finding *f, const struct wm *w, const struct wm_zone *z,
		       enum wm_mark mark);
/** The figures every finding about a request carries. */
void request_values(struct finding *f, const struct wm *w);

/** High, or critical where the kernel panicked. */
enum severity request_oom_severity(const struct incident *in);

/** Bytes of a number of pages. */
static inline uint64_t request_bytes(const struct wm *w, int64_t pages)
{
	return pages < 0 ? 0 : (uint64_t)pages * w->m.page_size;
}

/**
 * The report is printed some time after the decision, and memory moves meanwhile: a guest of ours
 * went from below high to three times high while it printed its stack. Only a share of the zone
 * that is too large for that proves anything.
 */
enum { REQUEST_FAR_PERCENT = 5 };
bool request_is_far(const struct wm *w, const struct wm_zone *z, int64_t spare);

/** Sums over the zones, in pages. */
struct request_sums {
	int64_t allowed_free, allowed_high, allowed_managed;
	/** zones above the highest that the flags allow */
	int64_t above_free, above_high, above_size;
	int64_t other_free; /**< zones of that height or below on nodes that are shut to it */
	int64_t printed_free;
	size_t above, other;
};
struct request_sums request_sums_of(const struct wm *w);

/** Page cache in the zones that the request may use, in bytes: what reclaim could have taken.
 *  *most: the zone with most of it, or NULL. */
uint64_t request_cache(const struct wm *w, const struct wm_zone **most);
/** So much of it that these zones are not used up: reclaim did not take what it could have. */
bool request_reclaim_failed(const struct wm *w);
/** Says how much that is, and how to see why. */
void request_tell_cache(struct finding *f, const struct wm *w);

#endif
