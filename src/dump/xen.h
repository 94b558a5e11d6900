// SPDX-License-Identifier: GPL-2.0-or-later
// Cores of Xen guests: pages in a section, and a section that says which.
#ifndef MMWHY_DUMP_XEN_H
#define MMWHY_DUMP_XEN_H

#include <elf.h>

#include "dump/container.h"

/** The pages of a guest as its core lists them. */
struct xen_pages {
	uint64_t map, n;	   /**< file offset and number of the map's entries */
	uint64_t stride, in_entry; /**< bytes an entry, and where in it the frame stands */
	uint64_t pages;		   /**< file offset of the first page */
};

/** @return false where the file has no such sections. */
bool xen_pages_find(struct container *c, const Elf64_Ehdr *eh, struct xen_pages *ret);
/** The frame of the @p i th page; UINT64_MAX where there is none. */
uint64_t xen_frame(struct container *c, const struct xen_pages *x, uint64_t i);

#endif
