// SPDX-License-Identifier: GPL-2.0-or-later
// Tasks hang waiting for a device or a journal: check_hung_task() and their stacks.
#include "rule/waits.h"

static bool wanted(const struct fact_lockup *l)
{
	return l->lockup && strcmp(l->lockup, "hung_task") == 0 &&
	       wait_of(l->trace).wait == WAIT_IO;
}

static void speak(struct verdict *v, const struct stuck *s)
{
	struct finding *f = fire_hung(v, s, "I/O");

	set_cause(
		f,
		"Each waits for a page, a buffer or a journal commit that the device, the server or "
		"the file system's own thread has not completed. Memory that waits to be written cannot "
		"be reclaimed meanwhile.");
	add_next(f, NULL, "dmesg | grep -iE 'i/o error|timeout|reset|nfs: server'",
		 "See whether the device or "
		 "server failed.");
	add_next(f, "root", "cat /sys/block/*/inflight; iostat -x 1",
		 "See whether requests are stuck in a device.");
	add_next(f, "root", "echo w > /proc/sysrq-trigger", "Print every blocked task.");
}

static void check(const struct incident *in, struct verdict *v)
{
	tell_without_stack(in->facts, v, true);
	stuck_each(in->facts, v, wanted, speak);
}

DEFINE_RULE(
	hung_task_io, .title = "tasks hang waiting for I/O",
	.doc = "Takes the hung-task reports of one run of the kernel whose stack, below the scheduler, waits "
	       "for a page, buffer, request or journal commit. Likely: the stack says so; what the device did "
	       "is not printed.",
	.refs = REFS("kernel/hung_task.c:check_hung_task()", "mm/filemap.c:folio_wait_bit_common()",
		     "fs/jbd2/journal.c:jbd2_log_wait_commit()"),
	.of_log = true, .check = check);
