// SPDX-License-Identifier: GPL-2.0-or-later
// The nodes the request is bound to have no zone that it may use: mm/page_alloc.c
// first_zones_zonelist() finds nothing.
#include <inttypes.h>

#include "model/release.h"
#include "rule/request.h"

/* Zones on the nodes that the request is bound to. */
static size_t zones_inside(const struct wm *w, const struct wm_zone **biggest)
{
	size_t n = 0;

	*biggest = NULL;
	for (size_t i = 0; w->zones && i < w->n; i++) {
		const struct wm_zone *z = &w->zones[i];

		if (node_list_given(w->nodemask) && !node_in_list(w->nodemask, z->node))
			continue;
		if (node_list_given(w->mems) && !node_in_list(w->mems, z->node))
			continue;
		n++;
		if (!*biggest || wm_pages_or(z->free, 0) > wm_pages_or((*biggest)->free, 0))
			*biggest = z;
	}
	return n;
}

/* The node's own LRU counters and those of its printed zones agree: no zone with user pages was cut
 * out of the text. */
static bool nodes_complete(const struct incident *in)
{
	static const char *const lru[] = { "active_anon", "inactive_anon", "active_file",
					   "inactive_file" };
	const struct fact_zone_state *z;
	uint64_t nodes = 0, zones = 0;

	if (!in->mem || !in->mem->n_nodes)
		return false;
	for (size_t k = 0; k < sizeof(lru) / sizeof(lru[0]); k++) {
		for (size_t i = 0; i < in->mem->n_nodes; i++)
			nodes += num_or(counters_get(&in->mem->nodes[i], lru[k]), 0);
		incident_for_each (in, zone_state, z)
			zones += num_or(counters_get(&z->values, lru[k]), 0);
	}
	return nodes == zones;
}

static bool kernel_says_bound(const struct incident *in)
{
	return str_is(in->oom->constraint, "CONSTRAINT_CPUSET") ||
	       str_is(in->oom->constraint, "CONSTRAINT_MEMORY_POLICY");
}

/* The check of v5.16 is made only when a cpuset is written. */
static void fix(struct finding *f, const struct incident *in)
{
	struct release r = { .known = false };
	bool has;

	if (in->boot)
		r = release_of(in->boot->kernel, in->boot->build);
	has = r.known && release_since(r, 5, 16);
	add_fix(f,
		(struct finding_fix){
			.commit = "8ca1b5a49885f0c0c486544da46a9e0ac790831d",
			.subject = "mm/page_alloc: detect allocation forbidden by cpuset and bail "
				   "out early",
			.release = "v5.16",
			.present = has ? "yes" : "unknown",
			.how = has ? STR("its check runs only when a cpuset is written: a node that "
					 "loses its Normal memory afterwards passes it")
				   : STR("this kernel ran the OOM killer for such a request") });
}

static void advise(struct finding *f, const struct incident *in, const struct wm *w)
{
	if (in->oom->constraint_line)
		cite_line(f, in->head, in->oom->constraint_line);
	request_values(f, w);
	set_cause(f, "The zonelist filtered by the allowed nodes is empty, so the allocation could "
		     "never succeed; the kernel took that for a shortage and kills one process "
		     "after another without freeing anything this request could use.");
	set_margin(f, "one node with a zone up to %s among those allowed",
		   zone_type_name(w->highest.hi));
	add_rejected(f, "a shortage: the free pages are where this request may not go");
	add_next(
		f, "root",
		"grep -H . /sys/fs/cgroup/PATH/cpuset.mems; grep -E '^Node|managed' /proc/zoneinfo",
		"Add a node with Normal memory to the cpuset (or mempolicy) of the task.");
	add_next(
		f, "root", "grep -H . /sys/devices/system/node/node*/memory*/valid_zones",
		"Or make Normal memory on its node: a hot-plugged block that is put offline and on "
		"again with online_kernel.");
	fix(f, in);
}

