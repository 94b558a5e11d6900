// SPDX-License-Identifier: GPL-2.0-or-later
// Every task, found two ways: kernel/fork.c:copy_process() links it into both.
#include "walk/task_list.h"

#include <stdlib.h>
#include <string.h>

#include "dump/list.h"

enum { TASKS_MAX = 4 << 20, XA_DEPTH_MAX = 16 };

/* Open addressing over task addresses. */
struct set {
	kaddr_t *v;
	size_t size, n;
};

static bool set_add(struct set *s, kaddr_t addr)
{
	size_t i;

	if (2 * (s->n + 1) > s->size) {
		struct set bigger = { .size = s->size ? 2 * s->size : 1024 };

		bigger.v = calloc(bigger.size, sizeof(*bigger.v));
		if (!bigger.v)
			return false;
		for (i = 0; i < s->size; i++)
			if (s->v[i])
				(void)set_add(&bigger, s->v[i]);
		free(s->v);
		*s = bigger;
	}
	for (i = (addr >> 6) * 0x9e3779b97f4a7c15ull >> 20 & (s->size - 1); s->v[i];
	     i = (i + 1) & (s->size - 1))
		if (s->v[i] == addr)
			return false;
	s->v[i] = addr;
	s->n++;
	return true;
}

struct gather {
	struct target *t;
	struct set seen;
	struct task_list list;
};

static bool take(struct gather *g, kaddr_t task)
{
	kaddr_t *slot;

	if (g->list.n >= TASKS_MAX || !set_add(&g->seen, task))
		return false;
	slot = arena_push(&g->t->facts->arena, (void **)&g->list.v, &g->list.n, sizeof(*slot));
	*slot = task;
	return true;
}

static void add_threads(struct gather *g, kaddr_t leader, struct member signal, struct member head,
			struct member node)
{
	struct list_iter it;
	kaddr_t sig;

	if (dump_u64(g->t->dump, leader + signal.offset, &sig) || !sig)
		return;
	for (list_begin(&it, g->t->dump, sig + head.offset); list_next(&it);)
		(void)take(g, it.entry - node.offset);
	/* a process being torn down has no threads on the list any more */
	if (it.status && it.status != ST_BAD_DATA)
		walk_list_status(g->t, "a process' threads", it.status, it.bad, it.steps);
}

static void by_list(struct gather *g)
{
	const struct types *ty = g->t->dump->types;
	struct member tasks = types_member(ty, "task_struct", "tasks");
	struct member signal = types_member(ty, "task_struct", "signal");
	struct member head = types_member(ty, "signal_struct", "thread_head");
	struct member node = types_member(ty, "task_struct", "thread_node");
	kaddr_t init = g->t->dump->sym[SYM_init_task];
	struct list_iter it;

	(void)take(g, init);
	for (list_begin(&it, g->t->dump, init + tasks.offset); list_next(&it);) {
		kaddr_t leader = it.entry - tasks.offset;

		(void)take(g, leader);
		if (signal.found && head.found && node.found)
			add_threads(g, leader, signal, head, node);
	}
	walk_list_status(g->t, "init_task.tasks", it.status, it.bad, it.steps);
}

static void add_pid(struct gather *g, kaddr_t pid, struct member tasks, struct member links)
{
	kaddr_t first;

	/* pid->tasks[PIDTYPE_PID] heads the one task with this pid */
	if (dump_u64(g->t->dump, pid + tasks.offset, &first) || !first)
		return;
	if (take(g, first - links.offset))
		g->list.only_in_idr++;
}

/* lib/xarray.c: internal nodes carry 2 in their low bits. */
static bool is_node(uint64_t entry)
{
	return (entry & 3) == 2 && entry > 4096;
}

struct xa_frame {
	kaddr_t node;
	uint32_t slot;
};

static void by_idr(struct gather *g)
{
	const struct types *ty = g->t->dump->types;
	struct member root = types_member(ty, "pid_namespace", "idr.idr_rt.xa_head");
	struct member slots = types_member(ty, "xa_node", "slots");
	struct member tasks = types_member(ty, "pid", "tasks");
	struct member links = types_member(ty, "task_struct", "pid_links");
	struct xa_frame stack[XA_DEPTH_MAX];
	uint32_t n_slots = slots.size / 8;
	size_t depth = 0;
	uint64_t entry, budget = TASKS_MAX;

	if (!g->t->dump->sym[SYM_init_pid_ns] || !root.found || !slots.found || !tasks.found ||
	    !links.found ||
	    dump_u64(g->t->dump, g->t->dump->sym[SYM_init_pid_ns] + root.offset, &entry))
		return;
	if (!is_node(entry)) {
		if (entry)
			add_pid(g, entry, tasks, links);
		return;
	}
	stack[depth++] = (struct xa_frame){ entry - 2, 0 };
	while (depth && budget--) {
		struct xa_frame *f = &stack[depth - 1];

		if (f->slot >= n_slots) {
			depth--;
			continue;
		}
		if (dump_u64(g->t->dump, f->node + slots.offset + 8ull * f->slot++, &entry) ||
		    !entry)
			continue;
		if (!is_node(entry))
			add_pid(g, entry, tasks, links);
		else if (depth < XA_DEPTH_MAX)
			stack[depth++] = (struct xa_frame){ entry - 2, 0 };
	}
}

/* The idle tasks of CPUs beyond the first are on no list: rq->idle names them. */
static void by_cpu(struct gather *g)
{
	struct dump *d = g->t->dump;
	struct member idle = types_member(d->types, "rq", "idle");

	if (!d->sym[SYM_runqueues] || !idle.found)
		return;
	for (uint32_t cpu = 0; cpu < d->n_cpus; cpu++) {
		kaddr_t task;

		if (dump_u64(d, dump_percpu(d, d->sym[SYM_runqueues], cpu) + idle.offset, &task) ==
			    OK &&
		    task)
			(void)take(g, task);
	}
}

bool task_readable(struct target *t, kaddr_t task)
{
	struct member pid = types_member(t->dump->types, "task_struct", "pid");
	uint32_t v;

	return dump_u32(t->dump, task + pid.offset, &v) == OK;
}

struct task_list task_list(struct target *t)
{
	struct gather g = { .t = t };

	by_list(&g);
	by_idr(&g);
	by_cpu(&g);
	free(g.seen.v);
	return g.list;
}
