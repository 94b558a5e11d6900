// SPDX-License-Identifier: GPL-2.0-or-later
// The map grows with each kexec: RAM entries are split around setup_data.
#include <inttypes.h>
#include <stdlib.h>

#include "rule/maps.h"

/* How the number of entries went from boot to boot of one log. */
struct series {
	size_t boots, first, last, growing; /* entries of the first and last, steps up */
	const struct fact_boot *first_boot;
	bool ends_here; /* the boot judged is the last with a map */
};

static struct series series_of(const struct incident *in, struct arena *arena, struct boot_map *m)
{
	struct incidents boots = boots_of(in->facts, arena);
	struct series s = { 0 };

	for (size_t i = 0; i < boots.n; i++) {
		if (boots.v[i].head->origin.evidence != in->head->origin.evidence ||
		    !map_of_boot(&boots.v[i], m))
			continue;
		/* a firmware boot begins a new series, and ends the one before */
		if (s.ends_here && m->e820.n < s.last)
			break;
		if (m->e820.n < s.last || !s.boots) {
			s = (struct series){ .first = m->e820.n, .first_boot = boots.v[i].boot };
		}
		s.growing += m->e820.n > s.last && s.boots;
		s.boots++;
		s.last = m->e820.n;
		s.ends_here = boots.v[i].head == in->head;
	}
	return s;
}

static const char *blob_name(uint64_t size)
{
	switch (size) {
	case 112:
		return "SETUP_EFI";
	case 32:
		return "SETUP_IMA";
	case 16:
		return "SETUP_RNG_SEED";
	case 128:
		return "SETUP_EFI and SETUP_RNG_SEED side by side";
	default:
		return "setup_data";
	}
}

static void tell_pieces(struct finding *f, const struct boot_map *m)
{
	size_t told = 0;

	for (size_t i = 0; i < m->e820.n && told < 4; i++) {
		if (m->e820.v[i].type != E820_RESERVED_KERN)
			continue;
		told++;
		add_step(f, "[mem 0x%016llx-0x%016llx], %" PRIu64 " bytes: %s",
			 (unsigned long long)m->e820.v[i].addr,
			 (unsigned long long)(m->e820.v[i].addr + m->e820.v[i].size - 1),
			 m->e820.v[i].size, blob_name(m->e820.v[i].size));
	}
}

static void tell_forecast(struct finding *f, const struct series *s, const struct boot_map *m)
{
	double rate = s->growing ? (double)(s->last - s->first) / (double)(s->boots - 1) : 2;
	double left = rate > 0 ? ((double)E820_MAX_ZEROPAGE - (double)m->e820.n) / rate : 0;

	if (s->growing)
		add_step(
			f,
			"%zu boots in this log: %zu entries at first, %zu now, %.1f more each kexec",
			s->boots, s->first, s->last, rate);
	else
		add_step(
			f,
			"one boot seen: a blob splits an entry in three, two more each kexec, if nothing merges");
	if (m->e820.n < E820_MAX_ZEROPAGE)
		add_step(
			f,
			"(%d - %zu) / %.1f: about %.0f kexecs until the table is full, and the one after loses memory",
			E820_MAX_ZEROPAGE, m->e820.n, rate, left);
	value_num(f, "kexecs_left_count", left > 0 ? (uint64_t)left : 0);
}

static void report(const struct incident *in, struct verdict *v, const struct boot_map *m,
		   size_t touching, const struct series *s)
{
	bool full = m->e820.n >= E820_MAX_ZEROPAGE, near = m->e820.n + 20 >= E820_MAX_ZEROPAGE;
	struct finding *f = fire(
		v, full || near ? SEV_HIGH : SEV_MEDIUM, s->growing > 1 ? CERTAIN : LIKELY,
		"The memory map grows with each kexec: %zu of %d entries used, %zu RAM entries split "
		"around setup_data",
		m->e820.n, E820_MAX_ZEROPAGE, touching);

	value_num(f, "entries_count", m->e820.n);
	value_num(f, "split_count", touching);
	set_cause(
		f,
		"e820__reserve_setup_data() marks the setup_data that kexec passed as RESERVED_KERN in the table "
		"for the next kernel, too; the next kexec passes new ones and the old pieces stay. Two touching "
		"\"usable\" entries can be nothing else, since equal neighbours are merged.");
	tell_pieces(f, m);
	tell_forecast(f, s, m);
	cite_touching(f, m);
	cite(f, &in->boot->head);
	add_next(
		f, NULL, "dmesg | grep 'update e820_table_kexec'",
		"Rule the other writer of that table out, e820__memblock_alloc_reserved() for a fake MP "
		"table: it logs this line.");
	set_margin(
		f,
		"with a kernel that leaves the kexec table alone, or one reboot through the firmware");
	add_kexec_fixes(f, "unknown");
	add_next(f, "reboot", "systemctl reboot",
		 "Reboot through the firmware before the table is full.");
	add_next(f, NULL, "dmesg | grep -c BIOS-e820", "Count the entries after each kexec.");
}

static void check(const struct incident *in, struct verdict *v)
{
	struct boot_map *m = boot_map_new();
	struct series s = { 0 };
	size_t touching = 0;

	if (m)
		s = series_of(in, v->arena, m);
	if (m && map_of_boot(in, m))
		for (size_t i = 0; i < m->e820.n; i++)
			touching += map_touches(m, i);
	/* one finding a series, at its last boot */
	if (touching && s.ends_here)
		report(in, v, m, touching, &s);
	free(m);
}

DEFINE_RULE(
	kexec_map_growth, .title = "each kexec splits RAM entries of the memory map",
	.doc = "Fires on touching usable neighbours in the firmware's map: e820__update_table() merges equal "
	       "neighbours, so they are RAM beside RESERVED_KERN. Certain where the entries grew from boot to boot "
	       "in the same log, likely on one boot. Counts how many kexecs are left.",
	.refs = REFS("arch/x86/kernel/e820.c:e820__reserve_setup_data()",
		     "arch/x86/kernel/e820.c:e820__update_table()"),
	.on = NEED(boot), .applies = has_e820, .needs = NEED(memory_range), .check = check);
