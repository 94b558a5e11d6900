// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy cpus: what each CPU of a dump was doing.
#include <inttypes.h>
#include <stdio.h>

#include "cli/view.h"

static const struct fact_backtrace *stack_of(const struct facts *f, const struct fact_task *t)
{
	const struct fact_backtrace *b;

	fact_for_each (f, backtrace, b)
		if (b->head.origin.address.known &&
		    b->head.origin.evidence == t->head.origin.evidence &&
		    b->head.origin.address.v == t->head.origin.address.v)
			return b;
	return NULL;
}

static void print(const struct cli *cli, const struct facts *f)
{
	const struct fact_task *t;

	(void)cli;
	printf("%4s %7s %-16s %s\n", "CPU", "PID", "COMM", "WHERE");
	fact_for_each (f, task, t) {
		const struct fact_backtrace *b;

		if (!t->running)
			continue;
		b = stack_of(f, t);
		printf("%4" PRIu64 " %7" PRIu64 " ", t->cpu.v, t->pid.v);
		put_safe(t->comm);
		printf("%*s ", t->comm.n < 16 ? (int)(16 - t->comm.n) : 0, "");
		if (!b || !b->n_frames)
			put_safe(b ? b->reason : STR("registers not in the dump"));
		for (size_t i = 0; b && i < b->n_frames && i < 4; i++) {
			printf(i ? " <- " : "");
			put_safe(b->frames[i].symbol);
		}
		printf("\n");
	}
}

static int run(struct cli *cli, int argc, char **argv)
{
	return view(cli, argc, argv, FACT_task, NEED(task) | NEED(backtrace), print);
}

DEFINE_COMMAND(
	cpus, .operands = "DUMP", .help = "what each CPU was doing",
	.about = "  CPU, PID, COMM   the task that was on it\n"
		 "  WHERE            its innermost four functions; all of them: mmwhy stacks\n",
	.run = run);
