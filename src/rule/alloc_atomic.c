// SPDX-License-Identifier: GPL-2.0-or-later
// A request that may not wait found free memory below its reserve: mm/page_alloc.c
// gfp_to_alloc_flags().
#include <inttypes.h>

#include "rule/request.h"

/* slub repeats what the page allocator says: only where that says nothing is it worth a finding. */
static bool page_failure_told(const struct incident *in)
{
	const struct fact_alloc_failure *a;

	fact_for_each (in->facts, alloc_failure, a)
		if (a->what && strcmp(a->what, "page") == 0 && a->head.boot == in->head->boot &&
		    a->head.origin.evidence == in->head->origin.evidence)
			return true;
	return false;
}

/* The first of many alike. */
static bool is_first(const struct incident *in)
{
	const struct fact_alloc_failure *a;

	fact_for_each (in->facts, alloc_failure, a)
		if (a->head.id < in->head->id && a->what && strcmp(a->what, "slub") == 0 &&
		    str_eq(a->cache, in->fail->cache) && a->head.boot == in->head->boot &&
		    a->head.origin.evidence == in->head->origin.evidence)
			return false;
	return true;
}

static bool applies(const struct incident *in)
{
	bool empty;

	if (!in->fail || num_int_or(in->fail->order, 0) > 0 || request_before_buddy(in, &empty))
		return false;
	if (in->fail->what && strcmp(in->fail->what, "slub") == 0)
		return is_first(in) && !page_failure_told(in);
	return request_failed_page(in) && in->fail->order.known;
}

/* kswapd has PF_MEMALLOC: it cannot enter reclaim, though the flags allow it. (Where they do not,
 * an interrupt borrowed its name.) */
static bool from_reclaim(const struct incident *in, const struct wm *w)
{
	return str_starts(in->fail->comm, "kswapd") && gfp_has(&w->gfp, G_DIRECT_RECLAIM);
}

static const char *cause_of(const struct incident *in, const struct wm *w, bool all_reserves)
{
	if (all_reserves)
		return "The request was made by kswapd, while it frees memory: it cannot wait for itself, and may take "
		       "every page down to the last. The zones that it may use were empty.";
	if (from_reclaim(in, w))
		return "The request was made by kswapd, while it frees memory: it cannot wait for itself, and "
		       "__GFP_NOMEMALLOC keeps it from the reserves that reclaim may use.";
	if (gfp_has(&w->gfp, G_HIGH))
		return "A request from interrupt context or under a spinlock cannot sleep, so it gets only what is free "
		       "at that moment: down to a part of the min watermark. kswapd did not free pages as fast as they "
		       "were taken.";
	return "A request from interrupt context or under a spinlock cannot sleep, so it gets only what is free at "
	       "that moment: down to the min watermark. kswapd did not free pages as fast as they were taken.";
}

static void say(const struct incident *in, struct verdict *v, const struct wm *w,
		const struct wm_tally *t)
{
	bool low = t->usable && t->low == t->usable;
	bool all_reserves = from_reclaim(in, w) && !gfp_has(&w->gfp, G_NOMEMALLOC);
	bool sure = low && w->sure && !t->maybe && !all_reserves;
	const char *why = low	  ? "every zone that it may use is below the reserve left to it"
			  : t->ok ? "memory was free again when the report was printed"
				  : "it may neither wait nor reclaim";
	struct str flags = gfp_text(&w->gfp, v->arena);
	struct finding *f = fire(
		v, SEV_MEDIUM, sure ? CERTAIN : LIKELY, "%s failed to get a page with %.*s: %s",
		in->fail->cache.n
			? arena_strdup(v->arena, in->fail->cache.p
							 ? arena_str(v->arena, in->fail->cache).p
							 : "")
			: request_who(v),
		STR_ARG(flags), why);

	set_cause(f, "%s", cause_of(in, w, all_reserves));
	request_show(f, w, WM_MIN);
	request_values(f, w);
	if (in->mem && counters_get(&in->mem->totals, "free").known) {
		cite_num(f, &in->mem->head, counters_get(&in->mem->totals, "free"));
		value_num(f, "free", num_or(counters_get(&in->mem->totals, "free"), 0));
	}
	if (num_or(in->fail->repeats, 0))
		value_num(f, "suppressed_count", in->fail->repeats.v);
	set_margin(f, "one zone that it may use above its mark");
	if (t->ok)
		add_rejected(
			f, "a lasting shortage: a zone is above its watermark in the same report");
	add_next(f, "root", "sysctl -w vm.min_free_kbytes=$((2 * $(sysctl -n vm.min_free_kbytes)))",
		 "Keep more free for bursts: double the reserve. (From 4.6 on, a larger "
		 "vm.watermark_scale_factor lets kswapd start earlier and free more.)");
	add_next(
		f, NULL, NULL,
		"Such a failure is allowed: packets are dropped or requests retried. Worry only if "
		"the caller does not cope, or if it goes on.");
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct wm *w = wm_of(in, v->arena);
	struct wm_tally t = wm_tally_of(w, WM_MIN);

	if (w->gfp.source == GFP_UNKNOWN || !gfp_sure(&w->gfp, G_DIRECT_RECLAIM)) {
		cannot_tell(v, "alloc_failure",
			    "the flags do not say whether the request could wait");
		return;
	}
	if ((gfp_has(&w->gfp, G_DIRECT_RECLAIM) && !from_reclaim(in, w)) || (w->n && !t.usable))
		return;
	say(in, v, w, &t);
}

DEFINE_RULE(
	alloc_atomic, .title = "a request that could not wait found no free page",
	.doc = "An order-0 page allocation failure of a request without __GFP_DIRECT_RECLAIM (before "
	       "4.4: __GFP_WAIT): GFP_ATOMIC or GFP_NOWAIT, from interrupts, under spinlocks, in the "
	       "network and block layers. It fails when every zone that it may use is at or below "
	       "what is left to it: min, half of it with __GFP_HIGH, three eighths for GFP_ATOMIC. "
	       "Certain when the printed numbers of all those zones say so. A request of kswapd's own can "
	       "wait as little; without __GFP_NOMEMALLOC it may take the reserves, too: likely then.",
	.refs = REFS("mm/page_alloc.c:gfp_to_alloc_flags()",
		     "mm/page_alloc.c:__zone_watermark_ok()", "mm/slub.c:slab_out_of_memory()"),
	.on = NEED(alloc_failure), .applies = applies, .check = check);
