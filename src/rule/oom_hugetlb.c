// SPDX-License-Identifier: GPL-2.0-or-later
// The huge page pools hold the memory: hugetlb_show_meminfo_node().
#include <inttypes.h>

#include "rule/share.h"

static void add_pools(struct finding *f, const struct incident *in)
{
	const struct fact_hugetlb_pool *h;
	uint64_t idle = 0;

	incident_for_each (in, hugetlb_pool, h) {
		uint64_t size = num_or(h->size, 0), total = num_or(h->total_count, 0);
		uint64_t unused = num_or(h->free_count, 0), bytes;

		if (!total || __builtin_mul_overflow(unused, size, &bytes))
			continue;
		idle += bytes;
		add_step(f, "pool of %s pages%s: %" PRIu64 " of them, %" PRIu64 " free",
			 human(f, size),
			 h->node.known ? arena_printf(f->arena, " on node %" PRId64,
						      num_int_or(h->node, 0))
						 .p
				       : "",
			 total, unused);
		cite(f, &h->head);
	}
	value_num(f, "unused", idle);
	if (idle)
		f->summary = arena_printf(f->arena, "%.*s; %s of it lies unused in the pools",
					  STR_ARG(f->summary), human(f, idle));
}

static void check(const struct incident *in, struct verdict *v)
{
	struct finding *f;
	struct shares s;

	/* Without CONFIG_HUGETLB_PAGE, or before 3.10, there is no such line. */
	if (!in->of[FACT_hugetlb_pool].n)
		return;
	f = consumer_check(in, v, HOLD_HUGETLB, &s);
	if (!f)
		return;
	set_cause(f,
		  "Huge page pools are set aside whole (vm.nr_hugepages, hugepages= at boot): even "
		  "their free pages serve nothing else and cannot be reclaimed or swapped.");
	add_pools(f, in);
	add_next(f, "root", "sysctl vm.nr_hugepages; grep Huge /proc/meminfo",
		 "See what the pool is and who set it (/etc/sysctl.d, the kernel command line).");
	add_next(f, "root", "sysctl vm.nr_hugepages=N",
		 "Size it to what its users need; free pages go back at once.");
}

DEFINE_RULE(
	oom_hugetlb, .title = "huge page pools hold the memory",
	.doc = "Multiplies each pool's pages by their size and compares the sum with RAM; half of it: "
	       "certain, a quarter and the largest account: likely. Clear where the report has no line "
	       "about huge pages: that kernel was built without them, or is older than 3.10.",
	.refs = REFS("mm/hugetlb.c:hugetlb_show_meminfo_node()"), .on = CONSUMER_HEADS,
	.needs = NEED(mem_info), .applies = consumer_applies, .check = check);
