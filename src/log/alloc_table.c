// SPDX-License-Identifier: GPL-2.0-or-later
// The greatest users of memory by allocating source line, with memory allocation profiling (6.10
// and newer): __show_mem() of mm/show_mem.c, alloc_tag_top_users(). Sizes are rounded to three
// digits, except in early kernels.
#include "log/parser.h"

extern const struct log_parser log_parser_alloc_table;

/* string_get_size(): "12.3 MiB", "999 KiB", "512 B"; or a plain number of bytes. */
static bool take_size(struct scan *sc, uint64_t *ret)
{
	static const char units[] = "KMGTPE";
	uint64_t whole, fraction = 0, parts = 1;
	unsigned __int128 v;
	struct scan try;
	const char *at;

	if (!scan_u64(sc, &whole))
		return false;
	if (scan_char(sc, '.')) {
		at = sc->p;
		if (!scan_u64(sc, &fraction) || sc->p - at > 3)
			return false;
		for (ptrdiff_t i = 0; i < sc->p - at; i++)
			parts *= 10;
	}
	v = (unsigned __int128)whole * parts + fraction;
	try = *sc;
	(void)scan_blanks(&try);
	at = try.p < try.end ? strchr(units, *try.p) : NULL;
	if (at && *at && try.p++ && scan_lit(&try, "iB")) {
		v <<= 10 * (at - units + 1);
		*sc = try;
	} else if (parts > 1) {
		return false;
	} else {
		try = *sc;
		if (scan_char(&try, ' ') && scan_lit(&try, "B"))
			*sc = try;
	}
	v = (v + parts / 2) / parts;
	*ret = v > UINT64_MAX ? UINT64_MAX : (uint64_t)v;
	return true;
}

struct row {
	uint64_t bytes, calls;
	struct str place, module, function;
};

/* "    3.03 GiB   247900 fs/xfs/xfs_icache.c:82 [xfs] func:xfs_inode_alloc" */
static bool parse_row(struct str text, struct row *ret)
{
	struct scan sc = scan_of(str_trim(text));

	*ret = (struct row){ 0 };
	if (!take_size(&sc, &ret->bytes) || !scan_char(&sc, ' ') || !scan_blanks(&sc) ||
	    !scan_u64(&sc, &ret->calls) || !scan_char(&sc, ' ') ||
	    !scan_until_any(&sc, " ", &ret->place) || !str_has(ret->place, ":"))
		return false;
	(void)scan_blanks(&sc);
	if (scan_char(&sc, '[') && (!scan_past(&sc, "]", &ret->module) || !scan_blanks(&sc)))
		return false;
	/* Something printed without a prefix may have been joined to it. */
	return scan_lit(&sc, "func:") && scan_name(&sc, ".", &ret->function) &&
	       (scan_end(&sc) || *sc.p == ' ');
}

static bool more(struct log_ctx *c, const struct line *l)
{
	struct fact_allocation_stack *stack;
	struct str *frame;
	struct row row;

	if (!parse_row(l->text, &row))
		return false;
	if (!row.bytes && !row.calls) /* profiling is off: nothing was counted */
		return true;
	stack = log_fact(c, FACT_allocation_stack, l);
	stack->bytes = num_at(row.bytes, l->no);
	stack->allocations = num_at(row.calls, l->no);
	stack->module = log_str(c, row.module);
	stack->source = "allocinfo";
	frame = arena_push(&c->facts->arena, (void **)&stack->frames, &stack->n_frames,
			   sizeof(*frame));
	*frame = arena_printf(&c->facts->arena, "%.*s (%.*s)", STR_ARG(row.function),
			      STR_ARG(row.place));
	return true;
}

/* "Memory allocations:", "Memory allocations (profiling is currently turned on):" */
static bool head(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));

	if (!scan_lit(&sc, "Memory allocations"))
		return false;
	if (scan_lit(&sc, " (profiling is currently turned "))
		(void)scan_past(&sc, ")", NULL);
	if (!scan_char(&sc, ':') || !scan_end(&sc))
		return false;
	log_open(c, &log_parser_alloc_table);
	return true;
}

DEFINE_LOG_PARSER(alloc_table, .anchors = (const char *const[]){ "Memory allocations", NULL },
		  .head = head, .more = more);
