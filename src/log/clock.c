// SPDX-License-Identifier: GPL-2.0-or-later
// Recognising timestamps: print_time() of kernel/printk/printk.c, and what dmesg, syslog daemons,
// journalctl and terminal programs print instead of it or before it.
#include "log/clock.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static size_t count_digits(const struct scan *sc)
{
	const char *p = sc->p;

	while (p < sc->end && is_digit(*p))
		p++;
	return (size_t)(p - sc->p);
}

/* Exactly @n digits, not more. */
static bool digits(struct scan *sc, size_t n)
{
	if (count_digits(sc) != n)
		return false;
	sc->p += n;
	return true;
}

/* "12.345678" as nanoseconds; *ret_places is how many digits stand behind the point. */
static bool seconds(struct scan *sc, uint64_t *ret_ns, size_t *ret_places)
{
	uint64_t sec, frac, scale = 1000000000u;

	if (count_digits(sc) > 10 || !scan_u64(sc, &sec) || !scan_char(sc, '.'))
		return false;
	*ret_places = count_digits(sc);
	if (*ret_places < 1 || *ret_places > 9 || !scan_u64(sc, &frac))
		return false;
	for (size_t i = 0; i < *ret_places; i++)
		scale /= 10;
	*ret_ns = sec * 1000000000u + frac * scale;
	return true;
}

/* " / 01-01 00:00:00.000][0]": LG's, with the CPU */
static bool date_behind(struct scan *sc)
{
	struct scan at = *sc;
	struct str date;
	uint64_t cpu;

	if (!scan_lit(&at, " / ") || !scan_until_any(&at, "]", &date) || date.n != 18 ||
	    date.p[2] != '-' || date.p[8] != ':' || !scan_lit(&at, "][") || !scan_u64(&at, &cpu) ||
	    at.p == at.end || *at.p != ']')
		return false;
	*sc = at;
	return true;
}

/* " <    0.001000>" (dmesg -d), "@0" and ",1" (the CPU, vendor kernels), "s" (Huawei) */
static void seconds_tail(struct scan *sc)
{
	struct scan at = *sc;
	uint64_t ignored;
	size_t places;

	if (scan_char(&at, '@') || scan_char(&at, ',')) {
		if (count_digits(&at) && count_digits(&at) < 4 && scan_u64(&at, &ignored))
			*sc = at;
		return;
	}
	if (scan_char(sc, 's'))
		return;
	scan_blanks(&at);
	if (scan_char(&at, '<') && scan_blanks(&at) && seconds(&at, &ignored, &places) &&
	    scan_blanks(&at) && scan_char(&at, '>'))
		*sc = at;
}

/* "2-3219.1870": the CPU (Samsung's televisions) */
static void cpu_before(struct scan *sc)
{
	struct scan at = *sc;
	uint64_t cpu;

	if (count_digits(&at) && count_digits(&at) < 4 && scan_u64(&at, &cpu) &&
	    scan_char(&at, '-'))
		*sc = at;
}

static bool kernel(struct str *s, bool strict, struct clock *ret)
{
	struct scan sc = scan_of(*s);
	uint64_t ns;
	size_t places;

	if (!scan_char(&sc, '[') || !scan_blanks(&sc))
		return false;
	if (!strict)
		cpu_before(&sc);
	if (!seconds(&sc, &ns, &places))
		return false;
	if (strict && places != 6)
		return false;
	if (!date_behind(&sc))
		seconds_tail(&sc);
	if (!scan_char(&sc, ']'))
		return false;
	*ret = (struct clock){ .ns = ns, .is_kernel = true };
	*s = scan_rest(&sc);
	return true;
}

bool clock_kernel(struct str *s, struct clock *ret)
{
	return kernel(s, false, ret);
}

bool clock_kernel_strict(struct str *s, struct clock *ret)
{
	return kernel(s, true, ret);
}

/* "03:54:03" or "3:54:03" */
static bool time_of_day(struct scan *sc)
{
	size_t n = count_digits(sc);
	struct scan at = *sc;

	if (n < 1 || n > 2)
		return false;
	at.p += n;
	if (!scan_char(&at, ':') || !digits(&at, 2) || !scan_char(&at, ':') || !digits(&at, 2))
		return false;
	*sc = at;
	return true;
}

bool clock_in(struct str s)
{
	struct scan sc = scan_of(s);

	for (; sc.p < sc.end; sc.p++)
		if (is_digit(*sc.p) && (sc.p == s.p || !is_digit(sc.p[-1])) && time_of_day(&sc))
			return true;
	return false;
}

