// SPDX-License-Identifier: GPL-2.0-or-later
// A made-up kernel's functions, their ORC entries (of 6.4 to 7.0) and stacks to unwind.
#include <string.h>

#include "core.h"

enum { FUNCTION = 64, STACK = 16384 };
enum { ORC_SP = 5, ORC_CALL = 2 << 8, ORC_END = 1 << 8 };

static const struct {
	const char *name;
	int16_t frame; /* bytes between the stack pointer inside and the caller's; 0: the end */
} functions[] = { { "__schedule", 24 },	   { "schedule", 16 }, { "schedule_timeout", 40 },
		  { "worker_thread", 32 }, { "kthread", 16 },  { "ret_from_fork", 0 } };

enum { N_FUNCTIONS = sizeof(functions) / sizeof(functions[0]) };

struct orc_bytes {
	int16_t sp_offset, bp_offset;
	uint16_t bits;
} __attribute__((packed));

static vaddr function(const struct core *c, size_t i)
{
	return c->text + CORE_PAGE + i * FUNCTION;
}

static void write_orc(struct core *c)
{
	size_t n = N_FUNCTIONS + 1;
	vaddr ip = core_image(c, 4 * n, 4), orc = core_image(c, sizeof(struct orc_bytes) * n, 2);

	core_symbol(c, "__start_orc_unwind_ip", ip, 'R');
	core_symbol(c, "__stop_orc_unwind_ip", ip + 4 * n, 'R');
	core_symbol(c, "__start_orc_unwind", orc, 'R');
	core_symbol(c, "__stop_orc_unwind", orc + sizeof(struct orc_bytes) * n, 'R');
	for (size_t i = 0; i < n; i++) {
		struct orc_bytes e = { 0 };

		if (i < N_FUNCTIONS) {
			e.sp_offset = functions[i].frame;
			e.bits = functions[i].frame ? ORC_SP | ORC_CALL : ORC_END;
		}
		core_put(c, ip + 4 * i, function(c, i) - (ip + 4 * i), 4);
		memcpy(core_ptr(c, orc + i * sizeof(e), sizeof(e)), &e, sizeof(e));
	}
}

void core_text(struct core *c)
{
	vaddr end = core_image(c, FUNCTION * N_FUNCTIONS, CORE_PAGE) + FUNCTION * N_FUNCTIONS;

	core_symbol(c, "_stext", c->text, 'T');
	for (size_t i = 0; i < N_FUNCTIONS; i++)
		core_symbol(c, functions[i].name, function(c, i), 'T');
	core_symbol(c, "_etext", end, 'T');
	if (!c->frame_pointers)
		write_orc(c);
}

/*
 * Each frame holds its caller's base pointer and where it returns to; the last but one names saved
 * registers instead, out of which the last function was interrupted.
 */
static vaddr chain(struct core *c, vaddr at)
{
	size_t interrupted = N_FUNCTIONS - 1, cs = 17 * 8;
	vaddr first = at, regs = at + 256;

	for (size_t i = 0; i + 1 < interrupted; i++, at += 32) {
		core_put(c, at, i + 2 < interrupted ? at + 32 : regs | 1, 8);
		core_put(c, at + 8, function(c, i + 1) + 16, 8);
	}
	core_put(c, regs + cs - 8, function(c, interrupted) + 16, 8);
	core_put(c, regs + cs, 0x10, 8);
	core_put(c, regs + cs + 16, regs + 22 * 8, 8);
	return first;
}

vaddr core_stack(struct core *c)
{
	vaddr stack = core_vmalloc(c, STACK), sp = stack + STACK - 512, at;
	uint32_t size = layout_size(c, "inactive_task_frame");

	at = sp + layout_at(c, "inactive_task_frame", "ret_addr");
	core_put(c, at, function(c, 0) + 16, 8);
	at = sp + size;
	if (c->frame_pointers) {
		core_put(c, sp + layout_at(c, "inactive_task_frame", "bp"), chain(c, at), 8);
		return sp;
	}
	for (size_t i = 0; functions[i].frame; i++) {
		at += (uint64_t)functions[i].frame;
		core_put(c, at - 8, function(c, i + 1) + 16, 8);
	}
	return sp;
}
