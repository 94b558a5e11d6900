// SPDX-License-Identifier: GPL-2.0-or-later
// Gathering each report with all that belongs to it.
#include "model/incident.h"

#include <stdlib.h>

static bool is_head(const struct fact *fact)
{
	return fact->report == fact->id &&
	       (fact->kind == FACT_oom || fact->kind == FACT_alloc_failure ||
		fact->kind == FACT_mem_info);
}

static uint32_t home_of(const struct facts *f, const struct fact *fact)
{
	uint32_t e = fact->origin.evidence;

	return e < f->n_evidence ? f->evidence[e]->home : e;
}

/* By evidence, boot, and reading order; what belongs to the boot of other evidence stands there. */
static int by_boot(const void *a, const void *b, void *facts)
{
	const struct fact *x = *(struct fact *const *)a, *y = *(struct fact *const *)b;
	uint32_t home = home_of(facts, x), other = home_of(facts, y);

	if (home != other)
		return home < other ? -1 : 1;
	if (x->boot != y->boot)
		return x->boot < y->boot ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static bool same_boot(const struct facts *f, const struct fact *a, const struct fact *b)
{
	return home_of(f, a) == home_of(f, b) && a->boot == b->boot;
}

/* Facts of a kind, those of each boot side by side. */
static struct fact_slice by_boots(const struct facts *f, enum fact_kind kind, struct arena *arena)
{
	const struct fact_list *list = &f->lists[kind];
	struct fact **v = arena_alloc(arena, (list->n + 1) * sizeof(*v));

	if (!v || !list->n)
		return (struct fact_slice){ NULL, 0 };
	memcpy(v, list->v, list->n * sizeof(*v));
	qsort_r(v, list->n, sizeof(*v), by_boot, (void *)f);
	return (struct fact_slice){ v, list->n };
}

/* Those of them that belong to a boot. */
static struct fact_slice slice_of_boot(const struct facts *f, struct fact_slice all,
				       const struct fact *of)
{
	struct fact first = { .boot = of->boot, .origin.evidence = of->origin.evidence };
	const struct fact *key = &first;
	size_t lo = 0, hi = all.n, end;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (by_boot(&all.v[mid], &key, (void *)f) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < all.n && same_boot(f, all.v[end], of); end++)
		;
	return (struct fact_slice){ all.v + lo, end - lo };
}

/* All boots, and the memory ranges that each of them printed, by boot. */
struct by_boot {
	struct fact_slice boots, ranges;
};

static const struct fact_boot *boot_of(const struct facts *f, struct fact_slice boots,
				       const struct fact *head)
{
	struct fact_slice s = slice_of_boot(f, boots, head);

	for (size_t i = 0; i < s.n; i++)
		if (s.v[i]->origin.evidence == head->origin.evidence)
			return (const struct fact_boot *)s.v[i];
	return NULL;
}

static void set_head(struct incident *in, const struct facts *f, const struct by_boot *by,
		     const struct fact *head)
{
	in->facts = f;
	in->head = head;
	in->boot = boot_of(f, by->boots, head);
	if (in->boot)
		in->ranges = slice_of_boot(f, by->ranges, &in->boot->head);
	switch ((int)head->kind) {
	case FACT_oom:
		in->oom = (const struct fact_oom *)head;
		in->mem = in->oom->mem;
		break;
	case FACT_alloc_failure:
		in->fail = (const struct fact_alloc_failure *)head;
		in->mem = in->fail->mem;
		break;
	default:
		in->mem = (const struct fact_mem_info *)head;
		break;
	}
}

static int by_report(const void *a, const void *b)
{
	const struct fact *x = *(struct fact *const *)a, *y = *(struct fact *const *)b;

	if (x->report != y->report)
		return x->report < y->report ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* The facts of one kind that belong to a report, those of each report side by side. */
static struct fact_slice sorted(const struct facts *f, enum fact_kind kind, struct arena *arena)
{
	const struct fact_list *list = &f->lists[kind];
	struct fact **v = arena_alloc(arena, (list->n + 1) * sizeof(*v));
	size_t n = 0;

	if (!v)
		return (struct fact_slice){ NULL, 0 };
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i]->report && list->v[i]->report != list->v[i]->id)
			v[n++] = list->v[i];
	qsort(v, n, sizeof(*v), by_report);
	return (struct fact_slice){ v, n };
}

static struct fact_slice slice_of(struct fact_slice all, uint32_t report)
{
	size_t lo = 0, hi = all.n, end;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (all.v[mid]->report < report)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < all.n && all.v[end]->report == report; end++)
		;
	return (struct fact_slice){ all.v + lo, end - lo };
}

static int by_head(const void *a, const void *b)
{
	const struct incident *x = a, *y = b;

	return x->head->id < y->head->id ? -1 : x->head->id > y->head->id;
}

struct incidents incidents_of(const struct facts *f, struct arena *arena)
{
	static const enum fact_kind heads[] = { FACT_oom, FACT_alloc_failure, FACT_mem_info };
	struct by_boot by = { by_boots(f, FACT_boot, arena),
			      by_boots(f, FACT_memory_range, arena) };
	struct incidents all = { 0 };

	for (size_t k = 0; k < sizeof(heads) / sizeof(heads[0]); k++) {
		for (size_t i = 0; i < f->lists[heads[k]].n; i++) {
			struct incident *in;

			if (!is_head(f->lists[heads[k]].v[i]))
				continue;
			in = arena_push(arena, (void **)&all.v, &all.n, sizeof(*in));
			set_head(in, f, &by, f->lists[heads[k]].v[i]);
			in->memo = arena_alloc(arena, sizeof(*in->memo));
		}
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(all.v[0]), by_head);
	for (enum fact_kind kind = 0; kind < FACT_KINDS; kind++) {
		struct fact_slice s = sorted(f, kind, arena);

		for (size_t i = 0; i < all.n; i++)
			all.v[i].of[kind] = slice_of(s, all.v[i].head->id);
	}
	return all;
}

struct incidents boots_of(const struct facts *f, struct arena *arena)
{
	const struct fact_boot *b;
	struct incidents all = { 0 }, *kept = arena_new(arena, struct incidents);

	fact_for_each (f, boot, b) {
		struct incident *in;

		if (home_of(f, &b->head) != b->head.origin.evidence)
			continue;
		in = arena_push(arena, (void **)&all.v, &all.n, sizeof(*in));
		*in = (struct incident){ .facts = f, .head = &b->head, .boot = b, .boots = kept };
	}
	for (enum fact_kind kind = 0; kind < FACT_KINDS; kind++) {
		struct fact_slice s = by_boots(f, kind, arena);

		/* boots are in reading order, and so are their facts: one walk serves them all */
		for (size_t i = 0, at = 0; i < all.n; i++) {
			size_t start;

			while (at < s.n &&
			       by_boot(&s.v[at], &(const struct fact *){ all.v[i].head },
				       (void *)f) < 0 &&
			       !same_boot(f, s.v[at], all.v[i].head))
				at++;
			for (start = at; at < s.n && same_boot(f, s.v[at], all.v[i].head); at++)
				;
			if (at > start)
				all.v[i].of[kind] = (struct fact_slice){ s.v + start, at - start };
		}
	}
	all.memo = arena_alloc(arena, sizeof(*all.memo));
	if (kept)
		*kept = all;
	return all;
}

struct incidents boots_beside(const struct incident *in, struct arena *arena)
{
	return in->boots ? *in->boots : boots_of(in->facts, arena);
}
