// SPDX-License-Identifier: GPL-2.0-or-later
// model/watermark: published numbers, and the kernel's loop as an oracle over random zones.
#include "model/watermark.h"

#include <stdlib.h>

#include "hand.h"
#include "unit.h"

struct bench {
	struct facts f;
	struct arena a;
	struct incidents all;
};

static void start(struct bench *b)
{
	facts_init(&b->f);
	arena_init(&b->a);
	facts_add_evidence(&b->f, "hand", "log");
}

static const struct wm *judge(struct bench *b)
{
	b->all = incidents_of(&b->f, &b->a);
	ck_assert_uint_eq(b->all.n, 1);
	return wm_of(&b->all.v[0], &b->a);
}

static void stop(struct bench *b)
{
	arena_deinit(&b->a);
	facts_deinit(&b->f);
}

/* The well-known report of a 3.0 kernel: order 2, 247588 pages free, and yet none to have. */
START_TEST(test_halving_of_old_kernels)
{
	static const uint64_t dma[] = { 2, 4, 3, 4, 2, 1, 2, 0, 0, 0, 0 };
	static const uint64_t dma32[] = { 188513, 29459, 2, 2, 1, 0, 0, 1, 0, 0, 0 };
	static const uint64_t reserve[] = { 0, 3014, 3014, 3014 }, none[4] = { 0 };
	struct fact_zone_state *z;
	struct fact_oom *oom;
	const struct wm *w;
	struct bench b;

	start(&b);
	oom = hand_oom(&b.f, 0xd0, 2);
	oom->mems_allowed = STR("0");
	z = hand_zone(&b.f, &oom->head, -1, "DMA");
	hand_marks(&b.f, z, 984, 36, 44, 52);
	hand_reserve(&b.f, z, reserve, 4);
	hand_blocks(&b.f, z, dma, NULL, 11);
	z = hand_zone(&b.f, &oom->head, -1, "DMA32");
	hand_marks(&b.f, z, 990352, 7004, 8752, 10504);
	hand_reserve(&b.f, z, none, 4);
	hand_blocks(&b.f, z, dma32, NULL, 11);
	w = judge(&b);
	ck_assert_uint_eq(w->n, 2);
	ck_assert_int_eq((int)w->era, (int)WM_HALVING);
	ck_assert(w->era_sure);
	ck_assert_int_eq((int)w->zones[0].at[WM_MIN].order0, (int)T_NO);
	ck_assert_int_eq((int)w->zones[1].at[WM_MIN].order0, (int)T_YES);
	ck_assert_int_eq((int)w->zones[1].at[WM_MIN].block, (int)T_NO);
	ck_assert_int_eq((int)w->zones[1].at[WM_HIGH].ok, (int)T_NO);
	stop(&b);
}
END_TEST

/* i386 with high memory: the reserve column is that of Normal, and DMA fails by one page. */
START_TEST(test_lowmem_reserve_column)
{
	static const uint64_t dma[] = { 0, 873, 12176 }, normal[] = { 0, 0, 90424 },
			      none[3] = { 0 };
	struct fact_zone_state *z;
	struct fact_oom *oom;
	const struct wm *w;
	struct bench b;

	start(&b);
	oom = hand_oom(&b.f, 0xd0, 0);
	z = hand_zone(&b.f, &oom->head, -1, "DMA");
	hand_marks(&b.f, z, 3560, 68, 84, 100);
	hand_reserve(&b.f, z, dma, 3);
	z = hand_zone(&b.f, &oom->head, -1, "Normal");
	hand_marks(&b.f, z, 3648, 3744, 4680, 5616);
	hand_reserve(&b.f, z, normal, 3);
	z = hand_zone(&b.f, &oom->head, -1, "HighMem");
	hand_marks(&b.f, z, 4354372, 512, 12640, 24768);
	hand_reserve(&b.f, z, none, 3);
	w = judge(&b);
	ck_assert_int_eq((int)w->highest.lo, (int)ZONE_NORMAL);
	ck_assert_int_eq((int)w->highest.hi, (int)ZONE_NORMAL);
	ck_assert_int_eq((int)w->zones[0].at[WM_MIN].ok, (int)T_NO);
	ck_assert_uint_eq(w->zones[0].reserve.lo, 873);
	ck_assert_int_eq((int)w->zones[1].at[WM_MIN].ok, (int)T_NO);
	ck_assert_int_eq((int)w->zones[2].allowed, (int)T_NO);
	stop(&b);
}
END_TEST

