// SPDX-License-Identifier: GPL-2.0-or-later
// Taking the dressing off a line.
#include "log/undress.h"

#include <ctype.h>

static struct str strip_quotes(struct str s)
{
	while (s.n && s.p[0] == '>') {
		s = str_from(s, 1);
		if (s.n && s.p[0] == ' ')
			s = str_from(s, 1);
	}
	return s;
}

/* "[   12.345678] " with optional "[T1]" behind. */
static bool kernel_clock(struct str *s, struct line *ret)
{
	struct scan sc = scan_of(*s);
	uint64_t sec, frac;

	if (!scan_char(&sc, '[') || !scan_blanks(&sc) || !scan_u64(&sc, &sec) ||
	    !scan_char(&sc, '.') || !scan_u64(&sc, &frac) || !scan_char(&sc, ']'))
		return false;
	ret->time_ns = num_at(sec * 1000000000u + frac * 1000u, 0);
	(void)scan_char(&sc, ' ');
	*s = scan_rest(&sc);
	return true;
}

void undress(struct str raw, uint32_t no, struct line *ret)
{
	struct str s = strip_quotes(raw), t;
	ptrdiff_t at;

	*ret = (struct line){ .raw = raw, .no = no, .last_no = no, .priority = -1 };
	t = str_trim(s);
	at = str_find(s, " kernel: ", 0);
	if (at >= 0) {
		t = str_from(s, (size_t)at + 9);
		ret->prefixed = true;
	}
	if (kernel_clock(&t, ret) || ret->prefixed) {
		(void)kernel_clock(&t, ret);
		ret->prefixed = true;
		s = t;
	}
	while (s.n && isspace((unsigned char)s.p[s.n - 1]))
		s.n--;
	ret->text = s;
}
