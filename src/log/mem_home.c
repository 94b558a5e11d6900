// SPDX-License-Identifier: GPL-2.0-or-later
// Which Mem-Info a line belongs to: the one being printed, else (two CPUs print at once, and the
// kernel does not say which line is whose) a recent one that lacks it, else a new one without head.
#include "log/mem_home.h"

enum { SYSRQ_LINES = 1200 }; /* from SysRq's own line to Mem-Info */

extern const struct log_parser log_parser_mem_info;

uint32_t mem_hash(struct str s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h ? h : 1;
}

/* A line of another kind has come: was the last word of the one before whole? */
void mem_end_target(struct mem_state *st)
{
	if (st->target == T_ZONE && !st->fields.complete)
		st->zone->line_cut = true;
	if (st->target == T_NODE && !st->fields.complete)
		st->blk->line_cut = true;
	st->target = T_NONE;
	st->fields = (struct mem_fields){ .complete = true };
}

void mem_begin_target(struct mem_state *st, enum target target, struct mem_block *b)
{
	mem_end_target(st);
	st->target = target;
	st->blk = b;
}

/* The line belongs to that Mem-Info. */
void mem_took(struct log_ctx *c, struct mem_state *st, struct mem_block *b, const struct line *l)
{
	if (st->target == T_TOTALS)
		b->totals_last = l->last_no;
	else if (b->totals_last && !b->totals_next)
		b->totals_next = l->no;
	st->line = l->last_no;
	b->last_line = l->last_no;
	log_extend(&b->mem->head, l);
	log_open(c, &log_parser_mem_info);
}

/* Hangs a Mem-Info into the open report, unless that has one or is past the point where its own
 * would have come. */
static bool attach(struct log_ctx *c, struct fact_mem_info *mem)
{
	struct fact_oom *oom = (struct fact_oom *)c->report;
	struct fact_alloc_failure *fail = (struct fact_alloc_failure *)c->report;

	if (!c->report)
		return false;
	if (c->report->kind == FACT_oom && !oom->mem && !oom->n_victims)
		oom->mem = mem;
	else if (c->report->kind == FACT_alloc_failure && !fail->mem)
		fail->mem = mem;
	else
		return false;
	return true;
}

struct mem_block *mem_begin(struct log_ctx *c, struct mem_state *st, const struct line *l,
			    bool headless)
{
	struct fact_mem_info *mem = log_fact(c, FACT_mem_info, l);
	bool sysrq = st->sysrq_line && line_gap(l->no, st->sysrq_line) <= SYSRQ_LINES;
	struct mem_block *b = &st->blocks[0];

	if (sysrq && st->sysrq_line < l->no) {
		mem->head.origin.last_line = l->last_no;
		mem->head.origin.line = st->sysrq_line;
	}
	mem->sysrq = sysrq;
	st->sysrq_line = 0;
	if (sysrq || !attach(c, mem))
		log_report_begin(c, &mem->head);
	mem_end_target(st);
	memmove(b + 1, b, (N_BLOCKS - 1) * sizeof(*b));
	*b = (struct mem_block){ .mem = mem, .boot = log_boot(c, l), .headless = headless };
	st->unreserved = NULL;
	c->mem = mem;
	mem_took(c, st, b, l);
	return b;
}

/* The hash of a part of a Mem-Info, 0 if that has not been printed. */
static uint32_t part_hash(const struct mem_block *b, const struct key *key)
{
	const struct mem_zone *zone;

	switch (key->part) {
	case PART_TOTALS:
		return b->totals;
	case PART_NODE:
		for (size_t i = 0; i < b->n_nodes; i++)
			if (b->nodes[i].id == key->node.v)
				return b->nodes[i].hash;
		return 0;
	case PART_VALUES:
	case PART_LISTS:
		zone = mem_block_zone(b, key->node, key->zone);
		if (!zone)
			return 0;
		return key->part == PART_VALUES ? zone->values : zone->lists;
	}
	return 0;
}

static bool is_current(const struct log_ctx *c, const struct mem_block *b, const struct line *l)
{
	if (!b->mem)
		return false;
	return b->mem == c->mem || line_gap(l->no, b->last_line) <= NEAR_LINES;
}

/* The Mem-Info that a line belongs to; NULL: it has been printed before, word for word. */
struct mem_block *mem_home(struct log_ctx *c, struct mem_state *st, const struct line *l,
			   const struct key *key)
{
	for (size_t i = 0; i < N_BLOCKS; i++) {
		struct mem_block *b = &st->blocks[i];
		uint32_t hash;

		if (!is_current(c, b, l))
			continue;
		hash = part_hash(b, key);
		if (!hash && i && st->blocks[0].mem)
			b->mixed = st->blocks[0].mixed = true;
		if (!hash)
			return b;
		if (hash == key->hash && b->mem == c->mem)
			return NULL;
	}
	return mem_begin(c, st, l, true);
}

/* The one being printed, for lines that do not say what they are of. */
struct mem_block *mem_newest(struct log_ctx *c, struct mem_state *st, const struct line *l)
{
	struct mem_block *b = &st->blocks[0];

	return is_current(c, b, l) ? b : NULL;
}

void mem_set_counter(struct log_ctx *c, struct counters *to, const struct mem_value *v,
		     struct num n)
{
	if (to->n < MAX_COUNTERS)
		counters_set(to, &c->facts->arena, (struct str){ v->name, v->n }, n);
}
