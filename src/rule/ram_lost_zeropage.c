// SPDX-License-Identifier: GPL-2.0-or-later
// RAM that a kexec'd kernel never heard of: the zeropage holds 128 e820 entries, and
// setup_e820_entries() drops the rest.
#include <inttypes.h>
#include <stdlib.h>

#include "model/spans.h"
#include "fact/page_size.h"
#include "rule/maps.h"

/* What the boot before says this one should have got. */
struct expected {
	struct kexec_boot now, next;
	const struct fact_boot *boot;
	uint64_t lost;
	bool known;	    /* there is a boot before with a map of its own */
	unsigned int split; /* what the boot before, a kernel of this release, reserved */
	bool fits;	    /* this boot's table is the one before's, blobs reserved, cut at 128 */
};

/* Blobs that the console of the boot before names: "e820: update [mem ...] usable ==> usable". */
static size_t blobs_of(const struct incident *boot, struct kexec_blob *v, size_t max)
{
	const struct fact_memory_range *r;
	size_t n = 0;

	incident_for_each (boot, memory_range, r) {
		if (n == max || strcmp(r->map, "e820-update") != 0 ||
		    !str_is(r->type, "usable ==> usable"))
			continue;
		v[n++] = (struct kexec_blob){ r->start.v, r->end.v - r->start.v + 1 };
	}
	return n;
}

static unsigned int split_of(const struct kexec_blob *v, size_t n)
{
	unsigned int split = 0;

	for (size_t i = 0; i < n; i++)
		split |= SPLIT_ANY | (v[i].size == 112 ? SPLIT_EFI : 0) |
			 (v[i].size == 16 ? SPLIT_RNG : 0);
	return split;
}

static bool same_ranges(const struct e820_table *a, const struct e820_table *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->v[i].addr != b->v[i].addr || a->v[i].size != b->v[i].size)
			return false;
	return true;
}

static void expect(const struct incident *in, const struct boot_map *map, struct arena *arena,
		   struct expected *e)
{
	struct kexec_blob blobs[16];
	struct boot_map *before = boot_map_new();
	struct incident prev;
	size_t n;

	e->known = before && previous_boot(in, &prev, arena) && map_of_boot(&prev, before);
	if (e->known) {
		kexec_first_boot(&before->e820, &e->now);
		n = blobs_of(&prev, blobs, 16);
		kexec_reserve_blobs(&e->now, blobs, n, false);
		kexec_next_boot(&e->now, &e->next);
		e->boot = prev.boot;
		e->lost = e->next.ram_lost;
		e->fits = same_ranges(&e->next.used, &map->e820);
		if (str_eq(prev.boot->kernel, in->boot->kernel))
			e->split = split_of(blobs, n);
	}
	free(before);
}

static void tell_expected(struct finding *f, const struct expected *e)
{
	add_step(
		f,
		"the boot before (line %u) had %zu entries of the kexec table, with its setup_data reserved",
		e->boot->first_line, e->now.kexec.n);
	add_step(f,
		 "%zu entries - %d that struct boot_params holds = %zu dropped, %s of RAM in them",
		 e->now.kexec.n, E820_MAX_ZEROPAGE, e->next.dropped, human(f, e->lost));
	add_lost_ranges(f, &e->now.kexec, &e->next.used);
	cite(f, &e->boot->head);
}

/* SRAT ranges that are populated: what the firmware says the nodes have. */
static uint64_t srat_bytes(const struct incident *in, const struct fact_memory_range **first)
{
	const struct fact_memory_range *r;
	uint64_t sum = 0;

	incident_for_each (in, memory_range, r) {
		if (strcmp(r->map, "srat") != 0 || !range_is_sound(r) ||
		    str_has(r->type, "hotplug"))
			continue;
		sum += r->end.v - r->start.v + 1;
		*first = *first ? *first : r;
	}
	return sum;
}

