// SPDX-License-Identifier: GPL-2.0-or-later
// Which finding caused which: what is known of causes between rules, as a table of ids.
#include "rule/links.h"

#include "base/cleanup.h"
#include "rule/rule.h"

/*
 * effect <- causes, the likeliest first. Within one report, except where `same_boot`: then a cause
 * that was found for the boot as a whole counts, too.
 */
static const struct {
	const char *effect;
	bool same_boot;
	const char *causes[8];
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
	{ "oom_small_ram",
	  true,
	  { "ram_lost_zeropage", "ram_lost_mtrr", "ram_lost_cmdline", "ram_lost" } },
	{ "oom_process",
	  true,
	  { "ram_lost_zeropage", "ram_lost_mtrr", "ram_lost_cmdline", "ram_lost" } },
	{ "crashkernel_too_small", false, { "oom_slab", "oom_unaccounted", "alloc_no_zone" } },
};

static bool belongs(const struct finding *effect, const struct finding *cause, bool same_boot)
{
	if (effect->evidence != cause->evidence)
		return false;
	if (effect->report && effect->report == cause->report)
		return true;
	return same_boot && !cause->report && effect->boot == cause->boot;
}

static ptrdiff_t find_cause(struct finding **v, size_t n, const struct finding *effect,
			    const char *const *causes, bool same_boot)
{
	for (; *causes; causes++)
		for (size_t i = 0; i < n; i++)
			if (strcmp(v[i]->rule->id, *causes) == 0 &&
			    belongs(effect, v[i], same_boot))
				return (ptrdiff_t)i;
	return -1;
}

void link_findings(struct finding **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < ARRAY_SIZE(links); k++)
			if (strcmp(v[i]->rule->id, links[k].effect) == 0)
				v[i]->because_of =
					find_cause(v, n, v[i], links[k].causes, links[k].same_boot);
}
