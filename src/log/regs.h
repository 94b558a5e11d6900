// SPDX-License-Identifier: GPL-2.0-or-later
// Registers, as every architecture prints them.
#ifndef MMWHY_LOG_REGS_H
#define MMWHY_LOG_REGS_H

#include "fact/kinds.h"
#include "log/line.h"

enum { REGS_OF_LINE = 16 };

struct regs_line {
	struct reg v[REGS_OF_LINE]; /**< names are slices of the line, or static */
	size_t n;
};

/** Takes a line that begins with registers: "RAX: ... RBX: ...", "x29: ... x28: ...". */
bool regs_line(const struct line *l, struct regs_line *ret);
/** Takes the line that says where the CPU was: "RIP: 0010:f+0x1/0x2", "PC is at f+0x1/0x2", "NIP
 * [c000...] f+0x1/0x2". @p user is set if it is user space's. */
bool ip_line(const struct line *l, struct frame *ret, bool *user);

#endif
