// SPDX-License-Identifier: GPL-2.0-or-later
// Mem-Info blocks: show_mem(), show_free_areas() and show_swap_cache_info() of lib/show_mem.c,
// mm/page_alloc.c, mm/show_mem.c, mm/swap_state.c, hugetlb_show_meminfo(), and the show_mem() that
// each architecture had before 2.6.28.
//
// The block is a list of lines without an end mark, and its first line may be missing. So each kind
// of line is known by its own shape and finds the Mem-Info it belongs to (mem_home.c).
#include "log/mem_home.h"

#include "base/cleanup.h"

extern const struct log_parser log_parser_mem_info;

static struct mem_state *state_of(struct log_ctx *c)
{
	return log_state(c, &log_parser_mem_info);
}

/* "active_anon:1135959151 inactive_anon:1051962 isolated_anon:0", in pages. */
static void add_totals(struct log_ctx *c, struct mem_state *st, struct str rest,
		       const struct line *l)
{
	struct mem_value v;
	enum mem_token t;

	while ((t = mem_next(&st->fields, &rest, &v)) != MEM_END)
		if (t == MEM_COUNT)
			mem_set_counter(c, &st->blk->pages, &v, num_at(v.v, l->no));
}

/* Whether a field of that name may begin a line of the totals, and so begin a Mem-Info. */
static bool is_total(struct str name)
{
	static const char *const names[] = {
		"active_anon",
		"Active_anon",
		"active_file",
		"inactive_anon",
		"inactive_file",
		"unevictable",
		"slab_reclaimable",
		"slab_unreclaimable",
		"mapped",
		"free",
		"sec_pagetables",
		"kernel_misc_reclaimable",
		"Active",
		"slab",
		"dirty",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

static bool first_total(struct str name)
{
	return str_is(name, "active_anon") || str_is(name, "Active_anon") || str_is(name, "Active");
}

static bool take_totals(struct log_ctx *c, struct mem_state *st, const struct line *l, struct str t)
{
	struct key key = { .part = PART_TOTALS, .hash = mem_hash(t) };
	struct mem_block *b;
	struct str name, unit;
	bool old = str_starts(t, "( Active: "); /* 2.4 */

	if (old)
		t = str_from(t, 2);
	else if (!mem_is_field(t, &name, &unit) || unit.n || !is_total(name))
		return false;
	if (old || first_total(name)) {
		b = mem_home(c, st, l, &key);
		if (!b)
			return true;
		b->totals = key.hash;
	} else {
		b = st->target == T_TOTALS ? st->blk : mem_newest(c, st, l);
		if (!b)
			return false;
	}
	mem_begin_target(st, T_TOTALS, b);
	add_totals(c, st, t, l);
	mem_took(c, st, b, l);
	return true;
}

static void add_hugetlb(struct mem_state *st, struct str rest, const struct line *l)
{
	struct mem_value v;
	enum mem_token t;

	log_extend(&st->pool->head, l);
	while ((t = mem_next(&st->fields, &rest, &v)) != MEM_END) {
		struct str name = { v.name, v.n };

		if (t == MEM_KB && str_is(name, "hugepages_size"))
			st->pool->size = num_scaled(v.v, KIB, l->no);
		else if (t == MEM_COUNT && str_is(name, "hugepages_total"))
			st->pool->total_count = num_at(v.v, l->no);
		else if (t == MEM_COUNT && str_is(name, "hugepages_free"))
			st->pool->free_count = num_at(v.v, l->no);
		else if (t == MEM_COUNT && str_is(name, "hugepages_surp"))
			st->pool->surplus_count = num_at(v.v, l->no);
	}
}

/* "Node 0 hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB". */
static bool take_hugetlb(struct log_ctx *c, struct mem_state *st, const struct line *l,
			 struct str t)
{
	struct mem_block *b = mem_newest(c, st, l);
	struct scan sc = scan_of(t);
	struct str name, unit;
	struct num node;

	(void)mem_take_node_prefix(&sc, &node, l->no);
	if (!b || !mem_is_field(scan_rest(&sc), &name, &unit) || !str_is(name, "hugepages_total"))
		return false;
	mem_begin_target(st, T_HUGETLB, b);
	st->pool = log_fact(c, FACT_hugetlb_pool, l);
	st->pool->head.report = b->mem->head.report;
	st->pool->node = node;
	add_hugetlb(st, scan_rest(&sc), l);
	mem_took(c, st, b, l);
	return true;
}

/* "N pages ..." in all their spellings. MEM_TAILS: a counter of the totals, or nothing we keep. */
static const struct tail {
	const char *text;
	enum mem_tail tail;
	const char *counter;
} tails[] = {
	{ "pages RAM", TAIL_RAM },
	{ "pages of RAM", TAIL_RAM },
	{ "pages HighMem/MovableOnly", TAIL_HIGHMEM },
	{ "pages HighMem", TAIL_HIGHMEM },
	{ "pages of HIGHMEM", TAIL_HIGHMEM },
	{ "pages reserved", TAIL_RESERVED },
	{ "reserved pages", TAIL_RESERVED },
	{ "pages cma reserved", TAIL_CMA },
	{ "pages hwpoisoned", TAIL_HWPOISON },
	{ "total pagecache pages", TAIL_PAGECACHE },
	{ "pagecache pages", TAIL_PAGECACHE },
	{ "pages in swap cache", TAIL_SWAPCACHE },
	{ "pages swap cached", TAIL_SWAPCACHE },
	/* show_mem() of the architectures before 2.6.28 */
	{ "pages dirty", MEM_TAILS, "dirty" },
	{ "pages writeback", MEM_TAILS, "writeback" },
	{ "pages mapped", MEM_TAILS, "mapped" },
	{ "pages slab", MEM_TAILS, "slab" },
	{ "slab pages", MEM_TAILS, "slab" },
	{ "pages pagetables", MEM_TAILS, "pagetables" },
	{ "free pages", MEM_TAILS, "free" },
	{ "pages shared", MEM_TAILS },
	{ "pages non-shared", MEM_TAILS },
	{ "pages in pagetable cache", MEM_TAILS },
	{ "pages in page table cache", MEM_TAILS },
	{ "free buffer pages", MEM_TAILS },
};

static void set_tail(struct log_ctx *c, struct mem_block *b, const struct tail *tail, struct num n)
{
	if (tail->tail < MEM_TAILS && !b->tails[tail->tail].known)
		b->tails[tail->tail] = n;
	else if (tail->counter && !counters_get(&b->pages, tail->counter).known)
		counters_set(&b->pages, &c->facts->arena, str_c(tail->counter), n);
}

/* Something printed without a prefix may have been joined to it. */
static bool is_tail(struct str text, const char *tail, const struct line *l)
{
	struct str rest = str_from(text, strlen(tail));

	return str_starts(text, tail) && (!rest.n || (l->joined && rest.p[0] == ' '));
}

static bool take_tail(struct log_ctx *c, struct mem_state *st, const struct line *l, struct str t)
{
	struct mem_block *b = mem_newest(c, st, l);
	struct scan sc = scan_of(t);
	uint64_t v;

	if (!b || !scan_u64(&sc, &v) || !scan_char(&sc, ' '))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(tails); i++) {
		if (!is_tail(str_trim(scan_rest(&sc)), tails[i].text, l))
			continue;
		mem_end_target(st);
		set_tail(c, b, &tails[i], num_at(v, l->no));
		(void)mem_block_page_size(b); /* others want it before the report ends */
		mem_took(c, st, b, l);
		return true;
	}
	return false;
}

/* "Free swap  = 0kB", "Free swap:       2473044kB", "Total swap = 0kB", "Swap cache stats: add". */
static bool take_swap(struct log_ctx *c, struct mem_state *st, const struct line *l, struct str t)
{
	struct mem_block *b = mem_newest(c, st, l);
	struct scan sc = scan_of(t);
	bool is_free = scan_lit(&sc, "Free swap");
	uint64_t v;

	if (!b)
		return false;
	if (is_free || scan_lit(&sc, "Total swap")) {
		(void)scan_blanks(&sc);
		if (!scan_char(&sc, '=') && !scan_char(&sc, ':'))
			return false;
		(void)scan_blanks(&sc);
		if (scan_u64(&sc, &v) && scan_lit(&sc, "kB"))
			*(is_free ? &b->mem->swap_free : &b->mem->swap_total) =
				num_scaled(v, KIB, l->no);
	} else if (!scan_lit(&sc, "Swap cache: add ") && !scan_lit(&sc, "Swap cache stats: add ")) {
		return false;
	}
	mem_end_target(st);
	mem_took(c, st, b, l);
	return true;
}

/* "Free pages:        3276kB (512kB HighMem)" of 2.4 and 2.6 up to .12. */
static bool take_free_pages(struct log_ctx *c, struct mem_state *st, const struct line *l,
			    struct str t)
{
	struct mem_block *b = mem_newest(c, st, l);
	struct arena *a = &c->facts->arena;
	struct scan sc = scan_of(t);
	uint64_t v;

	if (!b || !scan_lit(&sc, "Free pages:") || !scan_blanks(&sc) || !scan_u64(&sc, &v) ||
	    !scan_lit(&sc, "kB"))
		return false;
	counters_set(&b->mem->totals, a, STR("free"), num_scaled(v, KIB, l->no));
	if (scan_lit(&sc, " (") && scan_blanks(&sc) && scan_u64(&sc, &v) &&
	    scan_lit(&sc, "kB HighMem"))
		counters_set(&b->mem->totals, a, STR("free_highmem"), num_scaled(v, KIB, l->no));
	mem_end_target(st);
	mem_took(c, st, b, l);
	return true;
}

/* The per-CPU lists: "DMA per-cpu:", "cpu 0 hot: low 2, high 6, batch 1", "CPU    0: hi:  186,
 * btch:  31 usd: 103", also with "Cold:" behind or wrapped. Nothing of them is kept. */
static bool take_per_cpu(struct log_ctx *c, struct mem_state *st, const struct line *l,
			 struct str t)
{
	struct mem_block *b = mem_newest(c, st, l);

	if (!b || !(str_ends(t, " per-cpu:") || str_ends(t, " per-cpu: empty") ||
		    ((str_starts(t, "CPU ") || str_starts(t, "cpu ") || str_starts(t, "Cold:") ||
		      str_starts(t, "Hot:")) &&
		     (str_has(t, "btch:") || str_has(t, "batch ")))))
		return false;
	mem_end_target(st);
	mem_took(c, st, b, l);
	return true;
}

static bool take_sysrq(struct mem_state *st, const struct line *l, struct str t)
{
	if (!str_ends(t, "Show Memory") || !(str_starts(t, "SysRq") || str_starts(t, "sysrq")))
		return false;
	st->sysrq_line = l->no;
	return true;
}

/* "Mem-Info:"; where newlines were lost, the totals follow on the same line. */
static bool take_head(struct log_ctx *c, struct mem_state *st, const struct line *l, struct str t)
{
	struct str rest = str_from(t, strlen("Mem-Info")), name, unit;

	if (!str_starts(t, "Mem-Info") && !str_starts(t, "Mem-info"))
		return false;
	if (str_starts(rest, ":"))
		rest = str_trim(str_from(rest, 1));
	if (rest.n && (!mem_is_field(rest, &name, &unit) || unit.n || !first_total(name)))
		return false;
	(void)mem_begin(c, st, l, false);
	return !rest.n || take_totals(c, st, l, rest);
}

static bool take(struct log_ctx *c, const struct line *l)
{
	static bool (*const kinds[])(struct log_ctx *, struct mem_state *, const struct line *,
				     struct str) = {
		take_head,	  mem_take_node_alone, mem_take_zone,	mem_take_lists,
		mem_take_reserve, mem_take_node,       take_totals,	take_tail,
		take_hugetlb,	  take_swap,	       take_free_pages, take_per_cpu,
	};
	struct mem_state *st = state_of(c);
	struct str t = str_trim(l->text);

	if (!t.n || c->facts->arena.failed)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i](c, st, l, t))
			return true;
	return take_sysrq(st, l, t);
}

