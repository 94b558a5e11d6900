// SPDX-License-Identifier: GPL-2.0-or-later
// What stands around a message where no prefix is known: frames of terminal programs and of
// Markdown, file names of grep, the prefixes of log servers nobody told us of.
#include "log/around.h"

#include "base/cleanup.h"
#include "log/clock.h"

struct str around_border(struct str s)
{
	static const char *const marks[] = { "\xe2\x94\x82", "|", "`", "\"" };
	struct str t = str_trim(s);

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		size_t n = strlen(marks[i]);

		if (!str_starts(t, marks[i]))
			continue;
		if (t.n < 2 * n || !str_ends(t, marks[i]) ||
		    (*marks[i] == '"' && !str_has(t, "\",\"")))
			return s;
		t = str_first(str_from(t, n), t.n - 2 * n);
		return t.n && t.p[0] == ' ' ? str_from(t, 1) : t;
	}
	return s;
}

bool around_clock(struct str s, size_t *ret_at)
{
	for (size_t at = 0; at < s.n; at++) {
		const char *hit = memchr(s.p + at, '[', s.n - at);
		struct str t;
		struct clock ignored;

		if (!hit)
			return false;
		at = (size_t)(hit - s.p);
		t = str_from(s, at);
		if (clock_kernel_strict(&t, &ignored)) {
			*ret_at = at;
			return true;
		}
	}
	return false;
}

bool around_tag(struct str s, struct str *ret_behind)
{
	static const char tag[] = " kernel: ";
	enum { FARTHEST = 200 };
	ptrdiff_t at = str_find(str_first(s, FARTHEST), tag, 0);

	if (at < 0 || !clock_in(str_first(s, (size_t)at)))
		return false;
	*ret_behind = str_from(s, (size_t)at + sizeof(tag) - 2);
	return true;
}
