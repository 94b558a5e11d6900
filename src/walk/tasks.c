// SPDX-License-Identifier: GPL-2.0-or-later
// Tasks: who, in which state, where, since when (include/linux/sched.h, fs/proc/array.c).
#include <string.h>

#include "walk/task_list.h"

enum { PID, TGID, COMM, STATE, EXIT_STATE, CPU, ON_CPU, FLAGS, MM, LAST_ARRIVAL, PARENT, N_WANT };

static const struct want want[N_WANT] = {
	[PID] = WANT("task_struct", "pid"),
	[TGID] = WANT("task_struct", "tgid"),
	[COMM] = WANT("task_struct", "comm"),
	/* 2f064a59a11f ("sched: Change task_struct::state") in 5.14 renamed it */
	[STATE] = WANT_OR("task_struct", "__state", "task_struct", "state"),
	[EXIT_STATE] = WANT("task_struct", "exit_state"),
	/* bcf9033e5449 ("sched: move CPU field back into thread_info if THREAD_INFO_IN_TASK=y")
	   in 5.16 */
	[CPU] = WANT_OR("task_struct", "thread_info.cpu", "task_struct", "cpu"),
	[ON_CPU] = OPTIONAL("task_struct", "on_cpu"),
	[FLAGS] = OPTIONAL("task_struct", "flags"),
	[MM] = OPTIONAL("task_struct", "mm"),
	[LAST_ARRIVAL] = OPTIONAL("task_struct", "sched_info.last_arrival"),
	[PARENT] = OPTIONAL("task_struct", "real_parent"),
};

/* include/linux/sched.h: bits that /proc reports, and those above them that change the letter */
enum {
	TASK_UNINTERRUPTIBLE = 0x2,
	TASK_REPORT = 0x7f,
	TASK_NOLOAD = 0x400,
	TASK_RTLOCK_WAIT = 0x1000,
	TASK_FROZEN = 0x8000,
	PF_KTHREAD = 0x00200000,
};

static const char *state_letter(uint64_t state, uint64_t exit_state)
{
	static const char *const letters[] = { "R", "S", "D", "T", "t", "X", "Z", "P" };
	uint64_t bits = (state | exit_state) & TASK_REPORT;

	if ((state & (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)) == (TASK_UNINTERRUPTIBLE | TASK_NOLOAD))
		return "I";
	if (state & (TASK_RTLOCK_WAIT | TASK_FROZEN))
		return "D";
	return letters[bits ? 64 - __builtin_clzll(bits) : 0];
}

/* A number of a task_struct, some pages of which the dump may lack. */
static struct num get(struct target *t, kaddr_t task, size_t member)
{
	bool ok = true;
	uint64_t v = walk_get(t, task, member, &ok);

	return ok ? num_at((uint32_t)v, 0) : (struct num){ 0 };
}

static void add_task(struct target *t, kaddr_t task)
{
	struct fact_task *f = walk_fact(t, FACT_task, task);
	uint64_t flags = walk_get(t, task, FLAGS, NULL), last;
	bool ok = true;
	uint64_t state = walk_get(t, task, STATE, &ok), exited = walk_get(t, task, EXIT_STATE, &ok);

	f->pid = get(t, task, PID);
	f->tgid = get(t, task, TGID);
	f->comm = arena_str(&t->facts->arena, dump_string(t->dump, task + t->m[COMM].offset, 16));
	f->state = ok ? state_letter(state, exited) : NULL;
	f->cpu = get(t, task, CPU);
	f->running = t->m[ON_CPU].found && walk_get(t, task, ON_CPU, NULL) != 0;
	f->kthread = flags & PF_KTHREAD;
	last = walk_get(t, task, LAST_ARRIVAL, NULL);
	if (last)
		f->last_ran_ns = num_at(last, 0);
}

static void walk(struct target *t)
{
	struct task_list list = task_list(t);
	struct walk_lost lost = { 0 };

	for (size_t i = 0; i < list.n; i++) {
		if (task_readable(t, list.v[i]))
			add_task(t, list.v[i]);
		else
			walk_lost_add(t, &lost, list.v[i] + t->m[PID].offset);
	}
	if (list.only_in_idr)
		walk_note(t, "tasks: %zu tasks are in the pid IDR but not on the task list",
			  list.only_in_idr);
	walk_lost_tell(t, &lost, "tasks", "task_structs");
}

DEFINE_WALKER(tasks, .doc = "tasks and their states", .want = want, .n_want = N_WANT,
	      .symbols = (const enum symbol[]){ SYM_init_task, SYM_COUNT }, .gives = NEED(task),
	      .walk = walk);
