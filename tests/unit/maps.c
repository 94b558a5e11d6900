// SPDX-License-Identifier: GPL-2.0-or-later
// Random maps with random parameters, and random series of kexecs, against an oracle that paints
// cells.
//
// MMWHY_SEED=N repeats a run; the seed is printed.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "model/kexec.h"
#include "unit.h"

static uint64_t state;

static uint64_t draw(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

static void seed(uint64_t n)
{
	const char *given = getenv("MMWHY_SEED");
	uint64_t v = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL) * 1000 + n;

	printf("# seed %" PRIu64 "\n", v);
	fflush(stdout);
	state = v * 2654435769u + 1;
}

/* Maps: 16 MiB of cells of 4 KiB; every entry that was ever added is a layer of its own. */

enum { CELL = 4096, CELLS = 1 << 12, LAYERS = 128 };

struct painting {
	uint8_t layer[LAYERS][CELLS];
	size_t n;
};

static void paint_add(struct painting *p, uint64_t from, uint64_t n, uint8_t type)
{
	uint8_t *layer = p->layer[p->n++];

	ck_assert_uint_le(p->n, LAYERS);
	memset(layer, 0, CELLS);
	for (uint64_t i = from; i < from + n && i < CELLS; i++)
		layer[i] = type;
}

/* @old 0: whatever is there. */
static void paint_change(struct painting *p, uint64_t from, uint64_t n, uint8_t old, uint8_t new)
{
	for (size_t k = 0; k < p->n; k++)
		for (uint64_t i = from; i < from + n && i < CELLS; i++)
			if (p->layer[k][i] && (!old || p->layer[k][i] == old))
				p->layer[k][i] = new;
}

static uint8_t painted(const struct painting *p, uint64_t cell)
{
	uint8_t type = 0;

	for (size_t k = 0; k < p->n; k++)
		if (p->layer[k][cell] > type)
			type = p->layer[k][cell];
	return type;
}

/* A number as people write it. */
static void number(char *buf, size_t n, uint64_t cells)
{
	switch (draw(4)) {
	case 0:
		snprintf(buf, n, "%" PRIu64 "K", cells * 4);
		break;
	case 1:
		snprintf(buf, n, "0x%" PRIx64, cells * CELL);
		break;
	case 2:
		snprintf(buf, n, "0%" PRIo64 "k", cells * 4);
		break;
	default:
		if (cells % 256 == 0)
			snprintf(buf, n, "%" PRIu64 "M", cells / 256);
		else
			snprintf(buf, n, "%" PRIu64, cells * CELL);
	}
}

struct command_line {
	char text[2048];
	size_t n;
};

static void say(struct command_line *c, const char *text)
{
	c->n += (size_t)snprintf(c->text + c->n, sizeof(c->text) - c->n, "%s", text);
	ck_assert_uint_lt(c->n, sizeof(c->text));
}

static void say_number(struct command_line *c, const char *before, uint64_t cells)
{
	char buf[40];

	number(buf, sizeof(buf), cells);
	say(c, before);
	say(c, buf);
}

/* "nn%ss-from+to" in its four forms. */
static void random_change(struct painting *p, struct command_line *c, uint64_t from, uint64_t n)
{
	static const uint8_t types[] = { 1, 2, 3, 4, 5, 12 };
	uint8_t old = types[draw(6)], new = types[draw(6)];
	uint64_t form = draw(4);
	char text[24];

	say_number(c, "%", from);
	if (form & 1) {
		snprintf(text, sizeof(text), "-%u", old);
		say(c, text);
	}
	if (form & 2) {
		snprintf(text, sizeof(text), "+%u", new);
		say(c, text);
	}
	/* the kernel takes a change of a type into itself for a bug of its own */
	if (form == 3 && old == new)
		return;
	if (form == 3)
		paint_change(p, from, n, old, new);
	else if (form == 2)
		paint_add(p, from, n, new);
	else
		paint_change(p, from, n, form == 1 ? old : 0, 0);
}

static void random_param(struct painting *p, struct command_line *c)
{
	static const struct {
		const char *sign;
		uint8_t type;
	} adds[] = { { "@", 1 }, { "#", 3 }, { "$", 2 }, { "!", 12 } };
	uint64_t from = draw(CELLS), n = 1 + draw(CELLS / 4), kind = draw(8);

	say(c, c->n ? " " : "");
	switch (kind) {
	case 0:
		say_number(c, "mem=", from + 1);
		paint_change(p, from + 1, CELLS, 1, 0);
		return;
	case 1:
		say_number(c, "memmap=", from);
		paint_change(p, from, CELLS, 1, 0);
		return;
	case 2:
		say_number(c, "memmap=", n);
		random_change(p, c, from, n);
		return;
	case 3:
		if (draw(8) == 0) {
			say(c, "memmap=exactmap,");
			p->n = 0;
		} else {
			say(c, "memmap=");
		}
		break;
	default:
		say(c, "memmap=");
	}
	say_number(c, "", n);
	kind = draw(4);
	say_number(c, adds[kind].sign, from);
	paint_add(p, from, n, adds[kind].type);
}

