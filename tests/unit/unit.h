// SPDX-License-Identifier: GPL-2.0-or-later
// A unit test is a file tests/unit/MODULE.c that defines unit_suite(), and its name in
// tests/meson.build. main.c runs it in libcheck's fork mode and prints TAP.
#ifndef MMWHY_TESTS_UNIT_H
#define MMWHY_TESTS_UNIT_H

#include <check.h>

Suite *unit_suite(void);

/** A suite of the tests given: unit_of("arena", test_a, test_b). */
#define unit_of(name, ...) unit_of_list((name), (const TTest *const[]){ __VA_ARGS__, NULL })

static inline Suite *unit_of_list(const char *name, const TTest *const *tests)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);

	tcase_set_timeout(tcase, 60); /* wall clock, on machines that do other things too */
	for (; *tests; tests++)
		tcase_add_test(tcase, *tests);
	suite_add_tcase(suite, tcase);
	return suite;
}

#endif
