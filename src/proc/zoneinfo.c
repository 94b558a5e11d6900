// SPDX-License-Identifier: GPL-2.0-or-later
// /proc/zoneinfo: zoneinfo_show_print() of mm/vmstat.c. Where each zone lies: its first page frame
// and how many it spans.
#include "proc/proc.h"

enum { ZONES_MAX = 256, DMA_BYTES = 16 << 20 };

struct state {
	struct fact_memory_range *zones[ZONES_MAX]; /* in page frames until the end */
	struct num spanned[ZONES_MAX], start[ZONES_MAX];
	size_t n;
};

static bool probe(struct str sample)
{
	return str_starts(sample, "Node ") && str_has(str_first(sample, 40), ", zone ") &&
	       str_has(sample, "\n  pages free ");
}

/* "Node 0, zone    DMA32" */
static bool zone_line(struct proc_ctx *c, struct state *s, struct str text, uint32_t no)
{
	struct scan sc = scan_of(text);
	struct fact_memory_range *r;
	uint64_t node;

	if (!scan_lit(&sc, "Node ") || !scan_u64(&sc, &node) || !scan_lit(&sc, ", zone "))
		return false;
	if (s->n == ZONES_MAX)
		return true;
	r = proc_fact(c, FACT_memory_range, text, no);
	r->map = "zone";
	r->node = num_at(node, no);
	r->zone = proc_str(c, str_trim(scan_rest(&sc)));
	s->zones[s->n++] = r;
	return true;
}

/* "        spanned  4095", "  start_pfn:           1", up to 2.6.x "  start_pfn:         1" */
static bool line(struct proc_ctx *c, struct str text, uint32_t no)
{
	struct state *s = c->state;
	struct scan sc = scan_of(str_trim(text));
	struct num *to;
	uint64_t v;

	if (zone_line(c, s, text, no))
		return true;
	if (!s->n)
		return false;
	if (scan_lit(&sc, "spanned "))
		to = &s->spanned[s->n - 1];
	else if (scan_lit(&sc, "start_pfn: "))
		to = &s->start[s->n - 1];
	else
		return false;
	if (!scan_blanks(&sc) || !scan_u64(&sc, &v) || !scan_end(&sc))
		return false;
	*to = num_at(v, no);
	facts_cite(c->facts, c->evidence, no, text);
	return true;
}

/* The file counts pages and does not say how large they are; x86's zone DMA ends at 16 MiB and
 * DMA32 at 4 GiB at the latest: only one size can fit. 0: not told. */
static uint64_t page_size(const struct state *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_is(s->zones[i]->zone, "DMA") && s->start[i].known && s->spanned[i].known &&
		    s->start[i].v < DMA_BYTES / 4096 && s->spanned[i].v <= DMA_BYTES / 4096 &&
		    s->start[i].v + s->spanned[i].v == DMA_BYTES / 4096)
			return 4096;
	return 0;
}

static void place(struct fact_memory_range *r, struct num start, struct num spanned, uint64_t page)
{
	uint64_t first, bytes, last;

	r->pages = spanned;
	r->empty = spanned.known && !spanned.v;
	if (!page || !start.known || !spanned.known || !spanned.v ||
	    __builtin_mul_overflow(start.v, page, &first) ||
	    __builtin_mul_overflow(spanned.v, page, &bytes) ||
	    __builtin_add_overflow(first, bytes - 1, &last))
		return;
	r->start = num_at(first, start.line);
	r->end = num_at(last, spanned.line);
}

static void end(struct proc_ctx *c)
{
	struct state *s = c->state;
	uint64_t page = page_size(s);

	for (size_t i = 0; i < s->n; i++)
		place(s->zones[i], s->start[i], s->spanned[i], page);
}

DEFINE_PROC_FILE(zoneinfo, .evidence = "snapshot", .probe = probe, .line = line, .end = end,
		 .state_size = sizeof(struct state));
