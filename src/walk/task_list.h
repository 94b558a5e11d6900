// SPDX-License-Identifier: GPL-2.0-or-later
// Every task of the kernel, by its list and by the pid IDR.
#ifndef MMWHY_WALK_TASK_LIST_H
#define MMWHY_WALK_TASK_LIST_H

#include "walk/walker.h"

/** Addresses of struct task_struct, each once, in list order; those only the IDR knows come last.
 */
struct task_list {
	kaddr_t *v;
	size_t n;
	size_t only_in_idr;
};

/** Walks init_task.tasks and each process' threads, then compares with init_pid_ns.idr. */
/** Whether a task_struct, or at least who it is, is in the dump. */
bool task_readable(struct target *t, kaddr_t task);
struct task_list task_list(struct target *t);

#endif
