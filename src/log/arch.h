// SPDX-License-Identifier: GPL-2.0-or-later
// Which architecture a kernel is of, told from what only it prints.
#ifndef MMWHY_LOG_ARCH_H
#define MMWHY_LOG_ARCH_H

#include "base/str.h"

/** ".x86_64", "-arm64" and the like at a release's end; NULL if it does not say. */
const char *arch_of_release(struct str release);
/** NULL if the line does not say. */
const char *arch_of_line(struct str text);

/** Literals of which every line that arch_of_line() knows holds one. */
#define ARCH_ANCHORS                                                                               \
	"RIP: ", "EIP: ", "EIP is at", "LOWMEM available",                                         \
		"max_arch_pfn = ", "Booting Linux on physical CPU", "CPU: ARM",                    \
		"pstate: ", "ESR_EL1", "hash-mmu: ", "hv:phyp", "firmware_features", "OPAL v",     \
		"PROMLIB: ", "TSTATE: ", "IAOQ[0]: ", "Kernel has started", "(MIPS ",              \
		"MIPS: machine is", "Linux is running ",                                           \
		"Krnl PSW : ", "riscv: ", "SBI specification v", "riscv_", "using machine vector", \
		"Loongson Processor probed", "NIP: "

#endif
