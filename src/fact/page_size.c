// SPDX-License-Identifier: GPL-2.0-or-later
// How large a page is where no line of the evidence says so: PAGE_SHIFT of
// arch/*/include/asm/page.h.
#include "fact/page_size.h"

#include "base/cleanup.h"

static const struct {
	const char *arch; /* its name's beginning */
	bool differs;	  /* by configuration: this is the usual one */
	uint64_t size;
} archs[] = {
	{ "arm64", true, 4096 },  { "aarch64", true, 4096 },  { "x86", false, 4096 },
	{ "i386", false, 4096 },  { "i686", false, 4096 },    { "arm", false, 4096 },
	{ "riscv", false, 4096 }, { "s390", false, 4096 },    { "parisc", false, 4096 },
	{ "alpha", false, 8192 }, { "sparc64", false, 8192 }, { "loongarch64", true, 16384 },
	{ "ia64", true, 16384 },
};

bool is_page_size(uint64_t bytes)
{
	return bytes >= PAGE_SIZE_MIN && bytes <= PAGE_SIZE_MAX && !(bytes & (bytes - 1));
}

static uint64_t by_arch(struct str arch, bool usual)
{
	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (str_starts(arch, archs[i].arch))
			return archs[i].differs && !usual ? 0 : archs[i].size;
	return 0;
}

uint64_t page_size_of_arch(struct str arch)
{
	return by_arch(arch, false);
}

uint64_t page_size_or_usual(struct num told, struct str arch)
{
	uint64_t size = told.known && is_page_size(told.v) ? told.v : by_arch(arch, true);

	return size ? size : PAGE_SIZE_MIN;
}
