// SPDX-License-Identifier: GPL-2.0-or-later
// A request for one page that could wait for reclaim was let fail: mm/page_alloc.c
// __alloc_pages_slowpath(), __alloc_pages_may_oom().
#include <inttypes.h>

#include "rule/request.h"

/* Why the slow path gave up on a single page, which it otherwise never does: flags first, then what
 * the stack says of the task. */
static const struct {
	const char *frame, *why;
} tasks[] = {
	{ "do_coredump",
	  "the task writes its core dump (PF_DUMPCORE), for which nobody is killed" },
	{ "try_to_free_pages",
	  "the task is itself freeing memory (PF_MEMALLOC) and cannot wait for "
	  "that" },
	{ "shrink_node", "the task is itself freeing memory (PF_MEMALLOC) and cannot wait for "
			 "that" },
	{ "shrink_zone", "the task is itself freeing memory (PF_MEMALLOC) and cannot wait for "
			 "that" },
	{ "hibernate", "the machine is being suspended, when nobody can be killed" },
	{ "dpm_suspend", "the machine is being suspended, when nobody can be killed" },
	{ "do_exit", "the task is dying: one that was chosen by the OOM killer gives up when the "
		     "reserves are used up, too" },
};

static const char *by_flags(const struct wm *w)
{
	if (gfp_has(&w->gfp, G_NORETRY))
		return "__GFP_NORETRY: it gives up after one round of reclaim";
	if (gfp_has(&w->gfp, G_RETRY_MAYFAIL))
		return "__GFP_RETRY_MAYFAIL: it gives up where others kill";
	if (gfp_has(&w->gfp, G_THISNODE))
		return "__GFP_THISNODE: nobody is killed for want of one node's memory";
	if (w->highest.hi < ZONE_NORMAL)
		return "its zones lie below Normal: nobody is killed for want of low memory";
	return NULL;
}

static const char *by_stack(const struct incident *in, const struct fact_backtrace **t,
			    uint32_t *line)
{
	for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++)
		if (incident_has_frame(in, tasks[i].frame, t, line))
			return tasks[i].why;
	return NULL;
}

/* What reclaim had to take. */
static void add_reclaimable(struct finding *f, const struct fact_mem_info *mem)
{
	struct num active = counters_get(&mem->totals, "active_file");
	struct num inactive = counters_get(&mem->totals, "inactive_file");
	struct num dirty = counters_get(&mem->totals, "dirty");
	struct num writeback = counters_get(&mem->totals, "writeback");
	uint64_t file, busy;

	if (active.known && inactive.known &&
	    !__builtin_add_overflow(active.v, inactive.v, &file)) {
		add_step(f, "page cache left to reclaim: %s", human(f, file));
		cite_num(f, &mem->head, inactive);
		value_num(f, "page_cache", file);
		if (dirty.known && writeback.known &&
		    !__builtin_add_overflow(dirty.v, writeback.v, &busy) && busy > file / 4) {
			add_step(f,
				 "of it dirty or being written, so reclaim must wait for the "
				 "disk: %s",
				 human(f, busy));
			cite_num(f, &mem->head, dirty);
			value_num(f, "dirty", busy);
		}
	}
	if (mem->swap_total.known && !mem->swap_total.v)
		add_step(f, "no swap: anonymous memory cannot be reclaimed at all");
	else if (mem->swap_total.known && mem->swap_free.known)
		add_step(f, "swap: %s of %s free", human(f, mem->swap_free.v),
			 human(f, mem->swap_total.v));
	if (mem->swap_total.known)
		cite_num(f, &mem->head, mem->swap_total);
}

