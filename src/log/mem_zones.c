// SPDX-License-Identifier: GPL-2.0-or-later
// The node, zone, lowmem_reserve[] and free-list lines of show_free_areas().
#include "log/mem_home.h"

#include "base/cleanup.h"
#include "base/limits.h"

/* The fields of a node or zone, in kB. */
void mem_add_fields(struct log_ctx *c, struct mem_state *st, struct str rest, const struct line *l)
{
	bool zone = st->target == T_ZONE;
	struct counters *to =
		zone ? &st->zone->z->values : &st->blk->mem->nodes[st->blk->n_nodes - 1];
	struct mem_value v;
	enum mem_token t;

	while ((t = mem_next(&st->fields, &rest, &v)) != MEM_END) {
		if (t == MEM_KB)
			mem_set_counter(c, to, &v, num_scaled(v.v, KIB, l->no));
		else if (t == MEM_COUNT && str_is((struct str){ v.name, v.n }, "pages_scanned"))
			mem_set_counter(c, to, &v, num_at(v.v, l->no));
		else if ((t == MEM_YES || t == MEM_NO) && zone)
			st->zone->z->all_unreclaimable = t == MEM_YES ? STR("yes") : STR("no");
		else if (t == MEM_YES || t == MEM_NO)
			mem_set_counter(c, to, &v, num_at(t == MEM_YES, l->no));
		else
			st->fields.complete = false;
	}
}

/* "Node 0 " before a zone or a node's fields. */
bool mem_take_node_prefix(struct scan *sc, struct num *ret, uint32_t line)
{
	struct scan try = *sc;
	uint64_t node;

	*ret = (struct num){ 0 };
	if (!scan_lit(&try, "Node ") || !scan_blanks(&try) || !scan_u64(&try, &node))
		return false;
	(void)scan_char(&try, ',');
	if (!scan_end(&try) && *try.p != ' ')
		return false;
	(void)scan_blanks(&try);
	*ret = num_at(node, line);
	*sc = try;
	return true;
}

/* "Node 0" on a line of its own, as 4.9 prints it. */
bool mem_take_node_alone(struct log_ctx *c, struct mem_state *st, const struct line *l,
			 struct str t)
{
	struct mem_block *b = mem_newest(c, st, l);
	struct scan sc = scan_of(t);
	struct num node;

	if (!b || !mem_take_node_prefix(&sc, &node, l->no) || !scan_end(&sc))
		return false;
	mem_end_target(st);
	st->alone = node;
	mem_took(c, st, b, l);
	return true;
}

/* The node that the line names, or the one named right before. */
static void take_node_or_alone(const struct mem_state *st, const struct line *l, struct scan *sc,
			       struct num *ret)
{
	if (!mem_take_node_prefix(sc, ret, l->no) && st->alone.known && l->no != st->alone.line &&
	    line_gap(l->no, st->alone.line) <= 2)
		*ret = st->alone;
}

/* "Node 0 active_anon:4848652kB ... all_unreclaimable? no" (4.8 and newer). */
bool mem_take_node(struct log_ctx *c, struct mem_state *st, const struct line *l, struct str t)
{
	struct key key = { .part = PART_NODE, .hash = mem_hash(t) };
	struct arena *a = &c->facts->arena;
	struct scan sc = scan_of(t);
	struct str name, unit;
	struct counters *fields;
	struct mem_node *node;
	struct mem_block *b;

	if (!mem_take_node_prefix(&sc, &key.node, l->no) ||
	    !mem_is_field(scan_rest(&sc), &name, &unit) || !str_is(unit, "kB"))
		return false;
	b = mem_home(c, st, l, &key);
	if (!b || b->n_nodes >= MAX_ZONES)
		return true;
	fields = arena_push(a, (void **)&b->mem->nodes, &b->mem->n_nodes, sizeof(*fields));
	counters_set(fields, a, STR("node"), key.node);
	node = arena_push(a, (void **)&b->nodes, &b->n_nodes, sizeof(*node));
	*node = (struct mem_node){ key.node.v, key.hash };
	mem_begin_target(st, T_NODE, b);
	mem_add_fields(c, st, scan_rest(&sc), l);
	mem_took(c, st, b, l);
	return true;
}

static struct mem_zone *zone_of(struct log_ctx *c, struct mem_block *b, const struct key *key,
				const struct line *l)
{
	struct mem_zone *zone = mem_block_zone(b, key->node, key->zone), **slot;
	struct arena *a = &c->facts->arena;

	if (zone)
		return zone;
	zone = arena_new(a, struct mem_zone);
	zone->z = log_fact(c, FACT_zone_state, l);
	zone->z->head.report = b->mem->head.report;
	zone->z->node = key->node;
	zone->z->zone = log_str(c, key->zone);
	slot = arena_push(a, (void **)&b->zones, &b->n_zones, sizeof(struct mem_zone *));
	*slot = zone;
	return zone;
}

