// SPDX-License-Identifier: GPL-2.0-or-later
// What an allocation asked for: gfp flags of any kernel in one form.
#ifndef MMWHY_MODEL_GFP_H
#define MMWHY_MODEL_GFP_H

#include "fact/num.h"

#include "base/arena.h"

/** Our own bits: the kernel's moved too often. */
enum gfp_bit {
	G_DMA = 1 << 0,
	G_HIGHMEM = 1 << 1,
	G_DMA32 = 1 << 2,
	G_MOVABLE = 1 << 3,
	G_RECLAIMABLE = 1 << 4,
	G_HIGH = 1 << 5, /**< may take from the min reserve */
	G_IO = 1 << 6,
	G_FS = 1 << 7,
	G_ZERO = 1 << 8,
	G_ATOMIC = 1 << 9,	    /**< 4.4 to 6.1 */
	G_DIRECT_RECLAIM = 1 << 10, /**< may sleep and reclaim; __GFP_WAIT before 4.4 */
	G_KSWAPD_RECLAIM = 1 << 11,
	G_WRITE = 1 << 12,
	G_NOWARN = 1 << 13,
	G_RETRY_MAYFAIL = 1 << 14, /**< __GFP_REPEAT before 4.13 */
	G_NOFAIL = 1 << 15,
	G_NORETRY = 1 << 16,
	G_MEMALLOC = 1 << 17,
	G_COMP = 1 << 18,
	G_NOMEMALLOC = 1 << 19,
	G_HARDWALL = 1 << 20,
	G_THISNODE = 1 << 21,
	G_ACCOUNT = 1 << 22,
	G_COLD = 1 << 23,
	G_OTHER = 1 << 24, /**< bits that decide nothing here: NOTRACK, OTHER_NODE, tags */
	G_ALL = (1 << 25) - 1,
	G_ZONE = G_DMA | G_HIGHMEM | G_DMA32 | G_MOVABLE,
};

enum gfp_source {
	GFP_UNKNOWN, /**< no mask in the evidence, or no kernel has such bits */
	GFP_NAMES,   /**< the kernel printed the names */
	GFP_AGREED,  /**< a number that every kernel with such bits reads the same way */
	GFP_RELEASE, /**< a number, read as the release does; others would read it otherwise */
	GFP_GUESSED, /**< a number, release unknown */
};

struct gfp {
	enum gfp_source source;
	uint32_t bits; /**< enum gfp_bit */
	uint32_t sure; /**< bits whose state is beyond doubt */
	bool old;      /**< the layout of 4.3 and older: whoever may not wait may also try harder */
	bool old_sure;
	struct num mask; /**< as printed */
};

/**
 * Reads a request's flags. @p names is what stands in parentheses behind the mask, empty if
 * nothing; @p version a KVER() or 0.
 */
struct gfp gfp_decode(struct num mask, struct str names, uint32_t version);

/** The flags in the kernel's words: "GFP_KERNEL|__GFP_COMP". */
struct str gfp_text(const struct gfp *g, struct arena *a);
/** Where the reading comes from: "flag names printed by the kernel", ... */
const char *gfp_source_text(const struct gfp *g);

static inline bool gfp_has(const struct gfp *g, uint32_t bits)
{
	return (g->bits & bits) == bits;
}
static inline bool gfp_sure(const struct gfp *g, uint32_t bits)
{
	return (g->sure & bits) == bits;
}

#endif
