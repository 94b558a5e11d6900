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

/* What a message's first prefix looks like; a bare time of day is no sign. */
static bool dated(struct str s)
{
	struct clock c;
	struct scan sc = scan_of(s);
	uint64_t pri;

	if (scan_char(&sc, '<') && scan_u64(&sc, &pri) && pri < 192 && scan_char(&sc, '>'))
		return true;
	if (clock_kernel(&s, &c) || clock_bracketed(&s, &c))
		return true;
	return clock_syslog(&s, &c) ||
	       (clock_iso(&s, &c) && c.wall.n >= sizeof("2024-11-21 12:34"));
}

/* "123:", "123-" of grep -n, "  123\t" of cat -n, "  123 [" of an editor */
static bool number(struct scan *sc)
{
	struct scan at = *sc;
	const char *start;
	uint64_t n;

	scan_blanks(&at);
	start = at.p;
	if (!scan_u64(&at, &n) || at.p - start > 9 || at.p == at.end || !strchr(":-\t ", *at.p) ||
	    !*at.p)
		return false;
	if (*at.p++ == ' ' && (at.p == at.end || (*at.p != '[' && *at.p != '<')))
		return false;
	*sc = at;
	return true;
}

size_t around_number(struct str s)
{
	enum { LONGEST_NAME = 255 };
	struct scan sc = scan_of(s), name;
	struct str file;

	if (number(&sc) && dated(scan_rest(&sc)))
		return (size_t)(sc.p - s.p);
	/* grep -H: the file's name may hold what ends it */
	name = scan_of(str_first(s, LONGEST_NAME));
	while (scan_until_any(&name, ":- \t", &file) && name.p < name.end &&
	       (*name.p == ':' || *name.p == '-')) {
		name.p++;
		sc = (struct scan){ name.p, s.p + s.n };
		if (dated(scan_rest(&sc)) || (number(&sc) && dated(scan_rest(&sc))))
			return (size_t)(sc.p - s.p);
	}
	return 0;
}

size_t around_line_number(struct str s, uint64_t *ret_no)
{
	struct scan sc = scan_of(s);

	scan_blanks(&sc);
	if (!scan_u64(&sc, ret_no) || scan_end(&sc))
		return 0;
	if (*sc.p != '\t' && (s.p[0] == ' ' || (*sc.p != ':' && *sc.p != '-')))
		return 0;
	return (size_t)(sc.p + 1 - s.p);
}
