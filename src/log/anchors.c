// SPDX-License-Identifier: GPL-2.0-or-later
// Finding the parsers' anchors, all at once: a search for four bytes of each, then a comparison.
#include "log/anchors.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "log/anchors_ops.h"
#include "log/parser.h"

enum {
	BUCKETS = 8 * SETS,
	SHORTEST = 2,
	TELLING = 10, /* so long an anchor stands nowhere by chance */
	CHAIN_BITS = 10,
	NONE = UINT16_MAX,
	REFINE = 3,
};

struct literal {
	const char *text;
	size_t len, owner;
	size_t at;	    /* of its window */
	unsigned int width; /* of its window */
	uint32_t window;
	uint16_t next; /* with the same hash */
};

struct anchors {
	const struct anchor_ops *ops;
	struct anchor_tables tables;
	bool all;
	size_t n, longest;
	bool has_shorts;
	uint16_t first[1u << CHAIN_BITS]; /* literals by the hash of their window */
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

/* How common a byte is in logs, roughly; in 1/1024. */
static unsigned int commonness(unsigned char c)
{
	if (c == ' ')
		return 140;
	if (c == '0' || c == 'e')
		return 60;
	if (c == '1' || (c && strchr("sotradnifum:", c)))
		return 26;
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		return 12;
	if (c && strchr(".-[]=/_AC", c))
		return 10;
	return c > ' ' && c < 0x7f ? 4 : 1;
}

/* Four bytes of the commonest words of logs are rare only one by one. */
static bool is_common_word(const char *window)
{
	static const char words[] =
		"kern rnel user Linu inux numb sess syst stem proc audi "
		"erne umbe mber serv star fail port type time memo "
		"mory page free  fre allo upda pdat exte Acti acti  CPU "
		" USE USER ser: er:  stat lloc ctiv xten erro rror comm orma info ress conn";

	for (size_t i = 0; i + WINDOW < sizeof(words); i += WINDOW + 1)
		if (window_at(words + i) == window_at(window))
			return true;
	return false;
}

/* The rarest four bytes of a literal. */
static size_t choose_window(const char *text, size_t len)
{
	uint64_t best = UINT64_MAX;
	size_t at = 0;

	for (size_t i = 0; i + WINDOW <= len; i++) {
		uint64_t product = 1;

		for (size_t k = 0; k < WIDE; k++)
			product *= i + k < len ? commonness((unsigned char)text[i + k]) : 1024;
		if (is_common_word(text + i))
			product *= 4096;
		if (product < best) {
			best = product;
			at = i;
		}
	}
	return at;
}

/* The halves of bytes that a bucket lets pass, a bit each. */
struct bucket {
	uint16_t low[WIDE], high[WIDE];
};

static void bucket_add(struct bucket *b, const struct literal *l)
{
	for (size_t k = 0; k < WIDE; k++) {
		bool within = l->at + k < l->len;
		uint8_t byte = within ? (uint8_t)l->text[l->at + k] : 0;

		b->low[k] |= within ? (uint16_t)(1u << (byte & 15)) : UINT16_MAX;
		b->high[k] |= within ? (uint16_t)(1u << (byte >> HIGH_SHIFT & 15)) : UINT16_MAX;
	}
}

/* How often a bucket lets something pass. */
static double bucket_cost(const struct bucket *b, const uint8_t *common)
{
	double cost = 1;

	for (size_t k = 0; k < WIDE; k++) {
		unsigned int sum = 0;

		for (unsigned int high = b->high[k]; high; high &= high - 1) {
			size_t row = (size_t)__builtin_ctz(high) << HIGH_SHIFT;

			for (unsigned int low = b->low[k] >> (row & 15) & 0xff; low; low &= low - 1)
				sum += common[row + (size_t)__builtin_ctz(low)];
		}
		cost *= sum / 1024.0;
	}
	return cost;
}

/* The bucket that a literal makes least worse. */
static size_t choose_bucket(const struct bucket *buckets, const double *costs,
			    const struct literal *l, const uint8_t *common)
{
	double best = 2;
	size_t at = 0;

	for (size_t i = 0; i < BUCKETS; i++) {
		struct bucket with = buckets[i];
		double more;

		bucket_add(&with, l);
		more = bucket_cost(&with, common) - costs[i];
		if (more < best) {
			best = more;
			at = i;
		}
	}
	return at;
}

/* Takes a literal out of its bucket and puts it where it does least harm. */
static void move_literal(const struct anchors *a, size_t which, struct bucket *buckets,
			 double *costs, uint8_t *in, const uint8_t *common)
{
	size_t from = in[which], to;

	buckets[from] = (struct bucket){ 0 };
	for (size_t i = 0; i < a->n; i++)
		if (in[i] == from && i != which)
			bucket_add(&buckets[from], &a->v[i]);
	costs[from] = bucket_cost(&buckets[from], common);
	to = choose_bucket(buckets, costs, &a->v[which], common);
	bucket_add(&buckets[to], &a->v[which]);
	costs[to] = bucket_cost(&buckets[to], common);
	in[which] = (uint8_t)to;
}

static void fill_tables(struct anchors *a, const struct bucket *buckets)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		uint8_t bit = (uint8_t)(1u << (i % 8));

		for (size_t k = 0; k < WIDE; k++) {
			for (size_t half = 0; half < 16; half++) {
				if (buckets[i].low[k] >> half & 1)
					a->tables.low[i / 8][k][half] |= bit;
				if (buckets[i].high[k] >> half & 1)
					a->tables.high[i / 8][k][half] |= bit;
			}
		}
	}
}

