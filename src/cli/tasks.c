// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy tasks: the tasks of a dump.
#include <inttypes.h>
#include <stdio.h>

#include "cli/view.h"

/* The latest moment that any task got a CPU: the dump's own clock, to a tick. */
static uint64_t latest(const struct facts *f)
{
	const struct fact_task *t;
	uint64_t now = 0;

	fact_for_each (f, task, t)
		if (num_or(t->last_ran_ns, 0) > now)
			now = t->last_ran_ns.v;
	return now;
}

/* What the dump lacks is not zero. */
static void print_or_dash(int width, struct num n)
{
	if (n.known)
		printf("%*" PRIu64 " ", width, n.v);
	else
		printf("%*s ", width, "-");
}

static void print(const struct cli *cli, const struct facts *f)
{
	uint64_t now = latest(f);
	const struct fact_task *t;

	(void)cli;
	printf("%7s %7s %4s %-3s %18s %14s  %s\n", "PID", "TGID", "CPU", "ST", "TASK", "LAST RAN",
	       "COMM");
	fact_for_each (f, task, t) {
		printf("%7" PRIu64 " ", t->pid.v);
		print_or_dash(7, t->tgid);
		print_or_dash(4, t->cpu);
		printf("%s%-2s 0x%016" PRIx64 " ", t->state ? t->state : "-", t->running ? ">" : "",
		       t->head.origin.address.v);
		if (t->last_ran_ns.known)
			printf("%8.3f s ago  ", (double)(now - t->last_ran_ns.v) / 1e9);
		else
			printf("%14s  ", "-");
		printf(t->kthread ? "[" : "");
		put_safe(t->comm);
		printf(t->kthread ? "]\n" : "\n");
	}
}

static int run(struct cli *cli, int argc, char **argv)
{
	return view(cli, argc, argv, FACT_task, NEED(task), print);
}

DEFINE_COMMAND(
	tasks, .operands = "DUMP", .help = "tasks: state, CPU, since when they last ran",
	.about =
		"One line a task, threads behind their leader, the idle tasks too; --json has the same as \"task\" facts.\n"
		"\n"
		"  PID, TGID   the thread's number, and its process'\n"
		"  CPU         where it runs, or ran last\n"
		"  ST          state as ps has it: R running or ready, S asleep, D asleep and not to be woken, I idle kernel thread,\n"
		"              T stopped, t traced, Z zombie, X dead, P parked; > on a CPU when the dump was taken\n"
		"  TASK        address of its task_struct\n"
		"  LAST RAN    how long before the dump it last got a CPU; -: never, or its kernel does not note it\n"
		"  COMM        its name; kernel threads in [brackets]\n",
	.run = run);
