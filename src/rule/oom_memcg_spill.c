// SPDX-License-Identifier: GPL-2.0-or-later
// A memcg's failed charge in a page fault became a global OOM kill: mm/oom_kill.c
// pagefault_out_of_memory() after mem_cgroup_oom_synchronize() found nothing to do.
#include <inttypes.h>

#include "rule/request.h"

static bool below(struct str group, struct str parent)
{
	return parent.n > 1 && group.n >= parent.n && memcmp(group.p, parent.p, parent.n) == 0 &&
	       (group.n == parent.n || group.p[parent.n] == '/');
}

static bool concerns(const struct fact_oom *memcg, const struct fact_oom *o)
{
	struct str limited = memcg->oom_memcg.n ? memcg->oom_memcg : memcg->memcg;

	if (o->trigger.pid.known && memcg->trigger.pid.known &&
	    o->trigger.pid.v == memcg->trigger.pid.v)
		return true;
	return below(o->task_memcg, limited);
}

/* A memcg's own OOM report for the same task or group, within a minute before. */
static const struct fact_oom *memcg_oom_before(const struct incident *in)
{
	const uint64_t minute = 60ull * 1000 * 1000 * 1000;
	const struct fact_oom *o, *found = NULL;

	fact_for_each (in->facts, oom, o) {
		struct num then = o->head.time_ns, now = in->head->time_ns;

		if (o->head.id >= in->head->id || !o->scope || strcmp(o->scope, "memcg") != 0 ||
		    o->head.boot != in->head->boot ||
		    o->head.origin.evidence != in->head->origin.evidence)
			continue;
		if (then.known && now.known && (now.v < then.v || now.v - then.v > minute))
			continue;
		if (concerns(o, in->oom))
			found = o;
	}
	return found;
}

static bool memory_is_free(const struct wm *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->zones[i].free.known && w->zones[i].mark[WM_HIGH].known &&
		    !w->zones[i].broken &&
		    wm_pages_or(w->zones[i].free, 0) >
			    2 * wm_pages_or(w->zones[i].mark[WM_HIGH], 0) + 64 &&
		    w->zones[i].type >= ZONE_DMA32)
			return true;
	return false;
}

static void say(const struct incident *in, struct verdict *v, const struct wm *w,
		const struct fact_oom *memcg)
{
	struct str group = in->oom->task_memcg.n ? in->oom->task_memcg : STR("(not printed)");
	struct finding *f;

	if (memcg)
		f = fire(
			v, request_oom_severity(in), LIKELY,
			"a memcg's limit spilled over: the global OOM killer ran from a page fault "
			"of %s after its memory cgroup had run into its limit",
			request_who(v));
	else
		f = fire(
			v, SEV_MEDIUM, POSSIBLE,
			"the global OOM killer ran from a page fault of %s while memory is free; a "
			"failed charge to memory cgroup %.*s would do that",
			request_who(v), STR_ARG(group));
	set_cause(f,
		  "When a charge fails inside a page fault and the memcg's own OOM handling is "
		  "not armed or finds nobody to kill (a kernel-memory charge, a killed task, "
		  "oom_score_adj -1000, oom_kill_disable), the fault "
		  "returns VM_FAULT_OOM and pagefault_out_of_memory() takes it for a shortage of "
		  "the machine.");
	cite(f, in->head);
	if (memcg)
		cite(f, &memcg->head);
	if (memcg && !memcg->n_victims)
		add_step(f,
			 "the cgroup's own report names nobody killed: the charge could only fail");
	if (in->oom->constraint_line)
		cite_line(f, in->head, in->oom->constraint_line);
	for (size_t i = 0; i < w->n; i++)
		request_show_zone(f, w, &w->zones[i], WM_HIGH);
	set_margin(f, "a gfp_mask other than 0, or no limit on the memcg");
	add_rejected(f, "a shortage of the machine: zones are above their high watermark");
	add_next(f, "root",
		 "grep -H . /sys/fs/cgroup/PATH/memory.max /sys/fs/cgroup/PATH/memory.events",
		 "Compare the group's limit with its usage and its max and oom counts.");
	add_fix(f, (struct finding_fix){
			   .commit = "60e2793d440a3ec95abb5d6d4fc034a4b480472d",
			   .subject = "mm, oom: do not trigger out_of_memory from the #PF",
			   .release = "v5.16",
			   .present = "no",
			   .how = STR("this kernel still killed from a page fault") });
	value_text(f, "memcg", group);
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct wm *w = wm_of(in, v->arena);
	const struct fact_oom *memcg = memcg_oom_before(in);

	if (!memory_is_free(w))
		return;
	if (memcg || (in->oom->task_memcg.n > 1 && str_starts(in->oom->task_memcg, "/")))
		say(in, v, w, memcg);
	else if (!in->oom->task_memcg.n)
		cannot_tell(v, "oom", "the report does not name the task's memory cgroup");
}

DEFINE_RULE(
	oom_memcg_spill, .title = "a memory cgroup's failed charge became a global OOM kill",
	.doc = "The OOM killer was called from a page fault without an allocation behind it "
	       "(gfp_mask=0x0) while zones are well above high. Likely when a memcg OOM report of "
	       "the same task or group stands within a minute before; only possible when merely "
	       "the task's cgroup is known. Never certain: the failed charge itself is not printed.",
	.refs = REFS("mm/oom_kill.c:pagefault_out_of_memory()",
		     "mm/memcontrol.c:mem_cgroup_oom_synchronize()"),
	.on = NEED(oom), .needs = NEED(zone_state), .applies = request_from_page_fault,
	.check = check);
