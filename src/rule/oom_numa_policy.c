// SPDX-License-Identifier: GPL-2.0-or-later
// The nodes the request is bound to are exhausted while others are free: mm/oom_kill.c
// constrained_alloc().
#include <inttypes.h>

#include "rule/request.h"

static bool constraint_is(const struct incident *in, const char *what)
{
	return str_is(in->oom->constraint, what);
}

static bool kernel_says_bound(const struct incident *in)
{
	return constraint_is(in, "CONSTRAINT_CPUSET") ||
	       constraint_is(in, "CONSTRAINT_MEMORY_POLICY") ||
	       (in->oom->scope && (strcmp(in->oom->scope, "cpuset") == 0 ||
				   strcmp(in->oom->scope, "mempolicy") == 0));
}

/* Free bytes outside the allowed nodes: in printed zones, and what the total has beyond these. */
static uint64_t free_outside(const struct wm *w, const struct request_sums *s)
{
	struct num total = counters_get(&w->in->mem->totals, "free");
	uint64_t printed = request_bytes(w, s->printed_free);
	uint64_t outside = request_bytes(w, s->other_free);

	if (total.known && !total.hi && total.v > printed)
		outside += total.v - printed;
	return outside;
}

static bool much(const struct wm *w, const struct request_sums *s, uint64_t outside)
{
	uint64_t high = request_bytes(w, s->allowed_high);

	if (outside < 16 * high || outside < request_bytes(w, s->allowed_free))
		return false;
	return !w->in->mem->ram_total.known || outside >= num_or(w->in->mem->ram_total, 0) / 20;
}

static void advise(struct finding *f, const struct fact_oom *o)
{
	if (o->trigger.pid.known)
		add_next(f, "root",
			 arena_printf(f->arena,
				      "grep -E 'bind|prefer' /proc/%" PRIu64
				      "/numa_maps | head; grep Mems_allowed "
				      "/proc/%" PRIu64 "/status",
				      o->trigger.pid.v, o->trigger.pid.v)
				 .p,
			 "See how the task is bound while it lives.");
	add_next(f, NULL, "numactl --preferred=NODE COMMAND",
		 "Prefer a node instead of binding to it, or bind to more nodes (cpuset.mems, "
		 "numactl --membind).");
}

static void say(const struct incident *in, struct verdict *v, const struct wm *w,
		const struct request_sums *s, uint64_t outside)
{
	struct wm_tally t = wm_tally_of(w, WM_HIGH);
	struct str bound = node_list_given(w->nodemask) ? w->nodemask
			   : node_list_given(w->mems)	? w->mems
							: in->mem->restricted_nodes;
	bool sure = w->sure && !t.ok && !t.may_ok && !t.maybe && in->oom->constraint.n &&
		    (s->other || w->highest.lo >= ZONE_MOVABLE);
	struct finding *f;

	f = fire(v, request_oom_severity(in), sure ? CERTAIN : LIKELY,
		 "%s is bound to node%s %.*s, where %s are left, while %s are free on other nodes",
		 request_who(v), bound.n > 1 ? "s" : "", STR_ARG(bound),
		 v_human(v, request_bytes(w, s->allowed_free)), v_human(v, outside));
	set_cause(f,
		  "A %s confines the allocation (%.*s). The OOM killer ran for those nodes only; "
		  "memory on the others may not be used.",
		  constraint_is(in, "CONSTRAINT_CPUSET") ? "cpuset" : "memory policy or cpuset",
		  STR_ARG(in->oom->constraint.n ? in->oom->constraint
						: STR("the kernel prints no constraint")));
	request_show(f, w, WM_HIGH);
	if (in->oom->constraint_line)
		cite_line(f, in->head, in->oom->constraint_line);
	cite_num(f, &in->mem->head, counters_get(&in->mem->totals, "free"));
	request_values(f, w);
	value_text(f, "nodes", bound);
	value_num(f, "free_inside", request_bytes(w, s->allowed_free));
	value_num(f, "free_outside", outside);
	set_margin(f, "%s free on an allowed node",
		   human(f, request_bytes(w, s->allowed_high + 1)));
	add_rejected(f, "a shortage of the machine: other nodes could have served it");
	advise(f, in->oom);
}

