// SPDX-License-Identifier: GPL-2.0-or-later
// Knowing another program's line by the line before it that had the same date and host.
//
// Asleep, the reader meets many lines of programs that say "free:" all day. To undress each takes
// longer than to search all that lies between them.
#include "log/tag_memo.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits stand for each other: the date goes on. */
static bool same_shape(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i] != b[i] && !(is_digit(a[i]) && is_digit(b[i])))
			return false;
	return true;
}

bool tag_memo_foreign(const struct tag_memo *memo, struct str raw, struct str *ret_text)
{
	struct str s;

	if (!memo->n || raw.n < memo->n || !same_shape(memo->shape, raw.p, memo->n))
		return false;
	s = str_from(raw, memo->n);
	if (!s.n || s.p[0] == ' ' || !is_process_tag(str_word(&s)) || has_kernel_clock(s))
		return false;
	*ret_text = s;
	return true;
}

struct str tag_memo_learn(struct tag_memo *memo, const struct undressed *u)
{
	struct str s = u->line.text, raw = u->line.raw;
	size_t n = (size_t)(s.p - raw.p);

	if (!is_process_tag(str_word(&s)))
		return u->line.text;
	if (!u->quotes && n <= sizeof(memo->shape)) {
		memcpy(memo->shape, raw.p, n);
		memo->n = n;
	}
	return s;
}
