// SPDX-License-Identifier: GPL-2.0-or-later
// What is free is CMA, which this request may not use: mm/page_alloc.c
// __zone_watermark_unusable_free().
#include <inttypes.h>

#include "rule/request.h"

enum { WORTH_PERCENT = 2 }; /* of the zone: less CMA than that is always left over */

/* Pages by which it would pass at min if its CMA pages counted; 0 or less: it would not. */
static int64_t spare_with_cma(const struct wm_zone *z)
{
	const struct wm_check *c = &z->at[WM_MIN];
	int64_t cma = wm_pages_or(z->cma, 0);

	if (z->allowed == T_NO || z->empty || cma <= 0 || c->order0 != T_NO)
		return 0;
	return wm_pages_or(z->free, 0) - (c->unusable.hi - cma) - c->need.hi;
}

static bool only_cma_free(const struct wm_zone *z)
{
	int64_t spare = spare_with_cma(z);

	return spare > 0 &&
	       (!z->managed.known || spare >= wm_pages_or(z->managed, 0) / 100 * WORTH_PERCENT);
}

static void say(const struct incident *in, struct verdict *v, const struct wm *w,
		const struct wm_zone *z, enum confidence sure)
{
	int64_t free = wm_pages_or(z->free, 0), cma = wm_pages_or(z->cma, 0);
	struct finding *f =
		fire(v, request_oom_severity(in), sure,
		     "%s asked for %s: of the %s free in %.*s, %s are CMA, which only movable "
		     "requests may use",
		     request_who(v), request_text(v, w), v_human(v, request_bytes(w, free)),
		     STR_ARG(wm_zone_name(z, v->arena)), v_human(v, request_bytes(w, cma)));

	set_cause(f, "Free pages of a CMA area are kept for movable pages and the area's owner. "
		     "Without them the zone is below its watermark.");
	request_show(f, w, WM_MIN);
	cite_num(f, &z->z->head, counters_get(&z->z->values, "free_cma"));
	add_step(f, "%.*s: free %" PRId64 " - free_cma %" PRId64 " = %" PRId64 " pages",
		 STR_ARG(wm_zone_name(z, v->arena)), free, cma, free - cma);
	request_values(f, w);
	value_num(f, "free", request_bytes(w, free));
	value_num(f, "free_cma", request_bytes(w, cma));
	set_margin(f, "%s free outside CMA in %.*s",
		   human(f, request_bytes(w, z->at[WM_MIN].need.lo + 1)),
		   STR_ARG(wm_zone_name(z, v->arena)));
	request_tell_cache(f, w);
	add_next(f, "reboot", "cma=SIZE",
		 "Make the CMA area smaller (cma=, cma_pernuma=, or "
		 "linux,cma in the device tree).");
	add_next(f, "root", "grep -i cma /proc/meminfo /proc/zoneinfo",
		 "See how much CMA there is and how much of it is free.");
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct wm *w = wm_of(in, v->arena);
	struct wm_tally t = wm_tally_of(w, WM_MIN);
	bool printed = false, far;

	if (w->gfp.source == GFP_UNKNOWN) {
		cannot_tell(v, "oom", "the report does not say what was asked for");
		return;
	}
	if (t.ok || (gfp_has(&w->gfp, G_MOVABLE) && gfp_sure(&w->gfp, G_MOVABLE)))
		return;
	for (size_t i = 0; i < w->n; i++) {
		printed = printed || w->zones[i].cma.known;
		if (!only_cma_free(&w->zones[i]))
			continue;
		far = request_is_far(w, &w->zones[i], spare_with_cma(&w->zones[i]));
		say(in, v, w, &w->zones[i],
		    w->sure && far && !t.may_ok && !t.maybe && !request_reclaim_failed(w) ? CERTAIN
											  : LIKELY);
		return;
	}
	if (!printed && in->mem && num_or(in->mem->cma_reserved, 0))
		cannot_tell(v, "zone_state", "the zones' free CMA pages are not printed");
}

DEFINE_RULE(
	oom_cma_only, .title = "what is free is CMA, which the request may not use",
	.doc = "The request is not movable, every zone it may use fails the min watermark, and at "
	       "least one of them would pass if its free_cma pages counted, by 2 % of its size or more. "
	       "Certain when flags, zones and free_cma are printed and it is 5 %; likely when a quarter of "
	       "these zones is page cache, which reclaim should have taken.",
	.refs = REFS("mm/page_alloc.c:__zone_watermark_unusable_free()",
		     "mm/page_alloc.c:gfp_to_alloc_flags_cma()"),
	.on = NEED(oom), .needs = NEED(zone_state), .applies = request_oom_has_request,
	.check = check);
