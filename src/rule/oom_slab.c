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

static void add_advice(struct finding *f, const struct incident *in, struct str largest)
{
	add_next(f, "root", "slabtop -o -s c | head -20", "See which cache grows.");
	add_object_tracing(f, in, largest);
	add_page_tracing(f, in);
}

/* Bytes of the zones that are left of the report. */
static uint64_t zones_size(const struct incident *in)
{
	const struct fact_zone_state *z;
	uint64_t sum = 0;

	incident_for_each (in, zone_state, z) {
		struct num n = counters_get(&z->values, "present");

		if (n.known && __builtin_add_overflow(sum, n.v, &sum))
			return 0;
	}
	return sum;
}

/*
 * Of the report only the table is left. The kernel prints it where unreclaimable slab is more than
 * all memory of processes and page cache, should_dump_unreclaim_slab(): that may be little, where
 * something uncounted fills RAM, so a size to compare with must be there.
 */
static void say_table(const struct incident *in, struct verdict *v)
{
	uint64_t size = zones_size(in);
	const struct fact_zone_state *z;
	struct top t = { 0 };
	struct finding *f;

	rank(in, &t);
	if (!size || t.listed < size / 2) {
		cannot_tell(v, "mem_info", "the report has no number for slab");
		return;
	}
	f = fire(v, SEV_MEDIUM, POSSIBLE,
		 "Unreclaimable slab holds %s in the caches listed, beside %s in the zones printed",
		 v_human(v, t.listed), v_human(v, size));
	set_cause(f,
		  "The kernel lists its unreclaimable slab caches only if they hold more than the "
		  "LRU lists do. Kernel code allocates objects (kmalloc, kmem_cache_alloc) and "
		  "does not free them, or has real use for so many.");
	cite(f, in->head);
	incident_for_each (in, zone_state, z)
		cite(f, &z->head);
	value_num(f, "bytes", t.listed);
	set_margin(f, "with caches smaller than half of these zones");
	add_advice(f, in, add_caches(f, in));
}

static void check(const struct incident *in, struct verdict *v)
{
	struct shares s;
	struct finding *f;

	if (consumer_slab_table_alone(in)) {
		say_table(in, v);
		return;
	}
	if (!in->mem) {
		cannot_tell(v, "mem_info", "the report holds no mem_info");
		return;
	}
	f = consumer_check(in, v, HOLD_SLAB, &s);
	if (!f)
		return;
	set_cause(f, "Kernel code allocates objects (kmalloc, kmem_cache_alloc) and does not free "
		     "them, or has real use for so many.");
	add_split(f, in);
	add_advice(f, in, add_caches(f, in));
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
	       "A page allocation failure is judged, too, where the zones are short and more than half of RAM is unreclaimable "
	       "slab: at most likely. Of a report of which only the table of caches is left: possible, where they hold half of what the zones printed have.\n"
	       "The caches named come from the report's own table, printed when unreclaimable slab "
	       "exceeds all user memory (should_dump_unreclaim_slab()).",
	.refs = REFS("mm/show_mem.c:show_free_areas()",
		     "mm/slab_common.c:dump_unreclaimable_slab()",
		     "mm/oom_kill.c:should_dump_unreclaim_slab()"),
	.on = CONSUMER_HEADS, .applies = consumer_applies_slab, .check = check);
