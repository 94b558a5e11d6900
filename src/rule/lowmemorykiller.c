// SPDX-License-Identifier: GPL-2.0-or-later
// Android's low memory killer killed, as it is meant to, before memory ran out: lowmem_scan().
#include <inttypes.h>

#include "rule/rule.h"

static bool applies(const struct incident *in)
{
	return in->oom && in->oom->lowmemorykiller;
}

static void add_numbers(struct finding *f, const struct fact_oom *o)
{
	if (o->lmk_cache.known && o->lmk_limit.known) {
		add_step(f,
			 "page cache %" PRIu64 " kB < limit %" PRIu64
			 " kB for oom_score_adj %" PRId64 " and above",
			 num_or(o->lmk_cache, 0) / 1024, num_or(o->lmk_limit, 0) / 1024,
			 num_int_or(o->lmk_min_adj, 0));
		cite_num(f, &o->head, o->lmk_cache);
		value_num(f, "cache", num_or(o->lmk_cache, 0));
		value_num(f, "limit", num_or(o->lmk_limit, 0));
		set_margin(f, "with more than %s of page cache left",
			   human(f, num_or(o->lmk_limit, 0)));
	}
	if (o->lmk_free.known) {
		add_step(f, "free memory above reserves: %" PRId64 " kB%s",
			 num_int_or(o->lmk_free, 0) / 1024,
			 num_int_or(o->lmk_free, 0) < 0 ? " (below them: memory is gone already)"
							: "");
		cite_num(f, &o->head, o->lmk_free);
	}
}

/* Three writers, three amounts of reason: lmkd says why, the driver since 3.11 by numbers, before
 * that not at all. */
static struct finding *say(struct verdict *v, const struct fact_oom *o, struct str comm)
{
	const char *to_free = o->lmk_freed.known ? " to free " : "";
	const char *freed = o->lmk_freed.known ? v_human(v, num_or(o->lmk_freed, 0)) : "";

	if (o->lmk_reason.n)
		return fire(v, SEV_HIGH, CERTAIN, "Android's lmkd killed %.*s%s%s: %.*s",
			    STR_ARG(comm), to_free, freed, STR_ARG(o->lmk_reason));
	return fire(v, SEV_HIGH, CERTAIN, "Android's low memory killer killed %.*s%s%s%s",
		    STR_ARG(comm), to_free, freed,
		    o->lmk_limit.known ? ": page cache fell below its limit" : "");
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_oom *o = in->oom;
	struct str comm = o->n_victims ? o->victims[0].comm : (struct str){ "a task", 6 };
	struct finding *f = say(v, o, comm);

	if (o->lmk_reason.n)
		set_cause(f,
			  "lmkd, a daemon, watches memory pressure and free memory and kills the "
			  "task with the highest oom_score_adj before the kernel's OOM killer "
			  "would. It names its reason itself; nothing is broken by that alone.");
	else
		set_cause(f,
			  "The driver is a shrinker: when reclaim runs and both free memory and "
			  "page cache are below a level of lowmem_minfree, it kills the task with "
			  "the highest oom_score_adj, long before the OOM killer would. The kernel "
			  "says so itself; nothing is broken by that alone.");
	cite(f, &o->head);
	if (o->n_victims)
		cite_line(f, &o->head, o->victims[0].line);
	value_text(f, "comm", comm);
	add_numbers(f, o);
	add_rejected(f, "the kernel's OOM killer: it was not called");
	if (!o->lmk_reason.n)
		add_next(f, "root", "cat /sys/module/lowmemorykiller/parameters/{minfree,adj}",
			 "See the levels.");
	add_next(f, NULL, "dumpsys meminfo", "See which applications hold memory.");
}

DEFINE_RULE(
	lowmemorykiller, .title = "Android's low memory killer killed a task",
	.doc = "Certain by the driver's own words (\"lowmemorykiller: Killing ...\", \"send sigkill to ...\"): "
	       "it names the victim and the levels that made it act.",
	.refs = REFS("drivers/staging/android/lowmemorykiller.c:lowmem_scan()"), .on = NEED(oom),
	.applies = applies, .check = check);