/* dmesg -e: "Aug12 03:54", and from the next line on "  +0.000123"; dmesg -d: "<    0.000123>" */
static bool relative(struct str s)
{
	struct scan sc = scan_of(str_trim(s));
	uint64_t ignored;
	size_t places;

	if (scan_char(&sc, '+') || scan_char(&sc, '<')) {
		scan_blanks(&sc);
		return seconds(&sc, &ignored, &places) && sc.end - sc.p <= 1;
	}
	while (sc.p < sc.end && is_alpha(*sc.p))
		sc.p++;
	scan_blanks(&sc);
	return sc.p > s.p && scan_u64(&sc, &ignored) && scan_char(&sc, ' ') && digits(&sc, 2) &&
	       scan_char(&sc, ':') && digits(&sc, 2) && scan_end(&sc);
}

bool clock_bracketed(struct str *s, struct clock *ret)
{
	enum { LONGEST = 64 };
	struct scan sc = scan_of(*s);
	struct str in;

	if (!scan_char(&sc, '[') || !scan_until_any(&sc, "]", &in) || in.n > LONGEST ||
	    !scan_char(&sc, ']'))
		return false;
	for (size_t i = 0; i < in.n; i++)
		if (!is_alpha(in.p[i]) && !is_digit(in.p[i]) && !strchr(" :.,-+/<>_", in.p[i]))
			return false;
	if (!clock_in(in) && !relative(in))
		return false;
	*ret = (struct clock){ .wall = str_trim(in) };
	*s = scan_rest(&sc);
	return true;
}

/* "Z", "+02:00", "+0200", " +0200", " UTC", " CEST" behind a time */
static void zone(struct scan *sc)
{
	struct scan at = *sc;
	size_t n = 0;

	if (scan_char(sc, 'Z'))
		return;
	(void)scan_char(&at, ' ');
	if (scan_char(&at, '+') || scan_char(&at, '-')) {
		n = count_digits(&at);
		if (n != 2 && n != 4)
			return;
		at.p += n;
		if (n == 2 && scan_char(&at, ':') && !digits(&at, 2))
			return;
		*sc = at;
		return;
	}
	while (at.p + n < at.end && at.p[n] >= 'A' && at.p[n] <= 'Z')
		n++;
	if (n < 2 || n > 5 || at.p + n == at.end || at.p[n] != ' ')
		return;
	/* an abbreviation that is no time zone: "Aug 12 03:54:03 CPU 3" */
	if (memcmp(at.p, "UTC", 3) != 0 && memcmp(at.p, "GMT", 3) != 0 && at.p[n - 1] != 'T')
		return;
	at.p += n;
	*sc = at;
}

static void fraction(struct scan *sc)
{
	struct scan at = *sc;
	uint64_t ignored;

	if ((scan_char(&at, '.') || scan_char(&at, ',')) && count_digits(&at) &&
	    count_digits(&at) <= 9 && scan_u64(&at, &ignored))
		*sc = at;
}

static bool iso_date(struct scan *sc)
{
	struct scan at = *sc;
	char sep;

	if (!digits(&at, 4) || at.p == at.end)
		return false;
	sep = *at.p;
	if (sep != '-' && sep != '/')
		return false;
	at.p++;
	if (!digits(&at, 2) || !scan_char(&at, sep) || !digits(&at, 2))
		return false;
	*sc = at;
	return true;
}

static struct str between(const char *from, const struct scan *to)
{
	return (struct str){ from, (size_t)(to->p - from) };
}

bool clock_iso(struct str *s, struct clock *ret)
{
	struct scan sc = scan_of(*s);
	bool date = iso_date(&sc);

	if ((date && !scan_char(&sc, 'T') && !scan_char(&sc, ' ')) || !time_of_day(&sc))
		return false;
	/* a time alone only where a blank ends it */
	if (!date && (sc.p == sc.end || !strchr(" .,", *sc.p)))
		return false;
	fraction(&sc);
	zone(&sc);
	*ret = (struct clock){ .wall = between(s->p, &sc) };
	*s = scan_rest(&sc);
	return true;
}

/* A day's or month's name in any language: letters, and the point of an abbreviation. */
static bool name(struct scan *sc)
{
	const char *p = sc->p;

	while (p < sc->end && is_alpha(*p))
		p++;
	if (p == sc->p || p - sc->p > 16)
		return false;
	if (p < sc->end && *p == '.')
		p++;
	sc->p = p;
	return true;
}

