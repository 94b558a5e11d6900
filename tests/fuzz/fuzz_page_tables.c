// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as page tables: a byte that says how many levels, whether there is a mask, and where
// the root lies; then physical memory. Its own words are the addresses translated.
#include <stdlib.h>
#include <string.h>

#include "flat.h"
#include "fuzz.h"

extern const struct arch_ops arch_x86_64;

enum { ADDRESSES_MAX = 2048 };

static void translate(struct dump *d, kaddr_t addr)
{
	uint64_t left = 0, v;
	paddr_t phys;

	if (d->arch->translate(d, addr, &phys, &left) == OK && !left)
		abort();
	(void)dump_u64(d, addr, &v);
	(void)dump_state(d, addr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dump *d;
	uint64_t v;

	if (!size)
		return 0;
	d = flat_new(data + 1, size - 1);
	d->arch = &arch_x86_64;
	d->vmcoreinfo = arena_printf(
		&d->arena,
		"SYMBOL(init_top_pgt)=%llx\nNUMBER(phys_base)=-16777216\nSYMBOL(_stext)=%llx\n"
		"NUMBER(pgtable_l5_enabled)=%d\nNUMBER(sme_mask)=%lld\n",
		FLAT_BASE + (data[0] >> 2) * 4096ull, FLAT_BASE, data[0] & 1,
		data[0] & 2 ? 1ll << 47 : 0ll);
	d->mmu.end = 0;
	if (d->arch->init(d) == OK) {
		d->sym[SYM_page_offset_base] = FLAT_BASE + 8;
		d->sym[SYM__end] = data[0] & 128 ? FLAT_BASE + FLAT_SPAN : 0;
		d->arch->use_symbols(d);
		for (size_t at = 1; at + 8 <= size && at < 8ul * ADDRESSES_MAX; at += 8) {
			memcpy(&v, data + at, 8);
			translate(d, v);
			translate(d, v | 0xffff000000000000ull);
		}
		for (uint64_t at = 0; at < 512; at++)
			translate(d, 0xffffffff81000000ull + at * 4096);
		translate(d, 0xffff888000000000ull);
		translate(d, UINT64_MAX - 3);
	}
	flat_free(d);
	return 0;
}
