// SPDX-License-Identifier: GPL-2.0-or-later
// Finding the parsers' anchors, all at once: a search for four bytes of each, then a comparison.
#include "log/anchors.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "log/anchors_ops.h"
#include "log/parser.h"

enum { BUCKETS = 8, NONE = UINT16_MAX, MAX_SHORT = 32 };

struct literal {
	const char *text;
	size_t len, owner;
	size_t at; /* of its window */
	uint32_t window;
	uint16_t next; /* with the same hash */
};

struct anchors {
	const struct anchor_ops *ops;
	struct anchor_tables tables;
	bool all;
	struct anchor shorts[MAX_SHORT]; /* that only anchors_owners() looks for, one by one */
	size_t n_shorts;
	size_t n, longest;
	uint16_t first[1u << FILTER_BITS];
	struct literal v[];
};

static size_t portable_candidate(const struct anchor_tables *t, const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && !in_filter(t, p + i))
		i++;
	return i;
}

static uint64_t portable_newlines(const char *p, size_t n)
{
	uint64_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += p[i] == '\n';
	return count;
}

const struct anchor_ops anchor_ops_portable = { portable_candidate, portable_newlines };

/* How common a byte is in logs, roughly. */
static unsigned int commonness(char c)
{
	if (c == ' ' || (c >= '0' && c <= '9'))
		return 6;
	if (strchr("etaoinsrlcd", c))
		return 5;
	if (c >= 'a' && c <= 'z')
		return 3;
	if (strchr(":.-[]=/_,()", c))
		return 3;
	return 1;
}

/* The rarest four bytes of a literal. */
static size_t choose_window(const char *text, size_t len)
{
	unsigned int best = UINT32_MAX;
	size_t at = 0;

	for (size_t i = 0; i + WINDOW <= len; i++) {
		unsigned int sum = 0;

		for (size_t k = 0; k < WINDOW; k++)
			sum += commonness(text[i + k]);
		if (sum < best) {
			best = sum;
			at = i;
		}
	}
	return at;
}

static int by_window(const void *a, const void *b)
{
	const struct literal *x = a, *y = b;

	return memcmp(x->text + x->at, y->text + y->at, WINDOW);
}

static void add_to_tables(struct anchors *a, size_t i)
{
	struct literal *l = &a->v[i];
	uint8_t bucket = (uint8_t)(1u << (i * BUCKETS / a->n));
	uint32_t h = window_hash(l->window);

	for (size_t k = 0; k < WINDOW; k++) {
		uint8_t byte = (uint8_t)l->text[l->at + k];

		a->tables.low[k][byte & 15] |= bucket;
		a->tables.high[k][byte >> 4] |= bucket;
	}
	a->tables.filter[h / 64] |= 1ull << (h % 64);
	l->next = a->first[h];
	a->first[h] = (uint16_t)i;
}

struct anchors *anchors_new(const struct anchor *v, size_t n)
{
	struct anchors *a = n < NONE ? calloc(1, sizeof(*a) + n * sizeof(a->v[0])) : NULL;

	if (!a)
		return NULL;
	a->ops = anchor_ops_avx2();
	if (!a->ops)
		a->ops = &anchor_ops_portable;
	memset(a->first, 0xff, sizeof(a->first));
	for (size_t i = 0; i < n; i++) {
		struct literal *l = &a->v[a->n];
		size_t len = strlen(v[i].text);

		if (len < WINDOW) {
			a->all = true;
			if (a->n_shorts < MAX_SHORT)
				a->shorts[a->n_shorts++] = v[i];
			continue;
		}
		*l = (struct literal){ .text = v[i].text, .len = len, .owner = v[i].owner };
		l->at = choose_window(l->text, len);
		l->window = window_at(l->text + l->at);
		a->longest = len > a->longest ? len : a->longest;
		a->n++;
	}
	qsort(a->v, a->n, sizeof(a->v[0]), by_window);
	for (size_t i = 0; i < a->n; i++)
		add_to_tables(a, i);
	return a;
}

void anchors_free(struct anchors *a)
{
	free(a);
}

struct anchors *anchors_of_parsers(bool alarms)
{
	/* Quoted-printable and HTML may break an anchor in two. */
	static const char *const encodings[] = {
		"=3D0", "=3DG", "&nbsp;", "&#160;", "<br>", "<br "
	};
	_cleanup_free_ struct anchor *v = NULL;
	size_t n = ARRAY_SIZE(encodings), k = 0;

	for (size_t i = 0; i < n_log_parsers; i++)
		for (const char *const *t = log_parsers[i]->anchors; *t; t++)
			n++;
	v = calloc(n, sizeof(*v));
	if (!v)
		return NULL;
	for (size_t i = 0; i < n_log_parsers; i++)
		for (const char *const *t = log_parsers[i]->anchors; *t; t++)
			v[k++] = (struct anchor){ *t, i };
	for (size_t i = 0; alarms && i < ARRAY_SIZE(encodings); i++)
		v[k++] = (struct anchor){ encodings[i], n_log_parsers };
	return anchors_new(v, k);
}

bool anchors_all(const struct anchors *a)
{
	return a->all;
}

size_t anchors_longest(const struct anchors *a)
{
	return a->longest;
}

static bool matches(const struct literal *l, struct str s, size_t window_pos)
{
	return window_pos >= l->at && window_pos - l->at + l->len <= s.n &&
	       memcmp(s.p + window_pos - l->at, l->text, l->len) == 0;
}

/* The next literal whose window stands at *pos or behind; moves *pos there. */
static const struct literal *next_literal(const struct anchors *a, struct str s, size_t *pos)
{
	while (s.n >= WINDOW && *pos <= s.n - WINDOW) {
		size_t n = s.n - WINDOW + 1 - *pos;
		size_t i = a->ops->candidate(&a->tables, s.p + *pos, n);

		*pos += i;
		if (i == n)
			break;
		for (uint16_t k = a->first[window_hash(window_at(s.p + *pos))]; k != NONE;
		     k = a->v[k].next)
			if (matches(&a->v[k], s, *pos))
				return &a->v[k];
		++*pos;
	}
	return NULL;
}

size_t anchors_find(const struct anchors *a, struct str s, size_t from)
{
	size_t pos = from;
	const struct literal *l = next_literal(a, s, &pos);

	return l ? pos - l->at : s.n;
}

bool anchors_owners(const struct anchors *a, struct str s, bool *ret_owners)
{
	bool any = false;

	for (size_t pos = 0; next_literal(a, s, &pos); pos++) {
		for (uint16_t k = a->first[window_hash(window_at(s.p + pos))]; k != NONE;
		     k = a->v[k].next) {
			if (matches(&a->v[k], s, pos)) {
				ret_owners[a->v[k].owner] = true;
				any = true;
			}
		}
	}
	for (size_t i = 0; i < a->n_shorts; i++) {
		if (str_has(s, a->shorts[i].text)) {
			ret_owners[a->shorts[i].owner] = true;
			any = true;
		}
	}
	return any;
}

uint64_t count_newlines(const struct anchors *a, const char *p, size_t n)
{
	return a->ops->newlines(p, n);
}
