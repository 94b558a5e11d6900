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

/* Findings by what they were found in: a report, or else a boot. */
struct place {
	uint32_t evidence, report;
	int32_t boot;
	size_t at;
};

static struct place place_of(const struct finding *f)
{
	return (struct place){ f->evidence, f->report, f->report ? 0 : f->boot, 0 };
}

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->evidence != y->evidence)
		return x->evidence < y->evidence ? -1 : 1;
	if (x->report != y->report)
		return x->report < y->report ? -1 : 1;
	if (x->boot != y->boot)
		return x->boot < y->boot ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

struct places {
	struct place *v;
	size_t n;
};

/* The first finding at a place, in the order of all, that fits. */
static size_t first_of(const struct places *all, struct finding **v, struct place from,
		       const struct finding *effect, size_t link, const char *cause)
{
	size_t lo = 0, hi = all->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (by_place(&all->v[mid], &from) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < all->n; lo++) {
		const struct place *p = &all->v[lo];
		const struct finding *f = v[p->at];

		from.at = p->at;
		if (by_place(p, &from))
			break;
		if (strcmp(f->rule->id, cause) == 0 &&
		    (!links[link].as_grave || f->severity >= effect->severity) &&
		    belongs(effect, f, links[link].same_boot))
			return p->at;
	}
	return SIZE_MAX;
}

static ptrdiff_t find_cause(const struct places *all, struct finding **v, size_t effect,
			    size_t link)
{
	struct place report = place_of(v[effect]);
	struct place boot = { v[effect]->evidence, 0, v[effect]->boot, 0 };

	for (const char *const *cause = links[link].causes; *cause; cause++) {
		size_t one = first_of(all, v, report, v[effect], link, *cause);
		size_t other = first_of(all, v, boot, v[effect], link, *cause);

		if (one != SIZE_MAX || other != SIZE_MAX)
			return (ptrdiff_t)(one < other ? one : other);
	}
	return -1;
}

void link_findings(struct finding **v, size_t n, struct arena *scratch)
{
	struct places all = { arena_alloc(scratch, (n + 1) * sizeof(*all.v)), n };

	for (size_t i = 0; i < n; i++) {
		v[i]->because_of = -1;
		if (!all.v)
			continue;
		all.v[i] = place_of(v[i]);
		all.v[i].at = i;
	}
	if (!all.v || !n)
		return;
	qsort(all.v, n, sizeof(*all.v), by_place);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < ARRAY_SIZE(links) && v[i]->because_of < 0; k++)
			if (strcmp(v[i]->rule->id, links[k].effect) == 0)
				v[i]->because_of = find_cause(&all, v, i, k);
}
