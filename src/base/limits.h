// SPDX-License-Identifier: GPL-2.0-or-later
// Every bound on what evidence may make us do, in one place.
#ifndef MMWHY_BASE_LIMITS_H
#define MMWHY_BASE_LIMITS_H

enum {
	LIMIT_LINE_BYTES = 64 * 1024,	/**< a physical line; the rest of a longer one is dropped */
	LIMIT_JOINED_BYTES = 64 * 1024, /**< a line after rejoining its wrapped parts */
	LIMIT_FACTS_PER_KIND = 400 * 1000, /**< further facts of a kind are counted, not kept */
	LIMIT_REPORTS = 20 * 1000,	   /**< OOM and allocation-failure reports kept */
	LIMIT_FRAMES = 256,		   /**< frames of one call trace */
	LIMIT_ORDERS = 24,		   /**< free-list orders of one zone */
	LIMIT_ZONE_TYPES = 16,		   /**< entries of lowmem_reserve[] */
	LIMIT_ARCHIVE_DEPTH = 3,	   /**< archives inside archives */
	LIMIT_DIR_DEPTH = 16,		   /**< directories below one argument */
	LIMIT_STREAMS = 64,		   /**< callers of one log told apart at one time */
	LIMIT_BEFORE_BANNER_LINES = 400,   /**< a kernel's messages before its banner */
	LIMIT_FOREIGN_LINES = 2000,    /**< between two lines of one block that is not a report */
	LIMIT_HEADLESS_GAP_LINES = 64, /**< from a Mem-Info without a head to its OOM kill */
	LIMIT_BLOCK_GAP_LINES = 4096,  /**< foreign lines after which an open report is over */
};

#endif
