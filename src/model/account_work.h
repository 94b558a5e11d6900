// SPDX-License-Identifier: GPL-2.0-or-later
// What the steps of account_of() share.
#ifndef MMWHY_MODEL_ACCOUNT_WORK_H
#define MMWHY_MODEL_ACCOUNT_WORK_H

#include "model/account.h"
#include "model/spans.h"

/* What the steps hand on. */
struct account_work {
	const struct incident *in;
	const struct fact_boot *b;
	struct arena *arena;
	struct account *a;
	const char *map;	/* the firmware's: "bios-e820"; NULL: none */
	struct spans firmware;	/* every entry of the firmware's map, of whatever type */
	struct spans ram;	/* RAM of the kernel's map */
	struct spans installed; /* what is known to be RAM */
	struct spans nodes;
};

/** One more loss; NULL where it is nothing, or there is no room. */
struct account_term *account_add(struct account *a, const char *name, uint64_t bytes);
/** @p t may be NULL. */
void account_cite(struct account_term *t, const struct fact *fact, uint32_t line);
/** Cites the ranges of a map that @p pick takes. */
void account_cite_ranges(const struct account_work *w, struct account_term *t, const char *map,
			 range_pick pick);

/** One more loss out of what is left. */
struct account_term *account_take(struct account_work *w, const char *name, uint64_t want,
				  uint64_t *left);

/** Every address has a zone there. */
bool account_has_64_bits(struct str arch);

/** What memblock=debug tells that no other line did. @p image: bytes of the kernel's own. */
void account_early(struct account_work *w, uint64_t image, uint64_t *left);

/** What the kernel keeps of w->a->managed before the page allocator has it, by the "Memory:" line;
 * without one, what has a line of its own. */
void account_kernel(struct account_work *w);
void account_kernel_unseen(struct account_work *w);

#endif