static void random_map(struct painting *p, struct e820_table *t)
{
	static const uint8_t types[] = { 1, 1, 1, 2, 3, 4, 5, 7, 128 };

	p->n = 0;
	t->n = 0;
	for (uint64_t n = 2 + draw(40); n--;) {
		uint64_t from = draw(CELLS), cells = draw(CELLS / 8);
		uint8_t type = types[draw(9)];

		if (from + cells > CELLS)
			cells = CELLS - from;
		paint_add(p, from, cells, type);
		ck_assert(e820_add(t, from * CELL, cells * CELL, type));
	}
}

static uint32_t type_at(const struct e820_table *t, uint64_t addr)
{
	for (size_t i = 0; i < t->n; i++)
		if (addr >= t->v[i].addr && addr - t->v[i].addr < t->v[i].size)
			return t->v[i].type;
	return 0;
}

static void ck_sane(const struct e820_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct e820_entry *a = &t->v[i], *b = a + 1;

		ck_assert_uint_gt(a->size, 0);
		ck_assert_uint_ne(a->type, 0);
		if (i + 1 == t->n)
			break;
		ck_assert_uint_le(a->addr + a->size, b->addr);
		/* equal neighbours are merged, but persistent memory */
		ck_assert(a->addr + a->size < b->addr || a->type != b->type ||
			  a->type == E820_PRAM);
	}
}

START_TEST(test_200_maps)
{
	struct painting *p = malloc(sizeof(*p));
	struct e820_table *t = malloc(sizeof(*t));

	ck_assert(p && t);
	seed(1);
	for (int k = 0; k < 200; k++) {
		struct command_line c = { 0 };
		bool sane;

		random_map(p, t);
		for (uint64_t n = 1 + draw(6); n--;)
			random_param(p, &c);
		ck_assert_msg(e820_cmdline(t, str_c(c.text), NULL), "%s", c.text);
		sane = e820_sanitize(t);
		ck_assert_msg(sane || t->n < 2, "%s", c.text);
		for (uint64_t cell = 0; sane && cell < CELLS; cell++)
			ck_assert_msg(type_at(t, cell * CELL) == painted(p, cell),
				      "map %d, cell %" PRIu64 ", %s", k, cell, c.text);
		if (sane)
			ck_sane(t);
	}
	free(p);
	free(t);
}
END_TEST

/* Series: cells between all addresses that occur, of any size. */

enum { POINTS = 4096, KEXECS = 150, BLOBS = 3 };

struct series {
	uint64_t point[POINTS];
	uint8_t cell[POINTS]; /* what lies between point i and i + 1; 0: nothing */
	size_t n;
	struct e820_table *map;
	struct kexec_blob blob[KEXECS][BLOBS];
	size_t n_blobs;
};

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void add_point(struct series *s, uint64_t v)
{
	ck_assert_uint_lt(s->n, POINTS);
	s->point[s->n++] = v;
}

static void paint(struct series *s, uint64_t from, uint64_t to, uint8_t old, uint8_t new)
{
	for (size_t i = 0; i + 1 < s->n; i++)
		if (s->point[i] >= from && s->point[i] < to && s->cell[i] == old)
			s->cell[i] = new;
}

/* Runs of equal cells are entries; what is beyond @max is wiped out. @return how many there were.
 */
static size_t cut(struct series *s, size_t max, uint64_t *ret_ram)
{
	size_t entries = 0;

	*ret_ram = 0;
	for (size_t i = 0; i + 1 < s->n; i++) {
		/* a point may stand twice */
		if (s->point[i] == s->point[i + 1])
			s->cell[i] = i ? s->cell[i - 1] : 0;
		if (s->cell[i] && (!i || s->cell[i] != s->cell[i - 1]))
			entries++;
		if (entries <= max)
			continue;
		if (s->cell[i] == 1 || s->cell[i] == 128)
			*ret_ram += s->point[i + 1] - s->point[i];
	}
	entries = 0;
	for (size_t i = 0, before = 0; i + 1 < s->n; i++) {
		uint8_t cell = s->cell[i];

		if (cell && (!i || cell != before))
			entries++;
		before = cell;
		if (entries > max)
			s->cell[i] = 0;
	}
	return entries;
}

