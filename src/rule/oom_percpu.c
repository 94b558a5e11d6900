// SPDX-License-Identifier: GPL-2.0-or-later
// Per-CPU memory holds the memory: chunks of pcpu_populate_chunk(), which Mem-Info does not count.
#include "rule/callsites.h"

static const char *const functions[] = { "pcpu_", "__alloc_percpu", "alloc_percpu",
					 "percpu_counter_init", NULL };

static void check(const struct incident *in, struct verdict *v)
{
	struct finding *f = callsites_check(in, v, functions, "per-CPU memory", "/proc/meminfo");

	if (!f)
		return;
	set_cause(
		f,
		"Each per-CPU allocation is made once for every CPU that may come, so many small ones on a "
		"large machine add up: cgroups that were never reaped, network namespaces, counters. They "
		"are in no counter of Mem-Info.");
	add_next(f, NULL, "grep Percpu /proc/meminfo; cat /proc/cgroups",
		 "See the total, and how many cgroups there are.");
	add_next(f, "debugfs", "cat /sys/kernel/debug/percpu_stats",
		 "See the chunks (CONFIG_PERCPU_STATS).");
}

DEFINE_RULE(
	oom_percpu, .title = "per-CPU memory holds the memory",
	.doc = "Adds up the call sites of the per-CPU allocator in the report's list of allocations: a quarter of "
	       "RAM, likely. Clear where what is in no account of Mem-Info is less than a quarter of RAM, since "
	       "per-CPU memory can only be there; cannot tell where it is more and nothing lists who has it.",
	.refs = REFS("mm/percpu.c:pcpu_populate_chunk()"), .on = CONSUMER_HEADS,
	.needs = NEED(mem_info), .applies = consumer_applies, .check = check);
