// SPDX-License-Identifier: GPL-2.0-or-later
// Text with indents, wrapping and colour.
#include "report/out.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/utf8.h"

enum { DEFAULT_WIDTH = 100, MIN_WIDTH = 40 };

void out_raw(struct out *o, struct str s)
{
	if (o->ok && s.n)
		o->ok = o->write(o->arg, s.p, s.n);
}

void out_printf(struct out *o, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	if (n > 0)
		out_raw(o,
			(struct str){ buf, (size_t)n < sizeof(buf) ? (size_t)n : sizeof(buf) - 1 });
}

void out_safe(struct out *o, struct str s)
{
	_cleanup_free_ char *clean = utf8_clean(s, NULL);

	if (clean)
		out_raw(o, str_c(clean));
}

void out_style(struct out *o, enum style s)
{
	static const char *const codes[] = { "\033[0m",	   "\033[1m",  "\033[1;31m",
					     "\033[1;33m", "\033[36m", "\033[2m" };

	if (o->opt->colour)
		out_raw(o, str_c(codes[s]));
}

static size_t width_of(const struct out *o)
{
	if (!o->opt->width)
		return DEFAULT_WIDTH;
	return o->opt->width < MIN_WIDTH ? MIN_WIDTH : o->opt->width;
}

/* Columns of a UTF-8 text: its code points. */
static size_t columns(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

void out_wrapped(struct out *o, const char *first, struct str text)
{
	size_t indent = columns(str_c(first)), at = indent, width = width_of(o);
	bool fresh = true;

	out_raw(o, str_c(first));
	for (;;) {
		struct str word = str_word(&text);

		if (!word.n)
			break;
		if (!fresh && at + 1 + columns(word) > width) {
			out_printf(o, "\n%*s", (int)indent, "");
			at = indent;
			fresh = true;
		}
		if (!fresh) {
			out_raw(o, STR(" "));
			at++;
		}
		out_safe(o, word);
		at += columns(word);
		fresh = false;
	}
	out_raw(o, STR("\n"));
}
