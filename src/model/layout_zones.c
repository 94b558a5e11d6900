// SPDX-License-Identifier: GPL-2.0-or-later
// Zones and struct pages of a layout: free_area_init(), memmap_init(), init_unavailable_range() of
// mm/mm_init.c (before 6.4 mm/page_alloc.c).
#include "model/layout_zones.h"

static uint64_t clamp(uint64_t v, uint64_t lo, uint64_t hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

static uint64_t max64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The zones' ends in page frames: arch_zone_limits_init(); ZONE_MOVABLE and ZONE_DEVICE have none.
 */
static uint64_t zone_limit(const struct layout_input *in, const struct layout *l, enum zone_type z)
{
	switch (z) {
	case ZONE_DMA:
		return min64((16ull << 20) / in->page, l->max_pfn);
	case ZONE_DMA32:
		return min64((4ull << 30) / in->page, l->max_pfn);
	case ZONE_NORMAL:
		return l->max_pfn;
	case ZONE_HIGHMEM:
	case ZONE_MOVABLE:
	case ZONE_DEVICE:
	case ZONE_TYPES:
		break;
	}
	return 0;
}

/* Zones of the build between which addresses are divided. */
static bool has_limits(const struct layout_input *in, enum zone_type z)
{
	return (in->zones & 1u << z) && z != ZONE_MOVABLE;
}

static void set_limits(const struct layout_input *in, struct layout *l)
{
	uint64_t start = memblock_start(&l->memory) / in->page;

	for (enum zone_type z = 0; z < ZONE_TYPES; z++) {
		if (!has_limits(in, z))
			continue;
		l->zone_low[z] = start;
		l->zone_high[z] = max64(zone_limit(in, l, z), start);
		start = l->zone_high[z];
	}
}

/* find_usable_zone_for_movable() */
static enum zone_type movable_zone(const struct layout_input *in, const struct layout *l)
{
	for (enum zone_type z = ZONE_TYPES; z-- > 0;)
		if (has_limits(in, z) && l->zone_high[z] > l->zone_low[z])
			return z;
	return ZONE_NORMAL;
}

struct zone_span {
	uint64_t start, end;
};

/* zone_spanned_pages_in_node(), adjust_zone_range_for_zone_movable() */
static struct zone_span span_of(const struct layout_input *in, const struct layout *l,
				const struct layout_node *n, enum zone_type z)
{
	struct zone_span s = { clamp(n->start, l->zone_low[z], l->zone_high[z]),
			       clamp(n->end, l->zone_low[z], l->zone_high[z]) };

	if (z == ZONE_MOVABLE) {
		if (!n->movable)
			return (struct zone_span){ 0 };
		s.start = n->movable;
		s.end = min64(n->end, l->zone_high[movable_zone(in, l)]);
	} else if (n->movable && s.start < n->movable && s.end > n->movable) {
		s.end = n->movable;
	} else if (n->movable && s.start >= n->movable) {
		s.start = s.end;
	}
	if (s.end < n->start || s.start > n->end)
		return (struct zone_span){ 0 };
	s.end = min64(s.end, n->end);
	s.start = max64(s.start, n->start);
	return s.start < s.end ? s : (struct zone_span){ 0 };
}

/* __absent_pages_in_range(), turned round */
static uint64_t present_in(const struct layout_input *in, const struct layout *l, int32_t node,
			   struct zone_span s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < l->memory.n; i++) {
		const struct memblock_region *r = &l->memory.v[i];

		if (r->node == node)
			sum += clamp(r->end / in->page, s.start, s.end) -
			       clamp(r->start / in->page, s.start, s.end);
	}
	return sum;
}

static void count_present(const struct layout_input *in, struct layout *l)
{
	for (size_t i = 0; i < l->n_nodes; i++) {
		struct layout_node *n = &l->node[i];

		for (enum zone_type z = 0; z < ZONE_TYPES; z++)
			n->present[z] = present_in(in, l, n->node, span_of(in, l, n, z));
	}
}

/* memory_present(): a section is there if any memory is in it. */
static bool section_present(const struct layout_input *in, const struct layout *l, uint64_t pfn)
{
	uint64_t start = pfn * in->page & ~(in->section - 1);

	return memblock_overlaps(&l->memory, start, start + in->section);
}

