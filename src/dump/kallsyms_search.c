// SPDX-License-Identifier: GPL-2.0-or-later
// Finding kallsyms by its shape in kernels whose VMCOREINFO does not name it (before 6.0).
//
// scripts/kallsyms.c of 4.6 to 6.3 writes, 8-aligned, one behind the other:
// offsets[n], relative_base, num_syms, names, markers, token_table, token_index.
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "dump/kallsyms.h"

enum {
	IMAGE_MAX = 128 << 20, /* from _stext to the tables, at most */
	WINDOW = 1 << 20,
	BEFORE = 12 << 20, /* offsets, names and markers lie before the tokens */
	AFTER = 64 << 10,
	TABLE_MAX = 8192,
	SYMS_MAX = 2 << 20,
};

/* A piece of the kernel image. */
struct image {
	uint8_t *p;
	size_t n;
	kaddr_t start;
};

/* Pages that are not there read as zeros. */
static void read_image(struct dump *d, struct image *im)
{
	for (size_t at = 0; at < im->n; at += 4096) {
		paddr_t phys = im->start - d->mmu.kernel_map + d->mmu.phys_base + at;

		if (dump_read_phys(d, phys, im->p + at, 4096, NULL))
			memset(im->p + at, 0, 4096);
	}
}

/* token_table has each digit as its own token, in order. */
static size_t find_digits(const struct image *im, size_t from)
{
	static const uint8_t digits[] = "0\0001\0002\0003\0004\0005\0006\0007\0008\0009";
	const uint8_t *hit;

	if (from >= im->n)
		return SIZE_MAX;
	hit = memmem(im->p + from, im->n - from, digits, sizeof(digits));
	return hit ? (size_t)(hit - im->p) : SIZE_MAX;
}

/* Back over the 48 tokens before '0'. */
static size_t table_start(const struct image *im, size_t zero)
{
	size_t at = zero;

	for (int i = 0; i < '0'; i++) {
		if (at < 2)
			return 0;
		at--; /* the NUL of the token before */
		while (at > 0 && im->p[at - 1])
			at--;
		if (zero - at > TABLE_MAX)
			return 0;
	}
	return at;
}

/* token_index follows: the offset of each token. Returns its place. */
static size_t index_after(const struct image *im, size_t table)
{
	uint16_t want[256];
	size_t at = table;

	for (int i = 0; i < 256; i++) {
		size_t len = at < im->n ? strnlen((const char *)im->p + at, im->n - at) : 0;

		want[i] = (uint16_t)(at - table);
		at += len + 1;
		if (at - table > TABLE_MAX || at >= im->n)
			return 0;
	}
	at = (at + 7) & ~(size_t)7;
	if (at + sizeof(want) > im->n || memcmp(im->p + at, want, sizeof(want)) != 0)
		return 0;
	return at;
}

static uint32_t u32_at(const struct image *im, size_t at)
{
	uint32_t v;

	memcpy(&v, im->p + at, 4);
	return v;
}

/* Markers end before the table: ascending offsets that begin with 0. */
static size_t markers_before(const struct image *im, size_t table, size_t *ret_n)
{
	size_t at = table & ~(size_t)7, end;

	if (at < 16)
		return 0;
	at -= 4;
	if (u32_at(im, at) == 0) /* padding */
		at -= 4;
	end = at + 4;
	while (at >= 4 && u32_at(im, at) && u32_at(im, at - 4) < u32_at(im, at))
		at -= 4;
	if (u32_at(im, at) || end - at < 64)
		return 0;
	*ret_n = (end - at) / 4;
	return at;
}

/* num_syms stands in the 8 bytes before the names; the last marker bounds where they begin. */
static size_t names_before(const struct image *im, size_t markers, size_t n_markers,
			   uint32_t *ret_n)
{
	size_t last = u32_at(im, markers + 4 * (n_markers - 1));
	size_t at = (markers - last) & ~(size_t)7;

	for (size_t tries = 0; tries < 256 * 64 / 8 && at > 16; tries++, at -= 8) {
		uint32_t n = u32_at(im, at - 8);

		if (n > (n_markers - 1) * 256 && n <= n_markers * 256 && u32_at(im, at - 4) == 0) {
			*ret_n = n;
			return at;
		}
	}
	return 0;
}

static bool fill(struct dump *d, struct kallsyms *k, const struct image *im, size_t table,
		 size_t index)
{
	size_t n_markers = 0, markers, names, offsets;
	uint32_t n = 0;

	markers = markers_before(im, table, &n_markers);
	if (!markers || markers <= u32_at(im, markers + 4 * (n_markers - 1)))
		return false;
	names = names_before(im, markers, n_markers, &n);
	offsets = names - 16 - ((4 * (size_t)n + 7) & ~(size_t)7);
	if (!names || n > SYMS_MAX || offsets > names)
		return false;
	k->n = n;
	k->n_markers = n_markers;
	k->names_size = markers - names;
	k->tokens_size = index - table;
	memcpy(&k->base, im->p + names - 16, 8);
	k->offsets_at = im->start + offsets;
	k->searched = true;
#define COPY(at, size)                                                                             \
	(const void *)arena_str(&d->arena, (struct str){ (const char *)im->p + (at), size }).p
	k->names = COPY(names, k->names_size);
	k->markers = COPY(markers, 4 * n_markers);
	k->tokens = COPY(table, k->tokens_size);
	k->token_index = COPY(index, 512);
	k->offsets = COPY(offsets, 4 * (size_t)n);
#undef COPY
	return true;
}

/* Loads what surrounds a hit and tries to make tables of it. */
static bool try_hit(struct dump *d, struct kallsyms *k, kaddr_t hit, kaddr_t stext)
{
	kaddr_t start = hit - stext > BEFORE ? (hit - BEFORE) & ~0xfffull : stext;
	struct image im = { .start = start, .n = ((hit - start) + AFTER) & ~(size_t)0xfff };
	size_t table, index;
	bool found;

	im.p = malloc(im.n);
	if (!im.p)
		return false;
	read_image(d, &im);
	table = table_start(&im, hit - start);
	index = table ? index_after(&im, table) : 0;
	found = index && fill(d, k, &im, table, index);
	free(im.p);
	return found;
}

enum status kallsyms_search(struct dump *d, struct kallsyms *k)
{
	struct image w = { .n = WINDOW };
	uint64_t stext;
	bool found = false;

	if (!vmcoreinfo_symbol(d, "_stext", &stext))
		return ST_MISSING;
	stext &= ~0xfffull;
	w.p = malloc(WINDOW);
	if (!w.p)
		return ST_NOMEM;
	/* windows overlap by a page, so that no hit is cut */
	for (w.start = stext; !found && w.start - stext < IMAGE_MAX; w.start += WINDOW - 4096) {
		read_image(d, &w);
		for (size_t at = find_digits(&w, 0); !found && at != SIZE_MAX;
		     at = find_digits(&w, at + 1))
			found = try_hit(d, k, w.start + at, stext);
	}
	free(w.p);
	return found ? OK : ST_MISSING;
}
