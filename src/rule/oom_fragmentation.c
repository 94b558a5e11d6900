// SPDX-License-Identifier: GPL-2.0-or-later
// Enough pages are free, but no block as large as the request: mm/page_alloc.c
// __zone_watermark_ok().
#include <inttypes.h>

#include "rule/request.h"

/* The zone with the largest block among those that fail for want of one. */
static const struct wm_zone *best_of(const struct wm *w)
{
	const struct wm_zone *best = NULL;

	for (size_t i = 0; i < w->n; i++) {
		const struct wm_zone *z = &w->zones[i];

		if (z->allowed == T_NO || z->empty || z->at[WM_MIN].order0 != T_YES ||
		    z->at[WM_MIN].block != T_NO)
			continue;
		if (!best || wm_pages_or(z->free, 0) > wm_pages_or(best->free, 0))
			best = z;
	}
	return best;
}

/* So much above high that it cannot have come back between the decision and the report. */
static bool is_far(const struct wm *w, const struct wm_zone *z)
{
	const struct wm_check *c = &z->at[WM_HIGH];

	return request_is_far(w, z, wm_pages_or(z->free, 0) - c->unusable.hi - c->need.hi);
}

static void advise(struct finding *f)
{
	add_next(f, "root", "echo 1 > /proc/sys/vm/compact_memory",
		 "Compact memory now and see in /proc/buddyinfo whether large blocks come back.");
	add_next(f, "root", "cat /proc/pagetypeinfo",
		 "See which kind of page is spread over the blocks: unmovable ones cannot be "
		 "compacted away.");
	add_next(f, "root", "sysctl -w vm.min_free_kbytes=$((2 * $(sysctl -n vm.min_free_kbytes)))",
		 "Keeping more free makes large blocks more likely. Better: let the caller fall "
		 "back to single pages (kvmalloc).");
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct wm *w = wm_of(in, v->arena);
	struct wm_tally t = wm_tally_of(w, WM_MIN);
	const struct wm_zone *z = best_of(w);
	struct finding *f;
	bool sure;

	if (!w->order_known || w->gfp.source == GFP_UNKNOWN) {
		cannot_tell(v, "oom", "the report does not say what was asked for");
		return;
	}
	if (t.ok)
		return;
	if (!z) {
		if (t.may_ok)
			cannot_tell(v, "zone_state",
				    "free lists or the highatomic reserve are not printed, and the "
				    "answer hangs on them");
		return;
	}
	sure = w->sure && !t.may_ok && !t.maybe && is_far(w, z);
	f = fire(
		v, request_oom_severity(in), sure ? CERTAIN : LIKELY,
		"%s asked for %s: %.*s has %s free, enough by its watermarks, but no free block of "
		"order %d that it may take",
		request_who(v), request_text(v, w), STR_ARG(wm_zone_name(z, v->arena)),
		v_human(v, request_bytes(w, wm_pages_or(z->free, 0))), w->order);
	set_cause(f,
		  "Free memory is in pieces smaller than %s. The allocator serves an order-%d "
		  "request only from one contiguous block; reclaim frees scattered pages, and "
		  "compaction made no block in time.",
		  human(f, w->m.page_size << w->order), w->order);
	request_show(f, w, WM_MIN);
	request_values(f, w);
	value_num(f, "free", request_bytes(w, wm_pages_or(z->free, 0)));
	value_int(f, "largest_order_count", z->largest);
	set_margin(f, "one free block of order %d (%s) in %.*s", w->order,
		   human(f, w->m.page_size << w->order), STR_ARG(wm_zone_name(z, v->arena)));
	add_rejected(f, "a plain shortage: an order-0 request would have been served there");
	advise(f);
}

static bool applies(const struct incident *in)
{
	return request_oom_has_request(in) && num_int_or(in->oom->order, 1) > 0;
}

DEFINE_RULE(
	oom_fragmentation, .title = "enough is free, but in pieces too small for the request",
	.doc = "An OOM kill for an order above 0 where some zone that the request may use passes "
	       "the order-0 check at min, and none has a free block that large in a list it may "
	       "take from. Kernels before 4.4 decide by taking the lower orders' blocks off the "
	       "free pages and halving min at each order; newer ones look for a block in an "
	       "unmovable, movable or reclaimable list (CMA for movable requests, highatomic for "
	       "atomic ones). Certain when flags, zone layout and lists are printed, every allowed zone "
	       "fails, and one of them has 5 % of its size more than high and reserves ask for.",
	.refs = REFS("mm/page_alloc.c:__zone_watermark_ok()",
		     "mm/page_alloc.c:__alloc_pages_may_oom()",
		     "mm/compaction.c:try_to_compact_pages()"),
	.on = NEED(oom), .needs = NEED(zone_state), .applies = applies, .check = check);
