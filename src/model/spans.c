// SPDX-License-Identifier: GPL-2.0-or-later
// Sets of addresses as sorted, disjoint ranges.
#include "model/spans.h"

#include <stdlib.h>

void spans_add(struct spans *s, uint64_t start, uint64_t last)
{
	struct addr_span *slot;

	if (last < start || last == UINT64_MAX)
		return;
	slot = arena_push(s->arena, (void **)&s->v, &s->n, sizeof(*slot));
	*slot = (struct addr_span){ start, last + 1 };
}

static int by_start(const void *a, const void *b)
{
	const struct addr_span *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

void spans_close(struct spans *s)
{
	size_t n = 0;

	if (s->n)
		qsort(s->v, s->n, sizeof(s->v[0]), by_start);
	for (size_t i = 0; i < s->n; i++) {
		if (n && s->v[i].start <= s->v[n - 1].end) {
			if (s->v[i].end > s->v[n - 1].end)
				s->v[n - 1].end = s->v[i].end;
		} else {
			s->v[n++] = s->v[i];
		}
	}
	s->n = n;
}

uint64_t spans_bytes(const struct spans *s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += s->v[i].end - s->v[i].start;
	return sum;
}

struct spans spans_and(const struct spans *a, const struct spans *b)
{
	struct spans ret = { .arena = a->arena };
	size_t i = 0, k = 0;

	while (i < a->n && k < b->n) {
		uint64_t start = a->v[i].start > b->v[k].start ? a->v[i].start : b->v[k].start;
		uint64_t end = a->v[i].end < b->v[k].end ? a->v[i].end : b->v[k].end;

		if (start < end)
			spans_add(&ret, start, end - 1);
		if (a->v[i].end < b->v[k].end)
			i++;
		else
			k++;
	}
	return ret;
}

struct spans spans_minus(const struct spans *a, const struct spans *b)
{
	struct spans ret = { .arena = a->arena };
	size_t k = 0;

	for (size_t i = 0; i < a->n; i++) {
		uint64_t at = a->v[i].start;

		while (k < b->n && b->v[k].end <= at)
			k++;
		for (size_t m = k; m < b->n && b->v[m].start < a->v[i].end; m++) {
			if (b->v[m].start > at)
				spans_add(&ret, at, b->v[m].start - 1);
			if (b->v[m].end > at)
				at = b->v[m].end;
		}
		if (at < a->v[i].end)
			spans_add(&ret, at, a->v[i].end - 1);
	}
	return ret;
}

bool range_is_sound(const struct fact_memory_range *r)
{
	return !r->damaged && !r->empty && r->start.known && r->end.known &&
	       r->end.v >= r->start.v && (r->start.v || r->end.v);
}

bool range_is_ram(const struct fact_memory_range *r)
{
	return str_is(r->type, "usable") || str_is(r->type, "System RAM") ||
	       (r->type_code.known && (r->type_code.v == 1 || r->type_code.v == 128));
}

struct spans spans_of(const struct incident *boot, const char *map, range_pick pick,
		      struct arena *arena)
{
	struct spans ret = { .arena = arena };
	const struct fact_memory_range *r;

	incident_for_each (boot, memory_range, r)
		if (strcmp(r->map, map) == 0 && range_is_sound(r) && (!pick || pick(r)))
			spans_add(&ret, r->start.v, r->end.v);
	spans_close(&ret);
	return ret;
}
