// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as a kernel's symbol table: a byte of flags, then either the tables where VMCOREINFO
// names them (see where()), or an image in which they are searched.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/kallsyms.h"
#include "flat.h"
#include "fuzz.h"

enum { SEARCH = 1, ABSOLUTE = 2, PLACE = 4 };
/* Offsets of the tables; offsets[] and the names follow by the number of symbols. */
enum { NUM = 0, BASE = 8, INDEX = 16, TOKENS = 528, OFFSETS = 4096, NAMES_MAX = 1 << 20 };

static struct str where(struct arena *a, unsigned int flags, const uint8_t *data, size_t size)
{
	uint32_t n = 0, names;

	if (size >= 4)
		memcpy(&n, data, 4);
	if (flags & SEARCH)
		return arena_printf(a, "SYMBOL(_stext)=%llx\n", (unsigned long long)FLAT_BASE);
	names = OFFSETS + (n < NAMES_MAX / 8 ? n : NAMES_MAX / 8) * (flags & ABSOLUTE ? 8 : 4);
	return arena_printf(
		a,
		"SYMBOL(_stext)=%llx\nSYMBOL(kallsyms_num_syms)=%llx\nSYMBOL(kallsyms_names)=%llx\n"
		"SYMBOL(kallsyms_token_table)=%llx\nSYMBOL(kallsyms_token_index)=%llx\n"
		"SYMBOL(%s)=%llx\n%s%llx\n",
		FLAT_BASE, FLAT_BASE + NUM, FLAT_BASE + names, FLAT_BASE + TOKENS,
		FLAT_BASE + INDEX, flags & ABSOLUTE ? "kallsyms_addresses" : "kallsyms_offsets",
		FLAT_BASE + OFFSETS,
		flags & PLACE ? "#" : "SYMBOL(kallsyms_relative_base)=", FLAT_BASE + BASE);
}

static void use(const struct kallsyms *k)
{
	char name[512], other[8];
	uint64_t offset, size;

	for (uint32_t i = 0; i < k->n && i < 5000; i++) {
		kaddr_t at = kallsyms_address(k, i);

		if (kallsyms_name(k, i, name, sizeof(name)) > sizeof(name) * 64)
			abort();
		(void)kallsyms_name(k, i, other, sizeof(other));
		if (i % 64 == 0)
			(void)kallsyms_lookup(k, at + 5, name, sizeof(name), &offset, &size);
	}
	(void)kallsyms_lookup(k, 0, name, sizeof(name), &offset, &size);
	(void)kallsyms_lookup(k, UINT64_MAX, name, sizeof(name), &offset, &size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dump *d;

	if (!size)
		return 0;
	d = flat_new(data + 1, size - 1);
	d->vmcoreinfo = where(&d->arena, data[0], data + 1, size - 1);
	if (kallsyms_open(d) == OK)
		use(d->kallsyms);
	flat_free(d);
	return 0;
}
