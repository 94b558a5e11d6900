// SPDX-License-Identifier: GPL-2.0-or-later
// The table of rules: what every rule owes its reader.
#include <ctype.h>

#include "rule/engine.h"
#include "unit.h"

START_TEST(test_ids_are_unique)
{
	for (size_t i = 0; i < n_rules; i++) {
		ck_assert_ptr_eq(rule_of(rules[i]->id), rules[i]);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(rules[i]->id, rules[k]->id);
	}
	ck_assert_ptr_null(rule_of("no_such_rule"));
}
END_TEST

START_TEST(test_every_rule_explains_itself)
{
	for (size_t i = 0; i < n_rules; i++) {
		const struct rule *r = rules[i];

		for (const char *p = r->id; *p; p++)
			ck_assert_msg(islower((unsigned char)*p) || isdigit((unsigned char)*p) ||
					      *p == '_',
				      "%s", r->id);
		ck_assert_msg(r->title && *r->title, "%s has no title", r->id);
		ck_assert_msg(r->doc, "%s has no doc", r->id);
		ck_assert_msg(r->refs && r->refs[0], "%s names no kernel code", r->id);
		ck_assert_ptr_nonnull((void *)(uintptr_t)r->check);
	}
}
END_TEST

/* A rule that judges heads judges only kinds that can be heads. */
START_TEST(test_rules_judge_heads)
{
	const uint64_t heads = NEED(oom) | NEED(alloc_failure) | NEED(mem_info) | NEED(boot);

	for (size_t i = 0; i < n_rules; i++)
		ck_assert_msg((rules[i]->on & ~heads) == 0, "%s", rules[i]->id);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("rules", test_ids_are_unique, test_every_rule_explains_itself,
		       test_rules_judge_heads);
}
