// SPDX-License-Identifier: GPL-2.0-or-later
// The call stack of every task: of sleepers from where they were switched out, of running ones from
// the registers that the dump's notes hold.
#include <string.h>

#include "dump/modules.h"
#include "dump/unwind.h"
#include "walk/task_list.h"

enum { PID, COMM, SP, STACK, EXIT_STATE, ON_CPU, CPU, FRAME_BP, FRAME_RET, N_WANT };

static const struct want want[N_WANT] = {
	[PID] = WANT("task_struct", "pid"),
	[COMM] = WANT("task_struct", "comm"),
	[SP] = WANT("task_struct", "thread.sp"),
	[STACK] = OPTIONAL("task_struct", "stack"),
	[EXIT_STATE] = OPTIONAL("task_struct", "exit_state"),
	[ON_CPU] = OPTIONAL("task_struct", "on_cpu"),
	[CPU] = WANT_OR("task_struct", "thread_info.cpu", "task_struct", "cpu"),
	/* 0100301bfdf5 ("sched/x86: Rewrite the switch_to() code") in 4.9 */
	[FRAME_BP] = WANT("inactive_task_frame", "bp"),
	[FRAME_RET] = WANT("inactive_task_frame", "ret_addr"),
};

enum {
	NT_PRSTATUS_TYPE = 1,
	PR_PID = 32, /* of struct elf_prstatus of machines of 64 bits */
};

/* What was on a CPU. */
struct runner {
	uint32_t cpu, pid;
};

struct stacks {
	struct target *t;
	const struct note **notes; /* NT_PRSTATUS, in their order */
	size_t n_notes;
	bool by_cpu; /* QEMU's: one of each CPU, which number their CPUs, not their tasks */
	struct runner *runners;
	size_t n_runners;
	struct walk_lost lost;
};

static bool is_note(const struct note *n, const char *name)
{
	return n->n_name == strlen(name) && memcmp(n->name, name, n->n_name) == 0;
}

static uint32_t pid_of(const struct note *n)
{
	uint32_t pid = 0;

	if (n->n_desc >= PR_PID + sizeof(pid))
		memcpy(&pid, n->desc + PR_PID, sizeof(pid));
	return pid;
}

static void find_notes(struct stacks *s)
{
	const struct container *c = &s->t->dump->container;

	bool named = false;

	for (size_t i = 0; i < c->n_notes; i++) {
		const struct note *n = &c->notes[i], **slot;

		s->by_cpu |= is_note(n, "QEMU");
		if (n->type != NT_PRSTATUS_TYPE || !is_note(n, "CORE"))
			continue;
		slot = arena_push(&s->t->facts->arena, (void **)&s->notes, &s->n_notes,
				  sizeof(*slot));
		*slot = n;
		named |= pid_of(n) != 0;
	}
	/* other machines' monitors name no task */
	s->by_cpu |= !named;
}

/*
 * The note of a task that ran. A crashed kernel's (kernel/crash_core.c:crash_save_cpu()) are those
 * of the CPUs that were online and still answered, in their order, each with the task's number:
 * idle tasks share theirs.
 */
static const struct note *note_of(const struct stacks *s, uint32_t cpu, uint32_t pid)
{
	size_t rank = 0, same = 0;

	if (s->by_cpu)
		return cpu < s->n_notes ? s->notes[cpu] : NULL;
	for (size_t i = 0; i < s->n_runners; i++)
		rank += s->runners[i].pid == pid && s->runners[i].cpu < cpu;
	for (size_t i = 0; i < s->n_notes; i++)
		if (pid_of(s->notes[i]) == pid && same++ == rank)
			return s->notes[i];
	return NULL;
}

static bool cpu_regs(const struct stacks *s, uint32_t cpu, uint32_t pid, struct unwind_regs *ret)
{
	const struct note *n = note_of(s, cpu, pid);

	return n && s->t->dump->arch->note_regs(n, ret);
}

static void set_frame(struct target *t, struct frame *to, const struct unwind_frame *from)
{
	struct arena *a = &t->facts->arena;
	uint64_t offset, size;
	struct str name, module;
	/* a return address may be the first byte of the next function */
	kaddr_t look = from->signal ? from->ip : from->ip - 1;

	to->address = num_at(from->ip, 0);
	to->reliable = true;
	to->found = from->found;
	if (!dump_symbol(t->dump, look, &name, &offset, &size, &module)) {
		to->symbol = arena_printf(a, "0x%llx", (unsigned long long)from->ip);
		return;
	}
	to->symbol = arena_str(a, name);
	to->module = module.n ? arena_str(a, module) : module;
	to->offset = num_at(offset + (from->ip - look), 0);
	if (size)
		to->size = num_at(size, 0);
}