START_TEST(test_classes)
{
	const zone_set pc64 =
		1 << ZONE_DMA | 1 << ZONE_DMA32 | 1 << ZONE_NORMAL | 1 << ZONE_MOVABLE;
	const zone_set pc32 =
		1 << ZONE_DMA | 1 << ZONE_NORMAL | 1 << ZONE_HIGHMEM | 1 << ZONE_MOVABLE;
	const zone_set bare = 1 << ZONE_NORMAL | 1 << ZONE_MOVABLE;

	ck_assert_int_eq((int)zone_class(pc64, G_HIGHMEM | G_MOVABLE), (int)ZONE_MOVABLE);
	ck_assert_int_eq((int)zone_class(pc64, G_HIGHMEM), (int)ZONE_NORMAL);
	ck_assert_int_eq((int)zone_class(pc64, G_DMA32 | G_MOVABLE), (int)ZONE_DMA32);
	ck_assert_int_eq((int)zone_class(pc32, G_HIGHMEM), (int)ZONE_HIGHMEM);
	ck_assert_int_eq((int)zone_class(pc32, G_DMA32), (int)ZONE_NORMAL);
	ck_assert_int_eq((int)zone_class(pc32, G_MOVABLE), (int)ZONE_NORMAL);
	ck_assert_int_eq((int)zone_class(bare, G_DMA), (int)ZONE_NORMAL);
}
END_TEST

START_TEST(test_node_lists)
{
	ck_assert(node_in_list(STR("0-1,4"), 1) && node_in_list(STR("0-1,4"), 4));
	ck_assert(!node_in_list(STR("0-1,4"), 2) && !node_in_list(STR("(null)"), 0));
	ck_assert(node_list_given(STR("4")) && !node_list_given(STR("(null)")) &&
		  !node_list_given(STR("")));
	ck_assert(!node_in_list(STR("0-"), 0));
}
END_TEST

/* --- the oracle ---------------------------------------------------------------------------- */

enum { ORDERS = 11, TYPES = 6 };
static const char letters[TYPES] = { 'U', 'M', 'E', 'H', 'C', 'I' };

struct made {
	long free, mark, reserve, highatomic, cma;
	unsigned long blocks[ORDERS][TYPES];
};

/* __zone_watermark_ok() of 6.12, written down from its description: flags as three booleans. */
static bool oracle_new(const struct made *m, int order, bool high, bool nonblock, bool movable)
{
	long free = m->free - ((1L << order) - 1), min = m->mark;

	if (!high && !nonblock)
		free -= m->highatomic;
	if (!movable)
		free -= m->cma;
	if (high) {
		min -= min / 2;
		if (nonblock)
			min -= min / 4;
	}
	if (free <= min + m->reserve)
		return false;
	if (!order)
		return true;
	for (int o = order; o < ORDERS; o++) {
		if (m->blocks[o][0] || m->blocks[o][1] || m->blocks[o][2])
			return true;
		if ((movable && m->blocks[o][4]) || (high && nonblock && m->blocks[o][3]))
			return true;
	}
	return false;
}

static bool oracle_old(const struct made *m, int order, bool high, bool harder, bool movable)
{
	long free = m->free - ((1L << order) - 1), min = m->mark;

	if (high)
		min -= min / 2;
	if (harder)
		min -= min / 4;
	if (free - (movable ? 0 : m->cma) <= min + m->reserve)
		return false;
	for (int o = 0; o < order; o++) {
		long n = 0;

		for (int t = 0; t < TYPES; t++)
			n += (long)m->blocks[o][t];
		free -= n << o;
		min >>= 1;
		if (free <= min)
			return false;
	}
	return true;
}

static long below(long n)
{
	return random() % n;
}

static void make(struct made *m, bool old)
{
	*m = (struct made){ .mark = below(4000), .reserve = below(3) ? 0 : below(3000) };
	for (int o = 0; o < ORDERS; o++) {
		for (int t = 0; t < TYPES; t++) {
			if (below(3) || (o > 3 && below(3)) || (old && t == 3))
				continue;
			m->blocks[o][t] = (unsigned long)below(o < 2 ? 900 : 5);
			m->free += (long)m->blocks[o][t] << o;
			if (t == 3)
				m->highatomic += (long)m->blocks[o][t] << o;
			if (t == 4)
				m->cma += (long)m->blocks[o][t] << o;
		}
	}
}

static void put_zone(struct bench *b, const struct fact *head, const struct made *m, bool old)
{
	struct fact_zone_state *z = hand_zone(&b->f, head, 0, "DMA32");
	const uint64_t reserve[] = { 0, 0, (uint64_t)m->reserve, (uint64_t)m->reserve };
	uint64_t counts[ORDERS] = { 0 };
	char text[ORDERS][TYPES + 1];
	const char *types[ORDERS];

	for (int o = 0; o < ORDERS; o++) {
		int n = 0;

		for (int t = 0; t < TYPES; t++) {
			counts[o] += m->blocks[o][t];
			if (m->blocks[o][t])
				text[o][n++] = letters[t];
		}
		text[o][n] = '\0';
		types[o] = arena_strdup(&b->f.arena, text[o]);
	}
	hand_marks(&b->f, z, (uint64_t)m->free * 4, (uint64_t)m->mark * 4, (uint64_t)m->mark * 5,
		   (uint64_t)m->mark * 6);
	hand_set(&b->f, z, "managed", 4000000);
	hand_set(&b->f, z, "free_cma", (uint64_t)m->cma * 4);
	if (!old)
		hand_set(&b->f, z, "free_highatomic", (uint64_t)m->highatomic * 4);
	hand_reserve(&b->f, z, reserve, 4);
	hand_blocks(&b->f, z, counts, types, ORDERS);
	hand_zone(&b->f, head, 0, "DMA"); /* names the build: the columns are known then */
}

