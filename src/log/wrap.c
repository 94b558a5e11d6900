// SPDX-License-Identifier: GPL-2.0-or-later
// Rejoining lines that a mail program wrapped, before or after they were quoted.
//
// A line is held back until the next one shows whether it goes on there. It does not where the next
// has a prefix of its own or another depth of quotation, where its first word would have fitted on
// this line, or where this line has a blank behind any mailer's margin: nobody wrapped it.
#include "log/wrap.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/limits.h"

enum {
	NARROWEST = 64,	      /* no mailer wraps where a line and the next word fit into this */
	WIDEST = 90,	      /* nor leaves a blank behind this */
	QUOTE_WIDTH = 3,      /* what one more depth of quotation may add after the wrapping */
	NARROWEST_BARE = 70,  /* the same where lines have no prefix to tell them apart */
	BARE_MARGIN = 64,     /* there, one line that is not wrapped speaks for so many behind it */
	PREFIXED_MARGIN = 16, /* the same where lines have a prefix */
};

struct wrap {
	struct wrap_sink sink;
	bool held;
	struct line line; /* the one held back; its slices are in the buffers */
	bool bare;	  /* its head had no prefix */
	bool alone;
	unsigned int quotes;
	bool flowed;	    /* of its last part */
	size_t width;	    /* of its last part, in characters */
	bool overlong;	    /* a blank stands behind the margin of its last part */
	unsigned int joins; /* parts joined to it */
	unsigned int since_overlong;
	char *text, *raw;
	char wall[64], caller[24];
	/* the last line that had a prefix: what follows it without one is of the same caller */
	struct num last_time;
	char last_caller[24];
	size_t n_last_caller;
	int last_priority;
	unsigned int last_quotes;
};

struct wrap *wrap_new(const struct wrap_sink *sink)
{
	struct wrap *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->sink = *sink;
	w->since_overlong = BARE_MARGIN;
	w->text = malloc(LIMIT_JOINED_BYTES);
	w->raw = malloc(LIMIT_JOINED_BYTES);
	if (!w->text || !w->raw) {
		wrap_free(w);
		return NULL;
	}
	return w;
}

void wrap_free(struct wrap *w)
{
	if (!w)
		return;
	free(w->text);
	free(w->raw);
	free(w);
}

