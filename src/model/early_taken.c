// SPDX-License-Identifier: GPL-2.0-or-later
// The early allocator's calls, replayed: memblock_add_range() and memblock_remove_range() on
// memblock.reserved.
#include "model/early_taken.h"

#include "model/spans.h"

enum { PIECES_MAX = 4096 };

static void push(struct early_taken *t, struct early_piece p)
{
	struct early_piece *slot;

	if (p.start >= p.end)
		return;
	if (t->n == PIECES_MAX) {
		t->cut = true;
		return;
	}
	slot = arena_push(t->arena, (void **)&t->v, &t->n, sizeof(*slot));
	*slot = p;
}

/* Allocations of one caller mostly lie right below the one before. */
static bool extends(struct early_piece *last, const struct early_piece *p)
{
	if (!str_eq(last->by->type, p->by->type) ||
	    (last->start != p->end && last->end != p->start))
		return false;
	last->start = last->start < p->start ? last->start : p->start;
	last->end = last->end > p->end ? last->end : p->end;
	return true;
}

static bool overlap(const struct early_piece *a, const struct early_piece *b)
{
	return a->start < b->end && b->start < a->end;
}

static void free_range(struct early_taken *t, const struct early_piece *gone)
{
	size_t n = t->n;

	for (size_t i = 0; i < n; i++) {
		struct early_piece old = t->v[i];

		if (!overlap(&old, gone))
			continue;
		t->v[i].end = gone->start > old.start ? gone->start : old.start;
		if (gone->end < old.end)
			push(t, (struct early_piece){ gone->end, old.end, old.by });
	}
}

/* What is set aside already stays with whom it was set aside for. */
static void reserve(struct early_taken *t, struct early_piece p)
{
	struct spans want = { .arena = t->arena }, have = { .arena = t->arena };

	for (size_t i = 0; i < t->n; i++)
		if (overlap(&t->v[i], &p))
			spans_add(&have, t->v[i].start, t->v[i].end - 1);
	if (!have.n) {
		if (!t->n || !extends(&t->v[t->n - 1], &p))
			push(t, p);
		return;
	}
	spans_add(&want, p.start, p.end - 1);
	spans_close(&have);
	want = spans_minus(&want, &have);
	for (size_t i = 0; i < want.n; i++)
		push(t, (struct early_piece){ want.v[i].start, want.v[i].end, p.by });
}

struct early_taken early_taken_of(const struct incident *boot, struct arena *arena)
{
	struct early_taken t = { .arena = arena };
	struct num end = boot->boot ? boot->boot->mem_available : (struct num){ 0 };
	const struct fact_memory_range *r;

	incident_for_each (boot, memory_range, r) {
		bool taken = strcmp(r->map, "memblock-reserve") == 0;
		struct early_piece p;

		if ((!taken && strcmp(r->map, "memblock-free") != 0) || !range_is_sound(r) ||
		    r->end.v == UINT64_MAX || (end.known && r->head.origin.line > end.line))
			continue;
		p = (struct early_piece){ r->start.v, r->end.v + 1, r };
		if (taken)
			reserve(&t, p);
		else
			free_range(&t, &p);
	}
	return t;
}
