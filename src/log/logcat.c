// SPDX-License-Identifier: GPL-2.0-or-later
// The lines of Android's logcat: android_log_formatLogLine() of liblog, and what logd makes of the
// kernel's messages (LogKlog::log()): it takes the first word or two in front of a colon for a tag.
#include "log/logcat.h"

#include "base/cleanup.h"
#include "log/clock.h"

/* "08-12 03:54:03.123" */
static bool short_date(struct scan *sc)
{
	static const char form[] = "dd-dd dd:dd:dd.d";

	if ((size_t)(sc->end - sc->p) < sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == 'd' ? sc->p[i] < '0' || sc->p[i] > '9' : sc->p[i] != form[i])
			return false;
	sc->p += sizeof(form) - 1;
	while (sc->p < sc->end && *sc->p >= '0' && *sc->p <= '9')
		sc->p++;
	return true;
}

static bool date(struct scan *sc)
{
	struct str s = scan_rest(sc);
	struct clock c;

	if (short_date(sc))
		return true;
	if (!clock_iso(&s, &c) || c.wall.n < 19)
		return false;
	sc->p = s.p;
	return true;
}

/* "W " or "W/" */
static bool level(struct scan *sc, char behind)
{
	struct scan at = *sc;

	if (at.p == at.end || !strchr("VDIWEFSA", *at.p) || !*at.p++ || !scan_char(&at, behind))
		return false;
	*sc = at;
	return true;
}

/* "  root     0     0 W DMA     : ": *ret_pid is what stands before the thread. */
static bool threadtime(struct scan *sc, uint64_t *ret_pid, struct str *tag)
{
	struct scan at = *sc, user;
	struct str name;
	uint64_t tid;

	scan_blanks(&at);
	user = at;
	if (!scan_u64(&at, ret_pid) || !scan_blanks(&at) || !scan_u64(&at, &tid) ||
	    !scan_blanks(&at) || !level(&at, ' ')) {
		at = user;
		if (!scan_name(&at, "", &name) || !scan_blanks(&at) || !scan_u64(&at, ret_pid) ||
		    !scan_blanks(&at) || !scan_u64(&at, &tid) || !scan_blanks(&at) ||
		    !level(&at, ' '))
			return false;
	}
	if (!scan_past(&at, ": ", tag)) {
		if (at.p == at.end || at.end[-1] != ':') /* the blank was an editor's prey */
			return false;
		*tag = (struct str){ at.p, (size_t)(at.end - at.p) - 1 };
		at.p = at.end;
	}
	*sc = at;
	return true;
}

/* " W/DMA     (    0): " */
static bool with_slash(struct scan *sc, uint64_t *ret_pid, struct str *tag)
{
	struct scan at = *sc;

	scan_blanks(&at);
	if (!level(&at, '/') || !scan_until_any(&at, "(", tag) || !scan_char(&at, '(') ||
	    !scan_blanks(&at) || !scan_u64(&at, ret_pid) || !scan_char(&at, ')') ||
	    !scan_char(&at, ':'))
		return false;
	(void)scan_char(&at, ' ');
	*sc = at;
	return true;
}

bool logcat_line(struct str s, struct logcat *ret)
{
	enum { LONGEST_TAG = 64 };
	struct scan sc = scan_of(s);
	struct str tag;
	uint64_t pid;

	if (!date(&sc))
		return false;
	*ret = (struct logcat){ .wall = { s.p, (size_t)(sc.p - s.p) } };
	if ((!threadtime(&sc, &pid, &tag) && !with_slash(&sc, &pid, &tag)) || tag.n > LONGEST_TAG)
		return false;
	tag = str_trim(tag);
	ret->kernel = !pid || str_has(tag, "kernel") || str_has(tag, "lowmemorykiller");
	if (!pid && !str_is(tag, "kernel"))
		ret->tag = tag;
	ret->text = scan_rest(&sc);
	return true;
}

/* "nvme 0000" before "00:1f.2: text": the address of a device */
static bool of_device(struct str tag, struct str text)
{
	ptrdiff_t blank = str_find_last(tag, " ");
	struct str domain = str_from(tag, (size_t)(blank + 1));
	uint64_t n;

	return domain.n == 4 && str_to_u64(domain, 16, &n) && text.n > 7 && text.p[2] == ':' &&
	       text.p[5] == '.';
}

/* "15kB min:68kB low:84kB": of a list of counters, whose first name is the tag; the line of an OOM
 * report that is all names and values; "kworker/0:2"; "mm/slub.c:12" */
static bool stands_close(struct str tag, struct str text)
{
	struct scan sc = scan_of(text);
	char last = tag.p[tag.n - 1];
	uint64_t n;

	if (str_is(tag, "oom-kill") || str_starts(tag, "kworker/"))
		return true;
	if (str_ends(tag, ".c") || str_ends(tag, ".h") || str_ends(tag, ".S"))
		return text.n && text.p[0] >= '0' && text.p[0] <= '9';
	if (last < 'a' || last > 'z' || str_has(text, ": "))
		return of_device(tag, text);
	if (!scan_u64(&sc, &n))
		return false;
	return scan_end(&sc) || str_has(scan_rest(&sc), ":");
}

struct str logcat_join(struct str tag, struct str text, char *buf, size_t size)
{
	size_t n = tag.n;

	if (n + text.n + 2 > size)
		return text;
	memcpy(buf, tag.p, n);
	buf[n++] = ':';
	if (text.n && !stands_close(tag, text))
		buf[n++] = ' ';
	if (text.n)
		memcpy(buf + n, text.p, text.n);
	return (struct str){ buf, n + text.n };
}
