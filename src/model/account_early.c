// SPDX-License-Identifier: GPL-2.0-or-later
// What memblock=debug tells of the kernel's own share: who asked the early allocator for it.
#include "model/account_work.h"
#include "model/early_taken.h"

/* What functions that ask for memory ask for it for, by how their names begin. */
static const struct {
	const char *caller, *name;
} uses[] = {
	{ "alloc_large_system_hash", "hash tables" },
	{ "pcpu_", "per-CPU areas" },
	{ "setup_per_cpu_areas", "per-CPU areas" },
	{ "alloc_node_data", "node data" },
	{ "setup_node_data", "node data" },
	{ "sparse_", "struct pages" },
	{ "memmap_alloc", "struct pages" },
	{ "alloc_node_mem_map", "struct pages" },
	{ "memory_present", "struct pages" },
	{ "memblocks_present", "struct pages" },
	{ "vmemmap_", "struct pages" },
	{ "__populate_section_memmap", "struct pages" },
	{ "__earlyonly_bootmem_alloc", "struct pages" },
	{ "setup_log_buf", "log buffer" },
	{ "page_ext_init", "page_ext" },
	{ "alloc_page_ext", "page_ext" },
	{ "kfence_", "KFENCE's pool" },
	{ "kasan_", "KASAN's shadow" },
	{ "swiotlb_", "software IO TLB" },
	{ "reserve_crashkernel", "crash kernel (crashkernel=)" },
	{ "arch_reserve_crashkernel", "crash kernel (crashkernel=)" },
	{ "cma_", "CMA" },
	{ "dma_contiguous_", "CMA" },
	{ "alloc_bootmem_huge_page", "huge pages (gigantic)" },
	{ "__alloc_bootmem_huge_page", "huge pages (gigantic)" },
	{ "reserve_initrd", "initial RAM disk" },
	{ "early_reserve_initrd", "initial RAM disk" },
	{ "early_init_", "device tree (reserved)" },
	{ "init_mem_mapping", "page tables" },
	{ "init_range_memory_mapping", "page tables" },
	{ "spp_getpage", "page tables" },
	{ "alloc_low_page", "page tables" },
	{ "early_pgtable_alloc", "page tables" },
	{ "early_alloc_pgtable", "page tables" },
	{ "pgd_pgtable_alloc", "page tables" },
	{ "vmem_", "page tables" },
	{ "acpi_", "firmware's tables" },
	{ "efi_", "firmware's tables" },
	{ "early_reserve_memory", "firmware's tables" },
};

static const char others[] = "early allocator, other callers";

static const char *use_of(struct str caller)
{
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++)
		if (str_starts(caller, uses[i].caller))
			return uses[i].name;
	return others;
}

/* What other lines tell already, under other callers' names or none. */
struct told {
	uint64_t image;	    /* the kernel's own, set aside by an architecture's setup */
	uint64_t node_data; /* memblock_phys_alloc_try_nid() does not say who calls it */
};

static uint64_t told_of(const struct early_piece *p, struct told *told)
{
	uint64_t bytes = p->end - p->start, *of = &told->image;

	if (use_of(p->by->type) != others)
		return 0;
	if (str_starts(p->by->type, "memblock_"))
		of = &told->node_data;
	else if (bytes < told->image)
		return 0;
	if (bytes > *of)
		bytes = *of;
	*of -= bytes;
	return bytes;
}

/* The caller, other than those that have a name of their own here, who has most. */
static const char *most(const struct account_work *w, const struct early_taken *t)
{
	const struct fact_memory_range *by = NULL;
	uint64_t best = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (use_of(t->v[i].by->type) != others || t->v[i].end - t->v[i].start <= best)
			continue;
		best = t->v[i].end - t->v[i].start;
		by = t->v[i].by;
	}
	return by && by->type.n
		       ? arena_printf(w->arena, "the largest piece is %.*s()'s", STR_ARG(by->type))
				 .p
		       : NULL;
}

static uint64_t bytes_for(const struct account_work *w, const struct early_taken *t,
			  const char *name, struct told told)
{
	struct spans s = { .arena = w->arena };
	uint64_t extra = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct early_piece *p = &t->v[i];

		if (strcmp(use_of(p->by->type), name) != 0 || p->start >= p->end)
			continue;
		spans_add(&s, p->start, p->end - 1);
		extra += told_of(p, &told);
	}
	spans_close(&s);
	if (w->nodes.n)
		s = spans_and(&s, &w->nodes);
	return spans_bytes(&s) > extra ? spans_bytes(&s) - extra : 0;
}

static void take_use(struct account_work *w, const struct early_taken *t, const char *name,
		     struct told told, uint64_t *left)
{
	struct account_term *term;

	if (account_term(w->a, name))
		return; /* the kernel said it itself */
	term = account_take(w, name, bytes_for(w, t, name, told), left);
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(use_of(t->v[i].by->type), name) == 0 && t->v[i].start < t->v[i].end)
			account_cite(term, &t->v[i].by->head, 0);
	if (term && strcmp(name, others) == 0)
		term->note = most(w, t);
}

void account_early(struct account_work *w, uint64_t image, uint64_t *left)
{
	struct early_taken t = early_taken_of(w->in, w->arena);
	const struct account_term *nodes = account_term(w->a, "node data");
	struct told told = { image, nodes ? nodes->bytes : 0 };

	if (!t.n || t.cut)
		return;
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++)
		if (!i || strcmp(uses[i].name, uses[i - 1].name) != 0)
			take_use(w, &t, uses[i].name, told, left);
	take_use(w, &t, others, told, left);
}
