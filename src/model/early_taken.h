// SPDX-License-Identifier: GPL-2.0-or-later
// What the early allocator had set aside when the page allocator took over, by who asked for it:
// the calls that memblock=debug prints, one after the other.
#ifndef MMWHY_MODEL_EARLY_TAKEN_H
#define MMWHY_MODEL_EARLY_TAKEN_H

#include "model/incident.h"

struct early_piece {
	uint64_t start, end; /**< end exclusive */
	const struct fact_memory_range *by;
};

struct early_taken {
	struct early_piece *v; /**< disjoint, in no order */
	size_t n;
	struct arena *arena;
	bool cut; /**< more than are kept */
};

/** Empty where the boot does not print them. */
struct early_taken early_taken_of(const struct incident *boot, struct arena *arena);

#endif
