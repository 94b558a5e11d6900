// SPDX-License-Identifier: GPL-2.0-or-later
// Ranges of physical memory as the kernel prints them: "[mem %#018Lx-%#018Lx]" of
// e820__print_table() and free_area_init(), and the forms before 3.6.
#include "log/mem_range.h"

#include <ctype.h>

/* Hex digits of any number, with or without 0x; false only without a digit. */
static bool any_hex(struct scan *sc, uint64_t *ret, bool *damaged)
{
	const char *start = sc->p;
	bool overflow = false;
	uint64_t v = 0;
	size_t n = 0;

	if (!scan_lit(sc, "0x"))
		(void)scan_lit(sc, "0X");
	for (; sc->p < sc->end && isxdigit((unsigned char)*sc->p); sc->p++, n++) {
		unsigned int c = (unsigned char)*sc->p;

		overflow = overflow || v >> 60;
		v = v << 4 | (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	if (!n) {
		sc->p = start;
		return false;
	}
	*ret = overflow ? UINT64_MAX : v;
	*damaged = *damaged || overflow;
	return true;
}

bool scan_mem(struct scan *sc, struct printed_range *ret)
{
	struct scan at = *sc;
	struct printed_range r = { 0 };

	if (!scan_lit(&at, "[mem") || !scan_blanks(&at) || !any_hex(&at, &r.start, &r.damaged) ||
	    !scan_blanks(&at))
		return false;
	(void)scan_char(&at, '-');
	if (!scan_blanks(&at) || !any_hex(&at, &r.end, &r.damaged) || !scan_char(&at, ']'))
		return false;
	r.damaged = r.damaged || r.end < r.start;
	*ret = r;
	*sc = at;
	return true;
}

bool scan_dash_range(struct scan *sc, struct printed_range *ret)
{
	struct scan at = *sc;
	struct printed_range r = { 0 };

	if (!any_hex(&at, &r.start, &r.damaged) || !scan_blanks(&at) || !scan_char(&at, '-') ||
	    !scan_blanks(&at) || !any_hex(&at, &r.end, &r.damaged))
		return false;
	r.damaged = r.damaged || r.end <= r.start;
	if (!r.damaged)
		r.end--;
	*ret = r;
	*sc = at;
	return true;
}

struct fact_memory_range *mem_range_add(struct log_ctx *c, const struct line *l, const char *map,
					struct printed_range r)
{
	struct fact_memory_range *range = log_fact(c, FACT_memory_range, l);

	range->head.report = 0;
	range->map = map;
	range->start = num_at(r.start, l->no);
	range->end = num_at(r.end, l->no);
	range->damaged = r.damaged;
	return range;
}

static bool printed_already(const struct log_ctx *c, const struct fact_boot *b, const char *map)
{
	const struct fact_list *list = &c->facts->lists[FACT_memory_range];

	for (size_t i = list->n; i-- > 0;) {
		const struct fact_memory_range *r = (const struct fact_memory_range *)list->v[i];

		if (r->head.origin.evidence != c->evidence || r->head.boot != (int32_t)b->index)
			return false;
		if (strcmp(r->map, map) == 0)
			return true;
	}
	return false;
}

void mem_range_heading(struct log_ctx *c, const struct line *l, const char *map)
{
	struct fact_boot *b = log_boot(c, l);

	/* with a banner each boot's maps are told apart by it: what repeats there is a replay */
	if (!b->banner && printed_already(c, b, map))
		log_other_boot(c, l);
}