/* "Aug 12 ", "Aug  2 ", "12 Aug ", "8月 12 " */
static bool month_and_day(struct scan *sc)
{
	struct scan at = *sc;
	uint64_t day;

	if (is_digit(*at.p) && count_digits(&at) <= 2 && scan_u64(&at, &day)) {
		(void)scan_char(&at, '.');
		scan_blanks(&at);
		if (!name(&at))
			return false;
		if (day <= 12 && scan_char(&at, ' ')) { /* the month was the number */
			struct scan more = at;

			scan_blanks(&more);
			if (count_digits(&more) <= 2 && scan_u64(&more, &day) &&
			    scan_char(&more, ' '))
				at.p = more.p - 1;
			else
				at.p--;
		}
	} else if (!name(&at) || !scan_char(&at, ' ') || !scan_blanks(&at) ||
		   count_digits(&at) > 2 || !scan_u64(&at, &day)) {
		return false;
	}
	(void)scan_char(&at, ','); /* "Nov 21, 2024 @ " of Kibana */
	if (!scan_char(&at, ' '))
		return false;
	scan_blanks(&at);
	*sc = at;
	return true;
}

/* " 2025" behind the time of ctime(), also with the zone before it; or " 2025" before it (Cisco,
 * some rsyslog templates) */
static bool year(struct scan *sc)
{
	struct scan at = *sc;

	if (!scan_char(&at, ' ') || !digits(&at, 4) || at.p[-4] > '2' || at.p[-4] < '1' ||
	    (at.p < at.end && *at.p != ' '))
		return false;
	*sc = at;
	return true;
}

bool clock_syslog(struct str *s, struct clock *ret)
{
	struct scan sc = scan_of(*s), at;
	bool ctime_like;

	if (!sc.end || sc.p == sc.end)
		return false;
	at = sc;
	/* a weekday before the date */
	if (name(&at) && scan_char(&at, ' ')) {
		struct scan date = at;

		scan_blanks(&date);
		if (iso_date(&date) && scan_char(&date, ' ') && time_of_day(&date)) {
			fraction(&date);
			zone(&date);
			*ret = (struct clock){ .wall = between(s->p, &date), .has_host = true };
			*s = scan_rest(&date);
			return true;
		}
		if (date.p < date.end && month_and_day(&date) && time_of_day(&date))
			sc = at;
		scan_blanks(&sc);
	}
	at = sc;
	if (sc.p == sc.end || !month_and_day(&sc))
		return false;
	if (digits(&sc, 4) && !scan_lit(&sc, " @ ") && !scan_lit(&sc, ", ") && !scan_char(&sc, ' '))
		return false;
	if (!time_of_day(&sc))
		return false;
	fraction(&sc);
	zone(&sc);
	ctime_like = year(&sc);
	*ret = (struct clock){ .wall = between(s->p, &sc), .has_host = !ctime_like };
	*s = scan_rest(&sc);
	return true;
}

bool clock_unix(struct str *s, struct clock *ret)
{
	struct scan sc = scan_of(*s);

	if (!digits(&sc, 10) || !scan_char(&sc, '.') || !digits(&sc, 6) || sc.p == sc.end ||
	    *sc.p != ' ')
		return false;
	*ret = (struct clock){ .wall = between(s->p, &sc), .has_host = true };
	*s = scan_rest(&sc);
	return true;
}

/* The month as a number of days, 0 if it is not English. */
static uint64_t month_days(struct str wall)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (uint64_t m = 0; m < 12; m++) {
		char one[4] = { months[m * 3], months[m * 3 + 1], months[m * 3 + 2], 0 };
		ptrdiff_t at = str_find(wall, one, 0);
		struct scan sc;
		uint64_t day;

		if (at < 0)
			continue;
		sc = scan_of(str_from(wall, (size_t)at + 3));
		scan_blanks(&sc);
		return scan_u64(&sc, &day) && day <= 31 ? m * 31 + day : m * 31;
	}
	return 0;
}

/* "1732190400", also with milli-, micro- or nanoseconds behind it without a point: journald's */
static bool unix_seconds(struct str wall, uint64_t *ret)
{
	return wall.n >= 10 && wall.n <= 19 && str_to_u64(wall, 10, ret) &&
	       str_to_u64(str_first(wall, 10), 10, ret);
}

bool clock_seconds(struct str wall, uint64_t *ret)
{
	struct scan sc = scan_of(wall), at;
	uint64_t days = 0, y, m, d, h, min, sec;

	if (unix_seconds(wall, ret))
		return true;
	if (iso_date(&sc)) {
		at = scan_of(wall);
		if (scan_u64(&at, &y) && at.p++ && scan_u64(&at, &m) && at.p++ && scan_u64(&at, &d))
			days = y * 372 + m * 31 + d;
	} else {
		days = month_days(wall);
	}
	for (sc = scan_of(wall); sc.p < sc.end; sc.p++) {
		at = sc;
		if (!time_of_day(&at) || (sc.p > wall.p && is_digit(sc.p[-1])))
			continue;
		if (scan_u64(&sc, &h) && scan_char(&sc, ':') && scan_u64(&sc, &min) &&
		    scan_char(&sc, ':') && scan_u64(&sc, &sec)) {
			*ret = ((days * 24 + h) * 60 + min) * 60 + sec;
			return true;
		}
	}
	return false;
}
