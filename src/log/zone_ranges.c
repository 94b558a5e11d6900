// SPDX-License-Identifier: GPL-2.0-or-later
// Zones and nodes as the kernel lays them out: free_area_init() of mm/mm_init.c (before 6.4
// mm/page_alloc.c, free_area_init_nodes()), init_unavailable_range().
#include "base/limits.h"
#include "log/boot.h"
#include "log/mem_range.h"

enum block { NO_BLOCK, ZONES, MOVABLE, NODES };

struct zone_ranges {
	enum block block;
	uint32_t line; /* the block's last */
};

extern const struct log_parser log_parser_zone_ranges;

static void add_empty(struct log_ctx *c, const struct line *l, struct str zone)
{
	struct fact_memory_range *range = log_fact(c, FACT_memory_range, l);

	range->head.report = 0;
	range->map = "zone";
	range->zone = log_str(c, zone);
	range->empty = true;
}

/* "0x00000010 -> 0x00001000" (up to 3.5) or decimal (2.6.23 and older): page numbers, end
 * exclusive. */
static bool scan_arrow(struct scan *sc, uint64_t *start, uint64_t *end)
{
	struct scan at = *sc;
	struct str text = scan_rest(sc);
	bool hex = str_starts(str_trim(text), "0x");

	if (!scan_blanks(&at) || !(hex ? scan_hex(&at, start) : scan_u64(&at, start)) ||
	    !scan_blanks(&at) || !scan_lit(&at, "->") || !scan_blanks(&at) ||
	    !(hex ? scan_hex(&at, end) : scan_u64(&at, end)))
		return false;
	*sc = at;
	return true;
}

static struct fact_memory_range *add_pages(struct log_ctx *c, const struct line *l, const char *map,
					   uint64_t start, uint64_t end)
{
	struct fact_memory_range *range = log_fact(c, FACT_memory_range, l);

	range->head.report = 0;
	range->map = map;
	boot_range_of_pages(c, l, range, start, end);
	return range;
}

static bool all_blank(const struct scan *sc)
{
	return str_trim(scan_rest(sc)).n == 0;
}

/* "  DMA      [mem 0x0000000000001000-0x0000000000ffffff]", "  Normal   empty",
 * "  DMA      0x00000010 -> 0x00001000". */
static bool zone_line(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct printed_range r;
	uint64_t start, end;
	struct str zone;

	if (!scan_name(&sc, "", &zone) || !scan_blanks(&sc))
		return false;
	if (scan_lit(&sc, "empty") && all_blank(&sc)) {
		add_empty(c, l, zone);
		return true;
	}
	if (scan_mem(&sc, &r) && all_blank(&sc)) {
		mem_range_add(c, l, "zone", r)->zone = log_str(c, zone);
		return true;
	}
	if (!scan_arrow(&sc, &start, &end) || !all_blank(&sc))
		return false;
	if (start == end)
		add_empty(c, l, zone);
	else
		add_pages(c, l, "zone", start, end)->zone = log_str(c, zone);
	return true;
}

/* "  node   0: [mem 0x00001000-0x0009dfff]", "    0: 0x00000010 -> 0x0000009f". */
static bool node_line(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_memory_range *range;
	struct printed_range r;
	uint64_t node, start, end;

	(void)scan_lit(&sc, "node");
	if (!scan_blanks(&sc) || !scan_u64(&sc, &node) || !scan_char(&sc, ':') || !scan_blanks(&sc))
		return false;
	if (scan_mem(&sc, &r))
		range = mem_range_add(c, l, "early-node", r);
	else if (scan_arrow(&sc, &start, &end))
		range = add_pages(c, l, "early-node", start, end);
	else
		return false;
	range->node = num_at(node, l->no);
	return true;
}

/* "  Node 0: 0x0000000140000000" under "Movable zone start for each node". */
static bool movable_line(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_memory_range *range;
	uint64_t node, start;

	if (!scan_lit(&sc, "Node ") || !scan_u64(&sc, &node) || !scan_lit(&sc, ": ") ||
	    !scan_hex(&sc, &start))
		return false;
	range = log_fact(c, FACT_memory_range, l);
	range->head.report = 0;
	range->map = "movable";
	range->start = num_at(start, l->no);
	range->node = num_at(node, l->no);
	return true;
}

