// SPDX-License-Identifier: GPL-2.0-or-later
// Physical memory, address spaces and page tables of a made-up kernel.
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

enum { IMAGE_SIZE = 1 << 20, PTE_BITS = 0x63, PTE_LARGE = 0x80 };

void *core_push(void *v, size_t *n, size_t elem_size)
{
	char *p = v;

	if ((*n & (*n - 1)) == 0)
		p = realloc(v, (*n ? 2 * *n : 1) * elem_size);
	if (!p)
		err(2, "memory");
	memset(p + (*n)++ * elem_size, 0, elem_size);
	return p;
}

static void add_area(struct core *c, vaddr start, uint64_t size, uint64_t phys)
{
	c->areas = core_push(c->areas, &c->n_areas, sizeof(*c->areas));
	c->areas[c->n_areas - 1] = (struct area){ start, size, phys };
}

void core_init(struct core *c, uint64_t ram_size)
{
	c->ram_size = ram_size;
	c->ram = calloc(1, ram_size);
	c->kind = calloc(1, ram_size / CORE_PAGE);
	if (!c->ram || !c->kind)
		err(2, "memory");
	c->image_next = c->text;
	c->image_end = c->text + IMAGE_SIZE;
	add_area(c, c->text, IMAGE_SIZE, c->text_phys);
	add_area(c, c->direct, ram_size, 0);
	c->ram_next = c->text_phys + IMAGE_SIZE;
	c->vmalloc_next = 0xffffc90000000000;
}

vaddr core_image(struct core *c, size_t size, size_t align)
{
	vaddr at = (c->image_next + align - 1) & ~(vaddr)(align - 1);

	if (at + size > c->image_end)
		errx(2, "the kernel image is full");
	c->image_next = at + size;
	return at;
}

static uint64_t alloc_phys(struct core *c, size_t size, size_t align)
{
	uint64_t at = (c->ram_next + align - 1) & ~(uint64_t)(align - 1);

	if (at + size > c->ram_size)
		errx(2, "the RAM is full");
	c->ram_next = at + size;
	return at;
}

vaddr core_alloc(struct core *c, size_t size, size_t align)
{
	return c->direct + alloc_phys(c, size, align);
}

/* Pages in descending order, so that nothing about them is linear. */
vaddr core_vmalloc(struct core *c, size_t size)
{
	size_t pages = (size + CORE_PAGE - 1) / CORE_PAGE;
	uint64_t phys = alloc_phys(c, pages * CORE_PAGE, CORE_PAGE);
	vaddr at = c->vmalloc_next;

	for (size_t i = 0; i < pages; i++)
		add_area(c, at + i * CORE_PAGE, CORE_PAGE, phys + (pages - 1 - i) * CORE_PAGE);
	c->vmalloc_next += (pages + 1) * CORE_PAGE; /* a guard page */
	return at;
}

uint64_t core_phys(struct core *c, vaddr addr)
{
	for (size_t i = 0; i < c->n_areas; i++)
		if (addr - c->areas[i].start < c->areas[i].size)
			return c->areas[i].phys + (addr - c->areas[i].start);
	errx(2, "nothing at 0x%llx", (unsigned long long)addr);
}

/* Struct pages of all RAM; those of slabs begin at the kernel image's, which no filter leaves out.
 */
void core_memmap(struct core *c, uint32_t page_struct)
{
	uint64_t size = (c->ram_size / CORE_PAGE * page_struct + CORE_PAGE - 1) & ~0xfffull;

	add_area(c, CORE_MEMMAP, size, alloc_phys(c, size, CORE_PAGE));
	c->memmap_next = CORE_MEMMAP + c->text_phys / CORE_PAGE * page_struct;
}

void *core_ptr(struct core *c, vaddr addr, size_t n)
{
	uint64_t phys = core_phys(c, addr);

	if (phys + n > c->ram_size)
		errx(2, "0x%llx lies beyond the RAM", (unsigned long long)addr);
	return c->ram + phys;
}

void core_put(struct core *c, vaddr addr, uint64_t v, size_t n)
{
	memcpy(core_ptr(c, addr, n), &v, n);
}

uint64_t core_get(struct core *c, vaddr addr)
{
	uint64_t v;

	memcpy(&v, core_ptr(c, addr, 8), 8);
	return v;
}

/* The table below an entry, made if it is not there. */
static uint64_t next_table(struct core *c, uint64_t entry_at)
{
	uint64_t entry;

	memcpy(&entry, c->ram + entry_at, 8);
	if (!entry) {
		entry = alloc_phys(c, CORE_PAGE, CORE_PAGE) | PTE_BITS | c->sme_mask;
		memcpy(c->ram + entry_at, &entry, 8);
	}
	return entry & ~c->sme_mask & ~0xfffull;
}

/* @p leaf: 1 a page, 2 two MiB, 3 a GiB. */
static void map_one(struct core *c, vaddr at, uint64_t phys, unsigned int leaf)
{
	uint64_t table = c->root, entry, entry_at;

	for (unsigned int level = c->levels;; level--) {
		entry_at = table + (at >> (12 + 9 * (level - 1)) & 511) * 8;
		if (level == leaf)
			break;
		table = next_table(c, entry_at);
	}
	entry = phys | PTE_BITS | c->sme_mask | (leaf > 1 ? PTE_LARGE : 0);
	memcpy(c->ram + entry_at, &entry, 8);
}

void core_map(struct core *c)
{
	c->tables_at = c->ram_next;
	for (size_t i = 0; i < c->n_areas; i++) {
		const struct area *a = &c->areas[i];
		unsigned int leaf = 1;

		if (c->large_pages && a->start == c->direct)
			leaf = 2;
		for (uint64_t at = 0; at < a->size; at += 1ull << (12 + 9 * (leaf - 1)))
			map_one(c, a->start + at, a->phys + at, leaf);
	}
}
