// SPDX-License-Identifier: GPL-2.0-or-later
// A request for a block of several pages failed: mm/page_alloc.c __alloc_pages_slowpath(),
// warn_alloc().
#include <inttypes.h>

#include "rule/request.h"

enum { COSTLY = 3, ORDERS = 11 };

/* The largest block that a zone still has for this request, and may give away. */
static int largest_of(const struct wm *w)
{
	int largest = -1;

	for (size_t i = 0; i < w->n; i++)
		if (w->zones[i].allowed != T_NO && w->zones[i].largest > largest &&
		    w->zones[i].at[WM_MIN].order0 != T_NO)
			largest = w->zones[i].largest;
	return largest;
}

/* Callers that say so fall back to something smaller. */
static enum severity severity_of(const struct wm *w)
{
	return w->gfp.bits & (G_NORETRY | G_NOWARN | G_RETRY_MAYFAIL) ? SEV_LOW : SEV_MEDIUM;
}

static void advise(struct finding *f, const struct wm *w)
{
	if (!gfp_has(&w->gfp, G_DIRECT_RECLAIM))
		add_next(
			f, "root",
			"sysctl -w vm.min_free_kbytes=$((2 * $(sysctl -n vm.min_free_kbytes)))",
			"The caller cannot wait, so only what is free counts: keep more free, or make "
			"it ask for single pages (a smaller MTU, ring or buffer size).");
	else
		add_next(f, NULL, NULL,
			 "Fix the caller: a buffer of this size belongs in kvmalloc() or in single "
			 "pages. The call trace names it.");
	add_next(f, "root", "cat /proc/buddyinfo; echo 1 > /proc/sys/vm/compact_memory",
		 "See which block sizes are left, and compact.");
}

/* A zone without a block has so much more than it must keep that this cannot have come back between
 * the failure and the report. */
static bool far_above(const struct wm *w)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct wm_zone *z = &w->zones[i];
		const struct wm_check *high = &z->at[WM_HIGH];

		if (z->allowed == T_YES && !z->empty && z->at[WM_MIN].block == T_NO &&
		    request_is_far(w, z,
				   wm_pages_or(z->free, 0) - high->unusable.hi - high->need.hi))
			return true;
	}
	return false;
}

static void say(struct verdict *v, const struct wm *w, const struct wm_tally *t)
{
	bool fragmented = t->no_block > 0 && !t->ok;
	bool sure = fragmented && w->sure && !t->may_ok && !t->maybe && far_above(w);
	const char *why = fragmented ? "enough is free, but in smaller pieces"
			  : t->usable && t->low == t->usable
				  ? "every zone that it may use is below its watermark"
			  : t->ok ? "a block was there again when the report was printed"
				  : "no contiguous block was found";
	int largest = largest_of(w);
	struct num wait = v->incident->fail->stalled_ns;
	struct finding *f =
		wait.known
			? fire(v, SEV_LOW, LIKELY,
			       "%s has waited %" PRIu64 " s for %s, which is not a failure yet: %s",
			       request_who(v), wait.v / 1000000000u, request_text(v, w), why)
			: fire(v, severity_of(w), sure ? CERTAIN : LIKELY,
			       "%s failed to get %s: %s", request_who(v), request_text(v, w), why);

	set_cause(f, "An order-%d request needs %s contiguous bytes. %s", w->order,
		  human(f, w->m.page_size << (w->order < 30 ? w->order : 30)),
		  wait.known
			  ? "Reclaim and compaction still try to make one, slowly; a task of low "
			    "priority that gets no CPU waits as long."
		  : w->order > COSTLY
			  ? "Above order 3 the kernel does not try hard: it neither kills nor "
			    "loops, it lets the caller fail."
		  : gfp_has(&w->gfp, G_DIRECT_RECLAIM)
			  ? "Reclaim and compaction made no block of that size."
			  : "The caller could not wait for reclaim or compaction.");
	request_show(f, w, WM_MIN);
	request_values(f, w);
	if (largest >= 0) {
		value_int(f, "largest_order_count", largest);
		add_step(f, "largest free block for this request: order %d (%s); asked: order %d",
			 largest, human(f, w->m.page_size << largest), w->order);
	}
	set_margin(f, "one free block of order %d in a zone that it may use", w->order);
	if (fragmented)
		add_rejected(f, "a shortage: single pages could have been had");
	advise(f, w);
}

static bool applies(const struct incident *in)
{
	bool empty;

	return request_failed_page(in) && in->fail->order.known &&
	       num_int_or(in->fail->order, 0) > 0 && !request_before_buddy(in, &empty) &&
	       !str_has(in->fail->reason, "vmemmap");
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct wm *w = wm_of(in, v->arena);
	struct wm_tally t = wm_tally_of(w, WM_MIN);

	if (w->n && !t.usable) /* no zone at all: another rule's */
		return;
	if (w->order >= ORDERS && (!w->n || w->zones[0].z->n_blocks <= (size_t)w->order))
		return; /* beyond what any caller may ask */
	if (w->gfp.source == GFP_UNKNOWN && !w->n) {
		cannot_tell(v, "zone_state", "neither the flags nor any zone are printed");
		return;
	}
	if (!w->n && (w->gfp.bits & (G_DMA | G_DMA32)))
		cannot_tell(v, "zone_state", "the one zone that it may use is not printed");
	else
		say(v, w, &t);
}

DEFINE_RULE(
	alloc_high_order, .title = "a request for several contiguous pages failed",
	.doc = "A page allocation failure of order 1 or more. Certain when every zone that it may use "
	       "passes the order-0 check without a block of that order, or fails it, by the printed "
	       "numbers, and one of them has 5 % of its size more than high and reserves ask for; "
	       "likely otherwise, since the report is printed after the failure. Low where the flags "
	       "say that the caller copes (__GFP_NORETRY, __GFP_RETRY_MAYFAIL, __GFP_NOWARN).",
	.refs = REFS("mm/page_alloc.c:__alloc_pages_slowpath()", "mm/page_alloc.c:warn_alloc()",
		     "mm/page_alloc.c:__zone_watermark_ok()"),
	.on = NEED(alloc_failure), .applies = applies, .check = check);