/* --- kernels that do not print the nodemask ------------------------------------------------ */

struct nodes {
	const struct wm_zone *short_zone; /**< the largest zone below min */
	const struct wm_zone *full_zone;  /**< the one with most free, above high */
	uint64_t free;			  /**< bytes, of all zones above high on other nodes */
};

/* A node's largest zone stands for the node. */
static bool is_main(const struct wm *w, const struct wm_zone *z)
{
	uint64_t size = num_or(counters_get(&z->z->values, "present"), 0);

	for (size_t i = 0; i < w->n; i++)
		if (w->zones[i].node == z->node && w->zones[i].allowed != T_NO &&
		    num_or(counters_get(&w->zones[i].z->values, "present"), 0) > size)
			return false;
	return true;
}

static struct nodes compare_nodes(const struct wm *w)
{
	struct nodes n = { NULL, NULL, 0 };

	for (size_t i = 0; i < w->n; i++) {
		const struct wm_zone *z = &w->zones[i];

		if (z->allowed == T_NO || z->empty || !is_main(w, z))
			continue;
		if (z->at[WM_MIN].order0 == T_NO && !n.short_zone)
			n.short_zone = z;
		if (z->at[WM_HIGH].ok != T_YES)
			continue;
		n.free += request_bytes(w, wm_pages_or(z->free, 0));
		if (!n.full_zone || wm_pages_or(z->free, 0) > wm_pages_or(n.full_zone->free, 0))
			n.full_zone = z;
	}
	return n;
}

static void say_inferred(const struct incident *in, struct verdict *v, const struct wm *w,
			 const struct nodes *n)
{
	struct finding *f =
		fire(v, request_oom_severity(in), LIKELY,
		     "%s is exhausted (%s free) while other nodes have %s free that the request "
		     "could use: %s must be bound to node %" PRIu64,
		     arena_strdup(v->arena, wm_zone_name(n->short_zone, v->arena).p),
		     v_human(v, request_bytes(w, wm_pages_or(n->short_zone->free, 0))),
		     v_human(v, n->free), request_who(v), n->short_zone->node);

	set_cause(f, "The allocator falls back to other nodes unless a memory policy (mbind, "
		     "set_mempolicy, numactl --membind) forbids it. This kernel prints "
		     "mems_allowed, which is the cpuset's, but not the policy's nodemask.");
	request_show(f, w, WM_HIGH);
	request_values(f, w);
	value_text(f, "node", arena_printf(v->arena, "%" PRIu64, n->short_zone->node));
	value_num(f, "free_outside", n->free);
	set_margin(f, "%.*s above its min watermark",
		   STR_ARG(wm_zone_name(n->short_zone, v->arena)));
	add_rejected(f, "a shortage of the machine: %.*s alone has %s free, above its high mark",
		     STR_ARG(wm_zone_name(n->full_zone, v->arena)),
		     human(f, request_bytes(w, wm_pages_or(n->full_zone->free, 0))));
	advise(f, in->oom);
}

static void check_unprinted(const struct incident *in, struct verdict *v, const struct wm *w)
{
	struct nodes n = compare_nodes(w);
	int64_t high;

	if (!n.short_zone || !n.full_zone || n.short_zone->node == n.full_zone->node)
		return;
	high = wm_pages_or(n.full_zone->mark[WM_HIGH], 0);
	if (wm_pages_or(n.full_zone->free, 0) < 20 * high)
		return;
	say_inferred(in, v, w, &n);
}

/* Kernels before 4.20 name no constraint, but print the nodes allowed and only those. */
static bool may_be_bound(const struct incident *in, const struct wm *w,
			 const struct request_sums *s)
{
	if (in->oom->constraint.n)
		return kernel_says_bound(in);
	if (kernel_says_bound(in))
		return true;
	return (w->nodes_given && s->other) || (in->mem->restricted && in->mem->restricted_nodes.n);
}

