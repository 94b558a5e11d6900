// SPDX-License-Identifier: GPL-2.0-or-later
// The inside of arch_x86_64: what its files call of each other.
#ifndef MMWHY_DUMP_X86_64_H
#define MMWHY_DUMP_X86_64_H

#include "dump/unwind.h"

bool x86_64_note_regs(const struct note *n, struct unwind_regs *ret);
bool x86_64_sleeper_regs(struct dump *d, const struct sleeper *s, struct unwind_regs *ret,
			 kaddr_t *ret_at);
size_t x86_64_unwind(struct dump *d, struct unwind_regs r, struct unwind_frame *frames, size_t max,
		     bool *ret_whole);

#endif
