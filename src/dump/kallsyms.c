// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's own symbol table in every encoding since 2.6.
#include "dump/kallsyms.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "dump/debuginfo.h"

enum {
	SYMBOLS_MAX = 4 << 20,
	NAME_BYTES_MAX = 64, /* packed, on average, beyond any kernel's */
	TOKENS_BYTES = 8192,
	NAME_MAX_ = 1024,
	NAMES_CHUNK = 64 << 10,
	NAME_PACKED_MAX = 512, /* a symbol's name packed, with its length */
};

/* Length of the packed name at a position, and where its tokens begin. 0: damaged. */
static size_t packed(const struct kallsyms *k, size_t at, size_t *ret_start)
{
	size_t len, start = at + 1;

	if (at >= k->names_size)
		return 0;
	len = k->names[at];
	if (k->long_names && (len & 0x80)) {
		if (start >= k->names_size)
			return 0;
		len = (len & 0x7f) | (size_t)k->names[start] << 7;
		start++;
	}
	if (!len || len > k->names_size - start)
		return 0;
	*ret_start = start;
	return len;
}

/* Unpacks a name, its type letter first; returns its length. */
static size_t expand(const struct kallsyms *k, size_t start, size_t len, char *buf, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		size_t t = k->token_index[k->names[start + i]];

		for (; t < k->tokens_size && k->tokens[t]; t++)
			if (n + 1 < size)
				buf[n++] = k->tokens[t];
	}
	if (size)
		buf[n] = '\0';
	return n;
}

/* Position of the packed name of a symbol; SIZE_MAX: damaged. */
static size_t position(const struct kallsyms *k, uint32_t i)
{
	size_t at = i >> 8 < k->n_markers ? k->markers[i >> 8] : SIZE_MAX;

	for (uint32_t j = 0; j < (i & 255); j++) {
		size_t start, len = at < k->names_size ? packed(k, at, &start) : 0;

		if (!len)
			return SIZE_MAX;
		at = start + len;
	}
	return at;
}

size_t kallsyms_name(const struct kallsyms *k, uint32_t i, char *buf, size_t size)
{
	size_t at, start, len, n;

	if (k->plain) {
		n = strlen(k->plain[i].name);
		if (n < size)
			memcpy(buf, k->plain[i].name, n + 1);
		return n < size ? n : 0;
	}
	at = position(k, i);
	if (at == SIZE_MAX || !(len = packed(k, at, &start)))
		return 0;
	n = expand(k, start, len, buf, size);
	if (n < 2)
		return 0;
	memmove(buf, buf + 1, n); /* the type letter; the NUL comes along */
	return n - 1;
}

kaddr_t kallsyms_address(const struct kallsyms *k, uint32_t i)
{
	if (k->plain)
		return k->plain[i].addr;
	switch (k->scheme) {
	case KALLSYMS_ABSOLUTE:
		return k->addresses[i];
	case KALLSYMS_BASE_RELATIVE:
		return k->base + (uint32_t)k->offsets[i];
	case KALLSYMS_ABSOLUTE_PERCPU:
		if (k->offsets[i] >= 0)
			return (uint64_t)k->offsets[i];
		return k->base - 1 - (uint64_t)(int64_t)k->offsets[i];
	case KALLSYMS_PLACE_RELATIVE:
		return k->offsets_at + 4ull * i + (uint64_t)(int64_t)k->offsets[i];
	}
	return 0;
}

static uint32_t hash(const char *s, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (uint8_t)s[i]) * 16777619u;
	return h;
}

enum { WANT_BUCKETS = 512 };

static const char *const wanted[] = {
#define SYMBOL(name) #name,
#include "dump/symbols.def"
#undef SYMBOL
};

/* What a name must look like to be worth unpacking: the wanted ones' lengths and first letters. */
struct sieve {
	uint64_t lengths; /* by length, those above 63 together */
	bool first[256];
	uint8_t token_len[256];
};

static uint64_t length_bit(size_t n)
{
	return 1ull << (n < 63 ? n : 63);
}

static void sieve_init(const struct kallsyms *k, struct sieve *s)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < 256; i++) {
		size_t at = k->token_index[i];

		if (at < k->tokens_size)
			s->token_len[i] = (uint8_t)strnlen(k->tokens + at, k->tokens_size - at);
	}
	for (size_t w = 0; w < SYM_COUNT; w++) {
		s->lengths |= length_bit(strlen(wanted[w]));
		s->first[(uint8_t)wanted[w][0]] = true;
	}
}

static bool sieve_passes(const struct kallsyms *k, const struct sieve *s, size_t start, size_t len)
{
	const char *token = k->tokens + k->token_index[k->names[start]];
	size_t n = 0;

	/* the letter behind the type, where one token holds both */
	if (s->token_len[k->names[start]] > 1 && !s->first[(uint8_t)token[1]])
		return false;
	for (size_t i = 0; i < len; i++)
		n += s->token_len[k->names[start + i]];
	return n > 1 && (s->lengths & length_bit(n - 1));
}

