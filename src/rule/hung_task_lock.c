// SPDX-License-Identifier: GPL-2.0-or-later
// Tasks hang on a lock: check_hung_task() and their stacks.
#include "rule/waits.h"

static bool wanted(const struct fact_lockup *l)
{
	return l->lockup && strcmp(l->lockup, "hung_task") == 0 &&
	       wait_of(l->trace).wait == WAIT_LOCK;
}

static void speak(struct verdict *v, const struct stuck *s)
{
	struct finding *f = fire_hung(v, s, "a lock");

	set_cause(
		f,
		"Each sleeps in the slow path of a mutex or semaphore that somebody else holds. The "
		"waiters are victims: the holder is what matters, and khungtaskd reports it only if "
		"it sleeps uninterruptibly too.");
	add_next(f, "root", "echo w > /proc/sysrq-trigger; echo d > /proc/sysrq-trigger",
		 "Print every blocked task, and (with lockdep) who holds which lock.");
	add_next(f, "root", "cat /proc/PID/stack",
		 "Look at the tasks that could hold it: those in the same "
		 "subsystem that do not wait for it.");
	add_next(f, NULL, NULL,
		 "A dump (kdump, kernel.hung_task_panic=1) names the owner of the lock.");
}

static void check(const struct incident *in, struct verdict *v)
{
	tell_without_stack(in->facts, v, true);
	stuck_each(in->facts, v, wanted, speak);
}

DEFINE_RULE(
	hung_task_lock, .title = "tasks hang on a lock",
	.doc = "Takes the hung-task reports of one run of the kernel whose stack, below the scheduler, is in "
	       "the slow path of a mutex, semaphore or rwsem, and names who asked for the lock. Likely: the "
	       "stack says so, the lock's owner is not printed.",
	.refs = REFS("kernel/hung_task.c:check_hung_task()",
		     "kernel/locking/mutex.c:__mutex_lock_common()",
		     "kernel/locking/rwsem.c:rwsem_down_write_slowpath()"),
	.of_log = true, .check = check);
