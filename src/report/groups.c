// SPDX-License-Identifier: GPL-2.0-or-later
// Many findings and incidents told once.
#include "report/groups.h"

#include <stdlib.h>

/* What a finding is about: its textual values. */
static bool same_subject(const struct finding *a, const struct finding *b)
{
	if (a->rule != b->rule || a->severity != b->severity || a->confidence != b->confidence ||
	    a->n_values != b->n_values || a->evidence != b->evidence)
		return false;
	for (size_t i = 0; i < a->n_values; i++)
		if (a->values[i].is_text && !str_eq(a->values[i].text, b->values[i].text))
			return false;
	return true;
}

static struct finding_group *group_of(struct finding_groups *g, const struct finding *f)
{
	for (size_t i = 0; i < g->n; i++)
		if (same_subject(g->v[i].v[0], f))
			return &g->v[i];
	return arena_push(&g->arena, (void **)&g->v, &g->n, sizeof(*g->v));
}

struct finding_groups group_findings(const struct diagnosis *d)
{
	struct finding_groups g = { 0 };

	arena_init(&g.arena);
	for (size_t i = 0; i < d->n_findings && !g.arena.failed; i++) {
		struct finding_group *group = group_of(&g, d->findings[i]);
		const struct finding **slot;

		slot = arena_push(&g.arena, (void **)&group->v, &group->n, sizeof(*slot));
		*slot = d->findings[i];
	}
	return g;
}

void groups_deinit(struct finding_groups *g)
{
	arena_deinit(&g->arena);
}

const struct fact *finding_head(const struct diagnosis *d, const struct finding *f)
{
	for (size_t i = 0; f->report && i < d->incidents.n; i++)
		if (d->incidents.v[i].head->id == f->report)
			return d->incidents.v[i].head;
	return NULL;
}

static struct str subject_of(const struct finding *f)
{
	for (size_t i = 0; i < f->n_values; i++)
		if (f->values[i].is_text)
			return f->values[i].text;
	return (struct str){ "", 0 };
}

static void count(struct incident_classes *c, const char *id, struct str subject, uint32_t line)
{
	struct incident_class *k;

	for (size_t i = 0; i < c->n; i++) {
		if (strcmp(c->v[i].id, id) == 0 && str_eq(c->v[i].subject, subject)) {
			c->v[i].count++;
			return;
		}
	}
	k = arena_push(&c->arena, (void **)&c->v, &c->n, sizeof(*k));
	*k = (struct incident_class){ id, subject, 1, line };
}

static int most_frequent(const void *a, const void *b)
{
	const struct incident_class *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return x->first_line < y->first_line ? -1 : x->first_line > y->first_line;
}

/* One of the wants, counted. */
struct want {
	const char *need;
	size_t count;
};

static int most_wanted(const void *a, const void *b)
{
	const struct want *x = a, *y = b;

	return x->count > y->count ? -1 : x->count < y->count;
}

static void count_wants(struct arena *a, const struct incident_result *r, struct want **v,
			size_t *n)
{
	for (size_t i = 0; i < r->n_needs; i++) {
		struct want *w = NULL;

		for (size_t k = 0; k < *n; k++)
			if (strcmp((*v)[k].need, r->needs[i]) == 0)
				w = &(*v)[k];
		if (!w) {
			w = arena_push(a, (void **)v, n, sizeof(*w));
			w->need = r->needs[i];
		}
		w->count++;
	}
}

static void tell_wants(struct incident_classes *c, struct want *v, size_t n)
{
	if (n)
		qsort(v, n, sizeof(*v), most_wanted);
	for (size_t i = 0; i < n && i < 4; i++)
		c->want = arena_printf(&c->arena, "%.*s%s%s (%zu)", STR_ARG(c->want), i ? ", " : "",
				       v[i].need, v[i].count);
}

struct incident_classes classify_incidents(const struct diagnosis *d)
{
	struct incident_classes c = { .want = { "", 0 } };
	struct want *wants = NULL;
	size_t n_wants = 0;

	arena_init(&c.arena);
	for (size_t i = 0; i < d->incidents.n && !c.arena.failed; i++) {
		const struct incident_result *r = &d->results[i];
		uint32_t line = d->incidents.v[i].head->origin.line;

		if (d->incidents.v[i].head->kind == FACT_mem_info)
			continue;
		c.n_incidents++;
		if (r->main) {
			count(&c, r->main->rule->id, subject_of(r->main), line);
			continue;
		}
		c.n_open++;
		count(&c, "cannot tell", (struct str){ "", 0 }, line);
		count_wants(&c.arena, r, &wants, &n_wants);
	}
	if (c.n)
		qsort(c.v, c.n, sizeof(c.v[0]), most_frequent);
	tell_wants(&c, wants, n_wants);
	return c;
}

void classes_deinit(struct incident_classes *c)
{
	arena_deinit(&c->arena);
}
