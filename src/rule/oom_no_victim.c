// SPDX-License-Identifier: GPL-2.0-or-later
// Nobody was left to kill: "no killable processes", "System is deadlocked on memory".
#include <inttypes.h>

#include "rule/rule.h"

static const char *const words[] = { "no killable processes", "deadlocked on memory",
				     "No killable processes" };

static bool says_so(struct str text)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has(text, words[i]))
			return true;
	return false;
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_oom *o = in->oom;
	bool panic = says_so(o->panic);
	const struct fact_task_memory *t;
	uint64_t spared = 0;
	struct finding *f;

	if (!o->no_killable && !panic) {
		if (o->head.cut && !o->n_victims)
			cannot_tell(v, "oom", "the report breaks off before it names a victim");
		return;
	}
	f = fire(v, SEV_MEDIUM, CERTAIN, "The OOM killer found no process to kill%s",
		 panic || o->panicked ? ", and the kernel panicked" : "");
	set_cause(
		f,
		"Every process left is exempt: init, kernel threads, tasks with oom_score_adj -1000, or "
		"there is none yet. What holds the memory is then not a process that could be killed.");
	cite(f, &o->head);
	if (o->no_killable_line)
		cite_line(f, &o->head, o->no_killable_line);
	if (panic && o->panic_line)
		cite_line(f, &o->head, o->panic_line);
	incident_for_each (in, task_memory, t)
		if (t->oom_score_adj.known && num_int_or(t->oom_score_adj, 0) <= -1000)
			spared++;
	if (in->of[FACT_task_memory].n)
		add_step(f, "%zu tasks listed, %" PRIu64 " of them with oom_score_adj -1000",
			 in->of[FACT_task_memory].n, spared);
	set_margin(f, "with one process that may be killed");
	add_next(f, NULL, "grep -l -- -1000 /proc/[0-9]*/oom_score_adj",
		 "See which tasks are exempt.");
}

static bool applies(const struct incident *in)
{
	return in->oom && !in->oom->lowmemorykiller;
}

DEFINE_RULE(
	oom_no_victim, .title = "nobody was left to kill",
	.doc = "Certain by the kernel's own words: \"Out of memory and no killable processes\", \"System is "
	       "deadlocked on memory\". A consequence: the rules that say who holds the memory say why.",
	.refs = REFS("mm/oom_kill.c:out_of_memory()", "mm/oom_kill.c:oom_unkillable_task()"),
	.on = NEED(oom), .applies = applies, .check = check);