/* "Initmem setup node 0 [mem 0x0000000000001000-0x000000065f7fffff]"; before 3.6
 * "Initmem setup node 0 0000000000000000-00000001bbffffff", end exclusive. */
static bool initmem(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct fact_memory_range *range;
	struct printed_range r;
	uint64_t node;

	if (!scan_past(&sc, "Initmem setup node ", NULL) || !scan_u64(&sc, &node) ||
	    !scan_blanks(&sc))
		return false;
	if (scan_lit(&sc, "as memoryless")) {
		if (boot_replays(c, l))
			return true;
		range = log_fact(c, FACT_memory_range, l);
		range->head.report = 0;
		range->map = "initmem";
		range->empty = true;
	} else if (scan_mem(&sc, &r) || scan_dash_range(&sc, &r)) {
		if (boot_replays(c, l))
			return true;
		range = mem_range_add(c, l, "initmem", r);
		range->empty = !r.start && !r.end; /* 4.2 to 5.17: a node without memory */
	} else {
		return false;
	}
	range->node = num_at(node, l->no);
	return true;
}

/* "On node 0, zone DMA: 97 pages in unavailable ranges" (5.12 and stables), "Zeroed struct page in
 * unavailable ranges: 33722 pages" (5.0 to 5.11), "Reserved but unavailable: 97 pages" (4.16 to
 * 4.20). */
static bool unavailable(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct num node = { 0 };
	struct str zone = { "", 0 };
	struct fact_memory_range *range;
	uint64_t pages, n;

	if (scan_past(&sc, "On node ", NULL)) {
		if (!scan_u64(&sc, &n) || !scan_lit(&sc, ", zone ") || !scan_past(&sc, ": ", &zone))
			return false;
		node = num_at(n, l->no);
	} else if (!scan_past(&sc, "navailable ranges: ", NULL) &&
		   !scan_past(&sc, "Reserved but unavailable: ", NULL)) {
		return false;
	}
	if (!scan_u64(&sc, &pages) || !scan_lit(&sc, " pages"))
		return false;
	if (boot_replays(c, l))
		return true;
	range = log_fact(c, FACT_memory_range, l);
	range->head.report = 0;
	range->map = "unavailable";
	range->node = node;
	range->zone = log_str(c, zone);
	range->pages = num_at(pages, l->no);
	return true;
}

static enum block block_of(struct str text)
{
	text = str_trim(text);
	if (str_starts(text, "Zone ranges:") || str_starts(text, "Zone PFN ranges:"))
		return ZONES;
	if (str_starts(text, "Movable zone start"))
		return MOVABLE;
	if (str_starts(text, "Early memory node ranges") ||
	    (str_starts(text, "early_node_map[") && str_has(text, "active PFN ranges")))
		return NODES;
	return NO_BLOCK;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	struct zone_ranges *z = log_state(c, &log_parser_zone_ranges);
	enum block block = block_of(l->text);

	if (block == NO_BLOCK)
		return initmem(c, l) || unavailable(c, l);
	if (block == NODES)
		mem_range_heading(c, l, "early-node");
	*z = (struct zone_ranges){ block, l->no };
	log_open(c, &log_parser_zone_ranges);
	return true;
}

static bool block_line(struct log_ctx *c, const struct line *l, enum block block)
{
	switch (block) {
	case ZONES:
		return zone_line(c, l);
	case NODES:
		return node_line(c, l);
	case MOVABLE:
		return movable_line(c, l);
	case NO_BLOCK:
		break;
	}
	return false;
}

static bool more(struct log_ctx *c, const struct line *l)
{
	struct zone_ranges *z = log_state(c, &log_parser_zone_ranges);

	if (line_gap(l->no, z->line) > LIMIT_FOREIGN_LINES) {
		log_done(c, &log_parser_zone_ranges);
		return false;
	}
	if (boot_replays(c, l))
		return false;
	if (!block_line(c, l, z->block))
		return false;
	z->line = l->last_no;
	return true;
}

DEFINE_LOG_PARSER(zone_ranges,
		  .anchors = (const char *const[]){ "Zone ranges:", "Zone PFN ranges:",
						    "Movable zone start",
						    "Early memory node ranges", "early_node_map[",
						    "Initmem setup node ", "navailable", NULL },
		  .state_size = sizeof(struct zone_ranges), .head = head, .more = more);
