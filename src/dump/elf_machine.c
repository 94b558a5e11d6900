// SPDX-License-Identifier: GPL-2.0-or-later
// Names of machines (arch/*/Makefile: UTS_MACHINE) and their ELF numbers.
#include "dump/elf_machine.h"

#include <elf.h>

#include "base/cleanup.h"

/* Those that begin so; the first of a number is its name. */
static const struct {
	uint16_t machine;
	bool is_32;
	const char *name, *text;
} machines[] = {
	{ EM_X86_64, false, "x86_64", "an x86_64" },
	{ EM_AARCH64, false, "aarch64", "an aarch64" },
	{ EM_PPC64, false, "ppc64", "a ppc64" },
	{ EM_PPC, true, "ppc", "a ppc" },
	{ EM_S390, false, "s390x", "an s390x" },
	{ EM_RISCV, false, "riscv", "a riscv" },
	{ EM_LOONGARCH, false, "loongarch", "a loongarch" },
	{ EM_SPARCV9, false, "sparc64", "a sparc64" },
	{ EM_MIPS, false, "mips64", "a mips" },
	{ EM_MIPS, true, "mips", "a mips" },
	{ EM_PARISC, true, "parisc", "a parisc" },
	{ EM_ARM, true, "arm", "an arm" },
	{ EM_386, true, "i386", "an i386" },
	{ EM_386, true, "i486", "an i386" },
	{ EM_386, true, "i586", "an i386" },
	{ EM_386, true, "i686", "an i386" },
};

static size_t find(struct str name)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(machines) && !str_starts(name, machines[i].name))
		i++;
	return i;
}

uint16_t elf_machine_of(struct str uname_m)
{
	size_t i = find(uname_m);

	return i < ARRAY_SIZE(machines) ? machines[i].machine : EM_NONE;
}

bool elf_machine_is_32_bit(struct str uname_m)
{
	size_t i = find(uname_m);

	return i < ARRAY_SIZE(machines) && machines[i].is_32;
}

const char *elf_machine_text(const struct container *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		if (machines[i].machine == c->machine)
			return machines[i].text;
	return "an unknown";
}
