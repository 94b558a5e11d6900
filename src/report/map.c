// SPDX-License-Identifier: GPL-2.0-or-later
// The physical memory map of each boot, drawn: a strip to scale, a row for each range, and what
// became of the RAM.
#include "report/map.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	WIDTH = 80,
	MIN_BAR = 6,
	MAX_BAR = 40,
	WORDS = 26,
	SUM_WIDTH = 2 + 2 + 32 + 1 + 14 + 1 + 10
};

static const struct {
	char cell;
	enum style style;
	const char *words;
} looks[] = {
	[ROW_HOLE] = { '.', DIM, "no entry" },	     [ROW_RAM] = { '#', CYAN, "RAM" },
	[ROW_TAKEN] = { '+', YELLOW, "set aside" },  [ROW_LOST] = { 'x', RED, "lost" },
	[ROW_FIRMWARE] = { 'f', PLAIN, "firmware" }, [ROW_RESERVED] = { '-', DIM, "reserved" },
};

const char *map_size(char buf[SIZE_TEXT], uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	uint64_t unit = 1;
	size_t u = 0;

	/* one that rounds to 1024 is told as the next unit's 1.00 */
	while (u < 6 && (bytes / unit >= 1024 ||
			 (bytes % unit && (double)bytes / (double)unit >= 1023.95))) {
		unit <<= 10;
		u++;
	}
	if (bytes % unit == 0)
		snprintf(buf, SIZE_TEXT, "%" PRIu64 " %s", bytes / unit, units[u]);
	else
		snprintf(buf, SIZE_TEXT, "%.*f %s", bytes / unit < 10 ? 2 : 1,
			 (double)bytes / (double)unit, units[u]);
	return buf;
}

int map_digits(const struct phys_map *m)
{
	int n = 8;

	while (n < 16 && m->n && m->v[m->n - 1].end >> (4 * n))
		n++;
	return n;
}

struct str row_words(const struct map_row *row, struct arena *arena)
{
	struct str type = row->type.n ? row->type : STR("memory");

	switch (row->class) {
	case ROW_HOLE:
		return STR("no entry");
	case ROW_LOST:
		if (row->now.n)
			return arena_printf(arena, "lost: now %.*s", STR_ARG(row->now));
		return row->beyond_zones ? STR("lost: in no zone") : STR("lost: in no node");
	case ROW_TAKEN:
		/* /proc/iomem's own words */
		if (str_starts(row->taker_name, "Kernel "))
			return row->taker_name;
		if (row->taker_name.n)
			return arena_printf(arena, "%s: %.*s", row->taker,
					    STR_ARG(row->taker_name));
		return strcmp(row->taker, "swiotlb") == 0 ? STR("software IO TLB")
							  : str_c(row->taker);
	case ROW_RAM:
		if (row->split)
			return arena_printf(arena, "%.*s, split from the range above",
					    STR_ARG(type));
		return type;
	case ROW_FIRMWARE:
	case ROW_RESERVED:
		break;
	}
	if (row->now.n)
		return arena_printf(arena, "%.*s is now %.*s", STR_ARG(type), STR_ARG(row->now));
	return type;
}

static unsigned int width_of(const struct out *o)
{
	return o->opt->width ? o->opt->width : WIDTH;
}

/* ---- the strip ---- */

/* Which class of a cell is shown where several are in it. */
static int rank(enum row_class class)
{
	static const int ranks[] = { [ROW_HOLE] = 0,	 [ROW_RESERVED] = 1, [ROW_RAM] = 2,
				     [ROW_FIRMWARE] = 3, [ROW_TAKEN] = 4,    [ROW_LOST] = 5 };

	return ranks[class];
}

/* Holes, and what is reserved without RAM behind it, take no room to scale: they may be terabytes
 * of device space. */
static uint64_t weight(const struct phys_map *m, size_t i)
{
	const struct map_row *row = &m->v[i];
	bool ram_behind = false;

	if (row->class == ROW_HOLE)
		return 0;
	for (size_t k = i; k < m->n && !ram_behind; k++)
		ram_behind = m->v[k].class != ROW_HOLE && m->v[k].class != ROW_RESERVED;
	return ram_behind ? row->end - row->start + 1 : 0;
}

