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
	PR_REG = 112, /* of struct elf_prstatus of x86-64 */
};

/* Registers of a CPU: the n-th NT_PRSTATUS. */
static bool cpu_regs(const struct dump *d, uint32_t cpu, struct unwind_regs *ret)
{
	uint64_t w[21];

	for (size_t i = 0; i < d->container.n_notes; i++) {
		const struct note *n = &d->container.notes[i];

		if (n->type != NT_PRSTATUS_TYPE || n->n_name != 4 ||
		    memcmp(n->name, "CORE", 4) != 0)
			continue;
		if (cpu--)
			continue;
		if (n->n_desc < PR_REG + sizeof(w))
			return false;
		memcpy(w, n->desc + PR_REG, sizeof(w));
		*ret = (struct unwind_regs){ .bp = w[4],
					     .r13 = w[2],
					     .r10 = w[7],
					     .ax = w[10],
					     .dx = w[12],
					     .di = w[14],
					     .ip = w[16],
					     .sp = w[19],
					     .full = true,
					     .signal = true };
		return true;
	}
	return false;
}

static bool switched_out(struct target *t, kaddr_t task, struct unwind_regs *ret)
{
	bool ok = true;
	uint64_t sp = walk_get(t, task, SP, &ok);

	*ret = (struct unwind_regs){ 0 };
	if (!ok || dump_u64(t->dump, sp + t->m[FRAME_RET].offset, &ret->ip) ||
	    dump_u64(t->dump, sp + t->m[FRAME_BP].offset, &ret->bp))
		return false;
	ret->sp = sp + t->m[FRAME_RET].offset + 8;
	/* a task that never ran: its first return is an address to begin at, not to come back to */
	return true;
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

/* Where a sleeper's registers were pushed, or should stand. */
static kaddr_t stack_at(struct target *t, kaddr_t task)
{
	bool ok = true;
	uint64_t sp = walk_get(t, task, SP, &ok);

	return ok ? sp + t->m[FRAME_RET].offset : task + t->m[SP].offset;
}

static void add_stack(struct target *t, kaddr_t task, struct walk_lost *lost)
{
	struct unwind_frame frames[UNWIND_FRAMES_MAX];
	struct fact_backtrace *f;
	struct unwind_regs regs;
	bool running = t->m[ON_CPU].found && walk_get(t, task, ON_CPU, NULL) != 0;
	uint32_t cpu = (uint32_t)walk_get(t, task, CPU, NULL);
	/* a zombie's is freed long before it is reaped (kernel/fork.c:release_task_stack()) */
	bool gone = t->m[STACK].found && !walk_get(t, task, STACK, NULL) &&
		    walk_get(t, task, EXIT_STATE, NULL);
	bool whole = true, known;

	known = gone	  ? false
		: running ? cpu_regs(t->dump, cpu, &regs)
			  : switched_out(t, task, &regs);
	f = walk_fact(t, FACT_backtrace, task);
	f->comm = arena_str(&t->facts->arena, dump_string(t->dump, task + t->m[COMM].offset, 16));
	f->pid = num_at((uint32_t)walk_get(t, task, PID, NULL), 0);
	f->cpu = num_at(cpu, 0);
	f->reason = gone      ? STR("exited, its stack is freed")
		    : running ? STR("running")
			      : STR("switched out");
	if (!known) {
		f->head.cut = !gone;
		if (!gone && !running)
			walk_lost_add(t, lost, stack_at(t, task));
		return;
	}
	f->n_frames = unwind(t->dump, regs, frames, UNWIND_FRAMES_MAX, &whole);
	f->frames = arena_alloc(&t->facts->arena, (f->n_frames + 1) * sizeof(*f->frames));
	for (size_t i = 0; f->frames && i < f->n_frames; i++)
		set_frame(t, &f->frames[i], &frames[i]);
	if (running && !f->n_frames)
		f->reason = STR("running in user mode");
	else
		f->head.cut = !whole;
}

static void walk(struct target *t)
{
	struct task_list list = task_list(t);
	struct walk_lost lost = { 0 };

	/* those that are not there the walker of tasks tells */
	for (size_t i = 0; i < list.n; i++)
		if (task_readable(t, list.v[i]))
			add_stack(t, list.v[i], &lost);
	walk_lost_tell(t, &lost, "stacks", "kernel stacks");
}

DEFINE_WALKER(stacks, .doc = "call stacks of all tasks", .want = want, .n_want = N_WANT,
	      .symbols = (const enum symbol[]){ SYM_init_task, SYM_COUNT },
	      .gives = NEED(backtrace), .walk = walk);
