// SPDX-License-Identifier: GPL-2.0-or-later
// Physical pages and VMCOREINFO through libkdumpfile.
#include <libkdumpfile/kdumpfile.h>
#include <stdlib.h>

#include "dump/foreign.h"

enum { PAGE_SIZE_MAX = 64 << 10 };

struct foreign {
	kdump_ctx_t *ctx;
	kdump_bmp_t *pages; /* that are in the file; NULL: it cannot tell */
	kdump_bmp_t *ram;   /* what the machine had; NULL: it cannot tell */
	unsigned char page[PAGE_SIZE_MAX];
};

/* One past the last page that is there. */
static uint64_t last_page(struct foreign *f)
{
	uint64_t end = 0;

	for (kdump_addr_t at = 0; kdump_bmp_find_set(f->pages, &at) == KDUMP_OK;) {
		kdump_addr_t gap = at;

		if (kdump_bmp_find_clear(f->pages, &gap) != KDUMP_OK || gap <= at)
			return at + 1;
		end = at = gap;
	}
	return end;
}

static kdump_bmp_t *get_bitmap(struct foreign *f, const char *key)
{
	kdump_attr_t attr;

	return kdump_get_attr(f->ctx, key, &attr) == KDUMP_OK && attr.type == KDUMP_BITMAP
		       ? attr.val.bitmap
		       : NULL;
}

static void learn(struct container *c, struct foreign *f)
{
	const char *release;
	kdump_num_t n;
	char *info;

	c->page_size = 4096;
	if (kdump_get_number_attr(f->ctx, KDUMP_ATTR_PAGE_SIZE, &n) == KDUMP_OK && n >= 4096 &&
	    n <= PAGE_SIZE_MAX && !(n & (n - 1)))
		c->page_size = (uint32_t)n;
	if (kdump_get_string_attr(f->ctx, "linux.uts.release", &release) == KDUMP_OK)
		c->release = arena_str(c->arena, str_c(release));
	f->pages = get_bitmap(f, KDUMP_ATTR_FILE_PAGEMAP);
	f->ram = get_bitmap(f, KDUMP_ATTR_MEMORY_PAGEMAP);
	c->max_pfn = 1ull << 28;
	if (f->pages)
		c->max_pfn = last_page(f);
	else if (kdump_get_number_attr(f->ctx, "max_pfn", &n) == KDUMP_OK && n < c->max_pfn)
		c->max_pfn = n;
	if (kdump_vmcoreinfo_raw(f->ctx, &info) == KDUMP_OK) {
		c->vmcoreinfo = arena_str(c->arena, str_c(info));
		free(info);
	}
}

enum status foreign_open(struct container *c, const char *arch)
{
	struct foreign *f = arena_new(c->arena, struct foreign);
	kdump_status st;

	c->priv = f;
	f->ctx = kdump_new();
	if (!f->ctx)
		return ST_NOMEM;
	/* 0.5.1 cannot translate, nor read some formats, without */
	st = kdump_set_string_attr(f->ctx, KDUMP_ATTR_ARCH_NAME, arch);
	if (st == KDUMP_OK)
		st = kdump_set_number_attr(f->ctx, KDUMP_ATTR_FILE_FD, (kdump_num_t)c->fd);
	if (st != KDUMP_OK) {
		c->why = arena_printf(c->arena, "libkdumpfile, for the %s format: %s", c->format,
				      kdump_get_err(f->ctx));
		return ST_BAD_DATA;
	}
	c->detail = STR("by libkdumpfile");
	learn(c, f);
	return OK;
}

static bool is_ram(const struct container *c, paddr_t addr)
{
	const struct foreign *f = c->priv;
	kdump_addr_t pfn = addr / c->page_size, at = pfn;

	return f->ram && kdump_bmp_find_set(f->ram, &at) == KDUMP_OK && at == pfn;
}

enum page_state foreign_read(struct container *c, paddr_t addr, void *buf, size_t n)
{
	struct foreign *f = c->priv;
	size_t got = n;

	switch (kdump_read(f->ctx, KDUMP_MACHPHYSADDR, addr, buf, &got)) {
	case KDUMP_OK:
		return got == n ? PAGE_PRESENT : PAGE_DAMAGED;
	case KDUMP_ERR_NODATA:
	case KDUMP_ERR_NOKEY:
		return is_ram(c, addr) ? PAGE_EXCLUDED : PAGE_MISSING;
	case KDUMP_ERR_SYSTEM:
	case KDUMP_ERR_NOTIMPL:
	case KDUMP_ERR_CORRUPT:
	case KDUMP_ERR_INVALID:
	case KDUMP_ERR_EOF:
	case KDUMP_ERR_BUSY:
	case KDUMP_ERR_ADDRXLAT:
		break;
	}
	return PAGE_DAMAGED;
}

const void *foreign_ptr(struct container *c, paddr_t addr, size_t n, enum page_state *ret)
{
	struct foreign *f = c->priv;

	*ret = foreign_read(c, addr, f->page, n);
	return *ret == PAGE_PRESENT ? f->page : NULL;
}

enum page_state foreign_state(struct container *c, paddr_t addr)
{
	char byte;

	return foreign_read(c, addr, &byte, 1);
}

uint64_t foreign_next(struct container *c, uint64_t pfn)
{
	struct foreign *f = c->priv;
	kdump_addr_t at = pfn;

	if (!f->pages)
		return pfn < c->max_pfn ? pfn : UINT64_MAX;
	return kdump_bmp_find_set(f->pages, &at) == KDUMP_OK ? at : UINT64_MAX;
}

/* kdump_free() of 0.5.1 reads what it has freed, whatever was asked before: there the context is
 * left to the process's end. */
void foreign_close(struct container *c)
{
	struct foreign *f = c->priv;

	if (f && KDUMPFILE_VERSION >= KDUMPFILE_MKVER(0, 5, 4))
		kdump_free(f->ctx);
}