/* 9 to 40 entries, the last the big one above 4 GiB; the first takes the blobs. */
static void random_entries(struct series *s)
{
	uint64_t entries = 9 + draw(32), at = 64ull << 20;

	(void)e820_add(s->map, 0, at, E820_RAM);
	for (uint64_t i = 1; i + 1 < entries; i++) {
		uint64_t size = (1 + draw(64)) * 4096;

		at += (1 + draw(16)) * 4096;
		(void)e820_add(s->map, at, size, draw(3) ? E820_RESERVED : E820_RAM);
		at += size;
	}
	(void)e820_add(s->map, 1ull << 32, (1 + draw(64)) << 30, E820_RAM);
}

/* 1 to 3 blobs of 16 to 128 bytes a kexec, side by side or not; the next kexec's a page below, or
 * so close that they coalesce. */
static void random_blobs(struct series *s)
{
	uint64_t top = 60ull << 20, size[BLOBS], gap[BLOBS], total = 0, shift;

	s->n_blobs = 1 + draw(BLOBS);
	for (size_t i = 0; i < s->n_blobs; i++) {
		size[i] = 16 + draw(113);
		gap[i] = draw(2) ? 0 : draw(64);
		total += size[i] + gap[i];
	}
	shift = draw(4) ? 4096 : total;
	for (size_t k = 0; k < KEXECS; k++) {
		uint64_t at = top - k * shift;

		for (size_t i = 0; i < s->n_blobs; i++) {
			at += gap[i];
			s->blob[k][i] = (struct kexec_blob){ at, size[i] };
			at += size[i];
		}
	}
}

static void random_series(struct series *s)
{
	s->n = 0;
	s->map->n = 0;
	random_entries(s);
	random_blobs(s);
	for (size_t i = 0; i < s->map->n; i++) {
		add_point(s, s->map->v[i].addr);
		add_point(s, s->map->v[i].addr + s->map->v[i].size);
	}
	for (size_t k = 0; k < KEXECS; k++) {
		for (size_t i = 0; i < s->n_blobs; i++) {
			add_point(s, s->blob[k][i].addr);
			add_point(s, s->blob[k][i].addr + s->blob[k][i].size);
		}
	}
	qsort(s->point, s->n, sizeof(s->point[0]), by_value);
	memset(s->cell, 0, sizeof(s->cell));
	for (size_t i = 0; i < s->map->n; i++)
		paint(s, s->map->v[i].addr, s->map->v[i].addr + s->map->v[i].size, 0,
		      (uint8_t)s->map->v[i].type);
}

/* The model's next kernel beside the painting's; true: as far as the series goes. */
static bool ck_step(struct series *s, struct kexec_boot *now, struct kexec_boot *next, size_t k)
{
	uint64_t ram;
	size_t entries = cut(s, E820_MAX_ZEROPAGE, &ram);

	ck_assert_uint_eq(entries, now->kexec.n);
	kexec_next_boot(now, next);
	ck_assert_uint_eq(next->ram_lost, ram);
	ck_assert_uint_eq(next->dropped,
			  entries > E820_MAX_ZEROPAGE ? entries - E820_MAX_ZEROPAGE : 0);
	for (size_t i = 0; i + 1 < s->n; i++)
		ck_assert_uint_eq(type_at(&next->used, s->point[i]),
				  s->point[i] == s->point[i + 1]
					  ? type_at(&next->used, s->point[i + 1])
					  : s->cell[i]);
	for (size_t i = 0; i < s->n_blobs; i++)
		paint(s, s->blob[k][i].addr, s->blob[k][i].addr + s->blob[k][i].size, 1, 128);
	kexec_reserve_blobs(next, s->blob[k], s->n_blobs, false);
	ck_sane(&next->kexec);
	return ram == 0;
}

START_TEST(test_kexec_series)
{
	struct series *s = calloc(1, sizeof(*s));
	struct kexec_boot *b = malloc(2 * sizeof(*b)), *now = b, *next = b + 1;
	size_t lost = 0;

	ck_assert(s && b);
	s->map = malloc(sizeof(*s->map));
	ck_assert_ptr_nonnull(s->map);
	seed(2);
	for (int n = 0; n < 60; n++) {
		size_t k = 0;

		random_series(s);
		kexec_first_boot(s->map, now);
		while (k < KEXECS && ck_step(s, now, next, k)) {
			struct kexec_boot *swap = now;

			now = next;
			next = swap;
			k++;
		}
		lost += k < KEXECS;
	}
	/* coalescing series grow once only; most of the others reach the limit */
	ck_assert_uint_gt(lost, 20);
	free(s->map);
	free(s);
	free(b);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("maps", test_200_maps, test_kexec_series);
}
