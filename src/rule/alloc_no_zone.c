// SPDX-License-Identifier: GPL-2.0-or-later
// The one zone that a request may use holds no memory: include/linux/gfp.h gfp_zone(),
// kernel/dma/pool.c.
#include <inttypes.h>

#include "rule/request.h"

static void fix(struct finding *f)
{
	add_fix(f,
		(struct finding_fix){
			.commit = "a674e48c5443d12a8a43c3ac42367aa39505d506",
			.subject = "dma/pool: create dma atomic pool only if dma zone has managed "
				   "pages",
			.release = "v5.17",
			.present = "unknown",
			.how = STR("for the atomic DMA pool only") });
}

static void advise(struct finding *f, const struct incident *in)
{
	if (in->boot && in->boot->entry && strcmp(in->boot->entry, "kdump") == 0)
		add_next(f, "reboot", "crashkernel=SIZE,low",
			 "Reserve some of the crash kernel's memory low enough for this zone.");
	else
		add_next(
			f, "root",
			"grep -E 'Node|managed' /proc/zoneinfo; grep crashkernel "
			"/proc/cmdline",
			"See which zones have managed pages. In a kdump kernel reserve low memory too "
			"(crashkernel=SIZE,low).");
}

/* --- zones are printed --------------------------------------------------------------------- */

static const struct wm_zone *an_empty_zone(const struct wm *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->zones[i].allowed != T_NO && w->zones[i].empty)
			return &w->zones[i];
	return NULL;
}

static void say_empty(const struct incident *in, struct verdict *v, const struct wm *w)
{
	const struct wm_zone *z = an_empty_zone(w);
	const char *top = zone_type_name(w->highest.hi);
	bool sure = w->sure && w->highest.lo == w->highest.hi && z;
	struct finding *f = fire(v, SEV_HIGH, sure ? CERTAIN : LIKELY,
				 "%s asked for %s, which only zones up to %s may serve, and %s",
				 request_who(v), request_text(v, w), top,
				 z ? "none of them holds a page (managed: 0)"
				   : "the report shows none of them");

	set_cause(
		f,
		"The request can never succeed on this machine as it was booted: all memory lies "
		"above the zone that it asks for. That is usual in a kdump kernel, whose reserved "
		"memory has no low part.");
	request_show(f, w, WM_MIN);
	for (size_t i = 0; i < w->n && i < 8; i++) {
		if (w->zones[i].allowed == T_NO)
			request_show_zone(f, w, &w->zones[i], WM_MIN);
		else
			cite_num(f, &w->zones[i].z->head,
				 counters_get(&w->zones[i].z->values, "managed"));
	}
	request_values(f, w);
	value_text(f, "zone", str_c(top));
	set_margin(f, "memory in a zone up to %s", top);
	add_rejected(f, "a shortage or fragmentation: freeing memory elsewhere cannot help");
	advise(f, in);
	fix(f);
}

/* The low zone has memory, but it is used up while higher zones are free. */
static void check_used_up(struct verdict *v, const struct wm *w, const struct wm_tally *t)
{
	struct request_sums s = request_sums_of(w);
	struct finding *f;

	if (w->order || w->highest.hi >= ZONE_NORMAL || t->low != t->usable || !s.above ||
	    s.above_free < 4 * (s.above_high + s.allowed_free))
		return;
	f = fire(
		v, SEV_MEDIUM, w->sure && !t->maybe ? CERTAIN : LIKELY,
		"%s asked for %s: the zones up to %s are used up (%s free) while %s are free above "
		"them",
		request_who(v), request_text(v, w), zone_type_name(w->highest.hi),
		v_human(v, request_bytes(w, s.allowed_free)),
		v_human(v, request_bytes(w, s.above_free)));
	set_cause(
		f,
		"The flags allow only the lowest zones, and these are below their watermark. Free "
		"memory in higher zones cannot serve the request.");
	request_show(f, w, WM_MIN);
	request_values(f, w);
	value_num(f, "low_free", request_bytes(w, s.allowed_free));
	value_num(f, "high_free", request_bytes(w, s.above_free));
	set_margin(f, "one of the low zones above its min watermark");
	add_next(f, "root", "cat /proc/zoneinfo",
		 "See who fills the low zone; vm.lowmem_reserve_ratio keeps more of it for such "
		 "requests.");
}

