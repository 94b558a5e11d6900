// SPDX-License-Identifier: GPL-2.0-or-later
// Running the rules: needs, verdicts, outcomes, order.
#include "rule/engine.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "rule/links.h"

#define RULE(stem) extern const struct rule rule_##stem;
#include "rule/rules.def"
#undef RULE

const struct rule *const rules[] = {
#define RULE(stem) &rule_##stem,
#include "rule/rules.def"
#undef RULE
};
const size_t n_rules = ARRAY_SIZE(rules);

const struct rule *rule_of(const char *id)
{
	for (size_t i = 0; i < n_rules; i++)
		if (strcmp(rules[i]->id, id) == 0)
			return rules[i];
	return NULL;
}

static struct rule_outcome *outcome_slot(struct diagnosis *d, const struct rule *r,
					 const struct incident *in)
{
	int32_t boot = in->head ? in->head->boot : -1;
	uint32_t evidence = in->head ? in->head->origin.evidence : 0;
	struct rule_outcome *o;

	/* rules run one after the other: this one's outcomes are the last */
	for (size_t i = d->n_outcomes; i-- > 0 && d->outcomes[i].rule == r;) {
		o = &d->outcomes[i];
		if (o->boot == boot && o->evidence == evidence)
			return o;
	}
	o = arena_push(&d->arena, (void **)&d->outcomes, &d->n_outcomes, sizeof(*o));
	*o = (struct rule_outcome){ .rule = r, .boot = boot, .evidence = evidence };
	return o;
}

static void record(struct diagnosis *d, const struct incident *in, const struct verdict *v)
{
	enum outcome now = v->n_findings ? OUTCOME_FIRED
			   : v->unknown	 ? OUTCOME_CANNOT_TELL
					 : OUTCOME_CLEAR;
	struct rule_outcome *o = outcome_slot(d, v->rule, in);

	for (size_t i = 0; i < v->n_findings; i++) {
		struct finding **slot =
			arena_push(&d->arena, (void **)&d->findings, &d->n_findings, sizeof(*slot));
		*slot = v->findings[i];
	}
	if (now < o->outcome)
		return;
	o->outcome = now;
	o->why = now == OUTCOME_FIRED ? (struct str){ "", 0 } : v->why;
	if (now == OUTCOME_CANNOT_TELL) {
		o->needs = v->needs;
		o->n_needs = v->n_needs;
	}
}

static bool has_kind(const struct incident *in, enum fact_kind kind)
{
	if (in->head && in->head->kind == kind)
		return true;
	if (kind == FACT_mem_info)
		return in->mem != NULL;
	if (kind == FACT_boot)
		return in->boot != NULL;
	return in->head ? in->of[kind].n > 0 : in->facts->lists[kind].n > 0;
}

/* The third outcome, computed from what the rule declares it needs. */
static bool needs_met(const struct incident *in, struct verdict *v)
{
	for (enum fact_kind kind = 0; kind < FACT_KINDS; kind++)
		if ((v->rule->needs & (1ull << kind)) && !has_kind(in, kind))
			cannot_tell(v, fact_kind_name(kind), "the report holds no %s",
				    fact_kind_name(kind));
	return !v->unknown;
}

static void add_wants(struct diagnosis *d, struct incident_result *r, const struct verdict *v)
{
	for (size_t i = 0; i < v->n_needs; i++) {
		bool known = false;

		for (size_t k = 0; k < r->n_needs; k++)
			known |= strcmp(r->needs[k], v->needs[i]) == 0;
		if (!known)
			*(const char **)arena_push(&d->arena, (void **)&r->needs, &r->n_needs,
						   sizeof(*r->needs)) = v->needs[i];
	}
}

/* Logs, dumps (which hold one), and what is built of them; not saved files of /proc alone. */
static bool has_log(const struct facts *f)
{
	for (size_t i = 0; i < f->n_evidence; i++)
		if (strcmp(f->evidence[i]->kind, "log") == 0 ||
		    strcmp(f->evidence[i]->kind, "dump") == 0)
			return true;
	return false;
}

static void judge(struct diagnosis *d, const struct rule *r, const struct incident *in,
		  struct incident_result *result)
{
	struct verdict v = { .arena = &d->arena, .rule = r, .incident = in };

	if (!r->applies || r->applies(in)) {
		if (r->of_log && !has_log(in->facts))
			cannot_tell(&v, "log", "no kernel log was given");
		else if (needs_met(in, &v))
			r->check(in, &v);
	}
	record(d, in, &v);
	if (result && v.unknown)
		add_wants(d, result, &v);
}

static int worst_first(const void *a, const void *b)
{
	const struct finding *x = *(struct finding *const *)a, *y = *(struct finding *const *)b;

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->confidence != y->confidence)
		return x->confidence > y->confidence ? -1 : 1;
	if (x->report != y->report)
		return x->report < y->report ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static struct incident_result *result_of(struct diagnosis *d, uint32_t report)
{
	size_t lo = 0, hi = d->incidents.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (d->incidents.v[mid].head->id < report)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < d->incidents.n && d->incidents.v[lo].head->id == report ? &d->results[lo]
									    : NULL;
}

/* The worst finding of each incident; the findings are sorted. */
static void set_main(struct diagnosis *d)
{
	for (size_t i = 0; i < d->n_findings; i++) {
		const struct finding *f = d->findings[i];
		struct incident_result *r = f->report ? result_of(d, f->report) : NULL;

		if (r && !r->main && f->severity >= SEV_LOW)
			r->main = f;
	}
}

/* A rule over the incidents whose heads it judges. */
static void judge_all(struct diagnosis *d, const struct rule *r, const struct incidents *all,
		      bool with_results)
{
	for (size_t k = 0; k < all->n; k++)
		if (r->on & (1ull << all->v[k].head->kind))
			judge(d, r, &all->v[k], with_results ? &d->results[k] : NULL);
}

void diagnose(const struct facts *f, struct diagnosis *ret)
{
	struct incident whole = { .facts = f };
	struct incidents boots;

	*ret = (struct diagnosis){ .facts = f };
	arena_init(&ret->arena);
	if (ret->arena.failed)
		return;
	ret->incidents = incidents_of(f, &ret->arena);
	boots = boots_of(f, &ret->arena);
	ret->results = arena_alloc(&ret->arena, (ret->incidents.n + 1) * sizeof(*ret->results));
	for (size_t i = 0; i < n_rules && !ret->arena.failed; i++) {
		if (!rules[i]->on)
			judge(ret, rules[i], &whole, NULL);
		judge_all(ret, rules[i], &ret->incidents, true);
		judge_all(ret, rules[i], &boots, false);
	}
	if (ret->arena.failed)
		return;
	if (ret->n_findings)
		qsort(ret->findings, ret->n_findings, sizeof(ret->findings[0]), worst_first);
	link_findings(ret->findings, ret->n_findings, &ret->arena);
	set_main(ret);
}

void diagnosis_deinit(struct diagnosis *d)
{
	arena_deinit(&d->arena);
}
