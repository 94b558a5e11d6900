// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy stacks: the call stacks of a dump, identical ones once.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/view.h"

static int compare_frames(const struct fact_backtrace *a, const struct fact_backtrace *b)
{
	for (size_t i = 0; i < a->n_frames && i < b->n_frames; i++)
		if (a->frames[i].address.v != b->frames[i].address.v)
			return a->frames[i].address.v < b->frames[i].address.v ? -1 : 1;
	return (a->n_frames > b->n_frames) - (a->n_frames < b->n_frames);
}

static int by_frames(const void *a, const void *b)
{
	const struct fact_backtrace *x = *(struct fact_backtrace *const *)a;
	const struct fact_backtrace *y = *(struct fact_backtrace *const *)b;
	int c = compare_frames(x, y);

	return c ? c : (x->head.id > y->head.id) - (x->head.id < y->head.id);
}

/* A run of tasks with one stack. */
struct shared {
	struct fact_backtrace **v;
	size_t n;
};

static bool is_running(const struct shared *s)
{
	return str_has(s->v[0]->reason, "running");
}

/* What was on a CPU first: who panicked is among them. Then what most tasks share. */
static int most_tasks(const void *a, const void *b)
{
	const struct shared *x = a, *y = b;

	if (is_running(x) != is_running(y))
		return is_running(x) ? -1 : 1;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return (x->v[0]->head.id > y->v[0]->head.id) - (x->v[0]->head.id < y->v[0]->head.id);
}

static void print_frame(const struct frame *f)
{
	printf("    0x%016" PRIx64 " ", f->address.v);
	put_safe(f->symbol);
	if (f->offset.known)
		printf("+0x%" PRIx64, f->offset.v);
	if (f->size.known)
		printf("/0x%" PRIx64, f->size.v);
	if (f->module.n) {
		printf(" [");
		put_safe(f->module);
		printf("]");
	}
	printf("  (%s)\n", f->found ? f->found : "?");
}

static void print_shared(const struct shared *s)
{
	printf("%zu task%s:", s->n, s->n == 1 ? "" : "s");
	for (size_t i = 0; i < s->n && i < 16; i++) {
		printf("%s ", i ? "," : "");
		put_safe(s->v[i]->comm);
		printf("[%" PRIu64 "]", s->v[i]->pid.v);
	}
	printf("%s; ", s->n > 16 ? ", ..." : "");
	put_safe(s->v[0]->reason);
	printf("%s\n", !s->v[0]->head.cut  ? ""
		       : s->v[0]->n_frames ? "; cut: what called it cannot be found"
					   : "; not in the dump");
	for (size_t i = 0; i < s->v[0]->n_frames; i++)
		print_frame(&s->v[0]->frames[i]);
	printf("\n");
}

/* One line a stack, outermost first: the form that flame graph tools read. */
static void print_folded(const struct shared *s)
{
	const struct fact_backtrace *b = s->v[0];

	if (!b->n_frames)
		return;
	for (size_t i = b->n_frames; i-- > 0;) {
		put_safe(b->frames[i].symbol);
		printf(i ? ";" : " %zu\n", s->n);
	}
}

static void print(const struct cli *cli, const struct facts *f)
{
	const struct fact_list *list = &f->lists[FACT_backtrace];
	struct fact_backtrace **v = malloc(list->n * sizeof(*v));
	struct shared *shared = malloc(list->n * sizeof(*shared));
	size_t n = 0, groups = 0;

	for (size_t i = 0; v && shared && i < list->n; i++)
		if (list->v[i]
			    ->origin.address.known) /* a dump's own; the log's are told elsewhere */
			v[n++] = (struct fact_backtrace *)list->v[i];
	if (n)
		qsort(v, n, sizeof(*v), by_frames);
	for (size_t i = 0; i < n; i++) {
		if (!i || compare_frames(v[i - 1], v[i]) != 0)
			shared[groups++] = (struct shared){ &v[i], 0 };
		shared[groups - 1].n++;
	}
	if (groups)
		qsort(shared, groups, sizeof(*shared), most_tasks);
	for (size_t i = 0; i < groups; i++)
		cli->folded ? print_folded(&shared[i]) : print_shared(&shared[i]);
	free(v);
	free(shared);
}

static int run(struct cli *cli, int argc, char **argv)
{
	return view(cli, argc, argv, FACT_backtrace, NEED(backtrace), print);
}

DEFINE_COMMAND(
	stacks, .operands = "DUMP", .help = "call stacks, identical ones once (--folded)",
	.about =
		"Tasks with the same stack are listed once: those on a CPU first, then by how many share one. --json has every task's\n"
		"as \"backtrace\" facts; --folded prints one line a stack, outermost function first, with the number of tasks.\n"
		"\n"
		"Each frame: address, symbol+offset/size [module], and how it was found: regs (registers that an exception or interrupt\n"
		"saved, or the dump's notes hold), switch frame (where the task was switched out), orc (the kernel's unwind tables),\n"
		"frame pointer.\n",
	.run = run);
