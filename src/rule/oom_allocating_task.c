// SPDX-License-Identifier: GPL-2.0-or-later
// The task that asked was killed, not the largest: vm.oom_kill_allocating_task. out_of_memory().
#include <inttypes.h>

#include "rule/tasks.h"

static bool applies(const struct incident *in)
{
	return in->oom && (in->oom->chosen_by || in->oom->head.cut);
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_oom *o = in->oom;
	struct task_ranking r;
	struct finding *f;

	if (!o->chosen_by)
		cannot_tell(v, "oom", "the report breaks off before it says how it chose");
	if (!o->chosen_by || strcmp(o->chosen_by, "allocating_task") != 0)
		return;
	f = fire(v, SEV_LOW, CERTAIN,
		 "%.*s was killed for asking, not for its size (vm.oom_kill_allocating_task)",
		 STR_ARG(o->n_victims ? o->victims[0].comm : o->trigger.comm));
	set_cause(
		f,
		"With vm.oom_kill_allocating_task=1 the OOM killer takes whoever asked for the page, "
		"however small. Whoever holds the memory lives on.");
	cite(f, &o->head);
	if (o->n_victims)
		cite_line(f, &o->head, o->victims[0].line);
	if (in->of[FACT_task_memory].n && tasks_rank(in, f->arena, &r)) {
		add_step(f, "largest task, not chosen: %.*s[%" PRIu64 "], resident %s",
			 STR_ARG(r.task.comm), num_or(r.task.pid, 0), human(f, r.task.rss));
		cite_line(f, r.task.fact, r.task.line);
	}
	set_margin(f, "with vm.oom_kill_allocating_task=0");
	add_next(f, "root", "sysctl vm.oom_kill_allocating_task=0",
		 "Let the badness score choose.");
}

DEFINE_RULE(
	oom_allocating_task, .title = "the task that asked was killed, whatever its size",
	.doc = "Certain by the kernel's own words: \"Out of memory (oom_kill_allocating_task)\".",
	.refs = REFS("mm/oom_kill.c:out_of_memory()"), .on = NEED(oom), .applies = applies,
	.check = check);
