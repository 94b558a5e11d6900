// SPDX-License-Identifier: GPL-2.0-or-later
// Which struct pages a boot initialises.
#include "model/struct_pages.h"
#include "fact/page_size.h"

enum { NODES_MAX = 64, SECTION_BITS = 27 };

struct span {
	int64_t node;
	uint64_t start, end; /* bytes, end exclusive */
	const struct fact_memory_range *last;
};

static struct span *span_of(struct span *v, size_t *n, int64_t node)
{
	for (size_t i = 0; i < *n; i++)
		if (v[i].node == node)
			return &v[i];
	if (*n == NODES_MAX)
		return NULL;
	v[*n] = (struct span){ .node = node, .start = UINT64_MAX };
	return &v[(*n)++];
}

static size_t spans_of(const struct incident *boot, struct span *v)
{
	const struct fact_memory_range *r;
	size_t n = 0;

	incident_for_each (boot, memory_range, r) {
		struct span *s;

		if (strcmp(r->map, "early-node") != 0 || r->damaged || !r->start.known ||
		    !r->end.known)
			continue;
		s = span_of(v, &n, num_int_or(r->node, 0));
		if (!s)
			continue;
		if (r->start.v < s->start)
			s->start = r->start.v;
		if (r->end.v + 1 > s->end) {
			s->end = r->end.v + 1;
			s->last = r;
		}
	}
	return n;
}

size_t struct_page_holes(const struct incident *boot, struct page_hole *ret, bool *ret_known)
{
	uint64_t page = page_size_or_usual(boot->boot->page_size, boot->boot->arch),
		 section = 1ull << SECTION_BITS;
	struct span spans[NODES_MAX];
	size_t n = spans_of(boot, spans), holes = 0;

	*ret_known = n > 0;
	for (size_t i = 0; i < n && holes < HOLES_MAX; i++) {
		uint64_t end = (spans[i].end + section - 1) & ~(section - 1);

		/* another node whose span covers the rest initialises it */
		for (size_t k = 0; k < n; k++) {
			if (k == i || spans[k].end <= spans[i].end)
				continue;
			if (spans[k].start < end)
				end = spans[k].start > spans[i].end ? spans[k].start : spans[i].end;
		}
		if (end > spans[i].end)
			ret[holes++] = (struct page_hole){ .start = spans[i].end / page,
							   .end = end / page,
							   .node = spans[i].node,
							   .last = spans[i].last };
	}
	return holes;
}
