// SPDX-License-Identifier: GPL-2.0-or-later
// A CPU is stuck inside a shrinker: do_shrink_slab() of mm/shrinker.c (mm/vmscan.c before 6.7).
#include "rule/waits.h"

static const char *const shrink[] = { "do_shrink_slab", "shrink_slab", NULL };

static bool wanted(const struct fact_lockup *l)
{
	return l->lockup && strcmp(l->lockup, "hung_task") != 0 && frame_of(l->trace, shrink) >= 1;
}

/* Who the shrinker belongs to: the frame that do_shrink_slab() called. */
static struct str shrinker_of(const struct fact_backtrace *t)
{
	ptrdiff_t at = frame_of(t, shrink);

	while (--at >= 0)
		if (t->frames[at].reliable)
			return t->frames[at].symbol;
	return (struct str){ "", 0 };
}

static void speak(struct verdict *v, const struct stuck *s)
{
	const struct fact_lockup *l = s->v[0];
	struct str name = shrinker_of(l->trace);
	struct finding *f = fire(v, SEV_HIGH, LIKELY,
				 "A CPU is stuck in a shrinker: %.*s, called by reclaim in %.*s",
				 STR_ARG(name), STR_ARG(l->comm));

	f->evidence = l->head.origin.evidence;
	f->boot = l->head.boot;
	set_cause(
		f,
		"Reclaim asks each cache to count and free its objects by calling its shrinker. This one "
		"did not come back: it loops, spins on a lock, or was given a list too long. It may be "
		"called from any allocation, so everybody who needs memory meets it.");
	add_stuck_cpus(f, s);
	add_step(f, "stack: %.*s", STR_ARG(frames_text(f->arena, l->trace, 0, 8)));
	cite(f, &l->trace->head);
	value_text(f, "shrinker", name);
	value_num(f, "reports_count", s->n);
	set_margin(f, "if the stuck stack did not pass do_shrink_slab()");
	add_next(f, "root",
		 "grep -r . /sys/kernel/debug/shrinker/*/count 2>/dev/null | sort -t: -k2nr | head",
		 "See which caches have much to shrink (CONFIG_SHRINKER_DEBUG).");
	add_next(f, "root", "perf record -a -g -- sleep 5; perf report",
		 "See where inside the shrinker it spins.");
	add_next(f, NULL, NULL,
		 "Unload or disable what owns the shrinker, and look for its fix upstream.");
}

static void check(const struct incident *in, struct verdict *v)
{
	tell_without_stack(in->facts, v, false);
	stuck_each(in->facts, v, wanted, speak);
}

DEFINE_RULE(
	lockup_shrinker, .title = "a CPU is stuck in a shrinker",
	.doc = "Takes soft and hard lockups and RCU stalls whose stack passes do_shrink_slab(), and names the "
	       "function it called, which belongs to the cache's owner. Likely: a stack is one look at a CPU "
	       "that the watchdog already found stuck.",
	.refs = REFS("mm/shrinker.c:do_shrink_slab()", "kernel/watchdog.c:watchdog_timer_fn()"),
	.of_log = true, .check = check);
