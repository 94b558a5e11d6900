// SPDX-License-Identifier: GPL-2.0-or-later
// Call stacks from a dump (arch/x86/kernel/unwind_orc.c).
#ifndef MMWHY_DUMP_UNWIND_H
#define MMWHY_DUMP_UNWIND_H

#include "dump/dump.h"

/** Registers that unwinding can use. */
struct unwind_regs {
	uint64_t ip, sp, bp;
	uint64_t r10, r13, di, dx, ax;
	bool full;   /**< the second line is known, too */
	bool signal; /**< ip is an interrupted instruction, not a return address */
};

struct unwind_frame {
	kaddr_t ip;
	bool signal;	   /**< interrupted here */
	const char *found; /**< "regs", "switch frame", "orc", "frame pointer" */
};

enum { UNWIND_FRAMES_MAX = 128 };

/** @return how many frames, innermost first; *ret_whole: the end of the stack was reached. */
size_t unwind(struct dump *d, struct unwind_regs regs, struct unwind_frame *frames, size_t max,
	      bool *ret_whole);

#endif
