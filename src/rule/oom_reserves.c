// SPDX-License-Identifier: GPL-2.0-or-later
// A large part of memory is free but held back: mm/page_alloc.c __setup_per_zone_wmarks(),
// boost_watermark(), reserve_highatomic_pageblock().
#include <inttypes.h>

#include "rule/request.h"

enum { PERCENT = 15 };
enum { GRAVE_PERCENT = 33 }; /* held back: as bad as any consumer */

struct held {
	int64_t pages, managed;
	int64_t mark, reserve, highatomic, boost;
};

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Free pages that the request could not have, and what held them. */
static struct held sum_held(const struct wm *w)
{
	struct held h = { 0 };

	for (size_t i = 0; i < w->n; i++) {
		const struct wm_zone *z = &w->zones[i];
		int64_t mark = wm_pages_or(z->mark[WM_HIGH], 0);
		struct num boost = counters_get(&z->z->values, "boost");

		if (z->allowed == T_NO || z->empty || z->broken || !z->managed.known)
			continue;
		h.managed += wm_pages_or(z->managed, 0);
		h.pages += least(wm_pages_or(z->free, 0),
				 mark + (int64_t)z->reserve.lo + z->highatomic.lo);
		h.mark += mark;
		h.reserve += (int64_t)z->reserve.lo;
		h.highatomic += z->highatomic.lo;
		h.boost += (int64_t)(num_or(boost, 0) / w->m.page_size);
	}
	return h;
}

static void say(struct verdict *v, const struct wm *w, const struct held *h)
{
	bool grave = percent((uint64_t)h->pages, (uint64_t)h->managed) >= GRAVE_PERCENT;
	struct finding *f = fire(
		v, grave ? SEV_HIGH : SEV_MEDIUM, LIKELY,
		"%s of the %s that %s may use are free but held back by watermarks and reserves "
		"(%.0f %%)",
		v_human(v, request_bytes(w, h->pages)), v_human(v, request_bytes(w, h->managed)),
		request_who(v), percent((uint64_t)h->pages, (uint64_t)h->managed));

	set_cause(f,
		  "The allocator kills before it touches what it must keep free: high watermarks "
		  "%s, lowmem_reserve %s, highatomic %s. On a small machine or with a large "
		  "vm.min_free_kbytes that is a good part of RAM.",
		  human(f, request_bytes(w, h->mark)), human(f, request_bytes(w, h->reserve)),
		  human(f, request_bytes(w, h->highatomic)));
	if (h->boost)
		add_step(f,
			 "boost (watermark_boost_factor, after fragmentation): %" PRId64 " pages",
			 h->boost);
	request_show(f, w, WM_HIGH);
	value_num(f, "held", request_bytes(w, h->pages));
	value_num(f, "managed", request_bytes(w, h->managed));
	set_margin(f, "less than %d %% held back", PERCENT);
	add_next(f, "root",
		 "sysctl vm.min_free_kbytes vm.watermark_scale_factor "
		 "vm.watermark_boost_factor vm.lowmem_reserve_ratio",
		 "Lower what was raised; vm.watermark_boost_factor=0 stops boosting on small "
		 "machines.");
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct wm *w = wm_of(in, v->arena);
	struct wm_tally t = wm_tally_of(w, WM_HIGH);
	struct held h = sum_held(w);

	if (!h.managed) {
		cannot_tell(v, "zone_state", "the zones' sizes are not printed");
		return;
	}
	if (t.ok || t.broken || wm_tally_of(w, WM_MIN).no_block)
		return;
	if (percent((uint64_t)h.pages, (uint64_t)h.managed) >= PERCENT)
		say(v, w, &h);
}

DEFINE_RULE(
	oom_reserves, .title = "a large part of memory is free but held back",
	.doc = "No zone that the request may use passes the high watermark, and at least 15 % of "
	       "their managed memory is free all the same: kept back by min, low and high "
	       "(vm.min_free_kbytes, boosted watermarks), lowmem_reserve[] or the highatomic "
	       "reserve. Likely: whether less reserve would have been enough, no report shows.",
	.refs = REFS("mm/page_alloc.c:__setup_per_zone_wmarks()",
		     "mm/page_alloc.c:boost_watermark()",
		     "mm/page_alloc.c:reserve_highatomic_pageblock()"),
	.on = NEED(oom), .needs = NEED(zone_state), .applies = request_oom_has_request,
	.check = check);
