// SPDX-License-Identifier: GPL-2.0-or-later
// Call stacks from a dump, whatever the architecture: each has its own registers and its own way.
#ifndef MMWHY_DUMP_UNWIND_H
#define MMWHY_DUMP_UNWIND_H

#include "dump/dump.h"

/** Registers that unwinding can use; bp is the frame pointer. */
struct unwind_regs {
	uint64_t ip, sp, bp;
	uint64_t r10, r13, di, dx, ax; /**< x86-64 only */
	bool full;		       /**< the second line is known, too */
	bool signal; /**< ip is an interrupted instruction, not a return address */
};

struct unwind_frame {
	kaddr_t ip;
	bool signal;	   /**< interrupted here */
	const char *found; /**< "regs", "switch frame", "orc", "frame pointer" */
};

/** Where a task that was switched out keeps its registers. */
struct sleeper {
	kaddr_t sp;	 /**< of the member of its task_struct that has the stack pointer */
	uint32_t bp, ip; /**< where they stand in what lies there */
};

enum { UNWIND_FRAMES_MAX = 128 };

/** @return how many frames, innermost first; *ret_whole: the end of the stack was reached. */
static inline size_t unwind(struct dump *d, struct unwind_regs regs, struct unwind_frame *frames,
			    size_t max, bool *ret_whole)
{
	return d->arch->unwind(d, regs, frames, max, ret_whole);
}

#endif
