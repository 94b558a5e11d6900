// SPDX-License-Identifier: GPL-2.0-or-later
// Registers of x86-64, and unwinding by ORC (arch/x86/kernel/unwind_orc.c), with the frame pointer
// where ORC has no entry.
#include "dump/x86_64.h"

#include <string.h>

#include "dump/orc.h"

/* struct pt_regs of x86-64, by index of 8 bytes */
enum {
	PT_R15,
	PT_R14,
	PT_R13,
	PT_R12,
	PT_BP,
	PT_BX,
	PT_R11,
	PT_R10,
	PT_R9,
	PT_R8,
	PT_AX,
	PT_CX,
	PT_DX,
	PT_SI,
	PT_DI,
	PT_ORIG_AX,
	PT_IP,
	PT_CS,
	PT_FLAGS,
	PT_SP,
	PT_SS,
	PT_WORDS,
};

enum {
	STACK_MAX = 65536,
	PR_REG = 112, /* of struct elf_prstatus; struct user_regs_struct begins as pt_regs does */
};

static struct unwind_regs from_pt_regs(const uint64_t *w)
{
	return (struct unwind_regs){ .ip = w[PT_IP],
				     .sp = w[PT_SP],
				     .bp = w[PT_BP],
				     .r10 = w[PT_R10],
				     .r13 = w[PT_R13],
				     .di = w[PT_DI],
				     .dx = w[PT_DX],
				     .ax = w[PT_AX],
				     .full = true,
				     .signal = true };
}

static bool load_regs(struct dump *d, uint64_t at, struct unwind_regs *r)
{
	uint64_t w[PT_WORDS];

	if (dump_read(d, at, w, sizeof(w)) || (w[PT_CS] & 3))
		return false; /* user mode: the end */
	*r = from_pt_regs(w);
	return true;
}

bool x86_64_note_regs(const struct note *n, struct unwind_regs *ret)
{
	uint64_t w[PT_WORDS];

	if (n->n_desc < PR_REG + sizeof(w))
		return false;
	memcpy(w, n->desc + PR_REG, sizeof(w));
	*ret = from_pt_regs(w);
	/* /proc/kcore has a note without registers */
	return ret->ip || ret->sp;
}

/* __switch_to_asm() pushes struct inactive_task_frame. */
bool x86_64_sleeper_regs(struct dump *d, const struct sleeper *s, struct unwind_regs *ret,
			 kaddr_t *ret_at)
{
	uint64_t sp;

	*ret = (struct unwind_regs){ 0 };
	*ret_at = s->sp;
	if (dump_u64(d, s->sp, &sp))
		return false;
	*ret_at = sp + s->ip;
	/* a task that never ran: its first return is an address to begin at, not to come back to */
	ret->sp = sp + s->ip + 8;
	return dump_u64(d, sp + s->ip, &ret->ip) == OK && dump_u64(d, sp + s->bp, &ret->bp) == OK;
}

/* Only ip, cs, flags, sp, ss are on the stack. */
static bool load_iret(struct dump *d, uint64_t at, struct unwind_regs *r)
{
	uint64_t w[5];

	if (dump_read(d, at, w, sizeof(w)) || (w[1] & 3))
		return false;
	r->ip = w[0];
	r->sp = w[3];
	r->full = false;
	r->signal = true;
	return true;
}

static bool stack_base(struct dump *d, const struct orc_entry_info *e, const struct unwind_regs *r,
		       uint64_t *ret)
{
	const struct {
		enum orc_reg reg;
		uint64_t v;
		bool known;
	} regs[] = { { ORC_SP, r->sp, true },	   { ORC_BP, r->bp, true },
		     { ORC_R10, r->r10, r->full }, { ORC_R13, r->r13, r->full },
		     { ORC_DI, r->di, r->full },   { ORC_DX, r->dx, r->full },
		     { ORC_AX, r->ax, r->full } };
	uint64_t off = (uint64_t)(int64_t)e->sp_offset;

	if (e->sp_reg == ORC_BP_INDIRECT)
		return dump_u64(d, r->bp + off, ret) == OK;
	if (e->sp_reg == ORC_SP_INDIRECT) {
		if (dump_u64(d, r->sp, ret))
			return false;
		*ret += off;
		return true;
	}
	for (size_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
		if (regs[i].reg != e->sp_reg)
			continue;
		*ret = regs[i].v + off;
		return regs[i].known;
	}
	return false;
}