static void say(const struct incident *in, struct verdict *v, const struct wm *w,
		const struct wm_tally *t)
{
	const struct fact_backtrace *trace = NULL;
	uint32_t line = 0;
	const char *flags = by_flags(w), *stack = flags ? NULL : by_stack(in, &trace, &line);
	const char *why = flags ? flags : stack ? stack : "neither its flags nor its stack say why";
	struct finding *f =
		fire(v, flags ? SEV_LOW : SEV_MEDIUM, LIKELY, "%s failed to get %s: %s; %s",
		     request_who(v), request_text(v, w),
		     t->usable && t->low == t->usable ? "every zone that it may use is below min"
		     : t->ok ? "a page was free again when the report was printed"
			     : "no page was found",
		     why);

	set_cause(f, "A request for a single page that may wait goes through reclaim until it gets "
		     "one, or until somebody is killed. It fails only for a reason of its own; who "
		     "holds the memory is another finding's.");
	request_show(f, w, WM_MIN);
	request_values(f, w);
	if (stack)
		cite_line(f, &trace->head, line);
	if (in->mem)
		add_reclaimable(f, in->mem);
	set_margin(f, "one zone that it may use above its min");
	if (flags)
		add_rejected(f, "a lost write or a crash by itself: who asks with such flags must "
				"cope with a failure");
	add_next(f, NULL, "grep -E 'allocstall|pgscan_direct|pgsteal_direct' /proc/vmstat",
		 "See whether reclaim finds anything: pages scanned, and of them freed.");
	add_next(f, "root", "sysctl -w vm.watermark_scale_factor=50",
		 "Let kswapd start earlier, if such failures come in bursts.");
}

static uint32_t kill_line(const struct incident *in, const struct fact_oom *kill)
{
	for (size_t i = 0; i < kill->n_victims; i++)
		if (kill->victims[i].pid.known && kill->victims[i].pid.v == in->fail->pid.v)
			return kill->victims[i].pid.line;
	return kill->head.origin.line;
}

/* The slow path's end for a victim: it may use the reserves, and what they do not give, it does
 * without (tsk_is_oom_victim()). */
static void say_dying(const struct incident *in, struct verdict *v, const struct fact_oom *kill)
{
	const struct wm *w = wm_of(in, v->arena);
	struct finding *f = fire(v, SEV_LOW, LIKELY,
				 "%s, which the OOM killer had just chosen, failed to get %s: a "
				 "victim gives up where others wait",
				 request_who(v), request_text(v, w));

	set_cause(f,
		  "A task that is to die may use the reserves, and is not made to wait when they "
		  "are used up: its request fails. Why memory ran out, the report of the kill "
		  "says.");
	request_show(f, w, WM_MIN);
	request_values(f, w);
	cite_line(f, &kill->head, kill_line(in, kill));
	set_margin(f, "no kill of the task before it");
	add_rejected(f, "a second fault: look at the kill");
}

static bool applies(const struct incident *in)
{
	return request_was_for_pages(in) &&
	       ((in->fail->order.known && !num_int_or(in->fail->order, 1)) || request_killer(in));
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct wm *w = wm_of(in, v->arena);
	struct wm_tally t = wm_tally_of(w, WM_MIN);
	const struct fact_oom *kill = request_killer(in);

	if (kill) {
		say_dying(in, v, kill);
		return;
	}
	if (w->gfp.source == GFP_UNKNOWN || !gfp_sure(&w->gfp, G_DIRECT_RECLAIM)) {
		cannot_tell(v, "alloc_failure",
			    "the flags do not say whether the request could wait");
		return;
	}
	if (!gfp_has(&w->gfp, G_DIRECT_RECLAIM) || str_starts(in->fail->comm, "kswapd"))
		return;
	if (!w->n && !by_flags(w))
		cannot_tell(v, "zone_state", "the zones are not printed");
	else if (!w->n || t.usable)
		say(in, v, w, &t);
}

DEFINE_RULE(
	alloc_reclaim, .title = "a request for one page that could wait was let fail",
	.doc = "An order-0 page allocation failure of a request with __GFP_DIRECT_RECLAIM. Such a request is "
	       "retried for ever but for what its flags say (__GFP_NORETRY, __GFP_RETRY_MAYFAIL, "
	       "__GFP_THISNODE, a zone below Normal), or what the task is doing (it frees memory, dumps core, dies, or the "
	       "machine is being suspended), by its stack or a kill just before. Shows the zones' arithmetic and what was left to "
	       "reclaim. Likely at most: a task's state is not printed.",
	.refs = REFS("mm/page_alloc.c:__alloc_pages_slowpath()",
		     "mm/page_alloc.c:__alloc_pages_may_oom()"),
	.on = NEED(alloc_failure), .applies = applies, .check = check);