static void bucket_wanted(int16_t *first, int16_t *next)
{
	memset(first, 0xff, WANT_BUCKETS * sizeof(*first));
	for (int16_t w = SYM_COUNT - 1; w >= 0; w--) {
		uint32_t b = hash(wanted[w], strlen(wanted[w])) % WANT_BUCKETS;

		next[w] = first[b];
		first[b] = w;
	}
}

/* Index of each wanted symbol, plus one; one pass over all names, the first of a name wins. */
static void find_wanted(const struct kallsyms *k, uint32_t *ret)
{
	int16_t first[WANT_BUCKETS], next[SYM_COUNT];
	char buf[NAME_MAX_];
	size_t at = 0, start, len;
	struct sieve sieve;

	sieve_init(k, &sieve);
	bucket_wanted(first, next);
	for (uint32_t i = 0; i < k->n && (len = packed(k, at, &start)); i++) {
		size_t m;

		at = start + len;
		if (!sieve_passes(k, &sieve, start, len))
			continue;
		m = expand(k, start, len, buf, sizeof(buf));
		for (int16_t w = first[hash(buf + 1, m - 1) % WANT_BUCKETS]; w >= 0; w = next[w])
			if (!ret[w] && strcmp(wanted[w], buf + 1) == 0)
				ret[w] = i + 1;
	}
}

bool kallsyms_lookup(const struct kallsyms *k, kaddr_t addr, char *buf, size_t size,
		     uint64_t *ret_offset, uint64_t *ret_size)
{
	uint32_t lo = 0, hi = k->n, i;
	kaddr_t at;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (kallsyms_address(k, mid) <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo)
		return false;
	at = kallsyms_address(k, lo - 1);
	/* of several at one address the first, as the kernel's get_symbol_pos() */
	for (i = lo - 1; i > 0 && kallsyms_address(k, i - 1) == at; i--)
		;
	*ret_offset = addr - at;
	*ret_size = lo < k->n ? kallsyms_address(k, lo) - at : 0;
	return kallsyms_name(k, i, buf, size) > 0;
}

void kallsyms_add_plain(struct dump *d, const struct plain_symbol *v, size_t n)
{
	int16_t first[WANT_BUCKETS], next[SYM_COUNT];

	bucket_wanted(first, next);
	for (size_t i = 0; i < n; i++) {
		uint32_t b = hash(v[i].name, strlen(v[i].name)) % WANT_BUCKETS;

		for (int16_t w = first[b]; w >= 0; w = next[w])
			if (!d->sym[w] && strcmp(wanted[w], v[i].name) == 0)
				d->sym[w] = v[i].addr;
	}
	if (d->kallsyms || n > SYMBOLS_MAX)
		return;
	d->kallsyms = arena_new(&d->arena, struct kallsyms);
	d->kallsyms->plain = v;
	d->kallsyms->n = (uint32_t)n;
}

/* A table into the arena. */
static void *copy_table(struct dump *d, kaddr_t addr, size_t size)
{
	void *p = arena_alloc(&d->arena, size);

	return p && dump_read(d, addr, p, size) == OK ? p : NULL;
}

/* Every 256th name begins where a marker says: the kernel's check of either rule. */
static bool markers_fit(const struct kallsyms *k)
{
	size_t at = 0, start, len;

	for (uint32_t i = 0; i < k->n; i++) {
		if ((i & 255) == 0 && k->markers[i >> 8] != at)
			return false;
		len = packed(k, at, &start);
		if (!len)
			return false;
		at = start + len;
	}
	return true;
}

/* Counting names as far as they are read, under one rule of lengths. */
struct name_walk {
	bool long_names, bad;
	uint32_t i;
	size_t at;
};

static void advance(struct kallsyms *k, struct name_walk *w)
{
	size_t start, len;

	k->long_names = w->long_names;
	while (!w->bad && w->i < k->n && w->at + NAME_PACKED_MAX < k->names_size) {
		len = packed(k, w->at, &start);
		if (!len) {
			w->bad = true;
			break;
		}
		w->at = start + len;
		w->i++;
	}
}

/* The names' size is written nowhere: read on until one of the rules has seen them all. */
static enum status load_names(struct dump *d, struct kallsyms *k, kaddr_t names)
{
	struct name_walk walks[] = { { .long_names = true }, { .long_names = false } };
	size_t room = (size_t)k->n * NAME_BYTES_MAX + NAMES_CHUNK;
	_cleanup_free_ uint8_t *p = malloc(room);
	const struct name_walk *done = NULL;