/* Whether a line can be the rest of a wrapped field list. */
static bool goes_on(const struct mem_state *st, struct str t)
{
	struct str name, unit, rest = t, word = mem_word(&rest);
	uint64_t v;

	if (st->fields.n_pend &&
	    (mem_number(word, &v, &unit) || str_is(word, "yes") || str_is(word, "no")))
		return true;
	if (st->target != T_TOTALS && (str_is(word, "all_unreclaimable?") ||
				       (word.n && word.p[word.n - 1] == ':' && rest.n &&
					mem_number(mem_word(&rest), &v, &unit) && unit.n == 2)))
		return true;
	if (!mem_is_field(t, &name, &unit))
		return false;
	return st->target == T_TOTALS
		       ? !unit.n
		       : unit.n || str_starts(name, "hugepages_") || str_is(name, "pages_scanned");
}

static bool more(struct log_ctx *c, const struct line *l)
{
	struct mem_state *st = state_of(c);
	struct str t = str_trim(l->text);
	bool took_it = false;

	if (take(c, l))
		return true;
	if (!t.n || c->facts->arena.failed || line_gap(l->no, st->line) > NEAR_LINES)
		return false;
	switch (st->target) {
	case T_NONE:
		return false;
	case T_RESERVE:
		took_it = mem_is_reserve(t);
		if (took_it)
			mem_add_reserve(c, st->zone, t, l);
		break;
	case T_LISTS:
		took_it = !st->zone->z->blocks_total.known && mem_lists_go_on(t);
		if (took_it)
			mem_add_lists(c, st, t, l);
		break;
	case T_TOTALS:
		took_it = goes_on(st, t);
		if (took_it)
			add_totals(c, st, t, l);
		break;
	case T_NODE:
	case T_ZONE:
		took_it = goes_on(st, t);
		if (took_it)
			mem_add_fields(c, st, t, l);
		break;
	case T_HUGETLB:
		took_it = goes_on(st, t);
		if (took_it)
			add_hugetlb(st, t, l);
		break;
	}
	if (took_it)
		mem_took(c, st, st->blk, l);
	return took_it;
}

static void closed(struct log_ctx *c, bool cut)
{
	struct mem_state *st = state_of(c);

	if (cut && (st->target == T_ZONE || st->target == T_RESERVE))
		st->zone->line_cut = true; /* perhaps: its last number may have lost digits */
	mem_end_target(st);
	st->unreserved = NULL;
	if (c->facts->arena.failed)
		return;
	for (size_t i = 0; i < N_BLOCKS; i++)
		mem_block_settle(&st->blocks[i], &c->facts->arena);
	if (cut)
		memset(st->blocks, 0, sizeof(st->blocks));
}

static const char *const anchors[] = { "Mem-Info",     "Mem-info",   "Show Memory", "active_anon:",
				       "Active_anon:", "Active:",    "( Active: ",  "kB min:",
				       "kB boost:",    "freepages:", "*4kB",	    "*8kB",
				       "*64kB",	       "*16kB",	     NULL };

DEFINE_LOG_PARSER(mem_info, .anchors = anchors, .state_size = sizeof(struct mem_state),
		  .head = take, .more = more, .close = closed);
