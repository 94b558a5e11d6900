// SPDX-License-Identifier: GPL-2.0-or-later
// Undoing what transport did to the bytes of a line: mail (RFC 2045), HTML, terminals, rsyslog's
// $EscapeControlCharactersOnReceive, msg_add_ext_text() of kernel/printk/printk.c.
#include "log/clean.h"

#include <strings.h>

#include "base/cleanup.h"

enum {
	FLOW_LINES = 64,    /* a <br> makes its neighbourhood HTML */
	MOST_SOFT_ENDS = 64 /* no message is so long; a web page may be */
};

/* Reading and writing the same buffer; what is written never overtakes what is read. */
struct rewrite {
	const char *p, *end;
	char *out;
};

static void put(struct rewrite *w, char c)
{
	*w->out++ = c;
}

static void put_code_point(struct rewrite *w, uint32_t cp)
{
	if (cp == 0xa0) {
		put(w, ' ');
	} else if (cp < 0x80) {
		put(w, (char)cp);
	} else if (cp < 0x800) {
		put(w, (char)(0xc0 | cp >> 6));
		put(w, (char)(0x80 | (cp & 0x3f)));
	} else if (cp < 0x10000) {
		put(w, (char)(0xe0 | cp >> 12));
		put(w, (char)(0x80 | (cp >> 6 & 0x3f)));
		put(w, (char)(0x80 | (cp & 0x3f)));
	} else {
		put(w, '?');
	}
}

static size_t left(const struct rewrite *w)
{
	return (size_t)(w->end - w->p);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* --- quoted-printable -------------------------------------------------------------------------
 */

/* "=C2=A0": a character of two bytes or more. A lone "=90" may be a value: elfcorehdr=900536K. */
static bool escapes_character(struct str s)
{
	return s.n >= 6 && s.p[1] >= 'C' && s.p[3] == '=' && s.p[4] >= '8' && s.p[4] <= 'B';
}

/* Whether every '=' of the line is an escape; *ret_telling: one is an escape of what must be
 * escaped, or the soft end of a word that no other mailer would have broken. */
static bool is_quoted_printable(struct str s, bool *ret_telling)
{
	bool soft = s.n && s.p[s.n - 1] == '=';

	/* a free list that a mailer broke ends in such a sign, too */
	*ret_telling =
		soft && s.n >= 74 && s.n <= 77 && !str_ends(s, "kB =") && !str_ends(s, ") =");
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '=' || (soft && i == s.n - 1))
			continue;
		if (i + 2 >= s.n || hex(s.p[i + 1]) < 0 || hex(s.p[i + 2]) < 0 ||
		    s.p[i + 1] >= 'a' || s.p[i + 2] >= 'a')
			return false;
		if (memcmp(s.p + i, "=3D", 3) == 0 || escapes_character(str_from(s, i)))
			*ret_telling = true;
	}
	return true;
}

static size_t undo_quoted_printable(struct cleaner *c, char *p, size_t n, bool *ret_glue)
{
	struct rewrite w = { p, p + n, p };
	bool telling;

	if (!memchr(p, '=', n))
		return n;
	if (!is_quoted_printable((struct str){ p, n }, &telling)) {
		c->quoted_printable = false;
		return n;
	}
	c->quoted_printable |= telling;
	if (!c->quoted_printable)
		return n;
	while (w.p < w.end) {
		if (*w.p != '=') {
			put(&w, *w.p++);
		} else if (left(&w) < 3) {
			*ret_glue = true;
			break;
		} else {
			put(&w, (char)((unsigned int)hex(w.p[1]) << 4 | (unsigned int)hex(w.p[2])));
			w.p += 3;
		}
	}
	return (size_t)(w.out - p);
}

/* --- HTML -------------------------------------------------------------------------------------
 */