/* First point: the modules. */
static void tell_modules(struct finding *f, const struct incident *in, uint64_t usable,
			 const struct expected *e)
{
	const struct fact_memory_range *srat = NULL;
	const struct fact_boot *b = in->boot;
	uint64_t listed = srat_bytes(in, &srat);

	if (num_or(b->mtrr_covered, 0) > usable) {
		add_step(f, "the MTRRs cover %s, the map has %s of RAM",
			 human(f, b->mtrr_covered.v), human(f, usable));
		cite_num(f, &b->head, b->mtrr_covered);
		add_rejected(f, "1. the memory modules: line %u, the firmware's MTRRs cover %s",
			     b->mtrr_covered.line, human(f, b->mtrr_covered.v));
		value_num(f, "mtrr_covered", b->mtrr_covered.v);
	} else if (srat && listed > usable) {
		add_step(f, "the SRAT lists %s, the map has %s of RAM", human(f, listed),
			 human(f, usable));
		cite(f, &srat->head);
		add_rejected(f, "1. the memory modules: line %u, the firmware's SRAT lists %s",
			     srat->head.origin.line, human(f, listed));
	} else if (e->known && e->lost && e->fits) {
		add_rejected(f, "1. the memory modules: line %u, the boot before had the RAM",
			     e->boot->first_line);
	} else {
		add_rejected(
			f,
			"1. the memory modules: no line of this boot rules them in or out; a power cycle "
			"that brings the RAM back would rule them out");
	}
}

/* Second: what reached the kernel, and third: what the kernel made of it. */
static void tell_detection(struct finding *f, const struct incident *in, const struct boot_map *m)
{
	const struct fact_boot *b = in->boot;
	uint64_t end = e820_end_of_ram(&m->e820), page = page_size_or_usual(b->page_size, b->arch);

	add_step(
		f,
		"2. what kexec handed over (the zeropage): ruled in by line %u, entry %zu is the last",
		m->fact[m->e820.n - 1]->head.origin.line, m->e820.n);
	if (!b->last_pfn.known) {
		add_rejected(f, "3. the kernel's own map: no line (last_pfn) rules it in or out");
		return;
	}
	value_num(f, "last_pfn", b->last_pfn.v);
	cite_num(f, &b->head, b->last_pfn);
	if (b->last_pfn.v == end / page)
		add_rejected(f,
			     "3. the kernel's own map: line %u, last_pfn = 0x%" PRIx64
			     " is the end of the RAM that it was given, %s",
			     b->last_pfn.line, b->last_pfn.v, human(f, end));
	else
		add_step(f,
			 "3. the kernel's own map: line %u, last_pfn = 0x%" PRIx64
			 " is not the end of the RAM that it was given (0x%" PRIx64 ")",
			 b->last_pfn.line, b->last_pfn.v, end / page);
}

static void tell_nodes(struct finding *f, const struct incident *in)
{
	const struct fact_memory_range *r;

	incident_for_each (in, memory_range, r)
		if (strcmp(r->map, "initmem") == 0 && r->empty)
			cite(f, &r->head);
}

static void tell_next(struct finding *f, unsigned int split)
{
	set_cause(
		f,
		"Each kexec_file_load reboot of an unfixed kernel reserves the setup_data blob that it was "
		"started with in the table for the next kernel, which splits the RAM entry around it. "
		"The zeropage holds 128 entries, setup_e820_entries() drops what is beyond, and since the "
		"table is sorted that is the memory at the top.");
	add_kexec_fixes(f, split);
	add_next(f, "reboot",
		 "reboot (through the firmware: systemctl reboot, not systemctl kexec)",
		 "Reboot once through the firmware: it builds the map anew.");
	add_next(f, NULL, "ls /sys/firmware/memmap | wc -l",
		 "Watch the number of entries until the kernel is fixed.");
	add_next(
		f, "root", "kexec -c -l KERNEL --initrd=INITRD --reuse-cmdline",
		"Or load with kexec_load(2) (kexec -c), which passes further entries in SETUP_E820_EXT.");
}

static enum severity severity_of(uint64_t missing, uint64_t usable, bool proven)
{
	if (missing > usable / 8)
		return SEV_CRITICAL;
	return missing > usable / 100 || !proven ? SEV_HIGH : SEV_MEDIUM;
}

