// SPDX-License-Identifier: GPL-2.0-or-later
// What the beginning of a log shows about all of it.
#include "log/shape.h"

#include "log/around.h"
#include "log/clock.h"
#include "log/pipeline.h"

enum { SAMPLE = 128 * 1024 };

enum log_encoding shape_encoding(const char *sample, size_t n)
{
	size_t even = 0, odd = 0;

	if (n >= 2 && memcmp(sample, "\xff\xfe", 2) == 0)
		return ENCODING_UTF16LE;
	if (n >= 2 && memcmp(sample, "\xfe\xff", 2) == 0)
		return ENCODING_UTF16BE;
	n = n < 4096 ? n : 4096;
	for (size_t i = 0; i + 1 < n; i += 2) {
		even += sample[i] == 0 && sample[i + 1] != 0;
		odd += sample[i + 1] == 0 && sample[i] != 0;
	}
	if (odd * 10 > n / 2 * 9 && n >= 16)
		return ENCODING_UTF16LE;
	if (even * 10 > n / 2 * 9 && n >= 16)
		return ENCODING_UTF16BE;
	return ENCODING_BYTES;
}

bool shape_hides_anchors(const char *sample, size_t n)
{
	static const char *const marks[] = { "\nMessage-I", "\nmessage-i", "Content-Transfer-Enc",
					     "\n> ",	    "\n>>",	   "<html",
					     "<HTML",	    "<!DOCTYPE",   "=3D",
					     "&nbsp;",	    "\xc2\xa0",	   "\\u00" };
	struct str s = { sample, n < SAMPLE ? n : SAMPLE };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (str_has(s, marks[i]))
			return true;
	return shape_encoding(sample, n) != ENCODING_BYTES;
}

bool shape_numbered(const char *sample, size_t n)
{
	enum { LINES = 64, IN_A_ROW = 3 };
	struct str s = { sample, n < SAMPLE ? n : SAMPLE };
	uint64_t last = 0, run = 0;

	for (int i = 0; i < LINES && s.n; i++) {
		const char *nl = memchr(s.p, '\n', s.n);
		size_t len = nl ? (size_t)(nl - s.p) : s.n;
		uint64_t no;

		if (!around_line_number(str_first(s, len), &no))
			no = 0;
		run = no && no == last + 1 ? run + 1 : 0;
		if (run + 1 >= IN_A_ROW)
			return true;
		last = no;
		s = str_from(s, len + 1);
	}
	return false;
}

/* Which way the clocks of a sample run. */
struct drift {
	uint64_t up, down;
	uint64_t kernel, wall;
	bool has_kernel, has_wall;
};

static void compare(struct drift *d, bool *has, uint64_t *last, uint64_t now)
{
	if (*has && now > *last)
		d->up++;
	else if (*has && now < *last)
		d->down++;
	*last = now;
	*has = true;
}

/* "12:03:54.123456", "1732190400123456": a wall clock's microseconds, for those of one second. */
static uint64_t fraction_us(struct str wall)
{
	enum { UNIX_DIGITS = 10 };
	ptrdiff_t dot = str_find_last(wall, ".");
	uint64_t us = 0, whole;

	if (dot < 0 && wall.n > UNIX_DIGITS && str_to_u64(wall, 10, &whole))
		dot = UNIX_DIGITS - 1;
	for (size_t i = 1; dot > 0 && i <= 6; i++) {
		size_t at = (size_t)dot + i;
		bool digit = at < wall.n && wall.p[at] >= '0' && wall.p[at] <= '9';

		us = 10 * us + (digit ? (uint64_t)(wall.p[at] - '0') : 0);
	}
	return us;
}

static void see_line(void *arg, const struct line *l)
{
	struct drift *d = arg;
	uint64_t wall;

	if (l->time_ns.known)
		compare(d, &d->has_kernel, &d->kernel, l->time_ns.v);
	else if (l->wall.n && clock_seconds(l->wall, &wall))
		compare(d, &d->has_wall, &d->wall, wall * 1000000 + fraction_us(l->wall));
}

static bool never_head(void *arg, struct str text)
{
	(void)arg;
	(void)text;
	return false;
}

static bool is_newest_first(struct str s)
{
	struct drift d = { 0 };
	struct pipeline_sink sink = { see_line, never_head, &d };
	struct pipeline *p;
	uint32_t no = 0;

	p = pipeline_new(&sink);
	while (p && s.n) {
		const char *nl = memchr(s.p, '\n', s.n);

		if (!nl)
			break;
		pipeline_line(p, str_first(s, (size_t)(nl - s.p)), ++no);
		s = str_from(s, (size_t)(nl - s.p) + 1);
	}
	if (p)
		pipeline_flush(p);
	pipeline_free(p);
	return d.down >= 2 && d.down > d.up * 4;
}

/* Bytes that text does not hold: control characters other than those of terminals. */
static bool is_text(const char *p, size_t n)
{
	size_t odd = 0, nuls = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		nuls += c == 0;
		odd += c != 0 && (c < 0x07 || (c > 0x0d && c < 0x20 && c != 0x1b) || c == 0x7f);
	}
	/* NULs stand in logs that a crash cut off; a little junk comes over serial lines */
	return n - nuls > 0 && odd * 20 <= n - nuls && nuls < n - nuls + n / 2;
}

struct log_shape log_look(const char *sample, size_t n)
{
	struct log_shape shape = { 0 };

	n = n < SAMPLE ? n : SAMPLE;
	if (!n)
		return shape;
	shape.looks_like_text = shape_encoding(sample, n) != ENCODING_BYTES || is_text(sample, n);
	if (shape.looks_like_text && shape_encoding(sample, n) == ENCODING_BYTES)
		shape.newest_first = is_newest_first((struct str){ sample, n });
	return shape;
}