/* "Node 0 DMA free:15872kB", "DMA32 free:", or 2.4's "Zone:DMA freepages:  3256kB". */
static bool zone_head(struct mem_state *st, const struct line *l, struct str t, struct key *key,
		      uint64_t *ret_free, struct str *ret_rest)
{
	struct scan sc = scan_of(t);

	take_node_or_alone(st, l, &sc, &key->node);
	(void)scan_lit(&sc, "Zone:");
	if (!scan_name(&sc, "", &key->zone) || key->zone.n > 32 || !scan_char(&sc, ' '))
		return false;
	(void)scan_blanks(&sc);
	if (!scan_lit(&sc, "freepages:") && !scan_lit(&sc, "free:"))
		return false;
	(void)scan_blanks(&sc);
	if (!scan_u64(&sc, ret_free) || !scan_lit(&sc, "kB"))
		return false;
	*ret_rest = scan_rest(&sc);
	return true;
}

bool mem_take_zone(struct log_ctx *c, struct mem_state *st, const struct line *l, struct str t)
{
	struct key key = { .part = PART_VALUES, .hash = mem_hash(t) };
	struct mem_block *b;
	struct str rest;
	uint64_t free;

	if (!zone_head(st, l, t, &key, &free, &rest))
		return false;
	b = mem_home(c, st, l, &key);
	if (!b || b->n_zones >= MAX_ZONES)
		return true;
	mem_begin_target(st, T_ZONE, b);
	st->zone = zone_of(c, b, &key, l);
	st->zone->values = key.hash;
	st->unreserved = st->zone;
	log_extend(&st->zone->z->head, l);
	counters_set(&st->zone->z->values, &c->facts->arena, STR("free"),
		     num_scaled(free, KIB, l->no));
	mem_add_fields(c, st, rest, l);
	mem_took(c, st, b, l);
	return true;
}

bool mem_is_reserve(struct str text)
{
	struct str word, unit;
	uint64_t v;

	for (word = mem_word(&text); word.n; word = mem_word(&text))
		if (!mem_number(word, &v, &unit) || unit.n)
			return false;
	return true;
}

/* Page counts, up to the first word that is none. */
void mem_add_reserve(struct log_ctx *c, struct mem_zone *zone, struct str rest,
		     const struct line *l)
{
	struct num *slot;
	struct str word, unit;
	uint64_t v;

	for (word = mem_word(&rest); word.n; word = mem_word(&rest)) {
		if (!mem_number(word, &v, &unit) || unit.n)
			break;
		if (zone->n_reserve >= LIMIT_ZONE_TYPES)
			continue;
		slot = arena_push(&c->facts->arena, (void **)&zone->reserve, &zone->n_reserve,
				  sizeof(*slot));
		*slot = num_at(v, l->no);
	}
	log_extend(&zone->z->head, l);
}

/* "lowmem_reserve[]: 0 2955 2884 2884" behind its zone's line; "protections[]:" before 2.6.10. */
bool mem_take_reserve(struct log_ctx *c, struct mem_state *st, const struct line *l, struct str t)
{
	struct scan sc = scan_of(t);
	bool old = scan_lit(&sc, "protections[]:");
	struct mem_block *b = st->blk;

	if (!old && !scan_lit(&sc, "lowmem_reserve[]:"))
		return false;
	mem_end_target(st);
	if (!st->unreserved || !b || st->unreserved->has_reserve)
		return true;
	mem_begin_target(st, T_RESERVE, b);
	st->zone = st->unreserved;
	st->zone->has_reserve = true;
	st->zone->protections = old;
	mem_add_reserve(c, st->zone, scan_rest(&sc), l);
	mem_took(c, st, b, l);
	return true;
}

/* "3*32kB" of a free list. */
static bool is_list(struct str word, uint64_t *count, uint64_t *kib)
{
	struct scan sc = scan_of(word);

	return scan_u64(&sc, count) && scan_char(&sc, '*') && scan_u64(&sc, kib) &&
	       scan_lit(&sc, "kB") && scan_end(&sc);
}