	if (!p)
		return ST_NOMEM;
	k->names = p;
	while (!done && k->names_size + NAMES_CHUNK <= room) {
		if (dump_read(d, names + k->names_size, p + k->names_size, NAMES_CHUNK))
			return ST_FAULT;
		k->names_size += NAMES_CHUNK;
		for (size_t i = 0; i < ARRAY_SIZE(walks) && !done; i++) {
			advance(k, &walks[i]);
			if (!walks[i].bad && walks[i].i == k->n)
				done = &walks[i];
		}
	}
	if (!done)
		return ST_BAD_DATA;
	k->long_names = done->long_names;
	k->names_size = done->at;
	k->names =
		(const uint8_t *)arena_str(&d->arena, (struct str){ (const char *)p, done->at }).p;
	return OK;
}

/* Markers are the compiler's, but their place is in no VMCOREINFO: made anew, they check nothing.
 */
static enum status make_markers(struct dump *d, struct kallsyms *k)
{
	size_t n = (k->n + 255) / 256, at = 0, start, len;
	uint32_t *m = arena_alloc(&d->arena, n * sizeof(*m));

	if (!m)
		return ST_NOMEM;
	for (uint32_t i = 0; i < k->n; i++) {
		if ((i & 255) == 0)
			m[i >> 8] = (uint32_t)at;
		len = packed(k, at, &start);
		if (!len)
			return ST_BAD_DATA;
		at = start + len;
	}
	k->markers = m;
	k->n_markers = n;
	return OK;
}

static bool load_tokens(struct dump *d, struct kallsyms *k, kaddr_t table, kaddr_t index)
{
	k->token_index = copy_table(d, index, 256 * sizeof(uint16_t));
	if (!k->token_index)
		return false;
	k->tokens_size = k->token_index[255] + 64u;
	if (k->tokens_size > TOKENS_BYTES)
		return false;
	k->tokens = copy_table(d, table, k->tokens_size);
	return k->tokens != NULL;
}

/* Which scheme puts _stext where VMCOREINFO says it is. */
static bool detect_scheme(const struct dump *d, struct kallsyms *k, uint32_t stext)
{
	static const enum kallsyms_scheme tries[] = { KALLSYMS_PLACE_RELATIVE,
						      KALLSYMS_ABSOLUTE_PERCPU,
						      KALLSYMS_BASE_RELATIVE };
	kaddr_t want;

	if (k->addresses) {
		k->scheme = KALLSYMS_ABSOLUTE;
		return true;
	}
	if (!stext || !vmcoreinfo_symbol(d, "_stext", &want))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		k->scheme = tries[i];
		if (kallsyms_address(k, stext - 1) == want)
			return true;
	}
	return false;
}

static enum status from_vmcoreinfo(struct dump *d, struct kallsyms *k)
{
	uint64_t names, num, table, index, at;
	enum status st;

	if (!vmcoreinfo_symbol(d, "kallsyms_names", &names) ||
	    !vmcoreinfo_symbol(d, "kallsyms_num_syms", &num) ||
	    !vmcoreinfo_symbol(d, "kallsyms_token_table", &table) ||
	    !vmcoreinfo_symbol(d, "kallsyms_token_index", &index))
		return ST_MISSING;
	if (dump_u32(d, num, &k->n) || !k->n || k->n > SYMBOLS_MAX ||
	    !load_tokens(d, k, table, index))
		return ST_BAD_DATA;
	if (vmcoreinfo_symbol(d, "kallsyms_relative_base", &at) && dump_u64(d, at, &k->base))
		return ST_FAULT;
	if (vmcoreinfo_symbol(d, "kallsyms_offsets", &k->offsets_at))
		k->offsets = copy_table(d, k->offsets_at, 4 * (size_t)k->n);
	else if (vmcoreinfo_symbol(d, "kallsyms_addresses", &at))
		k->addresses = copy_table(d, at, 8 * (size_t)k->n);
	if (!k->offsets && !k->addresses)
		return ST_FAULT;
	st = load_names(d, k, names);
	return st ? st : make_markers(d, k);
}

enum status kallsyms_open(struct dump *d)
{
	struct kallsyms *k = arena_new(&d->arena, struct kallsyms);
	uint32_t index[SYM_COUNT] = { 0 };
	enum status st = from_vmcoreinfo(d, k);

	if (st == ST_MISSING)
		st = kallsyms_search(d, k);
	if (!st && k->searched && !markers_fit(k))
		st = ST_BAD_DATA;
	if (!st)
		find_wanted(k, index);
	if (!st && !detect_scheme(d, k, index[SYM__stext]))
		st = ST_BAD_DATA;
	if (st) {
		d->why = STR("the kernel's symbol table cannot be found or read");
		return st;
	}
	d->kallsyms = k;
	for (size_t i = 0; i < SYM_COUNT; i++)
		d->sym[i] = index[i] ? kallsyms_address(k, index[i] - 1) : 0;
	return OK;
}
