// SPDX-License-Identifier: GPL-2.0-or-later
// Processes hold the memory: the anonymous LRU against RAM, and dump_tasks().
#include <inttypes.h>

#include "rule/share.h"
#include "rule/tasks.h"

static void name_tasks(struct finding *f, const struct task_ranking *r, const struct shares *s)
{
	const struct task_use *one = &r->task, *all = &r->named;
	uint64_t held = one->rss + one->swap;

	if (all->count > 1 && all->rss + all->swap >= 2 * held) {
		f->summary = arena_printf(f->arena,
					  "%" PRIu64
					  " processes named %.*s hold %s together (%.1f %% of %s)",
					  all->count, STR_ARG(all->comm), human(f, all->rss),
					  percent(all->rss, s->whole), s->whole_name);
		add_step(f, "%.*s: %" PRIu64 " processes, resident %s, swapped %s",
			 STR_ARG(all->comm), all->count, human(f, all->rss), human(f, all->swap));
		value_text(f, "comm", all->comm);
		value_num(f, "rss", all->rss);
		value_num(f, "processes_count", all->count);
		cite_line(f, all->fact, all->line);
		return;
	}
	f->summary = arena_printf(
		f->arena, "The process %.*s (pid %" PRIu64 ") holds %s (%.1f %% of %s)%s%s",
		STR_ARG(one->comm), num_or(one->pid, 0), human(f, one->rss),
		percent(one->rss, s->whole), s->whole_name,
		one->swap ? " and has swapped out " : "", one->swap ? human(f, one->swap) : "");
	add_step(f, "%.*s[%" PRIu64 "]: resident %s, swapped %s%s", STR_ARG(one->comm),
		 num_or(one->pid, 0), human(f, one->rss), human(f, one->swap),
		 one->victim ? " (the kill line; no task table)" : "");
	value_text(f, "comm", one->comm);
	value_num(f, "pid", num_or(one->pid, 0));
	value_num(f, "rss", one->rss);
	value_num(f, "swap", one->swap);
	cite_line(f, one->fact, one->line);
}

static void add_tasks(struct finding *f, const struct incident *in, struct shares *s)
{
	struct task_ranking r;

	if (!tasks_rank(in, f->arena, &r)) {
		add_rejected(f, "which process: the report has neither a task table "
				"(vm.oom_dump_tasks=1 prints it) nor a victim");
		return;
	}
	if (r.task.rss + r.task.swap >= s->v[HOLD_ANON].bytes / 10 ||
	    r.named.rss + r.named.swap >= s->v[HOLD_ANON].bytes / 4)
		name_tasks(f, &r, s);
	if (r.count > 1)
		add_step(f, "all %" PRIu64 " tasks listed: resident %s, swapped %s", r.count,
			 human(f, r.rss), human(f, r.swap));
}

enum { WORTH = 128 * 1024 * 1024 };

/* Of the report only the kill is left. The killer takes who holds most, oom_score_adj aside, so the
 * others hold less; what else filled memory is not there. */
static bool say_victim(const struct incident *in, struct verdict *v)
{
	const struct victim *one = in->oom && in->oom->n_victims ? in->oom->victims : NULL;
	uint64_t ram = num_or(boot_managed(in->boot), 0), held;
	struct finding *f;

	if (!one || !one->anon_rss.known || in->mem || in->of[FACT_task_memory].n)
		return false;
	held = num_or(one->anon_rss, 0);
	if (held < (ram ? ram / 4 : WORTH))
		return false;
	f = fire(v, SEV_LOW, POSSIBLE,
		 "The OOM killer took %.*s[%" PRIu64 "], which held %s; the rest of the report is "
		 "lost",
		 STR_ARG(one->comm), num_or(one->pid, 0), v_human(v, held));
	set_cause(
		f,
		"It takes the process that holds most, unless oom_score_adj says otherwise. Whether "
		"that filled memory, or something that is no process, only the lost lines "
		"tell.");
	cite_line(f, in->head, one->line ? one->line : in->head->origin.line);
	if (ram)
		add_step(f, "of %s RAM at boot: %.1f %%", human(f, ram), percent(held, ram));
	value_text(f, "comm", one->comm);
	value_num(f, "pid", num_or(one->pid, 0));
	value_num(f, "rss", held);
	set_margin(f, "with a smaller process chosen, or the report's Mem-Info");
	add_next(
		f, "root", "journalctl -k -g 'oom|Mem-Info|active_anon|pages RAM|Killed process'",
		"Find the whole report: it begins with \"invoked oom-killer\" and holds Mem-Info.");
	add_next(f, NULL, "smem -t -k -s pss | tail", "See which processes hold memory now.");
	return true;
}

static void check(const struct incident *in, struct verdict *v)
{
	struct shares s;
	struct finding *f;

	if (!in->mem) {
		if (!say_victim(in, v))
			cannot_tell(v, "mem_info", "the report holds no mem_info");
		return;
	}
	f = consumer_check(in, v, HOLD_ANON, &s);
	if (!f)
		return;
	if (budget_term(s.budget, "active")) {
		f->confidence = f->confidence == CERTAIN ? LIKELY : f->confidence;
		add_rejected(f,
			     "page cache alone: this kernel prints anonymous and file pages in one "
			     "list, so the share may hold both");
	}
	if (!counters_get(&in->mem->totals, "shmem").known && f->confidence == CERTAIN) {
		f->confidence = LIKELY;
		add_rejected(f,
			     "tmpfs and shared memory: they are in the same lists, and the report "
			     "does not say how much of it they are");
	}
	set_cause(f, "Anonymous memory (heap, stacks, private mappings) can only be freed by its "
		     "process, or go to swap. It fills RAM, so the page allocator found nothing to "
		     "reclaim.");
	add_tasks(f, in, &s);
	add_next(f, NULL, "smem -t -k -s pss | tail", "See which processes hold memory now.");
	add_next(f, "root", "systemctl set-property SERVICE MemoryMax=SIZE",
		 "Limit the service in a memory cgroup, so that it alone is killed; or give the "
		 "machine more RAM or swap.");
	add_next(f, NULL, "grep -E 'VmRSS|RssAnon|VmSwap' /proc/PID/status",
		 "Follow the process over time: growth that never ends is a leak in it.");
}

DEFINE_RULE(
	oom_process, .title = "processes hold the memory",
	.doc = "Takes the anonymous LRU (active, inactive, isolated) less shmem, and compares with RAM. "
	       "More than half beyond all counter errors: certain, where the report tells shmem. A quarter and the largest account: "
	       "likely. Then names the largest task of the report's table by resident and swapped "
	       "memory, or the name whose tasks hold more than twice that together; without a table, "
	       "the victim. Of a report of which only the kill is left: possible, where the victim held a quarter of RAM, or "
	       "128 MiB where that is not known.\n"
	       "The rule says who holds memory, not that he should not: a database sized to the "
	       "machine looks the same as a leak.",
	.refs = REFS("mm/show_mem.c:show_free_areas()", "mm/oom_kill.c:dump_tasks()",
		     "mm/oom_kill.c:oom_badness()"),
	.on = CONSUMER_HEADS, .applies = consumer_applies, .check = check);