/* Above high by more than may have come back while the report was printed. */
static bool surely_served(const struct wm *w)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct wm_zone *z = &w->zones[i];
		int64_t spare = wm_pages_or(z->free, 0) - z->at[WM_HIGH].unusable.hi -
				z->at[WM_HIGH].need.hi;

		if (z->allowed != T_NO && !z->empty && z->at[WM_HIGH].ok == T_YES &&
		    request_is_far(w, z, spare))
			return true;
	}
	return false;
}

static void check_report(const struct incident *in, struct verdict *v)
{
	const struct wm *w = wm_of(in, v->arena);
	struct wm_tally t = wm_tally_of(w, WM_HIGH);
	struct request_sums s = request_sums_of(w);
	uint64_t outside;

	if (w->gfp.source == GFP_UNKNOWN) {
		cannot_tell(v, "oom", "the report does not say what was asked for");
		return;
	}
	if (w->nodes_unknown) {
		check_unprinted(in, v, w);
		return;
	}
	if (!may_be_bound(in, w, &s))
		return;
	if (!t.usable || t.broken || surely_served(w))
		return;
	outside = free_outside(w, &s);
	if (much(w, &s, outside))
		say(in, v, w, &s, outside);
}

/* Of the report only the kill is left. The kernel names a constraint where the request may not use
 * every node that has memory, however much is free on those: constrained_alloc(). */
static void say_constraint(const struct incident *in, struct verdict *v)
{
	const struct fact_oom *o = in->oom;
	bool cpuset = constraint_is(in, "CONSTRAINT_CPUSET");
	struct str bound = cpuset || !node_list_given(o->nodemask) ? o->mems_allowed : o->nodemask;
	struct finding *f = fire(
		v, SEV_MEDIUM, POSSIBLE,
		"The OOM killer ran for the memory of some nodes only%s%.*s: the kernel says %.*s",
		bound.n ? ", node " : "", STR_ARG(bound), STR_ARG(o->constraint));

	set_cause(f,
		  "A %s confines the allocation, so only these nodes had to run out. What was free "
		  "on the others the log does not hold.",
		  cpuset ? "cpuset" : "memory policy");
	cite_line(f, in->head, o->constraint_line);
	if (o->cpuset.n)
		value_text(f, "cpuset", o->cpuset);
	if (bound.n)
		value_text(f, "nodes", bound);
	set_margin(f, "free memory on an allowed node, or more nodes allowed");
	add_next(f, NULL, "numastat -m", "See how much each node has free now.");
	advise(f, o);
}

static void check(const struct incident *in, struct verdict *v)
{
	if (in->mem && in->of[FACT_zone_state].n)
		check_report(in, v);
	else if (in->oom->constraint.n && in->oom->constraint_line && kernel_says_bound(in))
		say_constraint(in, v);
	else if (!in->of[FACT_zone_state].n)
		cannot_tell(v, "zone_state", "the report holds no zone_state");
	else
		cannot_tell(v, "mem_info", "the report holds no mem_info");
}

DEFINE_RULE(
	oom_numa_policy,
	.title = "the nodes that the request is bound to are exhausted, others free",
	.doc = "A memory policy, cpuset or __GFP_THISNODE confines the request to some nodes; their "
	       "zones fail the watermarks, and nodes outside hold much free memory (at least 5 % "
	       "of RAM and 16 times the marks). A report prints only the allowed nodes but the "
	       "free total of all, so the difference is free elsewhere. Certain when the kernel "
	       "names the constraint and none of these zones is above high; one that is by less than "
	       "5 % of its size may have been given that back since. Kernels before 4.6 print no nodemask: there it is likely "
	       "when one node is below min while others are far above high. Possible where nothing is left but the kernel's word "
	       "that a cpuset or memory policy constrained the allocation.",
	.refs = REFS("mm/oom_kill.c:constrained_alloc()", "mm/mempolicy.c:policy_nodemask()",
		     "mm/page_alloc.c:get_page_from_freelist()",
		     "mm/show_mem.c:show_mem_node_skip()"),
	.on = NEED(oom), .applies = request_oom_has_request, .check = check);
