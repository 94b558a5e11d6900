// SPDX-License-Identifier: GPL-2.0-or-later
// Loaded modules and their symbols.
#include "dump/modules.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "dump/kallsyms.h"
#include "dump/list.h"
#include "dump/types.h"

enum { MODULE_SYMBOLS_MAX = 1 << 20, NAME_LEN = 64 };

struct module_symbol {
	kaddr_t addr;
	uint64_t size;
	uint32_t name; /* offset in strtab */
};

/* Where things lie in struct module, by BTF. */
struct layout {
	struct member list, name, state, kallsyms, symtab, num_symtab, strtab;
	struct member mem, mem_base, mem_size; /* 6.4 and newer: ac3b43283923 ("module: replace
						  module_layout with module_memory") */
	struct member core_base, core_size;    /* before */
	struct member num_orcs, orc_ip, orc;
	uint32_t mem_stride;
};

static bool read_layout(const struct types *t, struct layout *l)
{
	l->list = types_member(t, "module", "list");
	l->name = types_member(t, "module", "name");
	l->state = types_member(t, "module", "state");
	l->kallsyms = types_member(t, "module", "kallsyms");
	l->symtab = types_member(t, "mod_kallsyms", "symtab");
	l->num_symtab = types_member(t, "mod_kallsyms", "num_symtab");
	l->strtab = types_member(t, "mod_kallsyms", "strtab");
	l->mem = types_member(t, "module", "mem");
	l->mem_base = types_member(t, "module_memory", "base");
	l->mem_size = types_member(t, "module_memory", "size");
	l->mem_stride = types_size(t, "module_memory");
	l->core_base = types_member(t, "module", "core_layout.base");
	l->core_size = types_member(t, "module", "core_layout.size");
	l->num_orcs = types_member(t, "module", "arch.num_orcs");
	l->orc_ip = types_member(t, "module", "arch.orc_unwind_ip");
	l->orc = types_member(t, "module", "arch.orc_unwind");
	return l->list.found && l->name.found;
}

static void add_area(struct dump_module *m, kaddr_t start, uint32_t size)
{
	if (!start || !size || m->n_areas == MODULE_AREAS)
		return;
	m->areas[m->n_areas].start = start;
	m->areas[m->n_areas++].size = size;
}

static void read_areas(struct dump *d, const struct layout *l, struct dump_module *m)
{
	kaddr_t start;
	uint32_t size;

	if (l->core_base.found) {
		(void)dump_u64(d, m->addr + l->core_base.offset, &start);
		(void)dump_u32(d, m->addr + l->core_size.offset, &size);
		add_area(m, start, size);
		return;
	}
	for (uint32_t i = 0; l->mem_stride && i < l->mem.size / l->mem_stride && i < MODULE_AREAS;
	     i++) {
		kaddr_t at = m->addr + l->mem.offset + (kaddr_t)i * l->mem_stride;

		(void)dump_u64(d, at + l->mem_base.offset, &start);
		(void)dump_u32(d, at + l->mem_size.offset, &size);
		add_area(m, start, size);
	}
}

static void read_module(struct dump *d, const struct layout *l, struct dump_module *m)
{
	kaddr_t ks;

	m->name = dump_string(d, m->addr + l->name.offset, NAME_LEN);
	if (l->state.found)
		(void)dump_u32(d, m->addr + l->state.offset, &m->state);
	read_areas(d, l, m);
	if (l->num_orcs.found) {
		(void)dump_u32(d, m->addr + l->num_orcs.offset, &m->n_orc);
		(void)dump_u64(d, m->addr + l->orc_ip.offset, &m->orc_ip);
		(void)dump_u64(d, m->addr + l->orc.offset, &m->orc);
	}
	if (!l->kallsyms.found || dump_u64(d, m->addr + l->kallsyms.offset, &ks) || !ks)
		return;
	(void)dump_u64(d, ks + l->symtab.offset, &m->symtab);
	(void)dump_u32(d, ks + l->num_symtab.offset, &m->n_symbols);
	(void)dump_u64(d, ks + l->strtab.offset, &m->strtab);
}

struct dump_modules *dump_modules(struct dump *d)
{
	struct dump_modules *all = d->modules;
	struct list_iter it;
	struct layout l;

	if (all)
		return all;
	all = d->modules = arena_new(&d->arena, struct dump_modules);
	if (!d->sym[SYM_modules] || !read_layout(d->types, &l)) {
		all->status = ST_MISSING;
		return all;
	}
	for (list_begin(&it, d, d->sym[SYM_modules]); list_next(&it);) {
		struct dump_module *m =
			arena_push(&d->arena, (void **)&all->v, &all->n, sizeof(*m));

		m->addr = it.entry - l.list.offset;
		read_module(d, &l, m);
	}
	all->status = it.status;
	all->bad = it.bad;
	return all;
}

struct dump_module *module_at(struct dump *d, kaddr_t addr)
{
	struct dump_modules *all = dump_modules(d);

	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < all->v[i].n_areas; k++)
			if (addr - all->v[i].areas[k].start < all->v[i].areas[k].size)
				return &all->v[i];
	return NULL;
}

static int by_addr(const void *a, const void *b)
{
	const struct module_symbol *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static void read_symbols(struct dump *d, struct dump_module *m)
{
	Elf64_Sym *syms;
	size_t n = m->n_symbols;

	m->symbols_read = true;
	if (!n || n > MODULE_SYMBOLS_MAX)
		return;
	syms = malloc(n * sizeof(*syms));
	if (!syms)
		return;
	if (dump_read(d, m->symtab, syms, n * sizeof(*syms)) == OK) {
		m->symbols = arena_alloc(&d->arena, n * sizeof(*m->symbols));
		for (size_t i = 0; m->symbols && i < n; i++)
			if (syms[i].st_name && syms[i].st_value && syms[i].st_shndx != SHN_UNDEF)
				m->symbols[m->n_sorted++] =
					(struct module_symbol){ syms[i].st_value, syms[i].st_size,
								syms[i].st_name };
		if (m->symbols && m->n_sorted)
			qsort(m->symbols, m->n_sorted, sizeof(*m->symbols), by_addr);
	}
	free(syms);
}

bool module_lookup(struct dump *d, struct dump_module *m, kaddr_t addr, struct str *ret_name,
		   uint64_t *ret_offset, uint64_t *ret_size)
{
	size_t lo = 0, hi;

	if (!m->symbols_read)
		read_symbols(d, m);
	hi = m->n_sorted;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (m->symbols[mid].addr <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo)
		return false;
	*ret_name = dump_string(d, m->strtab + m->symbols[lo - 1].name, 256);
	*ret_offset = addr - m->symbols[lo - 1].addr;
	*ret_size = m->symbols[lo - 1].size;
	return ret_name->n > 0;
}

bool dump_symbol(struct dump *d, kaddr_t addr, struct str *ret_name, uint64_t *ret_offset,
		 uint64_t *ret_size, struct str *ret_module)
{
	struct dump_module *m;
	char buf[512];

	*ret_module = (struct str){ "", 0 };
	if (addr >= d->mmu.text && (!d->mmu.end || addr < d->mmu.end)) {
		if (!kallsyms_lookup(d->kallsyms, addr, buf, sizeof(buf), ret_offset, ret_size))
			return false;
		*ret_name = arena_str(&d->arena, str_c(buf));
		return true;
	}
	m = module_at(d, addr);
	if (!m)
		return false;
	*ret_module = m->name;
	return module_lookup(d, m, addr, ret_name, ret_offset, ret_size);
}
