// SPDX-License-Identifier: GPL-2.0-or-later
// fact/: the store and its tables.
#include "base/limits.h"
#include "fact/schema.h"

#include "unit.h"

static const struct origin here = { .line = 1 };

static void check_fields(const struct field *fields)
{
	size_t n = 0;

	ck_assert_ptr_nonnull(fields);
	for (const struct field *fd = fields; fd->name; fd++, n++) {
		ck_assert_msg(fd->doc && *fd->doc, "%s has no doc", fd->name);
		for (const struct field *other = fields; other < fd; other++)
			ck_assert_str_ne(other->name, fd->name);
		if (fd->type == F_LIST)
			ck_assert_uint_gt(fd->elem_size, 0);
		if (fd->type == F_LIST || fd->type == F_BLOCKS || fd->type == F_BYTES_LIST ||
		    fd->type == F_STR_LIST)
			ck_assert_msg(fd->count_at > 0, "%s has no count", fd->name);
		if (fd->type == F_LIST || fd->type == F_OBJ)
			check_fields(fd->sub);
	}
	ck_assert_uint_gt(n, 0);
}

START_TEST(test_every_kind_has_fields)
{
	for (enum fact_kind k = 0; k < FACT_KINDS; k++) {
		ck_assert_uint_gt(strlen(fact_kind_doc(k)), 0);
		ck_assert_int_eq((int)fact_kind_of(fact_kind_name(k)), (int)k);
		check_fields(fact_fields(k));
	}
	ck_assert_int_eq((int)fact_kind_of("no such kind"), (int)FACT_KINDS);
	ck_assert_uint_le((size_t)FACT_KINDS, 64); /* NEED() is one bit of a uint64_t */
}
END_TEST

START_TEST(test_ids_ascend)
{
	struct facts f;
	uint32_t last = 0;

	facts_init(&f);
	for (int i = 0; i < 1000; i++) {
		struct fact *fact = fact_add(&f, i % 2 ? FACT_oom : FACT_boot, here);

		ck_assert_uint_gt(fact->id, last);
		ck_assert_int_eq(fact->boot, -1);
		last = fact->id;
	}
	ck_assert_uint_eq(f.lists[FACT_oom].n, 500);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_beyond_the_limit_is_counted)
{
	struct facts f;

	facts_init(&f);
	for (int i = 0; i < LIMIT_REPORTS + 10; i++) {
		struct fact_oom *oom = fact_add(&f, FACT_oom, here);

		ck_assert_ptr_nonnull(oom);
		oom->scope = "global";
	}
	ck_assert_uint_eq(f.lists[FACT_oom].n, LIMIT_REPORTS);
	ck_assert_uint_eq(f.lists[FACT_oom].dropped, 10);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_cited_lines)
{
	struct facts f;

	facts_init(&f);
	facts_cite(&f, 1, 5, STR("second file"));
	facts_cite(&f, 0, 9, STR("nine"));
	facts_cite(&f, 0, 2, STR("two"));
	facts_finish(&f);
	ck_assert(str_is(facts_text(&f, 0, 2), "two"));
	ck_assert(str_is(facts_text(&f, 0, 9), "nine"));
	ck_assert(str_is(facts_text(&f, 1, 5), "second file"));
	ck_assert_uint_eq(facts_text(&f, 1, 9).n, 0);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_counters)
{
	struct counters c = { 0 };
	struct facts f;

	facts_init(&f);
	counters_set(&c, &f.arena, STR("free"), num_at(1, 1));
	counters_set(&c, &f.arena, STR("min"), num_at(2, 1));
	counters_set(&c, &f.arena, STR("free"), num_at(3, 2));
	ck_assert_uint_eq(c.n, 2);
	ck_assert_uint_eq(counters_get(&c, "free").v, 3);
	ck_assert(!counters_get(&c, "low").known);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_scaled_numbers)
{
	struct num n = num_scaled(UINT64_MAX, 4096, 3);

	ck_assert(n.known && n.hi == 0xfff && n.v == UINT64_MAX - 4095);
	ck_assert(num_or(n, 0) == UINT64_MAX);
	ck_assert(num_or((struct num){ 0 }, 7) == 7);
	ck_assert(num_int_or(num_int(-1, 1), 0) == -1);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("kinds", test_every_kind_has_fields, test_ids_ascend,
		       test_beyond_the_limit_is_counted, test_cited_lines, test_counters,
		       test_scaled_numbers);
}