static void fire_it(const struct incident *in, struct verdict *v, const struct boot_map *m,
		    size_t touching, const struct expected *e)
{
	const struct fact_boot *b = in->boot;
	uint64_t usable = e820_ram(&m->e820);
	bool above = e820_end_of_ram(&m->e820) > 4 * GIB;
	bool proven = e->fits && e->next.dropped;
	uint64_t missing = proven				 ? e->lost
			   : num_or(b->mtrr_covered, 0) > usable ? b->mtrr_covered.v - usable
								 : 0;
	const char *behind;
	struct finding *f;

	behind = missing  ? arena_printf(v->arena, "%s of RAM are missing", v_human(v, missing)).p
		 : proven ? "no RAM was behind it"
			  : "what was behind it is not known";
	f = fire(
		v, severity_of(missing, usable, proven), proven ? CERTAIN : LIKELY,
		"The memory map ends at entry %d, the last that the zeropage holds; %s: %s of RAM are left%s",
		E820_MAX_ZEROPAGE, behind, v_human(v, usable),
		above ? "" : ", none of it above 4 GiB");
	value_num(f, "entries_count", m->e820.n);
	value_num(f, "ram_usable", usable);
	if (missing)
		value_num(f, "ram_missing", missing);
	add_step(f, "%zu entries in the map, which is E820_MAX_ENTRIES_ZEROPAGE", m->e820.n);
	add_step(
		f,
		"%zu pairs of touching usable entries: RAM split around setup_data of earlier kexecs",
		touching);
	cite_touching(f, m);
	cite(f, &m->fact[m->e820.n - 1]->head);
	if (e->known && e->lost)
		tell_expected(f, e);
	tell_modules(f, in, usable, e);
	tell_detection(f, in, m);
	tell_nodes(f, in);
	tell_rival(f, b);
	set_margin(f, "with fewer than %d entries nothing is dropped", E820_MAX_ZEROPAGE + 1);
	tell_next(f, e->fits ? e->split : 0);
}

static void check(const struct incident *in, struct verdict *v)
{
	struct boot_map *m = boot_map_new();
	struct expected *e = calloc(1, sizeof(*e));
	size_t touching = 0;

	if (!e820_was_read(in, v) || !m || !e || !map_of_boot(in, m)) {
		;
	} else if (m->n_damaged && m->e820.n + m->n_damaged >= E820_MAX_ZEROPAGE) {
		cannot_tell(v, "memory_range",
			    "%zu lines of the map are damaged: it may have %d entries or more",
			    m->n_damaged, E820_MAX_ZEROPAGE);
	} else if (m->e820.n == E820_MAX_ZEROPAGE) {
		for (size_t i = 0; i < m->e820.n; i++)
			touching += map_touches(m, i);
		expect(in, m, v->arena, e);
		/* exactly full is not too full; 128 entries of a firmware's own are no loss */
		if (e->fits && !e->next.dropped)
			touching = 0;
		if (touching || (e->fits && e->lost) ||
		    num_or(in->boot->mtrr_covered, 0) > e820_ram(&m->e820) + GIB)
			fire_it(in, v, m, touching, e);
	}
	free(m);
	free(e);
}

DEFINE_RULE(
	ram_lost_zeropage, .title = "RAM beyond the zeropage's 128 entries was lost at a kexec",
	.doc = "A map of exactly 128 e820 entries with touching usable neighbours (which only RESERVED_KERN "
	       "beside RAM can give) was cut by setup_e820_entries(). Certain where the boot before is in the "
	       "same log and its table, with the setup_data that its console names reserved, gives this one "
	       "entry by entry when cut at 128; else likely.",
	.refs = REFS("arch/x86/kernel/kexec-bzimage64.c:setup_e820_entries()",
		     "arch/x86/kernel/e820.c:e820__reserve_setup_data()"),
	.on = NEED(boot), .applies = may_have_e820, .check = check);
