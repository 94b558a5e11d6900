// SPDX-License-Identifier: GPL-2.0-or-later
// What machine a dump is of, by the names and numbers that headers have for it.
#ifndef MMWHY_DUMP_ELF_MACHINE_H
#define MMWHY_DUMP_ELF_MACHINE_H

#include "dump/container.h"

/** The ELF machine of what uname -m says; 0: none is known. */
uint16_t elf_machine_of(struct str uname_m);
/** Whether uname -m names one whose words have 32 bits. */
bool elf_machine_is_32_bit(struct str uname_m);
/** "an aarch64", "a ppc64le", "an unknown". */
const char *elf_machine_text(const struct container *c);

#endif
