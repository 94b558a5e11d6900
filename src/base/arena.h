// SPDX-License-Identifier: GPL-2.0-or-later
// Bump allocation: freed all at once.
#ifndef MMWHY_BASE_ARENA_H
#define MMWHY_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct arena_chunk;

/**
 * Memory that lives until the arena is reset or freed. Failure is sticky: when memory runs out,
 * `failed` is set and small requests are served from a reserve that is used over and over, so that
 * parsers and rules need no error path; whoever owns the arena looks at `failed` at the end of each
 * short step (a line, a rule), goes no further, and throws the result away.
 */
struct arena {
	struct arena_chunk *chunks;
	char *reserve;
	size_t reserve_at;
	size_t used, size, total;
	bool failed;
};

enum { ARENA_RESERVE = 64 * 1024 };

/** Caller-owned; arena_deinit() frees everything that came from it. */
void arena_init(struct arena *a);
void arena_deinit(struct arena *a);
/** Forgets everything but keeps one chunk for reuse. */
void arena_reset(struct arena *a);

/** @return @p size zeroed bytes, aligned for any type. NULL only when failed and size >
 * ARENA_RESERVE. */
void *arena_alloc(struct arena *a, size_t size);
#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))

/** Copies, NUL-terminated. */
struct str arena_str(struct arena *a, struct str s);
char *arena_strdup(struct arena *a, const char *s);
struct str arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
struct str arena_vprintf(struct arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

/**
 * Grows an array in an arena: room for one more element of @p elem_size behind @p *n of them.
 * @return the slot, zeroed; *n and *v are updated. Doubling, so the old copies cost at most as much
 * again.
 */
void *arena_push(struct arena *a, void **v, size_t *n, size_t elem_size);

#endif
