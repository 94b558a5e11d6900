// SPDX-License-Identifier: GPL-2.0-or-later
// Slab pages as the memory map knows them, whatever the caches' own counters say.
#ifndef MMWHY_WALK_SLAB_PAGES_H
#define MMWHY_WALK_SLAB_PAGES_H

#include "walk/walker.h"

/** What the struct pages say of one cache. */
struct slab_pages {
	kaddr_t cache;
	uint64_t slabs, pages;
};

/** Counted over the memmap; `caches` ascending by address. */
struct slab_count {
	struct slab_pages *caches;
	size_t n;
	struct slab_pages strays; /**< of slab type, but of none of these caches */
};

/**
 * Fills the counts of @p c's caches.
 * @return false where the kernel's types or the dump do not let it be done in full.
 */
bool slab_pages_count(struct target *t, struct slab_count *c);

#endif
