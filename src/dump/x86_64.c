// SPDX-License-Identifier: GPL-2.0-or-later
// x86-64: page tables of 4 and 5 levels, kernel text, direct map
// (arch/x86/include/asm/pgtable_types.h).
#include <string.h>

#include "dump/x86_64.h"

#define START_KERNEL_MAP 0xffffffff80000000ull
#define KERNEL_IMAGE_MAX (1ull << 30)
#define KERNEL_IMAGE_MIN (32ull << 20)
#define PTE_PRESENT	 1ull
#define PTE_LARGE	 (1ull << 7)
#define PTE_ADDRESS	 0x000ffffffffff000ull

static enum status init(struct dump *d)
{
	struct mmu *m = &d->mmu;
	uint64_t root;
	int64_t n;

	m->kernel_map = START_KERNEL_MAP;
	m->pte_mask = PTE_ADDRESS;
	if (!vmcoreinfo_number(d, "phys_base", &n)) {
		d->why = STR("VMCOREINFO has no phys_base");
		return ST_MISSING;
	}
	m->phys_base = (uint64_t)n;
	if (!vmcoreinfo_symbol(d, "init_top_pgt", &root) &&
	    !vmcoreinfo_symbol(d, "init_level4_pgt", &root) &&
	    !vmcoreinfo_symbol(d, "swapper_pg_dir", &root)) {
		d->why = STR("VMCOREINFO has no page table root");
		return ST_MISSING;
	}
	/* the root by its physical address, else translating it would need itself */
	m->root = root - START_KERNEL_MAP + m->phys_base;
	m->levels = vmcoreinfo_number(d, "pgtable_l5_enabled", &n) && n ? 5 : 4;
	if (vmcoreinfo_number(d, "sme_mask", &n))
		m->pte_mask &= ~(uint64_t)n;
	if (vmcoreinfo_symbol(d, "_stext", &m->text))
		m->text &= ~0x1fffffull;
	return OK;
}

static void use_symbols(struct dump *d)
{
	struct mmu *m = &d->mmu;
	kaddr_t end = d->sym[SYM__end];
	uint64_t base;

	if (end > m->text && end - m->text < KERNEL_IMAGE_MAX)
		m->end = end;
	if (d->sym[SYM_page_offset_base] &&
	    dump_u64(d, d->sym[SYM_page_offset_base], &base) == OK && base >> 56 == 0xff &&
	    !(base & 0xfff))
		m->direct_map = base;
	/* without CONFIG_RANDOMIZE_MEMORY at its fixed place */
	m->vmemmap = m->levels == 5 ? 0xffd4000000000000 : 0xffffea0000000000;
	if (d->sym[SYM_vmemmap_base] && dump_u64(d, d->sym[SYM_vmemmap_base], &base) == OK &&
	    base >> 56 == 0xff && !(base & 0xfff))
		m->vmemmap = base;
}

static enum status walk(struct dump *d, kaddr_t addr, paddr_t *ret, uint64_t *ret_size)
{
	struct mmu *m = &d->mmu;
	paddr_t table = m->root;

	for (unsigned int level = m->levels; level > 0; level--) {
		unsigned int shift = 12 + 9 * (level - 1);
		uint64_t entry;

		if (dump_read_phys(d, table + (addr >> shift & 511) * 8, &entry, 8, NULL) ||
		    !(entry & PTE_PRESENT))
			return ST_FAULT;
		table = entry & m->pte_mask;
		if (level > 1 && !((level == 2 || level == 3) && (entry & PTE_LARGE)))
			continue;
		*ret_size = 1ull << shift;
		*ret = table & ~(*ret_size - 1);
		return OK;
	}
	return ST_FAULT;
}

/* Linear ranges need no tables: the kernel image and the direct map. */
static bool linear(const struct dump *d, kaddr_t addr, paddr_t *ret, uint64_t *ret_left)
{
	const struct mmu *m = &d->mmu;
	uint64_t max = d->container.max_pfn * d->container.page_size;

	if (m->end && addr >= m->text && addr < m->end) {
		*ret = addr - START_KERNEL_MAP + m->phys_base;
		*ret_left = m->end - addr;
		return true;
	}
	if (m->direct_map && addr >= m->direct_map && addr - m->direct_map < max) {
		*ret = addr - m->direct_map;
		*ret_left = max - *ret;
		return true;
	}
	return false;
}

static enum status translate(struct dump *d, kaddr_t addr, paddr_t *ret, uint64_t *ret_left)
{
	struct tlb_entry *t = &d->mmu.tlb[(addr >> 12 ^ addr >> 21) % 64];
	uint64_t size;
	paddr_t base;
	enum status st;

	if (linear(d, addr, ret, ret_left))
		return OK;
	/* canonical kernel half only */
	if (addr >> 56 != 0xff)
		return ST_FAULT;
	if (!t->size || addr - t->page >= t->size) {
		st = walk(d, addr, &base, &size);
		/* the image is linear also where its tables are lost */
		if (st && !d->mmu.end && addr - d->mmu.text < KERNEL_IMAGE_MIN) {
			*ret = addr - START_KERNEL_MAP + d->mmu.phys_base;
			*ret_left = 4096 - (addr & 4095);
			return OK;
		}
		if (st)
			return st;
		*t = (struct tlb_entry){ addr & ~(size - 1), base, size };
	}
	*ret = t->addr + (addr - t->page);
	*ret_left = t->size - (addr - t->page);
	return OK;
}

extern const struct arch_ops arch_x86_64;
const struct arch_ops arch_x86_64 = {
	.name = "x86_64",
	.elf_machine = 62,
	.init = init,
	.use_symbols = use_symbols,
	.translate = translate,
	.note_regs = x86_64_note_regs,
	.sleeper_regs = x86_64_sleeper_regs,
	.unwind = x86_64_unwind,
};