static bool entity(struct rewrite *w)
{
	static const struct {
		const char *name;
		uint32_t cp;
	} named[] = { { "&lt;", '<' },	 { "&gt;", '>' },    { "&amp;", '&' },
		      { "&quot;", '"' }, { "&apos;", '\'' }, { "&nbsp;", ' ' },
		      { "&ensp;", ' ' }, { "&emsp;", ' ' },  { "&tab;", '\t' } };
	struct str s = { w->p, left(w) };
	struct scan sc = scan_of(s);
	uint64_t cp;

	for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
		if (str_starts(s, named[i].name)) {
			put_code_point(w, named[i].cp);
			w->p += strlen(named[i].name);
			return true;
		}
	}
	if (!scan_lit(&sc, "&#"))
		return false;
	if ((scan_char(&sc, 'x') || scan_char(&sc, 'X')) ? !scan_hex(&sc, &cp)
							 : !scan_u64(&sc, &cp))
		return false;
	if (!scan_char(&sc, ';') || cp > 0xffff)
		return false;
	put_code_point(w, (uint32_t)cp);
	w->p = sc.p;
	return true;
}

struct tag {
	const char *name;
	bool breaks;
};

/* No two-letter name of hexadecimal digits: "<dd>" is a byte of a Code line. */
static const struct tag *tag_named(struct str name)
{
	static const struct tag tags[] = {
		{ "br", true },	    { "p", true },     { "div", true },	  { "pre", true },
		{ "li", true },	    { "tr", true },    { "hr", true },	  { "blockquote", true },
		{ "h1", true },	    { "h2", true },    { "h3", true },	  { "h4", true },
		{ "ul", true },	    { "ol", true },    { "table", true }, { "body", true },
		{ "html", true },   { "head", true },  { "title", true }, { "tbody", true },
		{ "a", false },	    { "b", false },    { "i", false },	  { "u", false },
		{ "tt", false },    { "em", false },   { "td", false },	  { "th", false },
		{ "code", false },  { "span", false }, { "font", false }, { "strong", false },
		{ "small", false }, { "img", false },  { "samp", false }, { "center", false },
		{ "style", false }, { "meta", false }, { "mark", false }, { "wbr", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(tags); i++)
		if (name.n == strlen(tags[i].name) &&
		    strncasecmp(name.p, tags[i].name, name.n) == 0)
			return &tags[i];
	return NULL;
}

/* Takes a tag at the cursor; *ret_broke: it ends a line. */
static bool html_tag(struct cleaner *c, struct rewrite *w, bool *ret_broke)
{
	struct scan sc = { w->p + 1, w->end };
	bool closes = scan_char(&sc, '/');
	const struct tag *tag;
	struct str name;

	if (!scan_name(&sc, "", &name))
		return false;
	tag = tag_named(name);
	if (!tag || (sc.p < sc.end && *sc.p != ' ' && *sc.p != '>' && *sc.p != '/'))
		return false;
	if (!scan_past(&sc, ">", NULL))
		return false;
	w->p = sc.p;
	if (strncasecmp(tag->name, "pre", 4) == 0)
		c->pre = !closes;
	if (strcmp(tag->name, "br") == 0)
		c->flow = FLOW_LINES;
	*ret_broke = tag->breaks;
	return true;
}

static size_t undo_html(struct cleaner *c, char *p, size_t n, enum line_end *ret_end)
{
	struct rewrite w = { p, p + n, p };
	bool broke = false;

	if (c->flow && !c->pre)
		while (w.p < w.end && (*w.p == ' ' || *w.p == '\t'))
			w.p++;
	while (w.p < w.end) {
		bool breaks = false;

		if ((*w.p == '<' && html_tag(c, &w, &breaks)) || (*w.p == '&' && entity(&w))) {
			if (breaks && w.out > p && w.out[-1] != '\n')
				put(&w, '\n');
			broke = breaks;
			continue;
		}
		if (*w.p != ' ' && *w.p != '\r')
			broke = false;
		put(&w, *w.p++);
	}
	if (c->flow && !c->pre && !broke && *ret_end == END_HARD)
		*ret_end = END_BLANK;
	if (c->flow)
		c->flow--;
	while (w.out > p && w.out[-1] == '\n')
		w.out--;
	return (size_t)(w.out - p);
}

/* --- terminals and escapes --------------------------------------------------------------------
 */

/* What follows ESC: "[0;1m", "]0;title BEL", "(B", "=" */
static void skip_escape(struct rewrite *w)
{
	if (w->p == w->end)
		return;
	if (*w->p == '[') {
		w->p++;
		while (w->p < w->end && (unsigned char)*w->p >= 0x20 && (unsigned char)*w->p < 0x40)
			w->p++;
		if (w->p < w->end)
			w->p++;
	} else if (*w->p == ']') {
		while (w->p < w->end && *w->p != '\a' && *w->p != '\x1b')
			w->p++;
		if (w->p < w->end)
			w->p++;
	} else {
		if (strchr("()*+#%", *w->p) && left(w) > 1)
			w->p++;
		w->p++;
	}
}

/* ESC, or spelled out: "^[[", "#033[", "\x1b[" */
static bool terminal_escape(struct rewrite *w)
{
	static const char *const spelled[] = { "^[[", "#033[", "\\x1b[" };
	struct str s = { w->p, left(w) };

	if (*w->p == '\x1b') {
		w->p++;
		skip_escape(w);
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(spelled); i++) {
		if (str_starts(s, spelled[i])) {
			w->p += strlen(spelled[i]) - 1;
			skip_escape(w);
			return true;
		}
	}
	return false;
}

/* "\t" behind a prefix or another one: a tab that went through two rounds of JSON or of C */
static bool spelled_tab(struct rewrite *w, const char *start)
{
	if (left(w) < 2 || w->p[0] != '\\' || w->p[1] != 't' ||
	    (w->out > start && !strchr("]: \t", w->out[-1])))
		return false;
	w->p += 2;
	put(w, '\t');
	return true;
}

/* "#012" of rsyslog, "\x0a" of /dev/kmsg: a control character spelled out */
static bool spelled_control(struct rewrite *w)
{
	int c;

	if (left(w) < 4)
		return false;
	if (w->p[0] == '#' && w->p[1] == '0' && w->p[2] >= '0' && w->p[2] <= '3' &&
	    w->p[3] >= '0' && w->p[3] <= '7')
		c = (w->p[2] - '0') << 3 | (w->p[3] - '0');
	else if (w->p[0] == '\\' && w->p[1] == 'x' && (w->p[2] == '0' || w->p[2] == '1') &&
		 hex(w->p[3]) >= 0)
		c = hex(w->p[2]) << 4 | hex(w->p[3]);
	else
		return false;
	w->p += 4;
	if (c == '\n' || c == '\t')
		put(w, (char)c);
	return true;
}

/* Blanks of other kinds, and what has no width. */
static bool odd_blank(struct rewrite *w)
{
	struct str s = { w->p, left(w) };

	if (str_starts(s, "\xc2\xa0")) {
		put(w, ' ');
		w->p += 2;
	} else if (str_starts(s, "\xe2\x80\xaf") || str_starts(s, "\xe2\x80\x87")) {
		put(w, ' ');
		w->p += 3;
	} else if (str_starts(s, "\\xc2\\xa0")) { /* as msg_add_ext_text() spells it */
		put(w, ' ');
		w->p += 8;
	} else if (str_starts(s, "\xe2\x80\x8b") || str_starts(s, "\xef\xbb\xbf")) {
		w->p += 3;
	} else {
		return false;
	}
	return true;
}

/* U+00A0 in Latin-1: no other byte of a UTF-8 sequence stands around it. */
static bool latin1_blank(const struct rewrite *w, const char *start)
{
	return (unsigned char)*w->p == 0xa0 && (w->p == start || (unsigned char)w->p[-1] < 0x80) &&
	       (w->p + 1 == w->end || (unsigned char)w->p[1] < 0x80);
}

static void one_byte(struct rewrite *w, const char *start)
{
	unsigned char b = (unsigned char)*w->p;

	if (b == '\r' || b == '\n') {
		while (w->p < w->end && (*w->p == '\r' || *w->p == '\n'))
			w->p++;
		if (w->p < w->end)
			put(w, '\n');
	} else if (latin1_blank(w, start)) {
		put(w, ' ');
		w->p++;
	} else if ((b < 0x20 && b != '\t') || b == 0x7f) {
		w->p++;
	} else {
		put(w, *w->p++);
	}
}

static size_t undo_escapes(char *p, size_t n)
{
	struct rewrite w = { p, p + n, p };

	while (w.p < w.end) {
		unsigned char b = (unsigned char)*w.p;

		if ((b == '\x1b' || b == '^' || b == '#' || b == '\\') && terminal_escape(&w))
			continue;
		if ((b == '#' || b == '\\') && (spelled_control(&w) || spelled_tab(&w, p)))
			continue;
		if ((b >= 0xc2 || b == '\\') && odd_blank(&w))
			continue;
		one_byte(&w, p);
	}
	n = (size_t)(w.out - p);
	if (n >= 2 && memcmp(p + n - 2, "^M", 2) == 0)
		n -= 2;
	return n;
}

enum { PLAIN, HTML = 1, ESCAPE = 2, EQUALS = 4 };

#define ESCAPES_8(at)                                                                              \
	[(at)] = ESCAPE, [(at) + 1] = ESCAPE, [(at) + 2] = ESCAPE, [(at) + 3] = ESCAPE,            \
	[(at) + 4] = ESCAPE, [(at) + 5] = ESCAPE, [(at) + 6] = ESCAPE, [(at) + 7] = ESCAPE
#define ESCAPES_32(at)                                                                             \
	ESCAPES_8(at), ESCAPES_8((at) + 8), ESCAPES_8((at) + 16), ESCAPES_8((at) + 24)

/* Which of the three a byte may need. */
static const unsigned char needed[256] = {
	ESCAPES_8(0),	 [8] = ESCAPE,	  [10] = ESCAPE,   [11] = ESCAPE,   [12] = ESCAPE,
	[13] = ESCAPE,	 [14] = ESCAPE,	  [15] = ESCAPE,   ESCAPES_8(16),   ESCAPES_8(24),
	['#'] = ESCAPE,	 ['\\'] = ESCAPE, ['^'] = ESCAPE,  ['<'] = HTML,    ['&'] = HTML,
	['='] = EQUALS,	 [0x7f] = ESCAPE, ESCAPES_32(128), ESCAPES_32(160), ESCAPES_32(192),
	ESCAPES_32(224),
};

/* Most lines need none. */
static unsigned int needs(const char *p, size_t n)
{
	unsigned int need = 0;

	for (size_t i = 0; i < n; i++)
		need |= needed[(unsigned char)p[i]];
	return need;
}

/* The header field of a mail, or of one of its parts. */
static void see_header(struct cleaner *c, struct str line)
{
	static const char field[] = "Content-Transfer-Encoding:";

	if (line.n > sizeof(field) && strncasecmp(line.p, field, sizeof(field) - 1) == 0)
		c->quoted_printable = str_has(line, "uoted-");
}

static void count_soft_end(struct cleaner *c, bool *soft)
{
	c->soft_run = *soft ? c->soft_run + 1 : 0;
	*soft = *soft && c->soft_run <= MOST_SOFT_ENDS;
}

size_t clean_encoding(struct cleaner *c, char *p, size_t n, bool *ret_glue)
{
	*ret_glue = false;
	while (n && p[n - 1] == '\r')
		n--;
	c->need = needs(p, n) | (c->soft_run ? c->need : 0);
	if (c->soft_run > MOST_SOFT_ENDS)
		c->soft_run = 0;
	if (n && (p[0] == 'C' || p[0] == 'c'))
		see_header(c, (struct str){ p, n });
	if (c->need & EQUALS) {
		n = undo_quoted_printable(c, p, n, ret_glue);
		if (c->quoted_printable)
			c->need |= HTML | ESCAPE;
	}
	count_soft_end(c, ret_glue);
	return n;
}

size_t clean_line(struct cleaner *c, char *p, size_t n, enum line_end *ret_end)
{
	*ret_end = END_HARD;
	if ((c->need & HTML) || c->flow)
		n = undo_html(c, p, n, ret_end);
	if ((c->need & (ESCAPE | HTML)) || c->quoted_printable)
		n = undo_escapes(p, n);
	return n;
}
