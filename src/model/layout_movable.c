// SPDX-License-Identifier: GPL-2.0-or-later
// Where ZONE_MOVABLE begins: find_zone_movable_pfns_for_nodes() of mm/mm_init.c.
#include "model/layout_zones.h"

enum { MAX_ORDER_PAGES = 1024, KERNEL_AT = 16 << 20 };

static uint64_t min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t total_pages(const struct layout_input *in, const struct layout *l)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < l->memory.n; i++)
		sum += (l->memory.v[i].end - l->memory.v[i].start) / in->page;
	return sum;
}

/* cmdline_parse_core(): bytes, or per cent of all pages. */
static uint64_t core_pages(const struct layout_input *in, const char *name, uint64_t total)
{
	struct str value;
	struct scan s;
	uint64_t v;

	if (!layout_param(in->cmdline, name, &value) || str_starts(value, "mirror"))
		return 0;
	s = scan_of(value);
	if (scan_u64(&s, &v) && scan_char(&s, '%'))
		return total * 100 * v / 10000;
	s = scan_of(value);
	(void)memparse(&s, &v);
	return v / in->page;
}

static uint64_t required_kernelcore(const struct layout_input *in, uint64_t total)
{
	uint64_t kernel = core_pages(in, "kernelcore", total),
		 movable = core_pages(in, "movablecore", total), core;

	if (!movable)
		return kernel;
	movable = (movable + MAX_ORDER_PAGES - 1) / MAX_ORDER_PAGES * MAX_ORDER_PAGES;
	core = total - min64(total, movable);
	return core > kernel ? core : kernel;
}

struct spread {
	uint64_t required, usable_start, per_node;
};

/* One node's share; pages below @usable_start are the kernel's anyway. */
static void spread_node(const struct layout_input *in, const struct layout *l,
			struct layout_node *n, struct spread *s)
{
	uint64_t rest = s->per_node;

	for (size_t i = 0; i < l->memory.n; i++) {
		const struct memblock_region *r = &l->memory.v[i];
		uint64_t start = r->start / in->page, end = r->end / in->page, pages;

		if (r->node != n->node)
			continue;
		if (start < n->movable)
			start = n->movable;
		if (start >= end)
			continue;
		if (start < s->usable_start) {
			pages = min64(end, s->usable_start) - start;
			rest -= min64(pages, rest);
			s->required -= min64(pages, s->required);
			if (end <= s->usable_start) {
				n->movable = end;
				continue;
			}
			start = s->usable_start;
		}
		pages = min64(end - start, rest);
		n->movable = start + pages;
		s->required -= min64(s->required, pages);
		rest -= pages;
		if (!rest)
			break;
	}
}

static void spread_kernelcore(const struct layout_input *in, struct layout *l, struct spread s)
{
	uint64_t usable = 0;

	for (size_t i = 0; i < l->n_nodes; i++)
		usable += l->node[i].end > 0;
	for (bool first = true; usable && (first || s.required > usable); usable--) {
		first = false;
		s.per_node = s.required / usable;
		for (size_t i = 0; i < l->n_nodes; i++) {
			if (!l->node[i].end)
				continue;
			if (s.required < s.per_node)
				s.per_node = s.required / usable;
			spread_node(in, l, &l->node[i], &s);
		}
	}
}

/* movable_node: nodes the firmware calls hot-pluggable, but those that hold the kernel. */
static void movable_nodes(const struct layout_input *in, struct layout *l)
{
	for (size_t i = 0; i < l->memory.n; i++) {
		const struct memblock_region *r = &l->memory.v[i];
		bool kernel = false;

		for (size_t k = 0; k < l->memory.n; k++)
			kernel |=
				l->memory.v[k].node == r->node && l->memory.v[k].start <= KERNEL_AT;
		for (size_t k = 0; k < l->n_nodes && r->hotplug && !kernel; k++) {
			struct layout_node *n = &l->node[k];

			if (n->node == r->node && (!n->movable || r->start / in->page < n->movable))
				n->movable = r->start / in->page;
		}
		l->movable_node_guess |= r->hotplug;
	}
}

void layout_movable(const struct layout_input *in, struct layout *l, uint64_t usable_start)
{
	uint64_t total = total_pages(in, l);
	struct spread s = { .usable_start = usable_start };
	struct str value;

	if (layout_param(in->cmdline, "movable_node", &value)) {
		movable_nodes(in, l);
	} else {
		s.required = required_kernelcore(in, total);
		if (!s.required || s.required >= total)
			return;
		spread_kernelcore(in, l, s);
	}
	for (size_t i = 0; i < l->n_nodes; i++) {
		struct layout_node *n = &l->node[i];

		n->movable = (n->movable + MAX_ORDER_PAGES - 1) / MAX_ORDER_PAGES * MAX_ORDER_PAGES;
		if (n->movable >= n->end)
			n->movable = 0;
	}
}
