// SPDX-License-Identifier: GPL-2.0-or-later
// The largest tasks of a report: dump_tasks() of mm/oom_kill.c.
#include "rule/tasks.h"

#include <stdlib.h>

static uint64_t rss_of(const struct fact_task_memory *t)
{
	if (t->rss.known)
		return num_or(t->rss, 0);
	return num_or(t->rss_anon, 0) + num_or(t->rss_file, 0) + num_or(t->rss_shmem, 0);
}

static struct task_use use_of(const struct fact_task_memory *t)
{
	return (struct task_use){ .comm = t->comm,
				  .pid = t->pid,
				  .rss = rss_of(t),
				  .swap = num_or(t->swap, 0),
				  .count = 1,
				  .fact = &t->head,
				  .line = t->head.origin.line };
}

static bool uses_more(const struct task_use *a, const struct task_use *b)
{
	return a->rss + a->swap > b->rss + b->swap;
}

static int by_comm(const void *a, const void *b)
{
	const struct fact_task_memory *x = *(const struct fact_task_memory *const *)a;
	const struct fact_task_memory *y = *(const struct fact_task_memory *const *)b;
	size_t n = x->comm.n < y->comm.n ? x->comm.n : y->comm.n;
	int d = n ? memcmp(x->comm.p, y->comm.p, n) : 0;

	if (d)
		return d;
	if (x->comm.n != y->comm.n)
		return x->comm.n < y->comm.n ? -1 : 1;
	return x->head.id < y->head.id ? -1 : x->head.id > y->head.id;
}

/* Rows of one name side by side; the name that holds most wins. */
static void rank_names(const struct fact_task_memory **rows, size_t n, struct task_ranking *ret)
{
	struct task_use now = { 0 }, largest = { 0 };

	qsort(rows, n, sizeof(rows[0]), by_comm);
	for (size_t i = 0; i < n; i++) {
		struct task_use t = use_of(rows[i]);

		if (!i || !str_eq(t.comm, now.comm)) {
			now = t;
			largest = t;
		} else {
			now.rss += t.rss;
			now.swap += t.swap;
			now.count++;
		}
		if (uses_more(&t, &largest)) {
			largest = t;
			now.fact = t.fact;
			now.line = t.line;
		}
		if (uses_more(&now, &ret->named))
			ret->named = now;
		if (uses_more(&t, &ret->task))
			ret->task = t;
		ret->rss += t.rss;
		ret->swap += t.swap;
		ret->count++;
	}
}

static bool rank_victims(const struct fact_oom *o, struct task_ranking *ret)
{
	for (size_t i = 0; o && i < o->n_victims; i++) {
		const struct victim *v = &o->victims[i];
		struct task_use t = { .comm = v->comm,
				      .pid = v->pid,
				      .rss = num_or(v->anon_rss, 0) + num_or(v->file_rss, 0) +
					     num_or(v->shmem_rss, 0),
				      .count = 1,
				      .fact = &o->head,
				      .line = v->line,
				      .victim = true };

		if (uses_more(&t, &ret->task))
			ret->task = t;
		ret->rss += t.rss;
		ret->count++;
	}
	ret->named = ret->task;
	return ret->task.rss > 0;
}

bool tasks_rank(const struct incident *in, struct arena *a, struct task_ranking *ret)
{
	const struct fact_task_memory *t, **rows = NULL;
	size_t n = 0;

	*ret = (struct task_ranking){ 0 };
	incident_for_each (in, task_memory, t)
		*(const struct fact_task_memory **)arena_push(a, (void **)&rows, &n,
							      sizeof(*rows)) = t;
	if (a->failed)
		return false;
	if (n)
		rank_names(rows, n, ret);
	if (ret->task.rss + ret->task.swap)
		return true;
	return rank_victims(in->oom, ret);
}
