// SPDX-License-Identifier: GPL-2.0-or-later
// Which Mem-Info a line belongs to, and what the lines of one share.
#ifndef MMWHY_LOG_MEM_HOME_H
#define MMWHY_LOG_MEM_HOME_H

#include "log/mem_block.h"
#include "log/mem_tokens.h"

enum {
	KIB = 1024,
	N_BLOCKS = 4,	    /**< Mem-Infos that may be printed at once */
	NEAR_LINES = 16,    /**< within which one that is not the newest goes on */
	MAX_ZONES = 512,    /**< of one Mem-Info */
	MAX_COUNTERS = 128, /**< of one zone, node or Mem-Info */
};

/** What a line without a name of its own goes on with. */
enum target { T_NONE, T_TOTALS, T_NODE, T_ZONE, T_RESERVE, T_LISTS, T_HUGETLB };

/** The state of the parser in one stream. */
struct mem_state {
	struct mem_block blocks[N_BLOCKS]; /**< newest first */
	enum target target;
	struct mem_block *blk; /**< of the target: points into blocks[] */
	struct mem_zone *zone;
	struct fact_hugetlb_pool *pool;
	struct mem_fields fields;
	struct mem_zone *unreserved; /**< the zone whose lowmem_reserve[] line comes next */
	struct num alone;	     /**< the node that stood alone on its line */
	uint32_t line;		     /**< last one taken */
	uint32_t sysrq_line;
};

/** What a line is about. */
enum part { PART_TOTALS, PART_NODE, PART_VALUES, PART_LISTS };

struct key {
	enum part part;
	struct num node;
	struct str zone;
	uint32_t hash; /**< of the line, to know it again */
};

uint32_t mem_hash(struct str s);
/** A line of another kind has come: the one before is over, and may turn out cut. */
void mem_end_target(struct mem_state *st);
void mem_begin_target(struct mem_state *st, enum target target, struct mem_block *b);
/** The line belongs to that Mem-Info. */
void mem_took(struct log_ctx *c, struct mem_state *st, struct mem_block *b, const struct line *l);
/** A Mem-Info begins: in the open report, or a report of its own. */
struct mem_block *mem_begin(struct log_ctx *c, struct mem_state *st, const struct line *l,
			    bool headless);
/** The Mem-Info that a line belongs to, a new one if need be; NULL: the line has been printed
 * before, word for word. */
struct mem_block *mem_home(struct log_ctx *c, struct mem_state *st, const struct line *l,
			   const struct key *key);
/** The one being printed, for lines that do not say what they are of; or NULL. */
struct mem_block *mem_newest(struct log_ctx *c, struct mem_state *st, const struct line *l);
void mem_set_counter(struct log_ctx *c, struct counters *to, const struct mem_value *v,
		     struct num n);

/* mem_zones.c: the lines of nodes, zones and free lists. Each takes the line or returns false. */
bool mem_take_node_prefix(struct scan *sc, struct num *ret, uint32_t line);
bool mem_take_node_alone(struct log_ctx *c, struct mem_state *st, const struct line *l,
			 struct str t);
bool mem_take_node(struct log_ctx *c, struct mem_state *st, const struct line *l, struct str t);
bool mem_take_zone(struct log_ctx *c, struct mem_state *st, const struct line *l, struct str t);
bool mem_take_reserve(struct log_ctx *c, struct mem_state *st, const struct line *l, struct str t);
bool mem_take_lists(struct log_ctx *c, struct mem_state *st, const struct line *l, struct str t);
/** The rest of a wrapped line of one of them. */
void mem_add_fields(struct log_ctx *c, struct mem_state *st, struct str rest, const struct line *l);
void mem_add_reserve(struct log_ctx *c, struct mem_zone *zone, struct str rest,
		     const struct line *l);
/** Nothing but page counts. */
bool mem_is_reserve(struct str text);
void mem_add_lists(struct log_ctx *c, struct mem_state *st, struct str rest, const struct line *l);
/** Whether a line can be the rest of a free list. */
bool mem_lists_go_on(struct str t);

#endif