static bool add_list(struct log_ctx *c, struct mem_zone *zone, uint64_t count, uint64_t kib,
		     uint32_t line)
{
	struct fact_zone_state *z = zone->z;
	struct free_blocks *slot;
	uint32_t order = 0;

	if (!z->n_blocks && kib && kib <= UINT32_MAX)
		zone->order0 = num_at(kib * KIB, line);
	if (!zone->order0.known || z->n_blocks >= LIMIT_ORDERS)
		return false;
	while (order < LIMIT_ORDERS && (zone->order0.v / KIB) << order < kib)
		order++;
	if ((zone->order0.v / KIB) << order != kib ||
	    (z->n_blocks && order <= z->blocks[z->n_blocks - 1].order))
		return false;
	slot = arena_push(&c->facts->arena, (void **)&z->blocks, &z->n_blocks, sizeof(*slot));
	*slot = (struct free_blocks){ order, num_at(count, line), { "", 0 } };
	return true;
}

static bool add_types(struct log_ctx *c, struct fact_zone_state *z, struct str word)
{
	if (!z->n_blocks || word.n < 2 || word.n > 16 || word.p[0] != '(' ||
	    word.p[word.n - 1] != ')')
		return false;
	z->types_printed = true;
	z->blocks[z->n_blocks - 1].types = log_str(c, str_first(str_from(word, 1), word.n - 2));
	return true;
}

/* "4*4kB (UE) 0*8kB ... = 484kB"; stops at what is broken, as its end then is. */
void mem_add_lists(struct log_ctx *c, struct mem_state *st, struct str rest, const struct line *l)
{
	struct fact_zone_state *z = st->zone->z;
	struct str word, unit;
	uint64_t count, kib;

	log_extend(&z->head, l);
	for (word = mem_word(&rest); word.n; word = mem_word(&rest)) {
		if (str_is(word, "=")) {
			st->fields.n_pend = 1;
		} else if (is_list(word, &count, &kib)) {
			if (!add_list(c, st->zone, count, kib, l->no))
				break;
		} else if (st->fields.n_pend && mem_number(word, &kib, &unit) &&
			   str_starts(unit, "kB")) {
			z->blocks_total = num_scaled(kib, KIB, l->no);
			break;
		} else if (!add_types(c, z, word)) {
			break;
		}
	}
}

/* A zone of 2.4, whose free lists have no name: they come in the order of the zones. */
static bool unnamed_lists(struct mem_state *st, struct key *key)
{
	const struct mem_block *b = &st->blocks[0];

	for (size_t i = 0; b->mem && i < b->n_zones; i++) {
		if (b->zones[i]->lists)
			continue;
		key->node = b->zones[i]->z->node;
		key->zone = b->zones[i]->z->zone;
		return true;
	}
	return false;
}

static bool lists_head(struct mem_state *st, const struct line *l, struct str t, struct key *key,
		       struct str *ret_lists)
{
	struct scan sc = scan_of(t);
	uint64_t count, kib;
	struct str rest = t;

	if (is_list(mem_word(&rest), &count, &kib)) {
		*ret_lists = t;
		return (st->target != T_LISTS || st->zone->z->blocks_total.known) &&
		       unnamed_lists(st, key);
	}
	take_node_or_alone(st, l, &sc, &key->node);
	if (!scan_name(&sc, "", &key->zone) || key->zone.n > 32 || !scan_char(&sc, ':'))
		return false;
	*ret_lists = rest = scan_rest(&sc);
	rest = mem_word(&rest);
	if (!rest.n) /* 4.9 prints every block on a line of its own */
		return st->blocks[0].mem && mem_block_zone(&st->blocks[0], key->node, key->zone);
	return is_list(rest, &count, &kib) || (str_is(rest, "empty") && st->blocks[0].mem);
}

bool mem_take_lists(struct log_ctx *c, struct mem_state *st, const struct line *l, struct str t)
{
	struct key key = { .part = PART_LISTS, .hash = mem_hash(t) };
	struct mem_block *b;
	struct str lists;

	if (!lists_head(st, l, t, &key, &lists))
		return false;
	if (str_is(str_trim(lists), "empty"))
		return true;
	b = mem_home(c, st, l, &key);
	if (!b || b->n_zones >= MAX_ZONES)
		return true;
	mem_begin_target(st, T_LISTS, b);
	st->zone = zone_of(c, b, &key, l);
	st->zone->lists = key.hash;
	mem_add_lists(c, st, lists, l);
	mem_took(c, st, b, l);
	return true;
}

bool mem_lists_go_on(struct str t)
{
	struct str word = mem_word(&t), unit;
	uint64_t v, kib;

	return is_list(word, &v, &kib) || str_is(word, "=") ||
	       (word.n > 2 && word.p[0] == '(' && word.p[word.n - 1] == ')') ||
	       (mem_number(word, &v, &unit) && str_is(unit, "kB"));
}
