// SPDX-License-Identifier: GPL-2.0-or-later
// Adding up page_owner's records by stack in bounded memory: when the table is full, the smaller
// half is dropped, and the most that one of those held is how much a later one may have missed.
#include "proc/owner.h"

#include <stdlib.h>

enum { SLOTS = 2 * OWNER_MAX_STACKS };

enum status owner_table_init(struct owner_table *t)
{
	*t = (struct owner_table){ 0 };
	t->v = malloc(OWNER_MAX_STACKS * sizeof(*t->v));
	t->slots = calloc(SLOTS, sizeof(*t->slots));
	t->text = malloc(OWNER_MAX_TEXT); /* touched as it is used */
	return t->v && t->slots && t->text ? OK : ST_NOMEM;
}

void owner_table_deinit(struct owner_table *t)
{
	free(t->v);
	free(t->slots);
	free(t->text);
}

struct str owner_stack_text(const struct owner_table *t, const struct owner_stack *s)
{
	return (struct str){ t->text + s->text_at, s->n_stack };
}

struct str owner_first_line(const struct owner_table *t, const struct owner_stack *s)
{
	return (struct str){ t->text + s->text_at + s->n_stack, s->n_first };
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static uint64_t load(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Equal hashes are compared, so that it need not be more than fast. */
static uint64_t hash_of(struct str s)
{
	const uint64_t k0 = 0x9e3779b97f4a7c15, k1 = 0xe7037ed1a0b428db;
	uint64_t h = s.n * k0, g = k1;
	size_t i = 0;

	for (; i + 32 <= s.n; i += 32) {
		h = mix(load(s.p + i) ^ h, load(s.p + i + 8) ^ k0);
		g = mix(load(s.p + i + 16) ^ g, load(s.p + i + 24) ^ k1);
	}
	for (; i + 8 <= s.n; i += 8)
		h = mix(load(s.p + i) ^ h, k0);
	for (; i < s.n; i++)
		h = mix((unsigned char)s.p[i] ^ h, k1);
	return mix(h ^ g, k0);
}

static uint64_t weight(const struct owner_stack *s)
{
	return s->has_pages ? s->pages : s->allocations;
}

static uint64_t plus(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

/* The slot of a stack, or the empty one where it belongs. */
static uint32_t *slot_of(const struct owner_table *t, uint64_t hash, struct str stack)
{
	uint32_t at = (uint32_t)hash % SLOTS;

	for (; t->slots[at]; at = (at + 1) % SLOTS) {
		const struct owner_stack *s = &t->v[t->slots[at] - 1];

		if (s->hash == hash && str_eq(owner_stack_text(t, s), stack))
			break;
	}
	return &t->slots[at];
}

static int larger_first(const void *a, const void *b)
{
	const struct owner_stack *x = a, *y = b;

	if (weight(x) != weight(y))
		return weight(x) < weight(y) ? 1 : -1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static int by_text(const void *a, const void *b)
{
	const struct owner_stack *x = a, *y = b;

	return x->text_at < y->text_at ? -1 : x->text_at > y->text_at;
}

static void fill_slots(struct owner_table *t)
{
	memset(t->slots, 0, SLOTS * sizeof(*t->slots));
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t at = (uint32_t)t->v[i].hash % SLOTS;

		while (t->slots[at])
			at = (at + 1) % SLOTS;
		t->slots[at] = i + 1;
	}
}

void owner_table_sort(struct owner_table *t)
{
	qsort(t->v, t->n, sizeof(*t->v), larger_first);
	fill_slots(t);
}

static void drop_half(struct owner_table *t)
{
	uint32_t keep = t->n / 2;

	qsort(t->v, t->n, sizeof(*t->v), larger_first);
	for (uint32_t i = keep; i < t->n; i++) {
		uint64_t most = plus(weight(&t->v[i]), t->v[i].may_miss);

		t->lost = most > t->lost ? most : t->lost;
	}
	t->n = keep;
	t->was_full = true;
	qsort(t->v, t->n, sizeof(*t->v), by_text);
	t->n_text = 0;
	for (uint32_t i = 0; i < t->n; i++) {
		struct owner_stack *s = &t->v[i];
		size_t n = (size_t)s->n_stack + s->n_first;

		memmove(t->text + t->n_text, t->text + s->text_at, n);
		s->text_at = (uint32_t)t->n_text;
		t->n_text += n;
	}
	fill_slots(t);
}

static struct owner_stack *insert(struct owner_table *t, uint64_t hash, struct str stack,
				  struct str first)
{
	struct owner_stack *s;
	uint32_t *slot;

	if (t->n == OWNER_MAX_STACKS || OWNER_MAX_TEXT - t->n_text < stack.n + first.n)
		drop_half(t);
	slot = slot_of(t, hash, stack);
	s = &t->v[t->n];
	*slot = ++t->n;
	*s = (struct owner_stack){ .hash = hash,
				   .may_miss = t->lost,
				   .text_at = (uint32_t)t->n_text,
				   .n_stack = (uint32_t)stack.n,
				   .n_first = (uint32_t)first.n };
	memcpy(t->text + t->n_text, stack.p, stack.n);
	memcpy(t->text + t->n_text + stack.n, first.p, first.n);
	t->n_text += stack.n + first.n;
	return s;
}

static void add(struct owner_stack *s, const struct owner_stack *more)
{
	s->allocations = plus(s->allocations, more->allocations);
	s->pages = plus(s->pages, more->pages);
	s->has_pages = s->has_pages || more->has_pages;
	s->has_order = s->has_order && more->has_order && s->order == more->order;
	s->has_mask = s->has_mask && more->has_mask && s->mask == more->mask;
}

/* From the record's first line to its last frame: both are slices of one text. */
static uint32_t more_lines(const struct owner_record *r)
{
	const char *end = r->stack.p + r->stack.n;
	uint32_t n = 0;

	for (const char *p = r->first.p; p < end; p++)
		n += *p == '\n';
	return n && end[-1] == '\n' ? n - 1 : n;
}

void owner_table_add(struct owner_table *t, const struct owner_record *r, uint64_t line)
{
	uint64_t hash = hash_of(r->stack);
	uint32_t *slot = slot_of(t, hash, r->stack);
	struct owner_stack *s;
	struct owner_stack more = { .allocations = r->allocations,
				    .pages = r->pages,
				    .mask = r->mask,
				    .order = r->order,
				    .has_pages = r->has_pages,
				    .has_order = r->has_order,
				    .has_mask = r->has_mask };

	t->records++;
	t->all_allocations = plus(t->all_allocations, r->allocations);
	t->all_pages = plus(t->all_pages, r->pages);
	if (*slot) {
		add(&t->v[*slot - 1], &more);
		return;
	}
	s = insert(t, hash, r->stack, r->first);
	s->line = line;
	s->more_lines = more_lines(r);
	s->order = r->order;
	s->mask = r->mask;
	s->has_order = r->has_order;
	s->has_mask = r->has_mask;
	add(s, &more);
}

/* Stacks of @p t that @p other does not have may have been dropped there. */
static void add_misses(struct owner_table *t, const struct owner_table *other)
{
	for (uint32_t i = 0; other->lost && i < t->n; i++)
		if (!*slot_of(other, t->v[i].hash, owner_stack_text(t, &t->v[i])))
			t->v[i].may_miss = plus(t->v[i].may_miss, other->lost);
}

void owner_table_merge(struct owner_table *t, const struct owner_table *from, uint64_t lines)
{
	add_misses(t, from);
	for (uint32_t i = 0; i < from->n; i++) {
		const struct owner_stack *f = &from->v[i];
		struct str stack = owner_stack_text(from, f);
		uint32_t *slot = slot_of(t, f->hash, stack);
		struct owner_stack *s, old;

		if (!*slot) {
			s = insert(t, f->hash, stack, owner_first_line(from, f));
			old = *s;
			*s = *f;
			s->text_at = old.text_at;
			s->line = f->line + lines;
			s->may_miss = plus(old.may_miss, f->may_miss);
			continue;
		}
		s = &t->v[*slot - 1];
		add(s, f);
		s->may_miss = plus(s->may_miss, f->may_miss);
	}
	t->lost = plus(t->lost, from->lost);
	t->was_full = t->was_full || from->was_full;
	t->records += from->records;
	t->all_allocations = plus(t->all_allocations, from->all_allocations);
	t->all_pages = plus(t->all_pages, from->all_pages);
}
