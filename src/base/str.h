// SPDX-License-Identifier: GPL-2.0-or-later
// String slices and the scanner that parsers use on untrusted text.
#ifndef MMWHY_BASE_STR_H
#define MMWHY_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** A slice of text: not NUL-terminated unless it says so; borrowed. */
struct str {
	const char *p;
	size_t n;
};

/** For printf("%.*s"). */
#define STR_ARG(s) (int)(s).n, (s).p
#define STR(lit)   ((struct str){ (lit), sizeof(lit) - 1 })

static inline struct str str_c(const char *s)
{
	return (struct str){ s, s ? strlen(s) : 0 };
}

static inline bool str_eq(struct str s, struct str t)
{
	return s.n == t.n && (s.n == 0 || memcmp(s.p, t.p, s.n) == 0);
}

static inline bool str_is(struct str s, const char *lit)
{
	return str_eq(s, str_c(lit));
}

static inline bool str_starts(struct str s, const char *lit)
{
	size_t n = strlen(lit);

	return s.n >= n && memcmp(s.p, lit, n) == 0;
}
bool str_ends(struct str s, const char *lit);
/** Letters, digits and "/._:@-" only, and some: what evidence calls a thing may stand in a command
 * if no shell makes more of it. */
bool str_is_plain(struct str s);
/** Position of @p lit in @p s at or after @p from, or -1. */
ptrdiff_t str_find(struct str s, const char *lit, size_t from);
static inline bool str_has(struct str s, const char *lit)
{
	return str_find(s, lit, 0) >= 0;
}
/** Position of the last @p lit in @p s, or -1. */
ptrdiff_t str_find_last(struct str s, const char *lit);
/** The value of the last @p key in front of @p *end, reaching to @p *end, which moves to the key:
 * fields are taken from the back where a value may hold what separates them. */
bool str_last_field(struct str text, const char *key, size_t *end, struct str *ret);
/** Everything from @p at on (empty past the end), and the first @p n bytes. */
static inline struct str str_from(struct str s, size_t at)
{
	if (at > s.n)
		at = s.n;
	return (struct str){ at ? s.p + at : s.p, s.n - at };
}
static inline struct str str_first(struct str s, size_t n)
{
	return (struct str){ s.p, n < s.n ? n : s.n };
}
struct str str_trim(struct str s);
/** Cuts the next white-space separated word off the front of @p s; empty at the end. */
struct str str_word(struct str *s);

/** Whole slice as a number; false if anything else is in it or it does not fit. */
bool str_to_u64(struct str s, unsigned int base, uint64_t *ret);
bool str_to_i64(struct str s, int64_t *ret);

/**
 * A cursor over one line. Each scan_* either takes what it names and returns true, or leaves the
 * cursor where it was and returns false. Blanks are significant unless the name says otherwise.
 */
struct scan {
	const char *p, *end;
};

static inline struct scan scan_of(struct str s)
{
	return (struct scan){ s.p, s.n ? s.p + s.n : s.p };
}
static inline struct str scan_rest(const struct scan *s)
{
	return (struct str){ s->p, (size_t)(s->end - s->p) };
}
static inline bool scan_end(const struct scan *s)
{
	return s->p == s->end;
}
/** Any number of blanks and tabs, also none; always true, so that it chains with &&. */
static inline bool scan_blanks(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t'))
		s->p++;
	return true;
}
static inline bool scan_lit(struct scan *s, const char *lit)
{
	size_t n = strlen(lit);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, lit, n) != 0)
		return false;
	s->p += n;
	return true;
}
static inline bool scan_char(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}
/** Decimal digits. On overflow the value saturates and the digits are still taken. */
bool scan_u64(struct scan *s, uint64_t *ret);
/** Optional sign and decimal digits. */
bool scan_i64(struct scan *s, int64_t *ret);
/** Hex digits, with or without 0x. */
bool scan_hex(struct scan *s, uint64_t *ret);
/** Moves behind the next @p lit; *ret (if given) gets what stood before it. */
bool scan_past(struct scan *s, const char *lit, struct str *ret);
/** Moves behind the first @p key that stands at the front or behind a blank, a comma or a bracket.
 */
bool scan_key(struct scan *s, const char *key);
/** Bytes up to (not including) the first of @p set, or the end; false if none. */
bool scan_until_any(struct scan *s, const char *set, struct str *ret);
/** Identifier bytes: letters, digits, '_', and those of @p also. */
bool scan_name(struct scan *s, const char *also, struct str *ret);

#endif
