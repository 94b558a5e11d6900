// SPDX-License-Identifier: GPL-2.0-or-later
// Swap is full: nothing anonymous can be reclaimed any more.
#include <inttypes.h>

#include "rule/rule.h"

static bool applies(const struct incident *in)
{
	bool memcg = in->oom && in->oom->scope && strcmp(in->oom->scope, "memcg") == 0;

	return (in->mem || (in->oom && !memcg)) && !(in->oom && in->oom->lowmemorykiller);
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_mem_info *mem = in->mem;
	uint64_t total, left;
	struct finding *f;

	/* A kernel without swap prints none of its lines. */
	if (!mem || (!mem->swap_total.known && mem->head.cut))
		cannot_tell(v, "mem_info", "the report breaks off before it tells of swap");
	if (!mem || !mem->swap_total.known || !mem->swap_total.v)
		return;
	total = num_or(mem->swap_total, 0);
	if (!mem->swap_free.known) {
		cannot_tell(v, "mem_info", "the report has no line \"Free swap\"");
		return;
	}
	left = num_or(mem->swap_free, 0);
	if (left > total / 100)
		return;
	f = fire(v, SEV_LOW, CERTAIN, "Swap is full: %s of %s are free", v_human(v, left),
		 v_human(v, total));
	set_cause(
		f,
		"With swap full, anonymous memory and shmem can no longer be reclaimed: what processes "
		"hold above RAM plus swap has nowhere to go. Full swap is how the shortage ends, not "
		"why it began.");
	add_step(f, "free swap %" PRIu64 " kB / total swap %" PRIu64 " kB = %.2f %%", left / 1024,
		 total / 1024, percent(left, total));
	cite_num(f, &mem->head, mem->swap_free);
	cite_num(f, &mem->head, mem->swap_total);
	set_margin(f, "if more than %s of swap (one percent) were free", human(f, total / 100));
	value_num(f, "swap_free", left);
	value_num(f, "swap_total", total);
	add_next(f, NULL, "grep -H VmSwap /proc/[0-9]*/status | sort -k2nr | head",
		 "See whose memory is in swap.");
}

DEFINE_RULE(
	oom_swap_full, .title = "swap is full",
	.doc = "Certain when at most one percent of the swap there is remains free. It accompanies the rules "
	       "that say who holds the memory. Clear where there is no swap at all.",
	.refs = REFS("mm/swap_state.c:show_swap_cache_info()",
		     "mm/vmscan.c:can_reclaim_anon_pages()"),
	.on = NEED(oom) | NEED(alloc_failure), .applies = applies, .check = check);
