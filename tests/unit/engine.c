// SPDX-License-Identifier: GPL-2.0-or-later
// rule/engine over no facts and hand-made facts: nothing crashes, and nothing is said of nothing.
#include "rule/engine.h"

#include "unit.h"

static const struct origin here = { .line = 1 };

static const struct rule_outcome *outcome_of(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; i < d->n_outcomes; i++)
		if (strcmp(d->outcomes[i].rule->id, id) == 0)
			return &d->outcomes[i];
	return NULL;
}

START_TEST(test_no_facts_no_findings)
{
	struct diagnosis d;
	struct facts f;

	facts_init(&f);
	facts_finish(&f);
	diagnose(&f, &d);
	ck_assert_uint_eq(d.n_findings, 0);
	ck_assert_uint_eq(d.incidents.n, 0);
	diagnosis_deinit(&d);
	facts_deinit(&f);
}
END_TEST

/* A head with nothing behind it: no rule may crash, and one that needs Mem-Info cannot tell. */
START_TEST(test_bare_oom)
{
	const struct rule_outcome *o;
	struct diagnosis d;
	struct fact_oom *oom;
	struct facts f;

	facts_init(&f);
	facts_add_evidence(&f, "x.log", "log");
	oom = fact_add(&f, FACT_oom, here);
	oom->head.report = oom->head.id;
	oom->scope = "global";
	facts_finish(&f);
	diagnose(&f, &d);
	ck_assert_uint_eq(d.incidents.n, 1);
	for (size_t i = 0; i < d.n_findings; i++)
		ck_assert_msg(d.findings[i]->n_cites > 0, "%s", d.findings[i]->rule->id);
	o = outcome_of(&d, "oom_slab");
	ck_assert_ptr_nonnull(o);
	ck_assert_int_eq((int)o->outcome, (int)OUTCOME_CANNOT_TELL);
	ck_assert_uint_gt(o->n_needs, 0);
	diagnosis_deinit(&d);
	facts_deinit(&f);
}
END_TEST

/* What belongs to another report is not this incident's. */
START_TEST(test_incidents_keep_their_own)
{
	struct incidents all;
	struct fact *heads[2];
	struct arena a;
	struct facts f;

	facts_init(&f);
	arena_init(&a);
	for (int i = 0; i < 2; i++) {
		heads[i] = fact_add(&f, FACT_oom, here);
		heads[i]->report = heads[i]->id;
	}
	for (int i = 0; i < 5; i++) {
		struct fact *zone = fact_add(&f, FACT_zone_state, here);

		zone->report = heads[i % 2]->id;
	}
	all = incidents_of(&f, &a);
	ck_assert_uint_eq(all.n, 2);
	ck_assert_uint_eq(all.v[0].of[FACT_zone_state].n, 3);
	ck_assert_uint_eq(all.v[1].of[FACT_zone_state].n, 2);
	ck_assert_ptr_eq(all.v[0].head, heads[0]);
	arena_deinit(&a);
	facts_deinit(&f);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("engine", test_no_facts_no_findings, test_bare_oom,
		       test_incidents_keep_their_own);
}