/* More ranges than cells: each cell shows the worst of what is in it. */
static void fill_crowded(const struct phys_map *m, uint64_t total, enum row_class *cells, size_t n)
{
	double at = 0;

	for (size_t i = 0; i < n; i++)
		cells[i] = ROW_HOLE;
	for (size_t i = 0; i < m->n; i++) {
		double end = at + (double)weight(m, i) / (double)total * (double)n;

		for (size_t c = (size_t)at; c < n && (double)c < end; c++)
			if (rank(m->v[i].class) > rank(cells[c]))
				cells[c] = m->v[i].class;
		at = end;
	}
}

/* Every range has one cell; the others are shared out by size. */
static void fill_roomy(const struct phys_map *m, uint64_t total, enum row_class *cells, size_t n)
{
	double spare = (double)(n - m->n), owed = 0;
	size_t c = 0;

	for (size_t i = 0; i < m->n && c < n; i++) {
		owed += (double)weight(m, i) / (double)total * spare;
		cells[c++] = m->v[i].class;
		for (; owed >= 1 && c < n; owed--)
			cells[c++] = m->v[i].class;
	}
	while (c < n)
		cells[c++] = m->v[m->n - 1].class;
}

static void draw_strip(struct out *o, const struct phys_map *m)
{
	enum row_class cells[256];
	size_t n = width_of(o) - 4 < 256 ? width_of(o) - 4 : 256;
	uint64_t total = 0;

	for (size_t i = 0; i < m->n; i++)
		total += weight(m, i);
	if (!total)
		return;
	if (m->n > n)
		fill_crowded(m, total, cells, n);
	else
		fill_roomy(m, total, cells, n);
	out_printf(o, "  ");
	for (size_t i = 0; i < n; i++) {
		if (!i || cells[i] != cells[i - 1])
			out_style(o, looks[cells[i]].style);
		out_raw(o, (struct str){ &looks[cells[i]].cell, 1 });
		if (i + 1 == n || cells[i] != cells[i + 1])
			out_style(o, PLAIN);
	}
	out_printf(o, "\n");
	out_printf(o, " ");
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		out_printf(o, " %c %s ", looks[i].cell, looks[i].words);
	out_printf(o, "\n");
}

/* ---- the rows ---- */

static unsigned int log2_of(uint64_t v)
{
	return v ? 63 - (unsigned int)__builtin_clzll(v) : 0;
}

/* A cell for 4 KiB or less, all of them for the largest range, logarithmic between. */
static unsigned int bar_length(uint64_t bytes, uint64_t largest, unsigned int cells)
{
	unsigned int top = log2_of(largest) > 12 ? log2_of(largest) - 12 : 1;
	unsigned int at = log2_of(bytes) > 12 ? log2_of(bytes) - 12 : 0;

	return 1 + (at > top ? top : at) * (cells - 1) / top;
}

static void draw_bar(struct out *o, const struct map_row *row, uint64_t largest, unsigned int cells)
{
	unsigned int n = bar_length(row->end - row->start + 1, largest, cells);

	out_style(o, looks[row->class].style);
	for (unsigned int i = 0; i < n; i++)
		out_raw(o, (struct str){ &looks[row->class].cell, 1 });
	out_style(o, PLAIN);
	out_printf(o, "%*s", (int)(cells - n), "");
}

