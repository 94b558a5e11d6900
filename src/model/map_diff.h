// SPDX-License-Identifier: GPL-2.0-or-later
// Two boots' maps, laid over each other: which ranges went, came, or are something else now.
#ifndef MMWHY_MODEL_MAP_DIFF_H
#define MMWHY_MODEL_MAP_DIFF_H

#include "model/phys_map.h"

enum map_change { MAP_SAME, MAP_WENT, MAP_CAME, MAP_CHANGED };

struct diff_row {
	uint64_t start, end; /**< inclusive */
	enum map_change change;
	/** A row of each map; NULL beyond its ends. Of several alike side by side the first. */
	const struct map_row *before, *after;
	size_t n_before,
		n_after; /**< how many entries make it up: more than one where it is split */
};

struct map_diff {
	struct diff_row *v;
	size_t n;
	uint64_t bytes[4];	     /**< by enum map_change, without holes */
	uint64_t ram_went, ram_came; /**< RAM that is RAM no more, and the other way round */
};

/** Memory is the arena's. Both maps must outlive it. */
struct map_diff map_diff_of(const struct phys_map *before, const struct phys_map *after,
			    struct arena *arena);

const char *map_change_name(enum map_change change);

#endif
