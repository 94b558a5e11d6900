// SPDX-License-Identifier: GPL-2.0-or-later
// This build has no libkdumpfile.
#include "dump/foreign.h"

enum status foreign_open(struct container *c, const char *arch)
{
	(void)arch;
	c->why = arena_printf(c->arena,
			      "a dump of the %s format: this build lacks libkdumpfile, "
			      "which reads it",
			      c->format);
	return ST_BAD_DATA;
}

enum page_state foreign_read(struct container *c, paddr_t addr, void *buf, size_t n)
{
	(void)c;
	(void)addr;
	(void)buf;
	(void)n;
	return PAGE_MISSING;
}

const void *foreign_ptr(struct container *c, paddr_t addr, size_t n, enum page_state *ret)
{
	*ret = foreign_read(c, addr, NULL, n);
	return NULL;
}

enum page_state foreign_state(struct container *c, paddr_t addr)
{
	return foreign_read(c, addr, NULL, 0);
}

uint64_t foreign_next(struct container *c, uint64_t pfn)
{
	(void)c;
	(void)pfn;
	return UINT64_MAX;
}

void foreign_close(struct container *c)
{
	(void)c;
}