static bool is_running(struct target *t, kaddr_t task)
{
	return t->m[ON_CPU].found && walk_get(t, task, ON_CPU, NULL) != 0;
}

static void set_frames(struct target *t, struct fact_backtrace *f, struct unwind_regs regs)
{
	struct unwind_frame frames[UNWIND_FRAMES_MAX];
	bool whole = true;

	f->n_frames = unwind(t->dump, regs, frames, UNWIND_FRAMES_MAX, &whole);
	f->frames = arena_alloc(&t->facts->arena, (f->n_frames + 1) * sizeof(*f->frames));
	for (size_t i = 0; f->frames && i < f->n_frames; i++)
		set_frame(t, &f->frames[i], &frames[i]);
	f->head.cut = !whole;
}

/* Out of the CPU's note: without one, or in user mode, there is no stack of the kernel's. */
static void add_running(struct stacks *s, struct fact_backtrace *f)
{
	struct unwind_regs regs;

	f->reason = STR("running");
	if (!cpu_regs(s, (uint32_t)f->cpu.v, (uint32_t)f->pid.v, &regs)) {
		f->head.cut = true;
		return;
	}
	set_frames(s->t, f, regs);
	if (!f->n_frames) {
		f->reason = STR("running in user mode");
		f->head.cut = false;
	}
}

static void add_sleeper(struct stacks *s, struct fact_backtrace *f, kaddr_t task)
{
	struct target *t = s->t;
	const struct sleeper at = { task + t->m[SP].offset, t->m[FRAME_BP].offset,
				    t->m[FRAME_RET].offset };
	/* a zombie's is freed long before it is reaped (kernel/fork.c:release_task_stack()) */
	bool gone = t->m[STACK].found && !walk_get(t, task, STACK, NULL) &&
		    walk_get(t, task, EXIT_STATE, NULL);
	struct unwind_regs regs;
	kaddr_t where;

	f->reason = gone ? STR("exited, its stack is freed") : STR("switched out");
	if (gone)
		return;
	if (t->dump->arch->sleeper_regs(t->dump, &at, &regs, &where)) {
		set_frames(t, f, regs);
		return;
	}
	f->head.cut = true;
	walk_lost_add(t, &s->lost, where);
}

static void add_stack(struct stacks *s, kaddr_t task)
{
	struct target *t = s->t;
	struct fact_backtrace *f = walk_fact(t, FACT_backtrace, task);

	f->comm = arena_str(&t->facts->arena, dump_string(t->dump, task + t->m[COMM].offset, 16));
	f->pid = num_at((uint32_t)walk_get(t, task, PID, NULL), 0);
	f->cpu = num_at((uint32_t)walk_get(t, task, CPU, NULL), 0);
	if (is_running(t, task))
		add_running(s, f);
	else
		add_sleeper(s, f, task);
}

static void find_runners(struct stacks *s, const struct task_list *list)
{
	struct target *t = s->t;

	for (size_t i = 0; i < list->n; i++) {
		struct runner *slot;

		if (!is_running(t, list->v[i]))
			continue;
		slot = arena_push(&t->facts->arena, (void **)&s->runners, &s->n_runners,
				  sizeof(*slot));
		*slot = (struct runner){ (uint32_t)walk_get(t, list->v[i], CPU, NULL),
					 (uint32_t)walk_get(t, list->v[i], PID, NULL) };
	}
}

static void walk(struct target *t)
{
	struct task_list list = task_list(t);
	struct stacks s = { .t = t };

	find_notes(&s);
	find_runners(&s, &list);
	/* those that are not there the walker of tasks tells */
	for (size_t i = 0; i < list.n; i++)
		if (task_readable(t, list.v[i]))
			add_stack(&s, list.v[i]);
	walk_lost_tell(t, &s.lost, "stacks", "kernel stacks");
}

DEFINE_WALKER(stacks, .doc = "call stacks of all tasks", .want = want, .n_want = N_WANT,
	      .symbols = (const enum symbol[]){ SYM_init_task, SYM_COUNT },
	      .gives = NEED(backtrace), .walk = walk);
