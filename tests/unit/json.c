// SPDX-License-Identifier: GPL-2.0-or-later
// fact/json: numbers stay exact, text stays valid.
#include "fact/json.h"
#include "fact/kinds.h"

#include "report/report.h"
#include "unit.h"

static void printed(struct json_object *obj, const char *want)
{
	ck_assert_str_eq(json_object_to_json_string_ext(
				 obj, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
			 want);
	json_object_put(obj);
}

START_TEST(test_exact_numbers)
{
	struct json_object *obj = json_object_new_object();

	json_add_num(obj, "a", num_at((1ull << 53) + 1, 1), false);
	json_add_num(obj, "b", num_at(UINT64_MAX, 1), false);
	json_add_num(obj, "c", num_scaled(UINT64_MAX, 4096, 1), false);
	json_add_num(obj, "d", num_int(-1, 1), true);
	json_add_num(obj, "e", (struct num){ 0 }, false);
	json_add_num(obj, "f", num_scaled(147673348131571488, 1024, 1), false);
	json_add_num(obj, "g", num_at(0, 1), false);
	printed(obj, "{\"a\":9007199254740993,\"b\":18446744073709551615,"
		     "\"c\":75557863725914323415040,\"d\":-1,\"f\":151217508486729203712,\"g\":0}");
}
END_TEST

START_TEST(test_hostile_text)
{
	struct json_object *obj = json_object_new_object();

	json_add_str(obj, "comm", STR("a\xff\"\\b"));
	json_add_str(obj, "empty", STR(""));
	json_add_str(obj, "plain", STR("a/b"));
	printed(obj, "{\"comm\":\"a\xef\xbf\xbd\\\"\\\\b\",\"raw_hex\":{\"comm\":\"61ff225c62\"},"
		     "\"plain\":\"a/b\"}");
}
END_TEST

START_TEST(test_absent_is_not_zero)
{
	struct facts f;
	struct fact_oom *oom;

	facts_init(&f);
	facts_add_evidence(&f, "x.log", "log");
	oom = fact_add(&f, FACT_oom, (struct origin){ .line = 3 });
	oom->order = num_int(-1, 3);
	oom->gfp_mask = num_at(0, 3);
	printed(fact_to_json(&f, &oom->head),
		"{\"id\":1,\"origin\":{\"path\":\"x.log\",\"line\":3},\"gfp_mask\":0,"
		"\"order\":-1,\"panicked\":false}");
	facts_deinit(&f);
}
END_TEST

START_TEST(test_zone)
{
	struct facts f;
	struct fact_zone_state *z;
	struct num reserve[] = { num_at(0, 1), num_at(4096, 1) };
	struct free_blocks blocks[] = { { 0, num_at(12, 1), STR("UM") },
					{ 10, num_at(0, 1), { 0 } } };

	facts_init(&f);
	z = fact_add(&f, FACT_zone_state, (struct origin){ .evidence = 9 });
	z->head.boot = 0;
	z->zone = STR("DMA32");
	counters_set(&z->values, &f.arena, STR("free"), num_at(8192, 1));
	z->lowmem_reserve = reserve;
	z->n_reserve = 2;
	z->blocks = blocks;
	z->n_blocks = 2;
	printed(fact_to_json(&f, &z->head),
		"{\"id\":1,\"origin\":{},\"boot\":0,\"zone\":\"DMA32\",\"free\":8192,"
		"\"lowmem_reserve\":[0,4096],\"free_blocks\":{\"0\":{\"count\":12,\"types\":"
		"\"UM\"},\"10\":{\"count\":0}}}");
	facts_deinit(&f);
}
END_TEST

struct text {
	char p[8192];
	size_t n;
};

static bool keep(void *arg, const char *data, size_t n)
{
	struct text *t = arg;

	ck_assert_uint_lt(t->n + n, sizeof(t->p));
	memcpy(t->p + t->n, data, n);
	t->n += n;
	return true;
}

/* Written fact by fact, it is the text that the whole object has. */
START_TEST(test_written)
{
	struct facts f;
	struct diagnosis d = { .facts = &f };

	facts_init(&f);
	for (int n = 0; n < 3; n++) {
		struct text whole = { .n = 0 }, parts = { .n = 0 };
		struct json_object *obj = report_json(&d, true);
		struct fact_slab_cache *s;
		const char *text = json_object_to_json_string_ext(
			obj, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);

		(void)(keep(&whole, text, strlen(text)) && keep(&whole, "\n", 1));
		ck_assert(report_json_write(&d, true, keep, &parts));
		ck_assert_str_eq(whole.p, parts.p);
		json_object_put(obj);
		s = fact_add(&f, FACT_slab_cache, (struct origin){ .address = num_at(4096, 0) });
		s->name = STR("two\nlines, \"quoted\"/\x01");
		s->nodes = arena_new(&f.arena, struct slab_node);
		s->n_nodes = 1;
		s->nodes[0].slabs_count = num_at(7, 0);
		(void)fact_add(&f, FACT_task, (struct origin){ .address = num_at(8192, 0) });
	}
	facts_deinit(&f);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("json", test_exact_numbers, test_hostile_text, test_absent_is_not_zero,
		       test_zone, test_written);
}