/* init_unavailable_range(): the struct pages of a hole, as far as there are any. */
static uint64_t valid_pages(const struct layout_input *in, const struct layout *l, uint64_t start,
			    uint64_t end)
{
	uint64_t per_section = in->section / in->page, sum = 0;
	uint64_t next;

	for (uint64_t pfn = start; pfn < end; pfn = next) {
		next = min64((pfn / per_section + 1) * per_section, end);
		if (section_present(in, l, pfn)) {
			sum += next - pfn;
			continue;
		}
		/* on to the next memory: a hole may be terabytes wide */
		for (size_t i = 0; i < l->memory.n; i++) {
			uint64_t at = (l->memory.v[i].start & ~(in->section - 1)) / in->page;

			if (at > pfn) {
				next = min64(max64(next, at), end);
				break;
			}
			if (i + 1 == l->memory.n)
				next = end;
		}
	}
	return sum;
}

static void unavailable(const struct layout_input *in, struct layout *l, struct zone_span hole,
			int32_t node, enum zone_type zone)
{
	uint64_t pages = hole.start < hole.end ? valid_pages(in, l, hole.start, hole.end) : 0;

	if (pages && l->n_unavailable < LAYOUT_LISTED)
		l->unavailable[l->n_unavailable++] =
			(struct layout_unavailable){ node, zone, pages };
}

static struct layout_node *node_of(struct layout *l, int32_t node)
{
	for (size_t i = 0; i < l->n_nodes; i++)
		if (l->node[i].node == node)
			return &l->node[i];
	return NULL;
}

/* memmap_init(): what lies before a piece of a zone goes to that zone, the tail to the last. */
static void memmap_init(const struct layout_input *in, struct layout *l)
{
	uint64_t done = 0, per_section = in->section / in->page, end;
	enum zone_type last = ZONE_DMA;
	int32_t node = 0;

	for (size_t i = 0; i < l->memory.n; i++) {
		const struct memblock_region *r = &l->memory.v[i];
		const struct layout_node *n = node_of(l, r->node);

		for (enum zone_type z = 0; n && z < ZONE_TYPES; z++) {
			struct zone_span s = span_of(in, l, n, z);
			uint64_t from = clamp(r->start / in->page, s.start, s.end),
				 to = clamp(r->end / in->page, s.start, s.end);

			if (!n->present[z])
				continue;
			last = z;
			if (from >= to)
				continue;
			unavailable(in, l, (struct zone_span){ done, from }, n->node, z);
			done = to;
		}
		node = r->node;
	}
	end = memblock_end(&l->memory) / in->page;
	end = (end + per_section - 1) / per_section * per_section;
	unavailable(in, l, (struct zone_span){ done, end }, node, last);
}

static void add_hole(struct layout *l, struct layout_hole h)
{
	if (h.start < h.end && l->n_holes < LAYOUT_LISTED)
		l->hole[l->n_holes++] = h;
}

/* What of [from, to) is in no node's span, told of @p h's node. */
static void uncovered(struct layout *l, struct layout_hole h)
{
	for (size_t i = 0; i < l->n_nodes; i++) {
		const struct layout_node *n = &l->node[i];

		if (n->end <= h.start || n->start >= h.end)
			continue;
		if (n->start <= h.start)
			h.start = min64(n->end, h.end);
		else
			h.end = n->start;
	}
	for (size_t i = 0; i < l->n_holes; i++)
		if (l->hole[i].start == h.start)
			return;
	add_hole(l, h);
}

/*
 * Only pages between a node's first and last are initialised with the node, but struct pages come a
 * section at a time. The first page frames of all are reserved, hence initialised.
 */
static void find_holes(const struct layout_input *in, struct layout *l)
{
	uint64_t per_section = in->section / in->page;

	for (size_t i = 0; i < l->n_nodes; i++) {
		const struct layout_node *n = &l->node[i];
		uint64_t head = n->start / per_section * per_section,
			 tail = (n->end + per_section - 1) / per_section * per_section;

		if (!n->end)
			continue;
		if (head)
			uncovered(l, (struct layout_hole){ head, n->start, n->node, true });
		uncovered(l, (struct layout_hole){ n->end, tail, n->node, false });
	}
}

void layout_zones(const struct layout_input *in, struct layout *l)
{
	set_limits(in, l);
	layout_movable(in, l, l->zone_low[movable_zone(in, l)]);
	count_present(in, l);
	memmap_init(in, l);
	find_holes(in, l);
}
