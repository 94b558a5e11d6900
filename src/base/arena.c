// SPDX-License-Identifier: GPL-2.0-or-later
// Bump allocation with sticky failure.
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	max_align_t data[];
};

enum { CHUNK = 64 * 1024 };

void arena_init(struct arena *a)
{
	*a = (struct arena){ 0 };
	a->reserve = calloc(1, ARENA_RESERVE);
	if (!a->reserve)
		a->failed = true;
}

static void free_chunks(struct arena_chunk *c)
{
	while (c) {
		struct arena_chunk *next = c->next;

		free(c);
		c = next;
	}
}

void arena_deinit(struct arena *a)
{
	free_chunks(a->chunks);
	free(a->reserve);
	*a = (struct arena){ 0 };
}

void arena_reset(struct arena *a)
{
	if (a->chunks) {
		free_chunks(a->chunks->next);
		a->chunks->next = NULL;
	}
	a->used = 0;
	a->size = a->chunks ? a->chunks->size : 0;
	a->total = a->size;
}

/* Goes round, so that what one step asks for does not overlap. */
static void *from_reserve(struct arena *a, size_t size)
{
	char *p;

	a->failed = true;
	if (!a->reserve || size > ARENA_RESERVE)
		return NULL;
	if (size > ARENA_RESERVE - a->reserve_at)
		a->reserve_at = 0;
	p = memset(a->reserve + a->reserve_at, 0, size);
	a->reserve_at += (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
	return p;
}

static bool new_chunk(struct arena *a, size_t size)
{
	size_t want = size > CHUNK ? size : CHUNK;
	struct arena_chunk *c = malloc(sizeof(*c) + want);

	if (!c)
		return false;
	c->next = a->chunks;
	c->size = want;
	a->chunks = c;
	a->used = 0;
	a->size = want;
	a->total += want;
	return true;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t need;
	char *p;

	if (__builtin_add_overflow(size, _Alignof(max_align_t) - 1, &need))
		return from_reserve(a, size);
	need &= ~(_Alignof(max_align_t) - 1);
	if (a->failed || (need > a->size - a->used && !new_chunk(a, need)))
		return from_reserve(a, size);
	p = (char *)a->chunks->data + a->used;
	a->used += need;
	memset(p, 0, size);
	return p;
}

struct str arena_str(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (!p)
		return (struct str){ "", 0 };
	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}

char *arena_strdup(struct arena *a, const char *s)
{
	struct str copy = arena_str(a, str_c(s));

	return (char *)(uintptr_t)copy.p;
}

struct str arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	int n;
	char *p;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return (struct str){ "", 0 };
	p = arena_alloc(a, (size_t)n + 1);
	if (!p)
		return (struct str){ "", 0 };
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	return (struct str){ p, (size_t)n };
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
	struct str s;
	va_list ap;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

void *arena_push(struct arena *a, void **v, size_t *n, size_t elem_size)
{
	size_t count = *n;

	if (count == 0 || (count >= 4 && (count & (count - 1)) == 0)) {
		void *bigger = arena_alloc(a, (count ? 2 * count : 4) * elem_size);

		/* an array in the reserve would be overwritten under its owner */
		if (!bigger || a->failed)
			return from_reserve(a, elem_size);
		if (count)
			memcpy(bigger, *v, count * elem_size);
		*v = bigger;
	}
	*n = count + 1;
	return (char *)*v + count * elem_size;
}
