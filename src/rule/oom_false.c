// SPDX-License-Identifier: GPL-2.0-or-later
// The OOM killer ran although memory was there: mm/oom_kill.c pagefault_out_of_memory(),
// mm/page_alloc.c __alloc_pages_may_oom().
#include <inttypes.h>

#include "rule/request.h"

/* Above high and above whatever any request would have to leave. */
static bool plenty(const struct wm *w, const struct wm_zone *z, int64_t *spare)
{
	int64_t free = wm_pages_or(z->free, 0), need = wm_pages_or(z->mark[WM_HIGH], 0);
	uint64_t most = 0;

	if (!z->free.known || !z->mark[WM_HIGH].known || z->broken || z->empty)
		return false;
	for (size_t i = 0; i < z->z->n_reserve; i++)
		if (num_or(z->z->lowmem_reserve[i], 0) / w->m.page_size > most)
			most = num_or(z->z->lowmem_reserve[i], 0) / w->m.page_size;
	if (most > (uint64_t)WM_MOST)
		return false;
	need += (int64_t)most + wm_pages_or(z->cma, 0) + z->highatomic.hi;
	*spare = free - need;
	return *spare > 0;
}

/* An earlier victim in the last seconds may just have given back what is free now. */
static bool killed_just_before(const struct incident *in)
{
	const uint64_t recent = 10ull * 1000 * 1000 * 1000;
	const struct fact_oom *o;

	fact_for_each (in->facts, oom, o) {
		struct num then = o->head.time_ns, now = in->head->time_ns;

		if (o->head.id >= in->head->id || o->head.boot != in->head->boot ||
		    o->head.origin.evidence != in->head->origin.evidence)
			continue;
		if (!then.known || !now.known || (now.v >= then.v && now.v - then.v < recent))
			return true;
	}
	return false;
}

/* --- from a page fault --------------------------------------------------------------------- */

static void say_page_fault(const struct incident *in, struct verdict *v, const struct wm *w,
			   uint64_t spare, bool all, bool far)
{
	const struct fact_backtrace *t;
	uint32_t line;
	bool sure = all && far && !killed_just_before(in) && in->oom->gfp_mask.known;
	struct finding *f =
		fire(v, request_oom_severity(in), sure ? CERTAIN : LIKELY,
		     "the OOM killer was called from a page fault (gfp_mask=0x0), not by an "
		     "allocation that failed, with %s free above %s zone's high watermark and "
		     "reserves",
		     v_human(v, spare), all ? "every" : "a");

	set_cause(f, "A page fault handler returned VM_FAULT_OOM and pagefault_out_of_memory() ran "
		     "the global OOM killer. The fault's own error came from elsewhere: a failed "
		     "memcg charge, a fault handler of a driver or filesystem, or a damaged swap "
		     "entry or page table.");
	cite(f, in->head);
	if (incident_has_frame(in, "pagefault_out_of_memory", &t, &line))
		cite_line(f, &t->head, line);
	for (size_t i = 0; i < w->n; i++)
		request_show_zone(f, w, &w->zones[i], WM_HIGH);
	value_num(f, "spare", spare);
	set_margin(f, "%s less free memory", human(f, spare));
	add_rejected(f, "a shortage: gfp_mask is 0, so no request of the page allocator is "
			"behind this kill");
	add_next(f, NULL, NULL,
		 "Look at the lines just before and after for the real error: memcg limits, I/O or "
		 "swap errors, 'Bad page map', 'Bad rss-counter', a driver's fault handler.");
	add_fix(f, (struct finding_fix){
			   .commit = "60e2793d440a3ec95abb5d6d4fc034a4b480472d",
			   .subject = "mm, oom: do not trigger out_of_memory from the #PF",
			   .release = "v5.16",
			   .present = "no",
			   .how = STR("this kernel still killed from a page fault") });
}

static void check_page_fault(const struct incident *in, struct verdict *v, const struct wm *w)
{
	bool all = w->n > 0, any = false, far = false;
	int64_t sum = 0, spare;

	for (size_t i = 0; i < w->n; i++) {
		if (w->zones[i].empty)
			continue;
		if (plenty(w, &w->zones[i], &spare)) {
			any = true;
			far = far || request_is_far(w, &w->zones[i], spare);
			sum += spare;
		} else {
			all = false;
		}
	}
	if (any)
		say_page_fault(in, v, w, request_bytes(w, sum), all, far);
}

