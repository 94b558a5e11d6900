// SPDX-License-Identifier: GPL-2.0-or-later
// How the number of entries of one machine's memory map went from boot to boot.
#ifndef MMWHY_RULE_MAP_SERIES_H
#define MMWHY_RULE_MAP_SERIES_H

#include "rule/maps.h"

enum { SERIES_MAX = 400 };

struct series_boot {
	const struct fact_boot *boot;
	size_t entries;
	uint64_t ram;
};

/** The boots since the last one from firmware, over all evidence in the order it was given. */
struct map_series {
	struct series_boot v[SERIES_MAX];
	size_t n;
	size_t growing;		      /**< steps up, below the limit */
	size_t least, most;	      /**< entries of such a step */
	double rate;		      /**< entries a kexec, over those steps; 0: none seen */
	const struct fact_boot *full; /**< the first boot with as many as the zeropage holds */
	unsigned int split;	      /**< enum split_by: what the same kernel was seen to split */
	struct e820_entry
		parent;		 /**< the entry that the last growing step split; size 0: unknown */
	struct e820_entry piece; /**< the blob in it */
	bool ends_here;		 /**< the boot judged is its last */
};

/** @p now, @p before: room for maps. Boots of other machines are left out. */
struct map_series *map_series_of(const struct incident *in, struct arena *arena);

#endif
