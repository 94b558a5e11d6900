// SPDX-License-Identifier: GPL-2.0-or-later
// A dump that is nothing but bytes.
#include "flat.h"

#include <stdlib.h>
#include <string.h>

#include "dump/types.h"

enum { PAGE = 4096 };

struct flat {
	struct dump dump;
	const uint8_t *data;
	size_t size;
	uint8_t page[PAGE];
};

static const void *flat_ptr(struct container *c, paddr_t addr, size_t n, enum page_state *ret)
{
	struct flat *f = c->priv;
	paddr_t start = addr - addr % PAGE;

	(void)n;
	*ret = addr < FLAT_SPAN ? PAGE_PRESENT : PAGE_MISSING;
	if (addr >= FLAT_SPAN)
		return NULL;
	memset(f->page, 0, PAGE);
	if (start < f->size)
		memcpy(f->page, f->data + start, f->size - start < PAGE ? f->size - start : PAGE);
	return f->page + addr % PAGE;
}

static enum page_state flat_read(struct container *c, paddr_t addr, void *buf, size_t n)
{
	enum page_state state;
	const void *p = flat_ptr(c, addr, n, &state);

	if (p)
		memcpy(buf, p, n);
	return state;
}

static enum page_state flat_state(struct container *c, paddr_t addr)
{
	(void)c;
	return addr < FLAT_SPAN ? PAGE_PRESENT : PAGE_MISSING;
}

static uint64_t flat_next(struct container *c, uint64_t pfn)
{
	(void)c;
	return pfn < FLAT_SPAN / PAGE ? pfn : UINT64_MAX;
}

static const struct container_ops flat_ops = {
	.name = "flat", .read = flat_read, .ptr = flat_ptr, .state = flat_state, .next = flat_next
};

static enum status flat_translate(struct dump *d, kaddr_t addr, paddr_t *ret, uint64_t *ret_left)
{
	(void)d;
	if (addr - FLAT_BASE >= FLAT_SPAN)
		return ST_FAULT;
	*ret = addr - FLAT_BASE;
	*ret_left = FLAT_SPAN - *ret;
	return OK;
}

static const struct arch_ops flat_arch = { .name = "flat", .translate = flat_translate };

struct dump *flat_new(const uint8_t *data, size_t size)
{
	struct flat *f = calloc(1, sizeof(*f));

	if (!f)
		abort();
	f->data = data;
	f->size = size < FLAT_SPAN ? size : FLAT_SPAN;
	arena_init(&f->dump.arena);
	f->dump.container = (struct container){ .ops = &flat_ops,
						.arena = &f->dump.arena,
						.page_size = PAGE,
						.max_pfn = FLAT_SPAN / PAGE,
						.priv = f };
	f->dump.arch = &flat_arch;
	f->dump.mmu.text = FLAT_BASE;
	f->dump.mmu.end = FLAT_BASE + FLAT_SPAN;
	return &f->dump;
}

void flat_free(struct dump *d)
{
	types_close(d->types);
	arena_deinit(&d->arena);
	free(d->container.priv);
}
