// SPDX-License-Identifier: GPL-2.0-or-later
// A Mem-Info that is being read: its numbers as printed, until the page size is known.
#ifndef MMWHY_LOG_MEM_BLOCK_H
#define MMWHY_LOG_MEM_BLOCK_H

#include "log/parser.h"

/** The "N pages ..." lines that have a field of their own. */
enum mem_tail {
	TAIL_RAM,
	TAIL_HIGHMEM,
	TAIL_RESERVED,
	TAIL_CMA,
	TAIL_HWPOISON,
	TAIL_PAGECACHE,
	TAIL_SWAPCACHE,
	MEM_TAILS
};

/** One zone of it. The hashes are of the first line of each part, 0: not seen. */
struct mem_zone {
	struct fact_zone_state *z;
	uint32_t values, lists;
	struct num *reserve; /**< pages */
	size_t n_reserve;
	struct num order0; /**< bytes of the smallest block in its free lists */
	bool has_reserve;
	bool line_cut;	  /**< its line of values breaks off */
	bool protections; /**< an old kernel's protections[]: its own entry counts, too */
};

struct mem_node {
	uint64_t id;
	uint32_t hash;
};

struct mem_block {
	struct fact_mem_info *mem; /**< NULL: no Mem-Info */
	const struct fact_boot *boot;
	struct counters pages; /**< the totals as printed */
	struct num tails[MEM_TAILS];
	struct mem_zone **zones;
	size_t n_zones;
	struct mem_node *nodes; /**< beside mem->nodes[] */
	size_t n_nodes;
	uint32_t totals;      /**< hash of the first totals line, 0: not seen */
	bool headless;	      /**< "Mem-Info:" itself was not seen */
	bool line_cut;	      /**< one of its node lines breaks off */
	bool mixed;	      /**< its lines and another's came mixed: some may be of the other */
	uint32_t totals_last; /**< the last line of the totals, and the first behind them */
	uint32_t totals_next;
	uint32_t last_line;
};

struct mem_zone *mem_block_zone(const struct mem_block *b, struct num node, struct str zone);

/** Finds the page size by what has been read so far, and sets that of the fact. */
uint64_t mem_block_page_size(struct mem_block *b);
/** Works out the page size and what hangs on it, what was left out and what was cut. May be called
 * again when more lines have come. */
void mem_block_settle(struct mem_block *b, struct arena *a);

#endif