/* --- from the allocator -------------------------------------------------------------------- */

static const struct wm_zone *serving_zone(const struct wm *w, int64_t *ret)
{
	const struct wm_zone *best = NULL;

	for (size_t i = 0; i < w->n; i++) {
		const struct wm_zone *z = &w->zones[i];
		int64_t spare = wm_pages_or(z->free, 0) - z->at[WM_HIGH].unusable.hi -
				z->at[WM_HIGH].need.hi;

		if (z->allowed == T_NO || z->empty || z->broken || z->at[WM_HIGH].ok != T_YES)
			continue;
		if (!best || spare > *ret) {
			best = z;
			*ret = spare;
		}
	}
	return best;
}

static void say_allocator(const struct incident *in, struct verdict *v, const struct wm *w,
			  const struct wm_zone *z, int64_t spare)
{
	struct finding *f = fire(
		v, request_oom_severity(in), LIKELY,
		"%s asked for %s, and %.*s could have served it: %s free, %s above its high watermark "
		"and reserve",
		request_who(v), request_text(v, w), STR_ARG(wm_zone_name(z, v->arena)),
		v_human(v, request_bytes(w, wm_pages_or(z->free, 0))),
		v_human(v, request_bytes(w, spare)));

	set_cause(f, "Before it kills, the allocator tries once more at the high watermark. By the "
		     "numbers printed right after, that try succeeds in this zone. Either the "
		     "memory came back in between, or the allocator's own state (zonelist, cpuset, "
		     "counters) was wrong.");
	request_show(f, w, WM_HIGH);
	request_values(f, w);
	value_num(f, "free", request_bytes(w, wm_pages_or(z->free, 0)));
	value_num(f, "spare", request_bytes(w, spare));
	set_margin(f, "%s less free in %.*s", human(f, request_bytes(w, spare)),
		   STR_ARG(wm_zone_name(z, v->arena)));
	add_next(f, "root", "cat /proc/zoneinfo /proc/vmstat",
		 "Compare the zones' managed pages and counters with what is really free.");
}

static void check_allocator(const struct incident *in, struct verdict *v, const struct wm *w)
{
	const struct wm_zone *z;
	struct wm_tally t = wm_tally_of(w, WM_HIGH);
	int64_t spare = 0;

	if (w->gfp.source == GFP_UNKNOWN || !w->order_known) {
		cannot_tell(v, "oom", "the report does not say what was asked for");
		return;
	}
	z = serving_zone(w, &spare);
	/* A node to which the task may be bound is short: the policy explains it. */
	if (z && w->nodes_unknown && t.low)
		return;
	if (z && spare > z->at[WM_HIGH].need.hi && request_is_far(w, z, spare))
		say_allocator(in, v, w, z, spare);
	else if (z)
		cannot_tell(
			v, "zone_state",
			"a zone is above high + reserve, but by less than that again: so much may "
			"have been freed between the decision and the report");
	else if (t.usable && wm_tally_of(w, WM_MIN).ok)
		cannot_tell(v, "zone_state",
			    "a zone is between min and high: the last try before the kill wanted "
			    "high, and the numbers may have moved since");
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct wm *w = wm_of(in, v->arena);

	if (request_from_page_fault(in))
		check_page_fault(in, v, w);
	else
		check_allocator(in, v, w);
}

DEFINE_RULE(
	oom_false, .title = "the OOM killer ran although memory was there",
	.doc = "Either a page fault called the OOM killer without an allocation behind it "
	       "(gfp_mask=0x0: pagefault_out_of_memory(), up to v5.15) while zones are above high "
	       "and all their reserves; or an allocation did, and a zone that it may use is above "
	       "high + reserve, with a block of its order. The first is certain when all zones are "
	       "above, one of them by 5 % of its size, and no other kill in the ten seconds before can "
	       "have freed that: gfp_mask=0x0 is the kernel's own statement. The second is likely when "
	       "the zone is above twice its mark and by 5 % of its size, and never certain: the report "
	       "is printed after the decision. Below that it cannot tell.",
	.refs = REFS("mm/oom_kill.c:pagefault_out_of_memory()",
		     "mm/page_alloc.c:__alloc_pages_may_oom()",
		     "mm/page_alloc.c:__zone_watermark_ok()"),
	.on = NEED(oom), .needs = NEED(zone_state), .applies = request_global_oom, .check = check);