static void restore_bp(struct dump *d, const struct orc_entry_info *e, uint64_t sp, uint64_t old_bp,
		       struct unwind_regs *r)
{
	uint64_t off = (uint64_t)(int64_t)e->bp_offset;

	if (e->bp_reg == ORC_PREV_SP)
		(void)dump_u64(d, sp + off, &r->bp);
	else if (e->bp_reg == ORC_BP)
		(void)dump_u64(d, old_bp + off, &r->bp);
}

static bool step_orc(struct dump *d, const struct orc_entry_info *e, struct unwind_regs *r)
{
	struct unwind_regs now = *r;
	uint64_t sp;

	if (!stack_base(d, e, r, &sp))
		return false;
	switch (e->type) {
	case ORC_TYPE_CALL:
		if (dump_u64(d, sp - 8, &now.ip))
			return false;
		now.sp = sp;
		now.full = false;
		now.signal = false;
		break;
	case ORC_TYPE_REGS:
		if (!load_regs(d, sp, &now))
			return false;
		break;
	case ORC_TYPE_REGS_PARTIAL:
		if (!load_iret(d, sp, &now))
			return false;
		break;
	case ORC_TYPE_UNKNOWN:
	case ORC_TYPE_END:
		return false;
	}
	if (e->type != ORC_TYPE_REGS)
		restore_bp(d, e, sp, r->bp, &now);
	*r = now;
	return true;
}

/*
 * A frame made with "push %rbp; mov %rsp, %rbp": code without ORC entries, as of BPF, or a kernel
 * without ORC. Such a one's entry code leaves the address of the saved registers in %rbp, plus one
 * (arch/x86/include/asm/frame.h:ENCODE_FRAME_POINTER), and a stack's first frame has none below it.
 */
static bool step_fp(struct dump *d, struct unwind_regs *r, bool *ret_whole)
{
	bool orc = orc_there(d), far = r->bp <= r->sp || r->bp - r->sp > STACK_MAX;
	uint64_t w[2];

	if (!orc && r->bp & 1) {
		bool interrupted = load_regs(d, r->bp & ~1ull, r);

		*ret_whole = !interrupted;
		return interrupted;
	}
	*ret_whole = !orc && !r->bp;
	/* with ORC there is no way from another stack to this code */
	if ((far && orc) || r->bp % 8 || !r->bp || dump_read(d, r->bp, w, sizeof(w)))
		return false;
	*r = (struct unwind_regs){ .ip = w[1], .sp = r->bp + 16, .bp = w[0] };
	return true;
}

size_t x86_64_unwind(struct dump *d, struct unwind_regs r, struct unwind_frame *frames, size_t max,
		     bool *ret_whole)
{
	const char *found = r.signal ? "regs" : "switch frame";
	size_t n = 0;

	*ret_whole = false;
	while (n < max && r.ip >> 56 == 0xff) {
		struct orc_entry_info e;
		uint64_t sp = r.sp;

		frames[n++] = (struct unwind_frame){ r.ip, r.signal, found };
		if (orc_find(d, r.signal ? r.ip : r.ip - 1, &e)) {
			*ret_whole = e.type == ORC_TYPE_END;
			if (*ret_whole || !step_orc(d, &e, &r)) {
				/* user mode behind saved registers is an end, too */
				*ret_whole |=
					e.type == ORC_TYPE_REGS || e.type == ORC_TYPE_REGS_PARTIAL;
				break;
			}
			found = r.signal ? "regs" : "orc";
		} else {
			if (!step_fp(d, &r, ret_whole))
				break;
			found = r.signal ? "regs" : "frame pointer";
		}
		/* on one stack it only goes up; another stack is far away */
		if (r.sp <= sp && sp - r.sp < 4096)
			break;
	}
	return n;
}