/* --- zones are not printed ----------------------------------------------------------------- */

static bool from_dma_pool(const struct incident *in, uint32_t *line,
			  const struct fact_backtrace **t)
{
	static const char *const frames[] = { "dma_atomic_pool_init", "__dma_atomic_pool_init",
					      "atomic_pool_expand" };

	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		if (incident_has_frame(in, frames[i], t, line))
			return true;
	return false;
}

static const struct fact_alloc_failure *pool_failure(const struct incident *in)
{
	const struct fact_alloc_failure *a;

	fact_for_each (in->facts, alloc_failure, a)
		if (a->what && strcmp(a->what, "dma_pool") == 0 && a->head.boot == in->head->boot &&
		    a->head.origin.evidence == in->head->origin.evidence &&
		    (!a->gfp_flags.n || str_has(a->gfp_flags, "GFP_DMA")))
			return a;
	return NULL;
}

/* The Mem-Info is there to its end, yet without any zone: nodes that the request may not use are
 * left out, and so are zones above its own (6.1 and newer). */
static bool no_zone_to_print(const struct incident *in, const struct wm *w)
{
	return w->nodes_given && in->mem && in->mem->ram_total.known &&
	       counters_get(&in->mem->totals, "free").known;
}

static void say_none_printed(const struct incident *in, struct verdict *v, const struct wm *w)
{
	struct num free = counters_get(&in->mem->totals, "free");
	struct str bound = node_list_given(w->nodemask) ? w->nodemask : w->mems;
	struct finding *f = fire(
		v, SEV_HIGH, LIKELY,
		"%s asked for %s on node %.*s, which has no zone for it: the report lists none, "
		"while %s are free elsewhere or in higher zones",
		request_who(v), request_text(v, w), STR_ARG(bound), v_human(v, num_or(free, 0)));

	set_cause(f,
		  "A cpuset or memory policy binds the task to nodes without a zone that the flags "
		  "allow, typically one with nothing but ZONE_MOVABLE. Such a request can never "
		  "succeed; this kernel lets it fail instead of killing processes.");
	cite(f, in->head);
	cite_num(f, &in->mem->head, free);
	cite_num(f, &in->mem->head, in->mem->ram_total);
	add_step(f, "allowed nodes: %.*s; zones printed for them: none", STR_ARG(bound));
	request_values(f, w);
	value_text(f, "nodes", bound);
	value_num(f, "free", num_or(free, 0));
	set_margin(f, "one allowed node with a zone that the flags allow");
	add_rejected(f, "a shortage: the free pages are where this request may not go");
	add_next(
		f, "root",
		"find /sys/fs/cgroup -name 'cpuset.*mems' -exec grep -H . {} +; grep -E '^Node|managed' /proc/zoneinfo",
		"Add a node with Normal memory to the cpuset (or mempolicy) of the task.");
}

