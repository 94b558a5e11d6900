// SPDX-License-Identifier: GPL-2.0-or-later
// base/utf8: what may reach a terminal or a JSON string.
#include "base/utf8.h"

#include <stdlib.h>

#include "unit.h"

static void cleaned(struct str in, const char *want, bool want_replaced)
{
	bool replaced;
	char *got = utf8_clean(in, &replaced);

	ck_assert_str_eq(got, want);
	ck_assert(replaced == want_replaced);
	free(got);
}

#define BAD "\xef\xbf\xbd"

START_TEST(test_valid_stays)
{
	cleaned(STR("plain\ttext\n"), "plain\ttext\n", false);
	cleaned(STR("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xa7"),
		"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xa7", false);
	cleaned(STR(""), "", false);
}
END_TEST

START_TEST(test_invalid_is_replaced)
{
	cleaned(STR("a\xff"
		    "b"),
		"a" BAD "b", true);
	cleaned(STR("\xe2\x82"), BAD BAD, true);
	cleaned(STR("\xc0\x80"), BAD BAD, true);		 /* overlong NUL */
	cleaned(STR("\xed\xa0\x80"), BAD BAD BAD, true);	 /* a surrogate */
	cleaned(STR("\xf4\x90\x80\x80"), BAD BAD BAD BAD, true); /* beyond U+10FFFF */
	cleaned(STR("\xe0\x80\xaf"), BAD BAD BAD, true);
}
END_TEST

/* Escape sequences of the evidence must not reach a terminal. */
START_TEST(test_control_bytes)
{
	cleaned(STR("a\0b"), "a" BAD "b", true);
	cleaned(STR("\x1b[31mred"), BAD "[31mred", true);
	cleaned(STR("x\x7f\r"), "x" BAD BAD, true);
}
END_TEST

START_TEST(test_length)
{
	ck_assert_uint_eq(utf8_len(STR("")), 0);
	ck_assert_uint_eq(utf8_len(STR("a")), 1);
	ck_assert_uint_eq(utf8_len(STR("\xf0\x9f\x90\xa7z")), 4);
	ck_assert_uint_eq(utf8_len(STR("\x80")), 0);
	ck_assert_uint_eq(utf8_len(STR("\xf5\x80\x80\x80")), 0);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("utf8", test_valid_stays, test_invalid_is_replaced, test_control_bytes,
		       test_length);
}
