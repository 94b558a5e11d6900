// SPDX-License-Identifier: GPL-2.0-or-later
// UTF-8 validation and cleaning.
#include "base/utf8.h"

#include <stdlib.h>

static size_t expected(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	if (c >= 0xf0 && c <= 0xf4)
		return 4;
	return 0;
}

/* Second bytes that would make an overlong form, a surrogate or a code beyond U+10FFFF. */
static bool bad_second(unsigned char first, unsigned char second)
{
	return (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
	       (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
}

size_t utf8_len(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n;

	if (!s.n)
		return 0;
	n = expected(p[0]);
	if (!n || n > s.n || (n > 1 && bad_second(p[0], p[1])))
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

static bool unsafe(unsigned char c)
{
	return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7f;
}

char *utf8_clean(struct str s, bool *replaced)
{
	char *out = malloc(3 * s.n + 1), *w = out;

	if (replaced)
		*replaced = false;
	if (!out)
		return NULL;
	while (s.n) {
		size_t n = utf8_len(s);

		if (n == 0 || unsafe((unsigned char)s.p[0])) {
			memcpy(w, "\xef\xbf\xbd", 3);
			w += 3;
			s = str_from(s, 1);
			if (replaced)
				*replaced = true;
			continue;
		}
		memcpy(w, s.p, n);
		w += n;
		s = str_from(s, n);
	}
	*w = '\0';
	return out;
}

size_t utf8_put(char *out, uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | cp >> 12);
	out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[2] = (char)(0x80 | (cp & 0x3f));
	return 3;
}
