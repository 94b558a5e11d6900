// SPDX-License-Identifier: GPL-2.0-or-later
// Which finding caused which: what is known of causes between rules, as a table of ids.
#include "rule/links.h"

#include "base/cleanup.h"
#include "rule/rule.h"

/*
 * effect <- causes, the likeliest first; where an effect stands twice, the first row that fits.
 * Within one report, except where `same_boot`: then a cause that was found for the boot as a whole
 * counts, too.
 */
#define RAM_LOST "ram_lost_zeropage", "ram_lost_mtrr", "ram_lost", "ram_lost_cmdline"

static const struct {
	const char *effect;
	bool same_boot;
	const char *causes[8];
	bool as_grave; /**< a milder finding does not explain it */
} links[] = {
	{ "oom_false", false, { "watermark_broken", "oom_no_zone" } },
	{ "oom_slab", false, { "greatest_consumer" } },
	{ "oom_unaccounted",
	  false,
	  { "greatest_consumer", "oom_balloon", "oom_vmalloc", "oom_percpu" } },
	{ "oom_no_victim",
	  false,
	  { "watermark_broken", "oom_no_zone", "oom_slab", "oom_unaccounted", "oom_hugetlb",
	    "oom_shmem", "oom_small_ram" } },
	{ "oom_policy_panic",
	  false,
	  { "oom_process", "oom_slab", "oom_unaccounted", "oom_hugetlb", "oom_shmem" } },
	{ "oom_swap_full", false, { "oom_process", "oom_shmem" } },
	/* whoever holds the memory that is left: it would have been enough */
	{ "oom_small_ram", true, { RAM_LOST } },
	{ "oom_process", true, { RAM_LOST } },
	{ "oom_process", false, { "oom_reserves" }, .as_grave = true },
	{ "oom_lowmem", false, { "oom_slab", "oom_kernel_stacks" } },
	{ "oom_no_victim", true, { RAM_LOST } },
	{ "oom_policy_panic", true, { RAM_LOST } },
	{ "oom_allocating_task", true, { RAM_LOST } },
	{ "oom_slab", true, { RAM_LOST } },
	{ "oom_unaccounted", true, { RAM_LOST } },
	{ "oom_shmem", true, { RAM_LOST } },
	{ "oom_page_cache", true, { RAM_LOST } },
	{ "oom_unevictable", true, { RAM_LOST } },
	{ "ram_lost", true, { "ram_lost_zeropage", "ram_lost_mtrr" } },
	{ "node_without_memory", true, { RAM_LOST } },
	{ "memmap_param_harm", true, { "ram_lost_cmdline" } },
	{ "struct_page_hole", true, { "memmap_param_harm" } },
	{ "struct_page_uninitialised", true, { "struct_page_hole" } },
	{ "crashkernel_too_small", false, { "oom_slab", "oom_unaccounted", "alloc_no_zone" } },
};

static bool belongs(const struct finding *effect, const struct finding *cause, bool same_boot)
{
	if (effect->evidence != cause->evidence)
		return false;
	if (effect->report && effect->report == cause->report)
		return true;
	return same_boot && !cause->report && effect->boot == cause->boot && effect != cause &&
	       (!effect->report || cause->severity >= SEV_MEDIUM);
}

static ptrdiff_t find_cause(struct finding **v, size_t n, const struct finding *effect, size_t link)
{
	for (const char *const *cause = links[link].causes; *cause; cause++)
		for (size_t i = 0; i < n; i++)
			if (strcmp(v[i]->rule->id, *cause) == 0 &&
			    (!links[link].as_grave || v[i]->severity >= effect->severity) &&
			    belongs(effect, v[i], links[link].same_boot))
				return (ptrdiff_t)i;
	return -1;
}

void link_findings(struct finding **v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		v[i]->because_of = -1;
		for (size_t k = 0; k < ARRAY_SIZE(links) && v[i]->because_of < 0; k++)
			if (strcmp(v[i]->rule->id, links[k].effect) == 0)
				v[i]->because_of = find_cause(v, n, v[i], k);
	}
}
