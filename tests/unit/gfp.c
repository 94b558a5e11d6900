// SPDX-License-Identifier: GPL-2.0-or-later
// model/gfp: one request in the numbers and names of many kernels.
#include "model/gfp.h"

#include "model/machine.h"
#include "unit.h"

enum { KERNEL_BITS = G_DIRECT_RECLAIM | G_IO | G_FS };

static struct gfp number(uint64_t mask, uint32_t version)
{
	return gfp_decode(num_at(mask, 1), (struct str){ NULL, 0 }, version);
}

static struct gfp names(const char *text)
{
	return gfp_decode(num_at(0x1, 1), str_c(text), 0);
}

START_TEST(test_kernel_of_every_age)
{
	static const struct {
		uint64_t mask;
		uint32_t version;
	} kernel[] = {
		{ 0xd0, KVER(2, 6, 18) },     { 0xd0, KVER(3, 0, 58) },
		{ 0x24000c0, KVER(4, 4, 1) }, { 0x14000c0, KVER(4, 14, 0) },
		{ 0x6000c0, KVER(4, 19, 0) }, { 0xcc0, KVER(6, 1, 0) },
	};

	for (size_t i = 0; i < sizeof(kernel) / sizeof(kernel[0]); i++) {
		struct gfp g = number(kernel[i].mask, kernel[i].version);

		ck_assert_msg(g.source != GFP_UNKNOWN && gfp_has(&g, KERNEL_BITS), "%zu", i);
		ck_assert_uint_eq(g.bits & G_ZONE, 0);
		ck_assert(gfp_sure(&g, G_ZONE));
		ck_assert_int_eq(g.old, kernel[i].version < KVER(4, 4, 0));
	}
}
END_TEST

START_TEST(test_movable_moved)
{
	struct gfp old = number(0x1200d2, KVER(2, 6, 27));
	struct gfp now = number(0x201da, KVER(2, 6, 32));
	struct gfp later = number(0x280da, 0);

	ck_assert(gfp_has(&old, G_MOVABLE | G_HIGHMEM | G_HARDWALL | KERNEL_BITS));
	ck_assert(gfp_has(&now, G_MOVABLE | G_HIGHMEM | G_HARDWALL | G_COLD));
	ck_assert(gfp_has(&later, G_MOVABLE | G_HIGHMEM | G_ZERO));
	ck_assert(later.old && later.old_sure);
	ck_assert(gfp_sure(&later, G_ZONE | G_DIRECT_RECLAIM));
}
END_TEST

START_TEST(test_names_win)
{
	struct gfp g = names("GFP_KERNEL|__GFP_COMP|__GFP_NOWARN");

	ck_assert_int_eq((int)g.source, (int)GFP_NAMES);
	ck_assert(gfp_has(&g, KERNEL_BITS | G_COMP | G_NOWARN));
	g = names("GFP_HIGHUSER_MOVABLE|__GFP_ZERO|0x80000000");
	ck_assert(gfp_has(&g, G_MOVABLE | G_HIGHMEM | G_HARDWALL | G_ZERO));
	g = names("GFP_ATOMIC");
	ck_assert(gfp_has(&g, G_HIGH | G_ATOMIC) && !gfp_has(&g, G_DIRECT_RECLAIM));
}
END_TEST

/* A line cut inside the names: the number must do. */
START_TEST(test_cut_names)
{
	struct gfp g = gfp_decode(num_at(0x6200ca, 1), STR("GFP_HIGHUSER_MOVA"), KVER(4, 19, 0));

	ck_assert_int_ne((int)g.source, (int)GFP_NAMES);
	ck_assert(gfp_has(&g, G_MOVABLE | G_HIGHMEM));
	g = gfp_decode((struct num){ 0 }, STR("GFP_HIGHUSER_MOVA"), 0);
	ck_assert_int_eq((int)g.source, (int)GFP_UNKNOWN);
}
END_TEST

START_TEST(test_nothing_and_nonsense)
{
	struct gfp none = number(0, 0), odd = number(0xffffffffffffffffull, 0);

	ck_assert_int_eq((int)none.source, (int)GFP_AGREED);
	ck_assert_uint_eq(none.bits, 0);
	ck_assert_int_eq((int)odd.source, (int)GFP_UNKNOWN);
	ck_assert_uint_eq(odd.sure, 0);
}
END_TEST

START_TEST(test_text)
{
	struct gfp g = number(0x201da, KVER(3, 10, 0));
	struct arena a;

	arena_init(&a);
	ck_assert(str_is(gfp_text(&g, &a), "GFP_HIGHUSER_MOVABLE|__GFP_COLD"));
	g = number(0xd0, KVER(3, 0, 0));
	ck_assert(str_is(gfp_text(&g, &a), "GFP_KERNEL"));
	arena_deinit(&a);
}
END_TEST

START_TEST(test_versions)
{
	ck_assert_uint_eq(kernel_version(STR("2.6.30-rc5")), KVER(2, 6, 30));
	ck_assert_uint_eq(kernel_version(STR("6.12.107+deb13-cloud-amd64")), KVER(6, 12, 107));
	ck_assert_uint_eq(kernel_version(STR("5.13.x")), KVER(5, 13, 0));
	ck_assert_uint_eq(kernel_version(STR("7.0")), KVER(7, 0, 0));
	ck_assert_uint_eq(kernel_version(STR("next")), 0);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("gfp", test_kernel_of_every_age, test_movable_moved, test_names_win,
		       test_cut_names, test_nothing_and_nonsense, test_text, test_versions);
}