void anchors_prepare_for(struct anchors *a, const struct anchor_ops *ops)
{
	struct bucket buckets[BUCKETS] = { 0 };
	double costs[BUCKETS] = { 0 };
	uint8_t common[256];
	_cleanup_free_ uint8_t *in = NULL; /* which bucket a literal is in */

	if (a->ops != &anchor_ops_portable || !ops)
		return;
	for (unsigned int c = 0; c < sizeof(common); c++)
		common[c] = (uint8_t)commonness((unsigned char)c);
	in = malloc(a->n ? a->n : 1);
	if (!in)
		return; /* slower */
	for (size_t i = 0; i < a->n; i++) {
		in[i] = (uint8_t)choose_bucket(buckets, costs, &a->v[i], common);
		bucket_add(&buckets[in[i]], &a->v[i]);
		costs[in[i]] = bucket_cost(&buckets[in[i]], common);
	}
	/* each again, now that the others have theirs */
	for (size_t i = 0; i < REFINE * a->n; i++)
		move_literal(a, i % a->n, buckets, costs, in, common);
	fill_tables(a, buckets);
	a->ops = ops;
}

void anchors_prepare(struct anchors *a)
{
	const struct anchor_ops *widest = anchor_ops_avx512();

	anchors_prepare_for(a, widest ? widest : anchor_ops_avx2());
}

static uint16_t *chain(struct anchors *a, uint32_t window)
{
	return &a->first[window_hash(window) >> (FILTER_BITS - CHAIN_BITS)];
}

static void add_to_filter(struct anchors *a, size_t i)
{
	struct literal *l = &a->v[i];
	uint32_t h = window_hash(l->window);
	uint16_t pair;

	if (l->width < WINDOW) {
		memcpy(&pair, l->text, sizeof(pair));
		a->tables.shorts[pair / 64] |= 1ull << (pair % 64);
	} else {
		a->tables.filter[h / 64] |= 1ull << (h % 64);
	}
	l->next = *chain(a, l->window);
	*chain(a, l->window) = (uint16_t)i;
}

struct anchors *anchors_new(const struct anchor *v, size_t n)
{
	struct anchors *a = n < NONE ? calloc(1, sizeof(*a) + n * sizeof(a->v[0])) : NULL;

	if (!a)
		return NULL;
	a->ops = &anchor_ops_portable;
	memset(a->first, 0xff, sizeof(a->first));
	for (size_t i = 0; i < n; i++) {
		struct literal *l = &a->v[a->n];
		size_t len = strlen(v[i].text);

		if (len < SHORTEST) {
			a->all = true;
			continue;
		}
		*l = (struct literal){ .text = v[i].text, .len = len, .owner = v[i].owner };
		l->at = choose_window(l->text, len);
		l->width = len < WINDOW ? (unsigned int)len : WINDOW;
		memcpy(&l->window, l->text + l->at, l->width);
		a->has_shorts |= len < WINDOW;
		a->longest = len > a->longest ? len : a->longest;
		a->n++;
	}
	for (size_t i = 0; i < a->n; i++)
		add_to_filter(a, i);
	return a;
}

void anchors_free(struct anchors *a)
{
	free(a);
}

struct anchors *anchors_of_parsers(void)
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
	for (size_t i = 0; i < ARRAY_SIZE(encodings); i++)
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

/* A window whose missing bytes are 0, as those of shorter literals are. */
static uint32_t shorten(uint32_t window, unsigned int width)
{
	char bytes[WINDOW];

	memcpy(bytes, &window, WINDOW);
	memset(bytes + width, 0, WINDOW - width);
	memcpy(&window, bytes, WINDOW);
	return window;
}

/* Tells of each literal whose window stands at @p pos. @return the first, or NULL. */
static const struct literal *at_place(const struct anchors *a, struct str s, size_t pos,
				      bool *ret_owners)
{
	const struct literal *found = NULL;
	uint32_t window = window_at(s.p + pos);

	for (unsigned int width = a->has_shorts ? SHORTEST : WINDOW; width <= WINDOW; width++) {
		uint32_t h = window_hash(shorten(window, width)) >> (FILTER_BITS - CHAIN_BITS);

		for (uint16_t k = a->first[h]; k != NONE; k = a->v[k].next) {
			if (a->v[k].width != width || !matches(&a->v[k], s, pos))
				continue;
			found = &a->v[k];
			if (!ret_owners)
				return found;
			ret_owners[found->owner] = true;
		}
	}
	return found;
}

/* The next literal whose window stands at *pos or behind; moves *pos there. */
static const struct literal *next_literal(const struct anchors *a, struct str s, size_t *pos,
					  bool *ret_owners)
{
	while (s.n >= WINDOW && *pos <= s.n - WINDOW) {
		size_t n = s.n - WINDOW + 1 - *pos;
		size_t i = a->ops->candidate(&a->tables, s.p + *pos, n);
		const struct literal *l;

		*pos += i;
		if (i == n)
			break;
		l = at_place(a, s, *pos, ret_owners);
		if (l)
			return l;
		++*pos;
	}
	return NULL;
}

size_t anchors_find(const struct anchors *a, struct str s, size_t from)
{
	size_t pos = from;
	const struct literal *l = next_literal(a, s, &pos, NULL);

	return l ? pos - l->at : s.n;
}

bool anchors_tell(const struct anchors *a, struct str s)
{
	const struct literal *l;

	for (size_t pos = 0; (l = next_literal(a, s, &pos, NULL)) != NULL; pos++)
		if (l->len >= TELLING || pos == l->at)
			return true;
	return false;
}

bool anchors_owners(const struct anchors *a, struct str s, bool *ret_owners)
{
	bool any = false;

	for (size_t pos = 0; next_literal(a, s, &pos, ret_owners); pos++)
		any = true;
	return any;
}

uint64_t count_newlines(const struct anchors *a, const char *p, size_t n)
{
	return a->ops->newlines(p, n);
}