static void say(const struct incident *in, struct verdict *v, const struct wm *w,
		const struct wm_zone *z, enum confidence sure)
{
	struct str bound = node_list_given(w->nodemask) ? w->nodemask : w->mems;
	struct finding *f =
		fire(v, request_oom_severity(in), sure,
		     "%s asked for %s and is bound to node%s %.*s, which ha%s no zone that such a "
		     "request may use: %.*s, with %s free, takes movable user pages only",
		     request_who(v), request_text(v, w), bound.n > 1 ? "s" : "", STR_ARG(bound),
		     bound.n > 1 ? "ve" : "s", STR_ARG(wm_zone_name(z, v->arena)),
		     v_human(v, request_bytes(w, wm_pages_or(z->free, 0))));

	request_show(f, w, WM_HIGH);
	for (size_t i = 0; i < w->n; i++)
		request_show_zone(f, w, &w->zones[i], WM_HIGH);
	value_text(f, "nodes", bound);
	value_num(f, "free", request_bytes(w, wm_pages_or(z->free, 0)));
	advise(f, in, w);
}

/* The Mem-Info is there to its end without any zone: nodes that the request may not use are left
 * out, and since 6.1 so are zones above its own. */
static bool none_to_print(const struct incident *in, const struct wm *w)
{
	return kernel_says_bound(in) && w->nodes_given && in->mem && !in->mem->n_nodes &&
	       !in->mem->head.cut && in->mem->ram_total.known &&
	       counters_get(&in->mem->totals, "free").known;
}

static void say_none_printed(const struct incident *in, struct verdict *v, const struct wm *w)
{
	struct num free = counters_get(&in->mem->totals, "free");
	struct str bound = node_list_given(w->nodemask) ? w->nodemask : w->mems;
	struct finding *f =
		fire(v, request_oom_severity(in), LIKELY,
		     "%s asked for %s and is bound to node%s %.*s, for which the report lists no "
		     "zone at all, while %s are free elsewhere or in higher zones",
		     request_who(v), request_text(v, w), bound.n > 1 ? "s" : "", STR_ARG(bound),
		     v_human(v, num_or(free, 0)));

	request_show(f, w, WM_HIGH);
	cite_num(f, &in->mem->head, free);
	cite_num(f, &in->mem->head, in->mem->ram_total);
	add_step(f,
		 "allowed nodes: %.*s; zones printed for them: none, though 6.1 and newer print "
		 "every zone that the request may use",
		 STR_ARG(bound));
	value_text(f, "nodes", bound);
	value_num(f, "free", num_or(free, 0));
	advise(f, in, w);
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct wm *w = wm_of(in, v->arena);
	struct wm_tally t = wm_tally_of(w, WM_HIGH);
	const struct wm_zone *z;
	bool sure;

	if (w->gfp.source == GFP_UNKNOWN) {
		cannot_tell(v, "oom", "the report does not say what was asked for");
		return;
	}
	if (!w->n) {
		if (none_to_print(in, w))
			say_none_printed(in, v, w);
		else
			cannot_tell(v, "zone_state", "the report holds no zone_state");
		return;
	}
	if (t.usable || !zones_inside(w, &z))
		return;
	if (!w->nodes_given) {
		cannot_tell(v, "oom", "the report does not say which nodes the request may use");
		return;
	}
	sure = w->sure && kernel_says_bound(in) && nodes_complete(in);
	say(in, v, w, z, sure ? CERTAIN : LIKELY);
}

DEFINE_RULE(
	oom_no_zone, .title = "the allowed nodes have no zone that the request may use",
	.doc = "A cpuset or mempolicy binds the task to nodes whose only zones lie above the highest "
	       "one that the request's flags allow, typically a node with nothing but ZONE_MOVABLE "
	       "and a request for kernel memory. No kill can help. Certain when the kernel names "
	       "the constraint, the flags are printed, and the zones printed account for all of "
	       "the nodes' pages. Likely when the kernel names the constraint and the Mem-Info is "
	       "there to its end without a single zone, as 6.1 and newer print it.",
	.refs = REFS("include/linux/mmzone.h:first_zones_zonelist()",
		     "mm/page_alloc.c:__alloc_pages_slowpath()",
		     "mm/oom_kill.c:constrained_alloc()"),
	.on = NEED(oom), .applies = request_oom_has_request, .check = check);
