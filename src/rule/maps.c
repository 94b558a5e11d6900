// SPDX-License-Identifier: GPL-2.0-or-later
// What the rules over memory maps share.
#include "rule/maps.h"

#include <stdlib.h>

struct boot_map *boot_map_new(void)
{
	return calloc(1, sizeof(struct boot_map));
}

bool has_e820(const struct incident *in)
{
	const struct fact_memory_range *r;

	incident_for_each (in, memory_range, r)
		if (strcmp(r->map, "bios-e820") == 0)
			return true;
	return false;
}

bool previous_boot(const struct incident *in, struct incident *ret, struct arena *arena)
{
	struct incidents boots = boots_of(in->facts, arena);
	bool found = false;

	for (size_t i = 0; i < boots.n && boots.v[i].head != in->head; i++) {
		if (boots.v[i].head->origin.evidence != in->head->origin.evidence ||
		    !has_e820(&boots.v[i]))
			continue;
		*ret = boots.v[i];
		found = true;
	}
	return found;
}

size_t cite_touching(struct finding *f, const struct boot_map *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->e820.n; i++) {
		if (!map_touches(m, i))
			continue;
		n++;
		if (n > 6)
			continue;
		cite(f, &m->fact[i]->head);
		cite(f, &m->fact[i + 1]->head);
	}
	return n;
}

static bool is_ram(const struct e820_entry *e)
{
	return e->type == E820_RAM || e->type == E820_RESERVED_KERN;
}

/* The first RAM of a table at or behind an address: false if none. */
static bool next_ram(const struct e820_table *t, uint64_t at, uint64_t *start, uint64_t *end)
{
	bool found = false;

	for (size_t i = 0; i < t->n; i++) {
		const struct e820_entry *e = &t->v[i];

		if (!is_ram(e) || e->addr + e->size <= at || (found && e->addr >= *start))
			continue;
		*start = e->addr > at ? e->addr : at;
		*end = e->addr + e->size;
		found = true;
	}
	return found;
}

/* Walks the RAM of @p from that is not RAM in @p to; f may be NULL. */
static uint64_t walk_lost(struct finding *f, const struct e820_table *from,
			  const struct e820_table *to)
{
	uint64_t at = 0, start, end, sum = 0;
	size_t told = 0;

	while (next_ram(from, at, &start, &end)) {
		uint64_t there, there_end = 0, stop = end;

		if (next_ram(to, start, &there, &there_end)) {
			if (there <= start) {
				at = there_end < end ? there_end : end;
				continue;
			}
			if (there < stop)
				stop = there;
		}
		sum += stop - start;
		if (f && told++ < 12)
			add_step(f, "[mem 0x%016llx-0x%016llx] is RAM no more: %s",
				 (unsigned long long)start, (unsigned long long)stop - 1,
				 human(f, stop - start));
		at = stop;
	}
	if (f && told > 12)
		add_step(f, "... %zu ranges in all", told);
	return sum;
}

uint64_t add_lost_ranges(struct finding *f, const struct e820_table *from,
			 const struct e820_table *to)
{
	return walk_lost(f, from, to);
}

uint64_t lost_bytes(const struct e820_table *from, const struct e820_table *to)
{
	return walk_lost(NULL, from, to);
}

void add_kexec_fixes(struct finding *f, const char *present)
{
	add_fix(f,
		(struct finding_fix){
			.commit = "8efbc518b884",
			.subject =
				"x86/kexec: Do not reserve EFI setup_data in the kexec e820 table",
			.release = "v5.7",
			.present = present });
	add_fix(f,
		(struct finding_fix){ .commit = "7fd817c90650",
				      .subject = "x86/e820: Don't reserve SETUP_RNG_SEED in e820",
				      .release = "v6.8",
				      .present = present });
	add_fix(f, (struct finding_fix){
			   .commit = "fc7f27cda843",
			   .subject = "x86/kexec: Do not update E820 kexec table for setup_data",
			   .release = "v6.9",
			   .present = present });
}
