// SPDX-License-Identifier: GPL-2.0-or-later
// Only low zones may serve the request, and they are exhausted while higher ones are free:
// include/linux/gfp.h gfp_zone().
#include <inttypes.h>

#include "rule/request.h"

/* Where the higher zones are not printed, a reserve may give them away: it is the sum of their
 * pages over a ratio. POSSIBLE: in some builds that fit; LIKELY: in all; CERTAIN is never said. */
static bool hidden_above(const struct wm *w, enum confidence *ret)
{
	bool found = false;

	*ret = POSSIBLE;
	for (size_t i = 0; i < w->n; i++) {
		const struct wm_zone *z = &w->zones[i];
		const struct fact_zone_state *s = z->z;
		uint64_t last;

		if (z->allowed == T_NO || !s->n_reserve || !z->reserve.known || z->broken)
			continue;
		last = num_or(s->lowmem_reserve[s->n_reserve - 1], 0) / w->m.page_size;
		found = found || last > z->reserve.lo;
		if (last > z->reserve.hi)
			*ret = LIKELY;
	}
	return found;
}

static void advise(struct finding *f, const struct wm *w)
{
	if (w->highest.hi < ZONE_NORMAL)
		add_next(f, NULL, NULL,
			 "Ask the driver that wants memory below the limit to use a wider DMA mask "
			 "or an IOMMU.");
	else
		add_next(f, "reboot", NULL,
			 "Run a 64-bit kernel, or one that splits 32-bit address space differently "
			 "(VMSPLIT); fewer mem_map, inode and dentry pages also help.");
	add_next(f, "root", "sort -rnk4 /proc/slabinfo | head; grep -i low /proc/meminfo",
		 "See what holds the low memory: usually slab, page tables or drivers.");
}

static void say(const struct incident *in, struct verdict *v, const struct wm *w,
		const struct request_sums *s, enum confidence sure)
{
	const char *top = w->highest.lo == w->highest.hi ? zone_type_name(w->highest.hi) : "low";
	struct finding *f;

	if (s->above)
		f = fire(
			v, request_oom_severity(in), sure,
			"%s asked for %s, which only zones up to %s may serve: %s free there, while "
			"%s are free in higher zones",
			request_who(v), request_text(v, w), top,
			v_human(v, request_bytes(w, s->allowed_free)),
			v_human(v, request_bytes(w, s->above_free)));
	else
		f = fire(v, request_oom_severity(in), sure,
			 "%s asked for %s, which only zones up to %s may serve: %s free there; the "
			 "rest of the memory is in higher zones",
			 request_who(v), request_text(v, w), top,
			 v_human(v, request_bytes(w, s->allowed_free)));
	set_cause(f,
		  "The flags allow no zone above %s: kernel data must be directly mapped, or a "
		  "device reaches only low addresses. Memory above cannot serve it, so freeing "
		  "user memory there does not help.",
		  top);
	request_show(f, w, WM_HIGH);
	for (size_t i = 0; i < w->n; i++)
		if (w->zones[i].type > w->highest.hi)
			request_show_zone(f, w, &w->zones[i], WM_HIGH);
	request_values(f, w);
	value_num(f, "low_free", request_bytes(w, s->allowed_free));
	if (s->above)
		value_num(f, "high_free", request_bytes(w, s->above_free));
	set_margin(f, "%s more free in one of the allowed zones",
		   human(f, request_bytes(w, s->allowed_high + 1)));
	add_rejected(f, "a shortage of RAM as a whole");
	request_tell_cache(f, w);
	advise(f, w);
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct wm *w = wm_of(in, v->arena);
	struct wm_tally high = wm_tally_of(w, WM_HIGH), min = wm_tally_of(w, WM_MIN);
	struct request_sums s = request_sums_of(w);
	enum confidence sure = CERTAIN;

	if (w->gfp.source == GFP_UNKNOWN) {
		cannot_tell(v, "oom", "the report does not say what was asked for");
		return;
	}
	if (!high.usable || high.ok || high.broken || w->highest.hi >= ZONE_MOVABLE)
		return;
	if (min.no_block && !min.low)
		return;
	if (!s.above && !hidden_above(w, &sure))
		return;
	if (s.above && (s.above_free < 2 * s.above_high || s.above_free < s.allowed_free))
		return;
	if (s.above && (s.above_free < 4 * (s.allowed_high + s.above_high) ||
			s.above_free < s.above_size / 100 * REQUEST_FAR_PERCENT || !w->sure ||
			high.may_ok || min.low != min.usable || w->highest.lo != w->highest.hi))
		sure = LIKELY;
	if (sure == CERTAIN && request_reclaim_failed(w))
		sure = LIKELY;
	say(in, v, w, &s, sure);
}

DEFINE_RULE(
	oom_lowmem, .title = "the low zones are exhausted, and only they may serve the request",
	.doc = "The request's flags stop at a low zone (GFP_KERNEL on a 32-bit machine with high "
	       "memory, GFP_DMA, GFP_DMA32, or kernel memory beside a large Movable zone), every "
	       "zone it may use fails its watermark, and higher zones are far above theirs. Certain "
	       "when all allowed zones are below min + reserve and the higher zones' free pages "
	       "are several times all marks and 5 % of their size; likely when a quarter of the low zones is page cache, "
	       "which reclaim should have taken, or when the higher zones are not printed but "
	       "lowmem_reserve[] shows that they are there.",
	.refs = REFS("include/linux/gfp.h:gfp_zone()", "mm/page_alloc.c:__zone_watermark_ok()",
		     "mm/page_alloc.c:setup_per_zone_lowmem_reserve()"),
	.on = NEED(oom), .needs = NEED(zone_state), .applies = request_oom_has_request,
	.check = check);
