// SPDX-License-Identifier: GPL-2.0-or-later
// A CPU is stuck in memory reclaim: shrink_node() and below.
#include "rule/waits.h"

static const char *const reclaim[] = { "shrink_node",
				       "shrink_lruvec",
				       "shrink_zone",
				       "shrink_inactive_list",
				       "shrink_active_list",
				       "shrink_folio_list",
				       "shrink_page_list",
				       "do_try_to_free_pages",
				       "balance_pgdat",
				       "shrink_slab",
				       "lru_gen_",
				       "evict_folios",
				       NULL };

static bool wanted(const struct fact_lockup *l)
{
	return l->lockup && strcmp(l->lockup, "hung_task") != 0 && frame_of(l->trace, reclaim) >= 0;
}

static void speak(struct verdict *v, const struct stuck *s)
{
	const struct fact_lockup *l = s->v[0];
	struct finding *f =
		fire(v, SEV_MEDIUM, LIKELY, "A CPU is stuck while it reclaims memory, in %.*s",
		     STR_ARG(l->comm));

	f->evidence = l->head.origin.evidence;
	f->boot = l->head.boot;
	set_cause(
		f,
		"The watchdog found a CPU that did not schedule for its time, inside the reclaim of memory. "
		"Either reclaim has far too much to look at (long LRU lists of pages that cannot be "
		"freed), or something it called does not return.");
	add_stuck_cpus(f, s);
	add_step(f, "stack: %.*s", STR_ARG(frames_text(f->arena, l->trace, 0, 8)));
	cite(f, &l->trace->head);
	value_num(f, "reports_count", s->n);
	set_margin(f, "if the stuck stack were not in reclaim");
	add_next(f, NULL, "grep -E 'pgscan|pgsteal|allocstall' /proc/vmstat",
		 "Take it twice: much scanned and little stolen means that nothing can be freed.");
	add_next(f, NULL, "cat /proc/pressure/memory", "See how much time goes to reclaim.");
}

static void check(const struct incident *in, struct verdict *v)
{
	tell_without_stack(in->facts, v, false);
	stuck_each(in->facts, v, wanted, speak);
}

DEFINE_RULE(
	lockup_reclaim, .title = "a CPU is stuck in memory reclaim",
	.doc = "Takes soft and hard lockups and RCU stalls whose stack is inside reclaim. Likely: a stack is one "
	       "look at a CPU that the watchdog already found stuck.",
	.refs = REFS("mm/vmscan.c:shrink_node()", "kernel/watchdog.c:watchdog_timer_fn()"),
	.of_log = true, .check = check);
