// SPDX-License-Identifier: GPL-2.0-or-later
// Would the page allocator have served this request from this zone? The kernel's own arithmetic on
// the printed numbers, with intervals where a number is not printed.
#ifndef MMWHY_MODEL_WATERMARK_H
#define MMWHY_MODEL_WATERMARK_H

#include "model/zones.h"

/** MAYBE: within what the report leaves open. */
enum tri { T_NO, T_YES, T_MAYBE };

/** The slow path allocates down to min; the last try before the OOM killer wants high. */
enum wm_mark { WM_MIN, WM_HIGH, WM_MARKS };

/** How an order above 0 is checked. */
enum wm_era {
	WM_LISTS,  /**< 4.4 and newer: one free block of a usable type */
	WM_HALVING /**< before: each lower order's blocks are taken off, and min is halved */
};

struct wm_range {
	int64_t lo, hi;
};

/** What must stay free at one mark, and the answer. Pages. */
struct wm_check {
	struct wm_range unusable; /**< free pages that do not count for this request */
	struct wm_range need;	  /**< mark, lowered where the request may dig deeper, + reserve */
	enum tri order0;	  /**< enough single pages */
	enum tri block;		  /**< a block of the order that it may take */
	enum tri ok;		  /**< both */
};

struct wm_zone {
	const struct fact_zone_state *z;
	enum zone_type type;
	uint64_t node;
	enum tri allowed;
	const char *why_not;	       /**< why it is not (or may not be) allowed */
	struct num free, managed, cma; /**< pages */
	struct num mark[WM_MARKS];     /**< as printed, pages */
	struct reserve_range reserve;  /**< pages */
	struct wm_range highatomic;    /**< free pages set aside for atomic blocks; 0 if usable */
	bool empty;		       /**< the kernel manages no page of it */
	bool broken;		       /**< a mark or reserve that no sane kernel computes */
	int largest;		       /**< highest order with a free block it may take; -1 none */
	struct wm_check at[WM_MARKS];
	bool era_matters; /**< the other way to check gives another answer */
};

struct wm {
	const struct incident *in;
	struct machine m;
	struct gfp gfp;
	int order;
	bool order_known;
	struct zone_builds builds;
	struct zone_class_range highest; /**< the highest zone the request may use */
	enum wm_era era;
	bool era_sure;
	struct str nodemask, mems; /**< as printed */
	bool nodes_given;	   /**< the report says to which nodes the request is bound */
	bool nodes_unknown;	   /**< several nodes, and the kernel prints no nodemask */
	struct wm_zone *zones;
	size_t n;
	bool sure; /**< flags, era, page size and the list of zones are beyond doubt */
};

/** Never NULL. In @p a, which must live as long as the incident: asked again, it is the same. */
const struct wm *wm_of(const struct incident *in, struct arena *a);

/** One line of arithmetic for a zone at a mark, in pages and with the outcome. */
struct str wm_step(const struct wm *w, const struct wm_zone *z, enum wm_mark mark, struct arena *a);
/** "Node 0 DMA32" */
struct str wm_zone_name(const struct wm_zone *z, struct arena *a);

/** More pages than any machine has; the sum over all zones of a report does not overflow. */
#define WM_MOST ((int64_t)1 << 40)
/** Pages as a signed number, at most WM_MOST. */
int64_t wm_pages_or(struct num n, int64_t dflt);
/** RAM in bytes, or more than any machine has where the report does not say. */
uint64_t wm_ram_of(const struct incident *in);
/** Free blocks of one order; false if that is not printed. */
bool wm_count_of_order(const struct wm_zone *z, unsigned int order, int64_t *ret);

/** How many zones the request may (or might) use give this answer at a mark. */
struct wm_tally {
	size_t usable;	 /**< allowed and not empty */
	size_t maybe;	 /**< of these: not surely allowed */
	size_t ok;	 /**< would serve it */
	size_t may_ok;	 /**< might */
	size_t low;	 /**< too few free pages */
	size_t no_block; /**< enough pages, no block */
	size_t broken;
};
struct wm_tally wm_tally_of(const struct wm *w, enum wm_mark mark);

#endif
