// SPDX-License-Identifier: GPL-2.0-or-later
// The store of facts.
#include <stdlib.h>

#include "base/limits.h"
#include "fact/kinds.h"

static const struct {
	const char *name, *doc;
	size_t size;
} kinds[] = {
#define FACT(kind, what) { #kind, what, sizeof(struct fact_##kind) },
#include "fact/facts.def"
#undef FACT
};

void facts_init(struct facts *f)
{
	*f = (struct facts){ 0 };
	arena_init(&f->arena);
}

void facts_deinit(struct facts *f)
{
	arena_deinit(&f->arena);
	*f = (struct facts){ 0 };
}

uint32_t facts_add_evidence(struct facts *f, const char *path, const char *kind)
{
	struct evidence **slot, *e = arena_new(&f->arena, struct evidence);

	e->path = arena_strdup(&f->arena, path);
	e->kind = kind;
	slot = arena_push(&f->arena, (void **)&f->evidence, &f->n_evidence, sizeof(*slot));
	*slot = e;
	e->home = (uint32_t)f->n_evidence - 1;
	return e->home;
}

static size_t limit_of(enum fact_kind kind)
{
	return kind == FACT_oom || kind == FACT_alloc_failure ? LIMIT_REPORTS
							      : LIMIT_FACTS_PER_KIND;
}

static size_t largest_kind(void)
{
	size_t max = 0;

	for (size_t i = 0; i < FACT_KINDS; i++)
		if (kinds[i].size > max)
			max = kinds[i].size;
	return max;
}

static struct fact *sink(struct facts *f)
{
	size_t size = largest_kind();

	if (!f->sink)
		f->sink = arena_alloc(&f->arena, size);
	memset(f->sink, 0, size);
	return f->sink;
}

void *fact_add(struct facts *f, enum fact_kind kind, struct origin origin)
{
	struct fact_list *list = &f->lists[kind];
	struct fact **slot, *fact;

	if (list->n >= limit_of(kind)) {
		list->dropped++;
		fact = sink(f);
	} else {
		fact = arena_alloc(&f->arena, kinds[kind].size);
		slot = arena_push(&f->arena, (void **)&list->v, &list->n, sizeof(*slot));
		*slot = fact;
		fact->id = ++f->last_id;
	}
	fact->kind = kind;
	fact->origin = origin;
	fact->boot = -1;
	return fact;
}

void facts_cite(struct facts *f, uint32_t evidence, uint32_t line, struct str text)
{
	struct cited_line *c;

	if (f->n_cited && f->cited[f->n_cited - 1].line == line &&
	    f->cited[f->n_cited - 1].evidence == evidence)
		return;
	c = arena_push(&f->arena, (void **)&f->cited, &f->n_cited, sizeof(*c));
	*c = (struct cited_line){ evidence, line, arena_str(&f->arena, text) };
}

static int by_place(const void *a, const void *b)
{
	const struct cited_line *x = a, *y = b;

	if (x->evidence != y->evidence)
		return x->evidence < y->evidence ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

/* OOM reports whose head was lost come behind those that say who triggered them. */
static void headless_last(struct facts *f)
{
	struct fact_list *list = &f->lists[FACT_oom];
	struct fact **v = list->n ? arena_alloc(&f->arena, list->n * sizeof(struct fact *)) : NULL;
	size_t n = 0;

	if (!v || f->arena.failed)
		return;
	for (int known = 1; known >= 0; known--)
		for (size_t i = 0; i < list->n; i++)
			if (((struct fact_oom *)list->v[i])->trigger.known == known)
				v[n++] = list->v[i];
	list->v = v;
}

void facts_finish(struct facts *f)
{
	headless_last(f);
	if (f->n_cited)
		qsort(f->cited, f->n_cited, sizeof(f->cited[0]), by_place);
}

struct str facts_text(const struct facts *f, uint32_t evidence, uint32_t line)
{
	struct cited_line key = { .evidence = evidence, .line = line };
	const struct cited_line *c = NULL;

	if (f->n_cited)
		c = bsearch(&key, f->cited, f->n_cited, sizeof(key), by_place);
	return c ? c->text : (struct str){ "", 0 };
}

const char *fact_kind_name(enum fact_kind kind)
{
	return kinds[kind].name;
}

const char *fact_kind_doc(enum fact_kind kind)
{
	return kinds[kind].doc;
}

enum fact_kind fact_kind_of(const char *name)
{
	enum fact_kind k = 0;

	while (k < FACT_KINDS && strcmp(kinds[k].name, name) != 0)
		k++;
	return k;
}

struct num counters_get(const struct counters *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_is(c->v[i].name, name))
			return c->v[i].n;
	return (struct num){ 0 };
}

void counters_set(struct counters *c, struct arena *a, struct str name, struct num n)
{
	struct counter *slot;

	for (size_t i = 0; i < c->n; i++) {
		if (str_eq(c->v[i].name, name)) {
			c->v[i].n = n;
			return;
		}
	}
	slot = arena_push(a, (void **)&c->v, &c->n, sizeof(*slot));
	*slot = (struct counter){ arena_str(a, name), n };
}
