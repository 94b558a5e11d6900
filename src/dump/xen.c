// SPDX-License-Identifier: GPL-2.0-or-later
// The sections of a Xen guest's core: elf_dump of libxenctrl's xc_core.c (`xl dump-core`,
// `virsh dump` of a Xen guest). ".xen_pfn" lists the frames of a guest whose memory Xen translates;
// ".xen_p2m" has pairs of the guest's frame and the machine's, and page tables hold the machine's.
#include "dump/xen.h"

#include <string.h>

enum { SECTIONS_MAX = 64, PAGE = 4096 };

/* Looks for a section by its name. */
static bool section(struct container *c, const Elf64_Ehdr *eh, const char *name, Elf64_Shdr *ret)
{
	Elf64_Shdr names;
	char got[16] = "";

	if (eh->e_shnum > SECTIONS_MAX || eh->e_shstrndx >= eh->e_shnum ||
	    !bytes_read(c->bytes, eh->e_shoff + eh->e_shstrndx * sizeof(names), &names,
			sizeof(names)))
		return false;
	for (size_t i = 0; i < eh->e_shnum; i++) {
		uint64_t at;

		if (!bytes_read(c->bytes, eh->e_shoff + i * sizeof(*ret), ret, sizeof(*ret)) ||
		    __builtin_add_overflow(names.sh_offset, ret->sh_name, &at) ||
		    !bytes_read(c->bytes, at, got, strlen(name) + 1))
			continue;
		if (strcmp(got, name) == 0)
			return true;
	}
	return false;
}

bool xen_pages_find(struct container *c, const Elf64_Ehdr *eh, struct xen_pages *ret)
{
	Elf64_Shdr map, pages;

	if (!section(c, eh, ".xen_pages", &pages))
		return false;
	*ret = (struct xen_pages){ .pages = pages.sh_offset, .stride = sizeof(uint64_t) };
	if (!section(c, eh, ".xen_pfn", &map)) {
		if (!section(c, eh, ".xen_p2m", &map))
			return false;
		ret->stride = 2 * sizeof(uint64_t);
		ret->in_entry = sizeof(uint64_t);
	}
	ret->map = map.sh_offset;
	ret->n = map.sh_size / ret->stride;
	if (ret->n > pages.sh_size / PAGE)
		ret->n = pages.sh_size / PAGE;
	if (ret->n > bytes_size(c->bytes) / ret->stride)
		ret->n = bytes_size(c->bytes) / ret->stride; /* the file is cut */
	return true;
}

uint64_t xen_frame(struct container *c, const struct xen_pages *x, uint64_t i)
{
	uint64_t frame;

	if (!bytes_read(c->bytes, x->map + i * x->stride + x->in_entry, &frame, sizeof(frame)) ||
	    frame > UINT64_MAX / PAGE - 1)
		return UINT64_MAX;
	return frame;
}
