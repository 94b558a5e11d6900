// SPDX-License-Identifier: GPL-2.0-or-later
// A boot with less RAM than another of the same machine.
#include <stdlib.h>

#include "rule/maps.h"

enum { SHARE = 20 }; /* a twentieth less is worth a word */

/* The firmware's own fixed ranges tell machines apart: the first reserved and ACPI entries. */
static bool same_machine(const struct e820_table *a, const struct e820_table *b)
{
	size_t same = 0, others = 0;

	for (size_t i = 0; i < a->n; i++) {
		bool found = false;

		if (a->v[i].type == E820_RAM || a->v[i].type == E820_RESERVED_KERN)
			continue;
		others++;
		for (size_t k = 0; k < b->n && !found; k++)
			found = b->v[k].addr == a->v[i].addr && b->v[k].type == a->v[i].type;
		same += found;
	}
	return others >= 2 && same * 4 >= others * 3;
}

/* The boot with the most RAM of the same machine, whatever the evidence. */
static const struct fact_boot *best_boot(const struct incident *in, struct arena *arena,
					 const struct boot_map *m, struct boot_map *ret)
{
	struct incidents boots = boots_of(in->facts, arena);
	struct boot_map *try = boot_map_new();
	const struct fact_boot *best = NULL;

	for (size_t i = 0; try && i < boots.n; i++) {
		if (boots.v[i].head == in->head || !map_of_boot(&boots.v[i], try) ||
		    !same_machine(&m->e820, &try->e820))
			continue;
		if (best && e820_ram(&try->e820) <= e820_ram(&ret->e820))
			continue;
		*ret = *try;
		best = boots.v[i].boot;
	}
	free(try);
	return best;
}

/* A crash kernel is meant to have little: kexec gives it the reserved range only. */
static bool is_kdump(const struct fact_boot *b)
{
	return str_is(str_c(b->entry), "kdump") || str_has(b->cmdline, "elfcorehdr=");
}

static bool applies(const struct incident *in)
{
	return has_e820(in) && !is_kdump(in->boot);
}

static void check(const struct incident *in, struct verdict *v)
{
	struct boot_map *m = boot_map_new(), *good = boot_map_new();
	const struct fact_boot *best = NULL;
	uint64_t lost = 0, ram;
	struct finding *f;

	if (m && good && map_of_boot(in, m))
		best = best_boot(in, v->arena, m, good);
	if (best)
		lost = lost_bytes(&good->e820, &m->e820);
	ram = best ? e820_ram(&good->e820) : 0;
	if (lost > ram / SHARE) {
		f = fire(v, lost > ram / 2 ? SEV_HIGH : SEV_MEDIUM, CERTAIN,
			 "This boot has %s of RAM, another of the same machine had %s: %s are gone",
			 v_human(v, e820_ram(&m->e820)), v_human(v, ram), v_human(v, lost));
		value_num(f, "ram_lost", lost);
		set_cause(
			f,
			"The firmware's map (or what kexec passed for it) lists less RAM than in the other boot.");
		add_step(f, "%zu entries here, %zu in the other boot", m->e820.n, good->e820.n);
		add_lost_ranges(f, &good->e820, &m->e820);
		cite(f, &in->boot->head);
		cite(f, &best->head);
		cite(f, &m->fact[m->e820.n - 1]->head);
		cite(f, &good->fact[good->e820.n - 1]->head);
		set_margin(f, "with the other boot's map");
		add_next(f, NULL, "mmwhy diff GOOD BAD", "Compare the two maps.");
	}
	free(m);
	free(good);
}

DEFINE_RULE(
	ram_lost, .title = "less RAM than in another boot of the same machine",
	.doc = "Compares the firmware's maps of all boots that share their reserved and ACPI ranges (three quarters "
	       "of them) and fires where one has a twentieth less RAM than the best: arithmetic, so certain that it is "
	       "gone; why is another rule's.",
	.refs = REFS("arch/x86/kernel/e820.c:e820__memory_setup()"), .on = NEED(boot),
	.applies = applies, .needs = NEED(memory_range), .check = check);