static const struct request {
	const char *names;
	uint64_t old_mask;
	bool high, nonblock, movable;
} requests[] = {
	{ "GFP_KERNEL", 0xd0, false, false, false },
	{ "GFP_ATOMIC", 0x20, true, true, false },
	{ "GFP_HIGHUSER_MOVABLE", 0x200da, false, false, true },
	{ "GFP_KERNEL|__GFP_HIGH", 0xf0, true, false, false },
	{ "GFP_NOWAIT|__GFP_NOMEMALLOC", 0x10200, false, false, false },
};

static void one_random(bool old)
{
	const struct request *r = &requests[below(sizeof(requests) / sizeof(requests[0]))];
	int order = (int)below(6);
	struct fact_alloc_failure *fail;
	const struct wm *w;
	struct wm_check got;
	struct bench b;
	struct made m;
	bool want;

	start(&b);
	make(&m, old);
	fail = hand_fail(&b.f, old ? r->old_mask : 1, order);
	if (!old)
		fail->gfp_flags = str_c(r->names);
	put_zone(&b, &fail->head, &m, old);
	w = judge(&b);
	got = w->zones[0].at[WM_MIN];
	want = old ? oracle_old(&m, order, r->high, r->nonblock, r->movable)
		   : oracle_new(&m, order, r->high, r->nonblock, r->movable);
	if (got.ok != T_MAYBE && (w->era_sure || !w->zones[0].era_matters))
		ck_assert_msg((got.ok == T_YES) == want,
			      "%s order %d: free %ld mark %ld reserve %ld cma %ld highatomic %ld: "
			      "kernel %d, we %d (order0 %d block %d)",
			      r->names, order, m.free, m.mark, m.reserve, m.cma, m.highatomic, want,
			      got.ok, got.order0, got.block);
	stop(&b);
}

START_TEST(test_against_the_kernel)
{
	srandom(20);
	for (int i = 0; i < 4000; i++)
		one_random(false);
}
END_TEST

START_TEST(test_against_old_kernels)
{
	srandom(4);
	for (int i = 0; i < 4000; i++)
		one_random(true);
}
END_TEST

/* A decided answer must be common: MAYBE everywhere would pass the oracle. */
START_TEST(test_mostly_decided)
{
	int maybe = 0;

	srandom(7);
	for (int i = 0; i < 1000; i++) {
		struct fact_alloc_failure *fail;
		struct bench b;
		struct made m;

		start(&b);
		make(&m, false);
		fail = hand_fail(&b.f, 0xcc0, (int)below(6));
		fail->gfp_flags = STR("GFP_KERNEL");
		put_zone(&b, &fail->head, &m, false);
		maybe += judge(&b)->zones[0].at[WM_MIN].ok == T_MAYBE;
		stop(&b);
	}
	ck_assert_int_eq(maybe, 0);
}
END_TEST

START_TEST(test_damaged_marks)
{
	static const uint64_t reserve[] = { 0, 0, 72057594037927865ull, 72057594037927865ull };
	struct fact_zone_state *z;
	struct fact_oom *oom;
	const struct wm *w;
	struct bench b;

	start(&b);
	oom = hand_oom(&b.f, 0x100cca, 0);
	oom->gfp_flags = STR("GFP_HIGHUSER_MOVABLE");
	oom->mem->ram_total = num_scaled(1048445, 4096, 1);
	z = hand_zone(&b.f, &oom->head, 0, "DMA32");
	hand_marks(&b.f, z, 2677864, 7004, 10028, 13052);
	hand_reserve(&b.f, z, reserve, 4);
	z = hand_zone(&b.f, &oom->head, 0, "Normal");
	hand_marks(&b.f, z, 193448, 99395541895224ull, 73886371836733356ull, 147673348131571488ull);
	w = judge(&b);
	ck_assert(w->zones[0].broken && w->zones[1].broken);
	ck_assert_int_eq((int)w->zones[0].at[WM_MIN].ok, (int)T_NO);
	ck_assert_int_eq((int)w->zones[1].at[WM_MIN].ok, (int)T_NO);
	stop(&b);
}
END_TEST

/* Whatever is missing, nothing is claimed. */
START_TEST(test_nothing_printed)
{
	struct fact_oom *oom;
	const struct wm *w;
	struct bench b;

	start(&b);
	oom = hand_oom(&b.f, 0xcc0, 1);
	hand_zone(&b.f, &oom->head, 0, "Normal");
	w = judge(&b);
	ck_assert_int_eq((int)w->zones[0].at[WM_MIN].ok, (int)T_MAYBE);
	ck_assert_int_eq((int)w->zones[0].at[WM_HIGH].ok, (int)T_MAYBE);
	ck_assert(!w->zones[0].broken && !w->zones[0].empty);
	stop(&b);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("watermark", test_halving_of_old_kernels, test_lowmem_reserve_column,
		       test_classes, test_node_lists, test_against_the_kernel,
		       test_against_old_kernels, test_mostly_decided, test_damaged_marks,
		       test_nothing_printed);
}
