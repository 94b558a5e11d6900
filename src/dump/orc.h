// SPDX-License-Identifier: GPL-2.0-or-later
// ORC unwind tables in all their versions (arch/x86/include/asm/orc_types.h).
#ifndef MMWHY_DUMP_ORC_H
#define MMWHY_DUMP_ORC_H

#include "dump/dump.h"

enum orc_reg {
	ORC_UNDEFINED,
	ORC_PREV_SP,
	ORC_AX,
	ORC_DX,
	ORC_DI,
	ORC_BP,
	ORC_SP,
	ORC_R10,
	ORC_R13,
	ORC_BP_INDIRECT,
	ORC_SP_INDIRECT,
	ORC_BAD,
};

enum orc_type {
	ORC_TYPE_UNKNOWN,
	ORC_TYPE_END,
	ORC_TYPE_CALL,
	ORC_TYPE_REGS,
	ORC_TYPE_REGS_PARTIAL
};

/** One entry, whatever the version. */
struct orc_entry_info {
	int16_t sp_offset, bp_offset;
	enum orc_reg sp_reg, bp_reg;
	enum orc_type type;
	bool signal;
};

/** Whether the kernel has ORC tables, and the dump them. */
bool orc_there(struct dump *d);
/** The entry for an instruction; false if there is none. */
bool orc_find(struct dump *d, kaddr_t ip, struct orc_entry_info *ret);

#endif
