// SPDX-License-Identifier: GPL-2.0-or-later
// base/str: slices and the scanner, on what hostile text would make of them.
#include "base/str.h"

#include "unit.h"

START_TEST(test_slices)
{
	struct str s = STR("  Mem-Info:\r\n"), word;

	ck_assert(str_is(str_trim(s), "Mem-Info:"));
	ck_assert(str_starts(str_trim(s), "Mem-"));
	ck_assert(str_ends(str_trim(s), "Info:"));
	ck_assert(!str_starts(STR("Me"), "Mem-"));
	ck_assert(!str_ends(STR("o:"), "Info:"));
	ck_assert(str_is_plain(STR("/kubepods.slice/pod-1_a@x:2")));
	ck_assert(!str_is_plain(STR("a;b")) && !str_is_plain(STR("$(a)")) &&
		  !str_is_plain(STR("a b")) && !str_is_plain(STR("")));
	ck_assert(!str_is_plain((struct str){ "a\0b", 3 }));
	ck_assert_int_eq(str_find(s, "Info", 0), 6);
	ck_assert_int_eq(str_find(s, "Info", 7), -1);
	ck_assert_int_eq(str_find(s, "Info", 1000), -1);
	ck_assert_uint_eq(str_from(s, 1000).n, 0);
	ck_assert_uint_eq(str_first(s, 1000).n, s.n);
	word = str_word(&s);
	ck_assert(str_is(word, "Mem-Info:"));
	ck_assert_uint_eq(str_word(&s).n, 0);
}
END_TEST

START_TEST(test_whole_numbers)
{
	uint64_t u = 7;
	int64_t i = 7;

	ck_assert(str_to_u64(STR("18446744073709551615"), 10, &u));
	ck_assert(u == UINT64_MAX);
	u = 7;
	ck_assert(!str_to_u64(STR("18446744073709551616"), 10, &u));
	ck_assert(!str_to_u64(STR("12kB"), 10, &u));
	ck_assert(!str_to_u64(STR(""), 10, &u));
	ck_assert(!str_to_u64(STR("-1"), 10, &u));
	ck_assert(!str_to_u64(STR("0x"), 16, &u));
	ck_assert_uint_eq(u, 7);
	ck_assert(str_to_u64(STR("0x100cCa"), 16, &u));
	ck_assert_uint_eq(u, 0x100cca);
	ck_assert(str_to_i64(STR("-1000"), &i));
	ck_assert_int_eq(i, -1000);
	ck_assert(!str_to_i64(STR("--1"), &i));
	ck_assert(!str_to_i64(STR("1 "), &i));
}
END_TEST

/* What is not there leaves the cursor where it was. */
START_TEST(test_scan_takes_all_or_nothing)
{
	struct scan s = scan_of(STR("order=-1, x"));
	int64_t order;
	uint64_t u;

	ck_assert(!scan_lit(&s, "order:"));
	ck_assert(!scan_u64(&s, &u));
	ck_assert(scan_lit(&s, "order="));
	ck_assert(!scan_u64(&s, &u));
	ck_assert(scan_i64(&s, &order));
	ck_assert_int_eq(order, -1);
	ck_assert(!scan_char(&s, 'x'));
	ck_assert(scan_char(&s, ',') && scan_blanks(&s) && scan_char(&s, 'x'));
	ck_assert(scan_end(&s));
	ck_assert(!scan_char(&s, 'x') && !scan_lit(&s, "x") && !scan_hex(&s, &u));
	ck_assert(!scan_i64(&s, &order) && !scan_past(&s, "x", NULL));
}
END_TEST

START_TEST(test_scan_saturates)
{
	struct scan s = scan_of(STR("99999999999999999999999kB"));
	struct scan hex = scan_of(STR("0x11111111111111111"));
	struct scan minus = scan_of(STR("-99999999999999999999"));
	uint64_t u = 0;
	int64_t i = 0;

	ck_assert(scan_u64(&s, &u));
	ck_assert(u == UINT64_MAX);
	ck_assert(scan_lit(&s, "kB"));
	ck_assert(!scan_hex(&hex, &u));
	ck_assert(scan_lit(&hex, "0x"));
	ck_assert(scan_i64(&minus, &i));
	ck_assert_int_eq(i, -INT64_MAX);
}
END_TEST

START_TEST(test_scan_pieces)
{
	struct scan s = scan_of(STR("Node 0 DMA32 free:12kB"));
	struct str name, before;

	ck_assert(scan_name(&s, "", &name) && str_is(name, "Node"));
	ck_assert(scan_past(&s, "free:", &before));
	ck_assert(str_is(before, " 0 DMA32 "));
	ck_assert(scan_until_any(&s, "k", &before) && str_is(before, "12"));
	ck_assert(!scan_until_any(&s, "k", &before));
	ck_assert(str_is(scan_rest(&s), "kB"));
	s = scan_of(STR("a(b)\0c"));
	ck_assert(scan_name(&s, "()", &name) && str_is(name, "a(b)"));
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("str", test_slices, test_whole_numbers, test_scan_takes_all_or_nothing,
		       test_scan_saturates, test_scan_pieces);
}
