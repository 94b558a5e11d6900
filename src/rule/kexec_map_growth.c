// SPDX-License-Identifier: GPL-2.0-or-later
// The map grows with each kexec: RAM entries are split around setup_data.
#include <inttypes.h>
#include <stdlib.h>

#include "rule/map_series.h"

enum { SIZES = 6, BOOTS_TOLD = 8, NEAR = 20 };

/* The pieces by size, the commonest told first. */
struct sizes {
	uint64_t size[SIZES], n[SIZES], at[SIZES];
	size_t kinds, more;
};

static struct sizes sizes_of(const struct boot_map *m)
{
	struct sizes s = { 0 };

	for (size_t i = 0; i < m->e820.n; i++) {
		size_t k = 0;

		if (m->e820.v[i].type != E820_RESERVED_KERN)
			continue;
		while (k < s.kinds && s.size[k] != m->e820.v[i].size)
			k++;
		if (k == SIZES) {
			s.more++;
			continue;
		}
		if (k == s.kinds) {
			s.size[s.kinds] = m->e820.v[i].size;
			s.at[s.kinds++] = m->e820.v[i].addr;
		}
		s.n[k]++;
	}
	return s;
}

static void tell_pieces(struct finding *f, const struct boot_map *m)
{
	struct sizes s = sizes_of(m);

	for (size_t i = 0; i < s.kinds; i++)
		add_step(f,
			 "pieces of %" PRIu64 " bytes: %" PRIu64 ", the first at 0x%" PRIx64 ": %s",
			 s.size[i], s.n[i], s.at[i], blob_name(s.size[i]));
	if (s.more)
		add_step(f, "%zu more, of other sizes", s.more);
	if (s.kinds)
		value_num(f, "blob_size", s.size[0]);
}

/* "16, 16, 18, 20, ... 126, 128": the first and last of the series, with their boots. */
static void tell_boots(struct finding *f, const struct map_series *s)
{
	struct str list = { "", 0 };

	for (size_t i = 0; i < s->n; i++) {
		if (s->n > BOOTS_TOLD && i == BOOTS_TOLD / 2) {
			list = arena_printf(f->arena, "%.*s, ...", STR_ARG(list));
			i = s->n - BOOTS_TOLD / 2;
		}
		list = arena_printf(f->arena, "%.*s%s%zu", STR_ARG(list), list.n ? ", " : "",
				    s->v[i].entries);
	}
	add_step(f, "entries of %zu boots: %.*s", s->n, STR_ARG(list));
	value_num(f, "boots_count", s->n);
	value_num(f, "entries_first_count", s->v[0].entries);
	if (s->full)
		add_step(f, "line %u: boot %u is the first with %d, the most that a zeropage holds",
			 s->full->head.origin.line, s->full->index, E820_MAX_ZEROPAGE);
}

static void tell_split(struct finding *f, const struct map_series *s)
{
	uint64_t start = s->parent.addr, end = start + s->parent.size - 1;

	if (!s->parent.size)
		return;
	add_step(f,
		 "last split: [mem 0x%016" PRIx64 "-0x%016" PRIx64 "] around [mem 0x%016" PRIx64
		 "-0x%016" PRIx64 "], %" PRIu64 " bytes",
		 start, end, s->piece.addr, s->piece.addr + s->piece.size - 1, s->piece.size);
}

static void tell_forecast(struct finding *f, const struct map_series *s, const struct boot_map *m)
{
	double rate = s->growing ? s->rate : 2;
	size_t room = m->e820.n < E820_MAX_ZEROPAGE ? E820_MAX_ZEROPAGE - m->e820.n : 0;
	uint64_t left = (uint64_t)((double)room / rate);

	if (s->growing)
		add_step(f, "%zu kexecs added entries: %.3g each (%zu to %zu)", s->growing, rate,
			 s->least, s->most);
	else
		add_step(f, "one boot seen, so assumed: a blob splits an entry in three, two more "
			    "each kexec");
	if (room) {
		add_step(f,
			 "(%d - %zu) / %.3g: %" PRIu64 " more kexecs fit; number %" PRIu64
			 " from now starts a kernel without the top of the map",
			 E820_MAX_ZEROPAGE, m->e820.n, rate, left, left + 1);
		add_step(f, "more if some of them use kexec_load(2), or place a blob beside an "
			    "earlier one or outside RAM: those add fewer or none");
	}
	value_num(f, "kexecs_left_count", left);
}

static void report(const struct incident *in, struct verdict *v, const struct boot_map *m,
		   size_t touching, const struct map_series *s)
{
	bool near = m->e820.n + NEAR >= E820_MAX_ZEROPAGE;
	struct finding *f = fire(
		v, near ? SEV_HIGH : SEV_MEDIUM, s->growing > 1 ? CERTAIN : LIKELY,
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
	if (s->n > 1)
		tell_boots(f, s);
	tell_split(f, s);
	tell_forecast(f, s, m);
	tell_rival(f, in->boot);
	cite_touching(f, m);
	for (size_t i = 0; i<s->n; i += s->n> 1 ? s->n - 1 : 1)
		cite(f, &s->v[i].boot->head);
	set_margin(
		f,
		"with a kernel that leaves the kexec table alone, or one reboot through the firmware");
	add_kexec_fixes(f, s->split);
	add_next(f, "reboot", "systemctl reboot",
		 "Reboot through the firmware before the table is full.");
	add_next(f, NULL, "dmesg | grep -c BIOS-e820", "Count the entries after each kexec.");
	add_next(f, NULL, "mmwhy simulate kexec LOG", "See what goes at which kexec.");
}

/* A kexec from this boot was logged, and its kernel had as many entries or more: not the last. */
static bool goes_on(const struct incident *in)
{
	const struct fact_boot *b, *next = NULL;

	fact_for_each (in->facts, boot, b)
		if (b->head.origin.evidence == in->head->origin.evidence &&
		    b->index > in->boot->index && b->e820_entries.known &&
		    (!next || b->index < next->index))
			next = b;
	return next && str_is(str_c(next->entry), "kexec") &&
	       next->e820_entries.v >= num_or(in->boot->e820_entries, 0);
}

static void check(const struct incident *in, struct verdict *v)
{
	struct boot_map *m = boot_map_new();
	size_t touching = 0;

	if (e820_was_read(in, v) && m && map_of_boot(in, m))
		for (size_t i = 0; i < m->e820.n; i++)
			touching += map_touches(m, i);
	if (touching && !goes_on(in)) {
		const struct map_series *s = map_series_of(in, v->arena);

		/* one finding a series, at its last boot */
		if (s && s->n && s->ends_here)
			report(in, v, m, touching, s);
	}
	free(m);
}

DEFINE_RULE(
	kexec_map_growth, .title = "each kexec splits RAM entries of the memory map",
	.doc = "Fires on touching usable neighbours in the firmware's map: e820__update_table() merges equal "
	       "neighbours, so they are RAM beside RESERVED_KERN. Certain where the entries grew from boot to boot "
	       "of one machine, in one log or in several given in order; likely on one boot. Tells the entries of each "
	       "boot, which entry was split around what, and how many kexecs are left until the zeropage's 128 are "
	       "used. A fix is absent (\"no\") where boots of one release were seen to split RAM around what it leaves "
	       "alone; else nobody can tell from the release.",
	.refs = REFS("arch/x86/kernel/e820.c:e820__reserve_setup_data()",
		     "arch/x86/kernel/e820.c:e820__update_table()",
		     "arch/x86/kernel/e820.c:e820__memblock_alloc_reserved()"),
	.on = NEED(boot), .applies = may_have_e820, .check = check);
