// SPDX-License-Identifier: GPL-2.0-or-later
// Page tables hold the memory: NR_PAGETABLE and NR_SECONDARY_PAGETABLE.
#include <inttypes.h>

#include "rule/share.h"

/* The task with the largest page tables. */
static void add_task(struct finding *f, const struct incident *in)
{
	const struct fact_task_memory *t, *most = NULL;

	incident_for_each (in, task_memory, t)
		if (t->pgtables.known &&
		    (!most || num_or(t->pgtables, 0) > num_or(most->pgtables, 0)))
			most = t;
	if (!most || !num_or(most->pgtables, 0))
		return;
	add_step(f, "largest: %.*s[%" PRIu64 "] with %s for %s of address space",
		 STR_ARG(most->comm), num_or(most->pid, 0), human(f, num_or(most->pgtables, 0)),
		 human(f, num_or(most->total_vm, 0)));
	value_text(f, "comm", most->comm);
	cite(f, &most->head);
}

static void check(const struct incident *in, struct verdict *v)
{
	struct shares s;
	struct finding *f = consumer_check(in, v, HOLD_PAGETABLES, &s);

	if (!f)
		return;
	set_cause(
		f,
		"Each process keeps page tables of its own, 8 bytes a mapped page, also for shared "
		"memory that it merely touches: many processes over one large segment, or sparse use "
		"of a huge address space, pay for the tables and not for the pages. The OOM killer "
		"frees them only with the process.");
	add_task(f, in);
	add_next(f, NULL, "grep -H VmPTE /proc/[0-9]*/status | sort -k2nr | head",
		 "See whose they are.");
	add_next(
		f, NULL, NULL,
		"Map shared memory with huge pages (SHM_HUGETLB, huge_pages=on in PostgreSQL): one entry "
		"instead of 512.");
}

DEFINE_RULE(
	oom_pagetables, .title = "page tables hold the memory",
	.doc = "Adds pagetables and sec_pagetables (those of KVM and IOMMUs) and compares with RAM; half: "
	       "certain, a quarter and the largest account: likely, a tenth and the largest while nearly "
	       "nothing is free: possible. Names the task with the largest tables (pgtables_bytes).",
	.refs = REFS("mm/show_mem.c:show_free_areas()", "include/linux/mm.h:pagetable_pte_ctor()"),
	.on = CONSUMER_HEADS, .needs = NEED(mem_info), .applies = consumer_applies, .check = check);
