// SPDX-License-Identifier: GPL-2.0-or-later
// Two boots' maps, laid over each other.
#include "model/map_diff.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static size_t edges(const struct phys_map *m, uint64_t *v)
{
	for (size_t i = 0; i < m->n; i++) {
		v[2 * i] = m->v[i].start;
		v[2 * i + 1] = m->v[i].end + 1;
	}
	return 2 * m->n;
}

static const struct map_row *row_at(const struct phys_map *m, size_t *at, uint64_t addr)
{
	while (*at < m->n && m->v[*at].end < addr)
		++*at;
	if (*at == m->n || m->v[*at].start > addr || m->v[*at].class == ROW_HOLE)
		return NULL;
	return &m->v[*at];
}

/* What a row is to someone who compares; where a split of RAM lies does not count. */
static bool same_thing(const struct map_row *a, const struct map_row *b)
{
	if (!a || !b)
		return a == b;
	return a->class == b->class && str_eq(a->type, b->type) && str_eq(a->now, b->now) &&
	       a->taker == b->taker;
}

static enum map_change change_of(const struct map_row *before, const struct map_row *after)
{
	if (same_thing(before, after))
		return MAP_SAME;
	if (!after)
		return MAP_WENT;
	return before ? MAP_CHANGED : MAP_CAME;
}

static bool is_ram(const struct map_row *r)
{
	return r && (r->class == ROW_RAM || r->class == ROW_TAKEN);
}

static void count(struct map_diff *d, const struct diff_row *r)
{
	uint64_t bytes = r->end - r->start + 1;

	if (!r->before && !r->after)
		return;
	d->bytes[r->change] += bytes;
	if (is_ram(r->before) && !is_ram(r->after))
		d->ram_went += bytes;
	if (!is_ram(r->before) && is_ram(r->after))
		d->ram_came += bytes;
}

/* Goes on where the row before left off, or begins another. */
static void add(struct map_diff *d, struct arena *arena, struct diff_row r)
{
	struct diff_row *last = d->n ? &d->v[d->n - 1] : NULL;

	count(d, &r);
	if (last && last->end + 1 == r.start && same_thing(last->before, r.before) &&
	    same_thing(last->after, r.after)) {
		last->end = r.end;
		last->n_before += r.n_before;
		last->n_after += r.n_after;
		return;
	}
	last = arena_push(arena, (void **)&d->v, &d->n, sizeof(*last));
	*last = r;
}

struct map_diff map_diff_of(const struct phys_map *before, const struct phys_map *after,
			    struct arena *arena)
{
	uint64_t *v = arena_alloc(arena, 2 * (before->n + after->n + 1) * sizeof(*v));
	const struct fact_memory_range *last_before = NULL, *last_after = NULL;
	size_t n, at_before = 0, at_after = 0;
	struct map_diff d = { 0 };

	if (!v)
		return d;
	n = edges(before, v);
	n += edges(after, v + n);
	qsort(v, n, sizeof(*v), by_value);
	for (size_t i = 0; i + 1 < n; i++) {
		struct diff_row r = { .start = v[i], .end = v[i + 1] - 1 };

		if (v[i] == v[i + 1])
			continue;
		r.before = row_at(before, &at_before, r.start);
		r.after = row_at(after, &at_after, r.start);
		r.change = change_of(r.before, r.after);
		r.n_before = r.before && r.before->fact != last_before;
		r.n_after = r.after && r.after->fact != last_after;
		last_before = r.before ? r.before->fact : NULL;
		last_after = r.after ? r.after->fact : NULL;
		add(&d, arena, r);
	}
	return d;
}

const char *map_change_name(enum map_change change)
{
	static const char *const names[] = { "same", "went", "came", "changed" };

	return names[change];
}
