// SPDX-License-Identifier: GPL-2.0-or-later
// Slab holds the memory: dump_unreclaimable_slab() and the slab counters of show_free_areas().
#include <inttypes.h>

#include "rule/owners.h"
#include "rule/share.h"

enum { TOP = 3 };

struct top {
	const struct fact_slab_cache *v[TOP];
	uint64_t listed; /* bytes of all caches in the table */
	size_t n;
};

static void rank(const struct incident *in, struct top *t)
{
	const struct fact_slab_cache *c;

	incident_for_each (in, slab_cache, c) {
		size_t at = t->n;

		t->listed += num_or(c->bytes, 0);
		while (at > 0 && num_or(t->v[at - 1]->bytes, 0) < num_or(c->bytes, 0))
			at--;
		if (at >= TOP)
			continue;
		if (t->n < TOP)
			t->n++;
		memmove(&t->v[at + 1], &t->v[at], (t->n - at - 1) * sizeof(t->v[0]));
		t->v[at] = c;
	}
}

/* @return the largest cache's name, empty if the report lists none. */
static struct str add_caches(struct finding *f, const struct incident *in)
{
	struct top t = { 0 };

	rank(in, &t);
	for (size_t i = 0; i < t.n; i++) {
		add_step(f, "cache %.*s: %s in use of %s, %.1f %% of the caches listed",
			 STR_ARG(t.v[i]->name), human(f, num_or(t.v[i]->used_bytes, 0)),
			 human(f, num_or(t.v[i]->bytes, 0)),
			 percent(num_or(t.v[i]->bytes, 0), t.listed));
		cite(f, &t.v[i]->head);
	}
	if (!t.n)
		return STR("");
	value_text(f, "cache", t.v[0]->name);
	value_num(f, "cache_bytes", num_or(t.v[0]->bytes, 0));
	f->summary = arena_printf(f->arena, "%.*s; the largest cache is %.*s with %s",
				  STR_ARG(f->summary), STR_ARG(t.v[0]->name),
				  human(f, num_or(t.v[0]->bytes, 0)));
	return t.v[0]->name;
}

static void add_split(struct finding *f, const struct incident *in)
{
	struct num no = counters_get(&in->mem->totals, "slab_unreclaimable");
	struct num yes = counters_get(&in->mem->totals, "slab_reclaimable");

	if (!no.known || !yes.known)
		return;
	value_num(f, "slab_unreclaimable", num_or(no, 0));
	value_num(f, "slab_reclaimable", num_or(yes, 0));
	if (no.v >= yes.v)
		set_cause(f,
			  "Kernel code allocates objects (kmalloc, kmem_cache_alloc) and does not "
			  "free them, or has real use for so many. %s of it is unreclaimable: no "
			  "shrinker can give it back, so only whoever allocated it can.",
			  human(f, num_or(no, 0)));
	else
		set_cause(f,
			  "Most of it (%s) counts as reclaimable: dentries, inodes and the like. "
			  "Shrinkers could not free it fast enough, or its objects are pinned by "
			  "open files, by directories or by unreclaimable objects beside them.",
			  human(f, num_or(yes, 0)));
}

static void check(const struct incident *in, struct verdict *v)
{
	struct shares s;
	struct finding *f = consumer_check(in, v, HOLD_SLAB, &s);
	struct str largest;

	if (!f)
		return;
	set_cause(f, "Kernel code allocates objects (kmalloc, kmem_cache_alloc) and does not free "
		     "them, or has real use for so many.");
	add_split(f, in);
	largest = add_caches(f, in);
	add_next(f, "root", "slabtop -o -s c | head -20", "See which cache grows.");
	add_object_tracing(f, in, largest);
	add_page_tracing(f, in);
}

DEFINE_RULE(
	oom_slab, .title = "slab holds the memory",
	.doc = "Adds slab_reclaimable and slab_unreclaimable (or the single slab: of old kernels) and "
	       "compares with RAM (pages RAM - pages reserved); on kernels with HighMem, with what is "
	       "below it, since slab can be nowhere else.\n"
	       "More than half of it, beyond all counter errors: certain. A quarter and the largest "
	       "account: likely. Where the report does not say how much RAM there is, the share is "
	       "taken of what it accounts for, and that is at most likely. Where free memory is not "
	       "short, the severity is low: slab is then not why the request failed.\n"
	       "The caches named come from the report's own table, printed when unreclaimable slab "
	       "exceeds all user memory (should_dump_unreclaim_slab()).",
	.refs = REFS("mm/show_mem.c:show_free_areas()",
		     "mm/slab_common.c:dump_unreclaimable_slab()",
		     "mm/oom_kill.c:should_dump_unreclaim_slab()"),
	.on = CONSUMER_HEADS, .needs = NEED(mem_info), .applies = consumer_applies, .check = check);
