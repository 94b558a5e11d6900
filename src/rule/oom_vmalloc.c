// SPDX-License-Identifier: GPL-2.0-or-later
// vmalloc holds the memory: pages of __vmalloc_area_node(), which Mem-Info does not count.
#include "rule/callsites.h"

static const char *const functions[] = { "__vmalloc_", "vmalloc_", "vm_area_alloc_pages",
					 "vmalloc",    "vzalloc",  NULL };

static bool listed_by_caller(const struct incident *in)
{
	const struct fact_allocation_stack *a;

	incident_for_each (in, allocation_stack, a)
		if (a->source && strcmp(a->source, "allocinfo") == 0)
			return true;
	return false;
}

static void check(const struct incident *in, struct verdict *v)
{
	struct finding *f =
		callsites_check(in, v, functions, "vmalloc memory", "/proc/vmallocinfo");

	if (!f) {
		/* allocinfo lists whoever called vmalloc(), by a name of its own */
		if (!v->unknown && listed_by_caller(in) && callsites_room(in))
			cannot_tell(v, "/proc/vmallocinfo",
				    "the list names who asked for memory, not which of it is "
				    "vmalloc's");
		return;
	}
	set_cause(
		f,
		"vmalloc() takes single pages and maps them side by side. They are in no counter of "
		"Mem-Info, and only whoever allocated them can free them.");
	add_next(f, "root", "sort -k2nr /proc/vmallocinfo | head -20",
		 "See the areas and who asked for them.");
}

DEFINE_RULE(
	oom_vmalloc, .title = "vmalloc holds the memory",
	.doc = "Adds up the call sites of vmalloc in the report's list of allocations (6.10 and newer with memory "
	       "allocation profiling, or page_owner): a quarter of RAM, likely. Clear where what is in no account "
	       "of Mem-Info is less than a quarter of RAM, since vmalloc can only be there; cannot tell where it "
	       "is more and nothing lists who has it.",
	.refs = REFS("mm/vmalloc.c:__vmalloc_area_node()"), .on = CONSUMER_HEADS,
	.needs = NEED(mem_info), .applies = consumer_applies, .check = check);
