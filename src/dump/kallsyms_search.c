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
	ROOM = 2 * BEFORE, /* kept of the image, so that a hit finds what lies before it */
	TABLE_MAX = 8192,
	SYMS_MAX = 2 << 20,
};

/* A piece of the kernel image. */
struct image {
	uint8_t *p;
	size_t n;
	kaddr_t start;
};

/* So many bytes more. Pages that are not there read as zeros. */
static void read_image(struct dump *d, struct image *im, size_t more)
{
	size_t end = im->n + more;

	for (size_t at = im->n; at < end; at += 4096) {
		paddr_t phys = im->start - d->mmu.kernel_map + d->mmu.phys_base + at;

		if (dump_read_phys(d, phys, im->p + at, 4096, NULL))
			memset(im->p + at, 0, 4096);
	}
	im->n = end;
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

/* Tries to make tables of what surrounds a hit. */
static bool try_hit(struct dump *d, struct kallsyms *k, const struct image *im, size_t hit)
{
	size_t from = hit > BEFORE ? (hit - BEFORE) & ~(size_t)0xfff : 0, table, index;
	struct image part = { .p = im->p + from, .n = im->n - from, .start = im->start + from };

	if (part.n > hit - from + AFTER)
		part.n = hit - from + AFTER;
	table = table_start(&part, hit - from);
	index = table ? index_after(&part, table) : 0;
	return index && fill(d, k, &part, table, index);
}

/* Room for one more window: what lies too far back goes. */
static void make_room(struct image *im, size_t *at)
{
	size_t drop = im->n > BEFORE + WINDOW ? im->n - BEFORE - WINDOW : 0;

	if (im->n + WINDOW <= ROOM)
		return;
	memmove(im->p, im->p + drop, im->n - drop);
	im->start += drop;
	im->n -= drop;
	*at -= drop;
}

/* Each page is read once: unpacking it is what takes long. */
enum status kallsyms_search(struct dump *d, struct kallsyms *k)
{
	struct image im = { 0 };
	uint64_t stext;
	size_t at = 0; /* where the next hit may lie */
	bool found = false;

	if (!vmcoreinfo_symbol(d, "_stext", &stext))
		return ST_MISSING;
	im.start = stext = stext & ~0xfffull;
	im.p = malloc(ROOM);
	if (!im.p)
		return ST_NOMEM;
	while (!found && im.start + im.n - stext < IMAGE_MAX) {
		make_room(&im, &at);
		read_image(d, &im, WINDOW);
		for (size_t hit = find_digits(&im, at); !found && hit <= im.n - AFTER;
		     hit = find_digits(&im, at)) {
			found = try_hit(d, k, &im, hit);
			at = hit + 1;
		}
		/* a hit that is cut, or too near the end, is found again with the next window */
		if (at + AFTER + 4096 < im.n)
			at = im.n - AFTER - 4096;
	}
	free(im.p);
	return found ? OK : ST_MISSING;
}