static void draw_rows(struct out *o, const struct phys_map *m, struct arena *arena)
{
	int digits = map_digits(m);
	unsigned int fixed =
		2 + (unsigned int)(2 * (digits + 2) + 1) + 1 + 10 + 1 + 1 + 4 + 8 + WORDS;
	unsigned int bar = width_of(o) > fixed + MIN_BAR ? width_of(o) - fixed : MIN_BAR;
	uint64_t largest = 1;

	bar = bar < MAX_BAR ? bar : MAX_BAR;
	for (size_t i = 0; i < m->n; i++)
		if (weight(m, i) > largest)
			largest = weight(m, i);
	for (size_t i = 0; i < m->n; i++) {
		const struct map_row *row = &m->v[i];
		char size[SIZE_TEXT], node[8] = "";

		out_printf(o, "  0x%0*" PRIx64 "-0x%0*" PRIx64 " %10s ", digits, row->start, digits,
			   row->end, map_size(size, row->end - row->start + 1));
		draw_bar(o, row, largest, bar);
		if (row->node.known)
			snprintf(node, sizeof(node), "N%" PRIu64, row->node.v);
		out_printf(o, " %-3s %-7.*s ", node, STR_ARG(row->zone));
		out_safe(o, row_words(row, arena));
		out_printf(o, "\n");
	}
	if (m->n_damaged)
		out_printf(o, "  %zu damaged lines are left out\n", m->n_damaged);
	if (m->cut)
		out_printf(o, "  and more ranges than can be drawn\n");
}

/* ---- the account ---- */

/* The lines of a term behind each other: "12, 14-16". */
static size_t put_lines(char *buf, size_t size, const struct account_cite *v, size_t n)
{
	size_t at = 0;

	for (size_t i = 0, k; i < n && at < size; i = k) {
		for (k = i + 1; k < n && v[k].line && v[k].line == v[k - 1].line + 1;)
			k++;
		k = k - i < 3 ? i + 1 : k;
		if (!v[i].line && v[i].fact->origin.address.known)
			at += (size_t)snprintf(buf + at, size - at, "%s0x%" PRIx64, i ? ", " : "",
					       v[i].fact->origin.address.v);
		else
			at += (size_t)snprintf(buf + at, size - at, "%s%u", i ? ", " : "",
					       v[i].line);
		if (k - i > 1 && at < size)
			at += (size_t)snprintf(buf + at, size - at, "-%u", v[k - 1].line);
	}
	return at;
}

/* "lines 12, 14", with the file where it is not the boot's own; below, where there is no room. */
static void out_cites(struct out *o, const struct drawn *d, const struct account_cite *v, size_t n)
{
	const struct facts *f = d->boot.facts;
	char lines[ACCOUNT_CITES * 24] = "";
	const char *word = n == 1 ? "line" : "lines";
	bool room;

	if (!n)
		return;
	if (!v[0].line && v[0].fact->origin.address.known)
		word = "at";
	room = SUM_WIDTH + 2 + strlen(word) + 1 + put_lines(lines, sizeof(lines), v, n) <=
	       width_of(o);
	out_printf(o, "%s%s %s", room ? "  " : "\n      ", word, lines);
	if (v[0].fact->origin.evidence != d->boot.head->origin.evidence) {
		out_printf(o, " of ");
		out_safe(o, str_c(f->evidence[v[0].fact->origin.evidence]->path));
	}
}

static void out_sum(struct out *o, const char *sign, const char *name, uint64_t bytes)
{
	char size[SIZE_TEXT];

	out_printf(o, "  %-2s%-32s %14" PRIu64 " %10s", sign, name, bytes, map_size(size, bytes));
}

static void out_note(struct out *o, const struct account_term *t)
{
	const char *first = "      ";

	if (t->unknown)
		first = "      unknown: ";
	else if (t->computed)
		first = "      computed: ";
	out_wrapped(o, first, str_c(t->note));
}

static void draw_account(struct out *o, const struct drawn *d)
{
	const struct account *a = &d->account;

	if (!a->known)
		return;
	out_printf(o, "\n");
	out_sum(o, "", "installed, at least", a->installed);
	out_cites(o, d, &a->installed_cite, a->installed_cite.fact != NULL);
	out_printf(o, "\n");
	for (size_t i = 0; i < a->n_terms; i++) {
		const struct account_term *t = &a->terms[i];

		out_style(o, t->unknown ? YELLOW : PLAIN);
		out_sum(o, "-", t->name, t->bytes);
		out_style(o, PLAIN);
		out_cites(o, d, t->cites, t->n_cites);
		out_printf(o, "\n");
		if (t->note || t->unknown || t->computed)
			out_note(o, t);
	}
	out_style(o, BOLD);
	out_sum(o, "=", "usable", a->usable);
	out_style(o, PLAIN);
	out_cites(o, d, &a->usable_cite, a->usable_cite.fact != NULL);
	out_printf(o, "\n");
	out_wrapped(o, "  Installed is by ", str_c(a->installed_by));
	out_wrapped(o, "  Usable is by ", str_c(a->usable_by));
	if (a->disagree)
		out_printf(o,
			   "  The lines disagree by %" PRIu64 " bytes: one of them is damaged.\n",
			   a->disagree);
}