static void check_unprinted(const struct incident *in, struct verdict *v, const struct wm *w)
{
	const struct fact_alloc_failure *pool = pool_failure(in);
	const struct fact_backtrace *t = NULL;
	bool in_pool,
		at_boot = str_is(in->fail->comm, "swapper/0") || str_is(in->fail->comm, "swapper");
	uint32_t line = 0;
	struct finding *f;

	in_pool = from_dma_pool(in, &line, &t);
	if (no_zone_to_print(in, w)) {
		say_none_printed(in, v, w);
		return;
	}
	if (!gfp_has(&w->gfp, G_DMA) || !gfp_sure(&w->gfp, G_DMA))
		return;
	if (!(at_boot && (in_pool || pool))) {
		cannot_tell(v, "zone_state", "the zones are not printed");
		return;
	}
	f = fire(
		v, SEV_MEDIUM, LIKELY,
		"%s asked for %s at boot, for the atomic DMA pool, and got nothing: zone DMA has no "
		"memory to give",
		request_who(v), request_text(v, w));
	set_cause(
		f,
		"At boot nothing has used memory up yet. A GFP_DMA request may use the lowest zone "
		"only, which has no managed pages: usual in a kdump kernel, where the first MiB "
		"is locked and the reserved memory lies higher.");
	cite(f, in->head);
	if (in_pool)
		cite_line(f, &t->head, line);
	if (pool)
		cite(f, &pool->head);
	request_values(f, w);
	set_margin(f, "managed pages in zone DMA");
	add_rejected(f, "fragmentation: nothing ran yet that could fragment memory");
	advise(f, in);
	fix(f);
}

/* The pool's own line, where the page allocator kept silent (it does since 5.17 for such a zone).
 */
static bool is_lone_pool(const struct incident *in)
{
	const struct fact_alloc_failure *a;

	if (!in->fail || !in->fail->what || strcmp(in->fail->what, "dma_pool") != 0 ||
	    !str_has(in->fail->reason, "failed to allocate"))
		return false;
	fact_for_each (in->facts, alloc_failure, a)
		if (a->what && strcmp(a->what, "page") == 0 && a->head.boot == in->head->boot &&
		    a->head.origin.evidence == in->head->origin.evidence)
			return false;
	return true;
}

static void say_pool(const struct incident *in, struct verdict *v)
{
	struct str flags = in->fail->gfp_flags;
	struct finding *f;

	f = fire(v, SEV_MEDIUM, LIKELY,
		 "no memory for the atomic DMA pool%s%.*s: the zone that it must lie in has none",
		 flags.n ? " of " : "", STR_ARG(flags));
	set_cause(f, "The pool for atomic DMA allocations is made at boot, when memory is still "
		     "plenty. That it fails means that the zone has no pages for it: usual for "
		     "GFP_DMA in a kdump kernel.");
	cite(f, in->head);
	if (in->fail->bytes.known)
		value_num(f, "bytes", num_or(in->fail->bytes, 0));
	set_margin(f, "managed pages in the pool's zone");
	advise(f, in);
	fix(f);
}

static bool applies(const struct incident *in)
{
	return (request_failed_page(in) && in->fail->order.known) || is_lone_pool(in);
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct wm *w = wm_of(in, v->arena);
	struct wm_tally t = wm_tally_of(w, WM_MIN);

	if (is_lone_pool(in)) {
		say_pool(in, v);
		return;
	}
	if (w->gfp.source == GFP_UNKNOWN) {
		cannot_tell(v, "alloc_failure", "the report does not say what was asked for");
		return;
	}
	if (!w->n)
		check_unprinted(in, v, w);
	else if (!t.usable)
		say_empty(in, v, w);
	else
		check_used_up(v, w, &t);
}

DEFINE_RULE(
	alloc_no_zone, .title = "the zone that a request asks for holds no memory",
	.doc = "A page allocation failed whose flags stop at a low zone (GFP_DMA, GFP_DMA32), or whose "
	       "allowed nodes have no fitting zone, and no such zone manages a single page: the "
	       "request can never succeed. Certain when the zones are printed. Where they are not, "
	       "likely for the atomic DMA pool failing at boot. Also said, with its own words, when "
	       "the low zones are merely used up while higher ones are free.",
	.refs = REFS("include/linux/gfp.h:gfp_zone()", "kernel/dma/pool.c:dma_atomic_pool_init()",
		     "mm/page_alloc.c:has_managed_dma()"),
	.on = NEED(alloc_failure), .applies = applies, .check = check);
