// SPDX-License-Identifier: GPL-2.0-or-later
// Cutting the fields that show_free_areas() prints: mm/page_alloc.c, later mm/show_mem.c.
#include "log/mem_tokens.h"

#include <ctype.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct str mem_word(struct str *rest)
{
	struct str word, left;
	ptrdiff_t at;

	for (;;) {
		word = str_word(rest);
		if (!str_starts(word, "#012"))
			break;
		left = str_from(word, 4);
		rest->n += (size_t)(rest->p - left.p);
		rest->p = left.p;
	}
	at = str_find(word, "#012", 0);
	if (at > 0) {
		left = str_from(word, (size_t)at);
		rest->n += (size_t)(rest->p - left.p);
		rest->p = left.p;
		word = str_first(word, (size_t)at);
	}
	return word;
}

bool mem_number(struct str word, uint64_t *ret, struct str *unit)
{
	struct scan sc = scan_of(word);

	if (!scan_u64(&sc, ret))
		return false;
	*unit = scan_rest(&sc);
	return true;
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '(' || c == ')';
}

/* "isolated(anon)" becomes isolated_anon; false if it is no name. */
static bool take_name(struct str s, char *name, size_t *n)
{
	size_t len = 0;

	if (!s.n || s.n >= MEM_NAME_MAX || !isalpha((unsigned char)s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!is_name_char(c))
			return false;
		if (c == '(')
			name[len++] = '_';
		else if (c != ')')
			name[len++] = c;
	}
	name[0] = (char)tolower((unsigned char)name[0]);
	*n = len;
	return true;
}

static enum mem_token number_token(struct mem_fields *f, struct str word, uint64_t *v)
{
	struct str unit;

	if (!mem_number(word, v, &unit))
		return MEM_OTHER;
	f->complete = true;
	if (!unit.n || str_is(unit, ",") || str_is(unit, ")"))
		return MEM_COUNT;
	if (str_is(unit, "kB") || str_is(unit, "KB") || str_is(unit, "kB)"))
		return MEM_KB;
	f->complete = false;
	return str_is(unit, "k") || str_is(unit, "K") ? MEM_KB : MEM_OTHER;
}

/* The value of a name that stood before it, or MEM_OTHER. */
static enum mem_token pending(struct mem_fields *f, struct str word, struct mem_value *ret)
{
	bool flag = f->n_pend && f->pend[f->n_pend - 1] == '?';

	ret->n = f->n_pend - flag;
	memcpy(ret->name, f->pend, ret->n);
	if (!flag)
		return number_token(f, word, &ret->v);
	f->complete = str_is(word, "yes") || str_is(word, "no");
	if (!f->complete)
		return MEM_OTHER;
	return str_is(word, "yes") ? MEM_YES : MEM_NO;
}

static bool take_pending_name(struct mem_fields *f, struct str word)
{
	size_t n;

	if (word.n < 2 || (word.p[word.n - 1] != ':' && word.p[word.n - 1] != '?') ||
	    !take_name(str_first(word, word.n - 1), f->pend, &n) || n + 1 >= MEM_NAME_MAX)
		return false;
	if (word.p[word.n - 1] == '?') {
		if (!str_is((struct str){ f->pend, n }, "all_unreclaimable"))
			return false;
		f->pend[n++] = '?';
	}
	f->n_pend = n;
	f->complete = false;
	return true;
}

static enum mem_token field(struct mem_fields *f, struct str word, struct mem_value *ret)
{
	struct scan sc = scan_of(word);
	struct str name;

	f->complete = false;
	if (!scan_until_any(&sc, ":=", &name) || scan_end(&sc) ||
	    !take_name(name, ret->name, &ret->n))
		return MEM_OTHER;
	sc.p++;
	return number_token(f, scan_rest(&sc), &ret->v);
}

enum mem_token mem_next(struct mem_fields *f, struct str *rest, struct mem_value *ret)
{
	for (;;) {
		struct str word = mem_word(rest);
		enum mem_token t;

		if (!word.n)
			return MEM_END;
		if (f->n_pend && (is_digit(word.p[0]) || str_is(word, "yes") || str_is(word, "no")))
			t = pending(f, word, ret);
		else if (take_pending_name(f, word))
			continue;
		else
			t = field(f, word, ret);
		f->n_pend = 0;
		return t;
	}
}

bool mem_is_field(struct str text, struct str *ret_name, struct str *ret_unit)
{
	struct str word = mem_word(&text);
	struct scan sc = scan_of(word);
	uint64_t v;

	return scan_until_any(&sc, ":=", ret_name) && !scan_end(&sc) && sc.p++ &&
	       mem_number(scan_rest(&sc), &v, ret_unit);
}
