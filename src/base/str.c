// SPDX-License-Identifier: GPL-2.0-or-later
// String slices and the line scanner.
#include "base/str.h"

#include <ctype.h>

bool str_ends(struct str s, const char *lit)
{
	size_t n = strlen(lit);

	return s.n >= n && memcmp(s.p + s.n - n, lit, n) == 0;
}

bool str_is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && (!s.p[i] || !strchr("/._:@-", s.p[i])))
			return false;
	return s.n > 0;
}

ptrdiff_t str_find(struct str s, const char *lit, size_t from)
{
	const char *hit;

	if (from > s.n || !s.p)
		return -1;
	hit = memmem(s.p + from, s.n - from, lit, strlen(lit));
	return hit ? hit - s.p : -1;
}

ptrdiff_t str_find_last(struct str s, const char *lit)
{
	ptrdiff_t at = -1, next = -1;

	while ((next = str_find(s, lit, (size_t)(next + 1))) >= 0)
		at = next;
	return at;
}

bool str_last_field(struct str text, const char *key, size_t *end, struct str *ret)
{
	ptrdiff_t at = str_find_last(str_first(text, *end), key);
	size_t from;

	if (at < 0)
		return false;
	from = (size_t)at + strlen(key);
	*ret = str_trim((struct str){ text.p + from, *end - from });
	*end = (size_t)at;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
	while (s.n && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str str_word(struct str *s)
{
	struct str word;
	size_t n = 0;

	while (s->n && is_blank(s->p[0])) {
		s->p++;
		s->n--;
	}
	while (n < s->n && !is_blank(s->p[n]))
		n++;
	word = str_first(*s, n);
	*s = str_from(*s, n);
	return word;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

/* Takes digits of a base; returns how many, with *overflow set when the value saturated. */
static size_t take_digits(const char *p, const char *end, unsigned int base, uint64_t *ret,
			  bool *overflow)
{
	const char *start = p;
	uint64_t v = 0;

	*overflow = false;
	for (; p < end && digit(*p) < (int)base; p++) {
		if (__builtin_mul_overflow(v, (uint64_t)base, &v) ||
		    __builtin_add_overflow(v, (uint64_t)digit(*p), &v)) {
			*overflow = true;
			v = UINT64_MAX;
		}
		if (*overflow)
			v = UINT64_MAX;
	}
	if (p > start)
		*ret = v;
	return (size_t)(p - start);
}

bool str_to_u64(struct str s, unsigned int base, uint64_t *ret)
{
	bool overflow;
	uint64_t v;

	if (base == 16 && (str_starts(s, "0x") || str_starts(s, "0X")))
		s = str_from(s, 2);
	if (!s.n || take_digits(s.p, s.p + s.n, base, &v, &overflow) != s.n || overflow)
		return false;
	*ret = v;
	return true;
}

bool str_to_i64(struct str s, int64_t *ret)
{
	struct scan sc = scan_of(s);
	int64_t v;

	if (!scan_i64(&sc, &v) || !scan_end(&sc))
		return false;
	*ret = v;
	return true;
}

bool scan_u64(struct scan *s, uint64_t *ret)
{
	bool overflow;
	size_t n = take_digits(s->p, s->end, 10, ret, &overflow);

	s->p += n;
	return n > 0;
}

bool scan_i64(struct scan *s, int64_t *ret)
{
	const char *start = s->p;
	bool minus = scan_char(s, '-');
	uint64_t v;

	if (!minus)
		(void)scan_char(s, '+');
	if (!scan_u64(s, &v)) {
		s->p = start;
		return false;
	}
	if (v > INT64_MAX)
		v = INT64_MAX;
	*ret = minus ? -(int64_t)v : (int64_t)v;
	return true;
}

bool scan_hex(struct scan *s, uint64_t *ret)
{
	const char *start = s->p;
	bool overflow;
	size_t n;

	if (!scan_lit(s, "0x"))
		(void)scan_lit(s, "0X");
	n = take_digits(s->p, s->end, 16, ret, &overflow);
	if (!n || overflow) {
		s->p = start;
		return false;
	}
	s->p += n;
	return true;
}

bool scan_past(struct scan *s, const char *lit, struct str *ret)
{
	ptrdiff_t at = str_find(scan_rest(s), lit, 0);

	if (at < 0)
		return false;
	if (ret)
		*ret = (struct str){ s->p, (size_t)at };
	s->p += (size_t)at + strlen(lit);
	return true;
}

bool scan_key(struct scan *s, const char *key)
{
	struct str all = scan_rest(s);
	ptrdiff_t at = -1;

	while ((at = str_find(all, key, (size_t)(at + 1))) >= 0) {
		if (at == 0 || strchr(" \t,([", all.p[at - 1])) {
			s->p += (size_t)at + strlen(key);
			return true;
		}
	}
	return false;
}

bool scan_until_any(struct scan *s, const char *set, struct str *ret)
{
	const char *start = s->p;

	while (s->p < s->end && !strchr(set, *s->p))
		s->p++;
	if (ret)
		*ret = (struct str){ start, (size_t)(s->p - start) };
	return s->p > start;
}

bool scan_name(struct scan *s, const char *also, struct str *ret)
{
	const char *start = s->p;

	while (s->p < s->end &&
	       (isalnum((unsigned char)*s->p) || *s->p == '_' || (*s->p && strchr(also, *s->p))))
		s->p++;
	if (s->p == start)
		return false;
	if (ret)
		*ret = (struct str){ start, (size_t)(s->p - start) };
	return true;
}