/* ---- boots ---- */

void out_boot(struct out *o, const struct facts *f, const struct fact_boot *b)
{
	out_style(o, BOLD);
	out_safe(o, str_c(f->evidence[b->head.origin.evidence]->path));
	out_printf(o, ": boot %u", b->index);
	if (b->kernel.n) {
		out_printf(o, ", Linux ");
		out_safe(o, b->kernel);
	}
	if (!str_is(str_c(b->entry), "unknown"))
		out_printf(o, ", started by %s", b->entry);
	out_style(o, PLAIN);
	out_printf(o, "\n");
}

static bool same_rows(const struct phys_map *a, const struct phys_map *b)
{
	if (a->n != b->n || a->entries != b->entries || strcmp(a->map, b->map) != 0)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->v[i].start != b->v[i].start || a->v[i].end != b->v[i].end ||
		    a->v[i].class != b->v[i].class || !str_eq(a->v[i].type, b->v[i].type))
			return false;
	return true;
}

struct drawn_boots draw_boots(const struct facts *f, struct arena *arena)
{
	struct incidents boots = boots_of(f, arena);
	struct drawn_boots ret = { 0 };

	for (size_t i = 0; i < boots.n; i++) {
		struct drawn *d, *last;
		struct phys_map map;

		if (!phys_map_of(&boots.v[i], arena, &map))
			continue;
		d = arena_push(arena, (void **)&ret.v, &ret.n, sizeof(*d));
		last = ret.n > 1 ? d - 1 : NULL;
		d->boot = boots.v[i];
		d->map = map;
		d->account = account_of(&boots.v[i], arena);
		if (account_term(&d->account, "in no zone (no high memory)"))
			phys_map_beyond_zones(&boots.v[i], arena, &d->map);
		d->same_as_before =
			last && last->boot.head->origin.evidence == d->boot.head->origin.evidence &&
			same_rows(&last->map, &d->map);
	}
	return ret;
}

/* What else tells of this boot, and the notes of it all. */
static void draw_evidence(struct out *o, const struct facts *f, uint32_t home)
{
	for (uint32_t i = 0; i < f->n_evidence; i++) {
		const struct evidence *e = f->evidence[i];

		if (e->home != home)
			continue;
		if (i != home) {
			out_printf(o, "  with ");
			out_safe(o, str_c(e->path));
			out_printf(o, "\n");
		}
		if (e->note.n)
			out_wrapped(o, "  ", e->note);
	}
}

static void draw(struct out *o, const struct facts *f, const struct drawn *d, struct arena *arena)
{
	char size[SIZE_TEXT];

	out_boot(o, f, d->boot.boot);
	if (d->same_as_before) {
		out_printf(o, "  the same map as the boot before; usable: %s\n\n",
			   map_size(size, d->account.usable));
		return;
	}
	out_printf(o, "  %s: %zu entries\n", d->map.map, d->map.entries);
	draw_evidence(o, f, d->boot.head->origin.evidence);
	out_printf(o, "\n");
	draw_strip(o, &d->map);
	out_printf(o, "\n");
	draw_rows(o, &d->map, arena);
	draw_account(o, d);
	out_printf(o, "\n");
}

bool report_map(const struct facts *f, const struct report_options *opt, write_fn write, void *arg)
{
	struct out o = { .opt = opt, .write = write, .arg = arg, .ok = true };
	struct drawn_boots boots;
	struct arena arena;

	arena_init(&arena);
	boots = draw_boots(f, &arena);
	for (size_t i = 0; i < boots.n && !arena.failed; i++)
		draw(&o, f, &boots.v[i], &arena);
	if (arena.failed)
		o.ok = false;
	arena_deinit(&arena);
	return o.ok && boots.n;
}