void wrap_flush(struct wrap *w)
{
	if (!w->held)
		return;
	w->held = false;
	w->sink.line(w->sink.arg, &w->line);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Characters, not bytes. */
static size_t width_of(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static struct str first_word(struct str s)
{
	return str_word(&s);
}

static struct str last_word(struct str s)
{
	size_t at = s.n;

	while (at && s.p[at - 1] != ' ')
		at--;
	return str_from(s, at);
}

static size_t indent_of(struct str s)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	return n;
}

static bool is_overlong(struct str raw, unsigned int quotes)
{
	size_t margin = WIDEST + (size_t)QUOTE_WIDTH * quotes;

	raw = str_trim(raw);
	return raw.n > margin && memchr(raw.p + margin, ' ', raw.n - margin);
}

/* The next word would not have fitted behind what is held. */
static bool would_overflow(const struct wrap *w, struct str text)
{
	size_t word = indent_of(text) + first_word(text).n;

	return !w->overlong && w->width + 1 + word > (w->bare ? NARROWEST_BARE : NARROWEST);
}

/* "123 total pagecache pages", "0 pages in swap cache": __show_mem() and older */
static bool is_page_count(struct str text)
{
	static const char *const words[] = { "total", "pages", "free", "reserved", "slab", "swap" };
	struct str word = str_word(&text);
	uint64_t n;

	if (!str_to_u64(word, 10, &n))
		return false;
	word = str_word(&text);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

/* "free:123kB", "0*4kB": words of a Mem-Info line */
static bool is_amount(struct str word)
{
	return (str_has(word, ":") || str_has(word, "*")) &&
	       (str_ends(word, "kB") || str_ends(word, "kB,"));
}

/* "[ 1234]  1000  1234 ...": a task table's row, *ret_whole with the name that ends it */
static bool is_task_row(struct str text, bool *ret_whole)
{
	struct scan sc = scan_of(str_trim(text));
	struct str last = last_word(str_trim(text));
	uint64_t pid;

	if (!scan_char(&sc, '[') || !scan_blanks(&sc) || !scan_u64(&sc, &pid) ||
	    !scan_blanks(&sc) || !scan_char(&sc, ']'))
		return false;
	*ret_whole = last.n && !is_digit(last.p[0]) && last.p[0] != '-';
	return true;
}

/* "[...]", "<snip>": what people put where they left something out */
static bool is_omission(struct str text)
{
	return str_starts(text, "[...") || str_starts(text, "[..]") || str_starts(text, "...") ||
	       str_starts(text, "<snip") || str_starts(text, "[snip");
}

/* A text that looks as if something went before it, where no prefix tells. */
static bool looks_continued(const struct wrap *w, struct str text)
{
	struct str word = first_word(text);
	char last = w->line.text.p[w->line.text.n - 1];
	bool whole;

	if (text.p[0] == ' ' || text.p[0] == '\t')
		return false;
	if (word.p[word.n - 1] == ':' || is_page_count(text) || str_has(word, "+0x") ||
	    str_starts(text, "[<") || str_starts(text, "? "))
		return false;
	if (is_task_row(w->line.text, &whole))
		return !whole && is_digit(text.p[0]);
	return strchr(",:=(|&+/", last) || strchr("(=|,+", text.p[0]) || is_amount(word);
}

/* "** 12 printk messages dropped **" of console_emit_next_record(), which has no prefix; "host
 * login:", "Password:", "root@host:~#": what a console's terminal says in between */
static bool is_interjection(struct str text)
{
	text = str_trim(text);
	return str_starts(text, "** ") || str_ends(text, "login:") || str_ends(text, "assword:") ||
	       str_ends(text, "#") || str_ends(text, "$");
}

/* "I see this every day": words and nothing but words, as people write below what they quote */
static bool is_prose(struct str text)
{
	size_t words = 0;

	for (size_t i = 0; i < text.n; i++)
		if (strchr("0123456789:=+_([{<*", text.p[i]))
			return false;
	while (str_word(&text).n)
		words++;
	return words > 3;
}

/* Its mailer wrapped what it had quoted: only the first part has the marks. */
static bool lost_marks(const struct wrap *w, const struct undressed *u)
{
	return w->quotes && !u->quotes && !is_prose(u->line.text);
}

/* "               GPR00: ...", "    active_file:12": of a message of several lines, the kernel's */
static bool is_row(struct str text)
{
	return indent_of(text) > 1 && str_has(first_word(text), ":");
}

static bool continues_prefixed(const struct wrap *w, const struct undressed *u)
{
	struct str text = u->line.text;

	if (indent_of(text) && (!w->flowed || is_row(text)))
		return false;
	if (would_overflow(w, text))
		return w->since_overlong >= PREFIXED_MARGIN || w->joins || w->flowed ||
		       str_ends(w->line.text, "=") || str_ends(w->line.text, ",");
	/* wrapped, quoted, and wrapped again: parts may be short */
	return w->joins && w->quotes > 1 && !w->overlong;
}

static bool continues_bare(const struct wrap *w, const struct undressed *u)
{
	struct str text = u->line.text;

	return w->since_overlong >= BARE_MARGIN && would_overflow(w, text) &&
	       looks_continued(w, text) && !w->sink.is_head(w->sink.arg, text);
}

static bool continues(const struct wrap *w, const struct undressed *u)
{
	if (!w->held || w->alone || u->line.prefixed || !str_trim(u->line.text).n ||
	    !str_trim(w->line.text).n || is_omission(u->line.text) || is_interjection(u->line.text))
		return false;
	if (u->quotes != w->quotes && !lost_marks(w, u))
		return false;
	return w->bare ? continues_bare(w, u) : continues_prefixed(w, u);
}

/* "foo+0xb10/0" and "xb50": broken inside a word, by a margin that knows no blanks. */
static bool word_was_broken(struct str text, struct str more)
{
	struct str last = last_word(text), next = first_word(more);
	ptrdiff_t plus = str_find(last, "+0x", 0), slash;

	if (plus < 0 || !next.n || !strchr("x/0123456789abcdef", next.p[0]))
		return false;
	slash = str_find(last, "/", (size_t)plus);
	if (slash < 0)
		return str_has(next, "/0x");
	last = str_from(last, (size_t)slash + 1);
	return !last.n || str_is(last, "0x") || (str_is(last, "0") && next.p[0] == 'x');
}

static void append(char *buf, struct str *s, struct str more, bool blank)
{
	size_t room = LIMIT_JOINED_BYTES - s->n;

	if (blank && room) {
		buf[s->n++] = ' ';
		room--;
	}
	more = str_first(more, room);
	memcpy(buf + s->n, more.p, more.n);
	s->n += more.n;
}

static void measure(struct wrap *w, const struct undressed *u)
{
	w->flowed = u->flowed;
	w->width = width_of(str_trim(u->line.raw));
	w->overlong = is_overlong(u->line.raw, u->quotes);
	if (w->overlong)
		w->since_overlong = 0;
	else if (w->since_overlong < BARE_MARGIN)
		w->since_overlong++;
}

static void join(struct wrap *w, const struct undressed *u)
{
	struct str more = u->line.text;
	bool broken = word_was_broken(w->line.text, more);

	if (indent_of(more) == 1)
		more = str_trim(more);
	append(w->text, &w->line.text, more, !broken);
	append(w->raw, &w->line.raw, more, !broken);
	w->line.last_no = u->line.last_no;
	w->line.joined = true;
	w->joins++;
	measure(w, u);
}

static struct str keep(char *buf, size_t size, struct str s)
{
	s = str_first(s, size);
	if (s.n)
		memcpy(buf, s.p, s.n);
	return (struct str){ buf, s.n };
}

/* What the last prefix said holds for the lines without one behind it. */
static void inherit(struct wrap *w)
{
	struct line *l = &w->line;

	if (l->prefixed) {
		w->last_time = l->time_ns;
		w->n_last_caller = keep(w->last_caller, sizeof(w->last_caller), l->caller).n;
		w->last_priority = l->priority;
		w->last_quotes = w->quotes;
		return;
	}
	if (!l->text.n || w->quotes != w->last_quotes)
		return;
	l->caller = keep(w->caller, sizeof(w->caller),
			 (struct str){ w->last_caller, w->n_last_caller });
	if (indent_of(l->text)) {
		l->time_ns = w->last_time;
		l->priority = w->last_priority;
	}
}

void wrap_push(struct wrap *w, const struct undressed *u, bool alone)
{
	if (continues(w, u)) {
		join(w, u);
		return;
	}
	wrap_flush(w);
	w->line = u->line;
	w->line.text = keep(w->text, LIMIT_JOINED_BYTES, u->line.text);
	w->line.raw = keep(w->raw, LIMIT_JOINED_BYTES, u->line.raw);
	w->line.wall = keep(w->wall, sizeof(w->wall), u->line.wall);
	w->line.caller = keep(w->caller, sizeof(w->caller), u->line.caller);
	w->held = true;
	w->bare = !u->line.prefixed;
	w->alone = alone;
	w->quotes = u->quotes;
	w->joins = 0;
	inherit(w);
	measure(w, u);
}
