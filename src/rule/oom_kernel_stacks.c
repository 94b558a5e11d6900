// SPDX-License-Identifier: GPL-2.0-or-later
// Kernel stacks hold the memory: too many threads. NR_KERNEL_STACK_KB.
#include <inttypes.h>

#include "rule/share.h"

enum { STACK_BYTES = 16 * 1024 };

static void check(const struct incident *in, struct verdict *v)
{
	struct finding *f;
	struct shares s;

	f = consumer_check(in, v, HOLD_STACKS, &s);
	if (!f)
		return;
	set_cause(
		f,
		"Each thread has a kernel stack (8 or 16 KiB) that nothing can reclaim: at 16 KiB "
		"this is %" PRIu64
		" threads. A fork bomb, or a program that starts a thread for each "
		"request and never ends them.",
		s.v[HOLD_STACKS].bytes / STACK_BYTES);
	value_num(f, "threads_count", s.v[HOLD_STACKS].bytes / STACK_BYTES);
	add_next(f, NULL, "ps -eo nlwp,pid,comm --sort=-nlwp | head", "See who has the threads.");
	add_next(f, "root", "systemctl set-property SERVICE TasksMax=N",
		 "Bound them (pids.max of its cgroup).");
}

DEFINE_RULE(
	oom_kernel_stacks, .title = "kernel stacks of too many threads hold the memory",
	.doc = "Adds kernel_stack of all nodes (of all zones on kernels before 5.9) and compares with RAM, "
	       "or with what is below HighMem where there is HighMem; half: certain, a quarter and the "
	       "largest account: likely, a tenth and the largest while nearly nothing is free: possible.",
	.refs = REFS("mm/show_mem.c:show_free_areas()", "kernel/fork.c:account_kernel_stack()"),
	.on = CONSUMER_HEADS, .needs = NEED(mem_info), .applies = consumer_applies, .check = check);
