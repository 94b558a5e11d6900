// SPDX-License-Identifier: GPL-2.0-or-later
// A boot with less RAM than its machine has: by another boot of it, or by its own SRAT or MTRRs.
#include <inttypes.h>
#include <stdlib.h>

#include "model/account.h"
#include "fact/page_size.h"
#include "model/spans.h"
#include "rule/maps.h"

enum {
	SHARE = 20,    /* a twentieth less than another boot is worth a word */
	OWN_SHARE = 8, /* firmware keeps some for itself without saying so in the map */
};

struct best {
	const struct fact_boot *boot;
	struct incident in;
	enum same_machine machine;
};

/* Every boot but crash kernels whose map is known. */
struct ranked {
	const struct incident *boot;
	uint64_t ram;
};

struct ranking {
	struct ranked *v;
	size_t n;
};

/* The most RAM first; of those that have as much, the first. */
static int by_ram(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->ram != y->ram)
		return x->ram > y->ram ? -1 : 1;
	return x->boot < y->boot ? -1 : x->boot > y->boot;
}

static const struct ranking *boots_by_ram(struct incidents boots, struct boot_map *scratch,
					  struct arena *arena)
{
	struct ranking *all;

	if (boots.memo && *boots.memo)
		return *boots.memo;
	all = arena_new(arena, struct ranking);
	if (all)
		all->v = arena_alloc(arena, (boots.n + 1) * sizeof(*all->v));
	if (!all || !all->v)
		return NULL;
	for (size_t i = 0; i < boots.n; i++)
		if (!is_kdump_boot(boots.v[i].boot) && map_of_boot(&boots.v[i], scratch))
			all->v[all->n++] = (struct ranked){ &boots.v[i], e820_ram(&scratch->e820) };
	qsort(all->v, all->n, sizeof(all->v[0]), by_ram);
	if (boots.memo)
		*boots.memo = all;
	return all;
}

/* The boot with the most RAM of the same machine, whatever the evidence. */
static struct best best_boot(const struct incident *in, struct arena *arena,
			     const struct boot_map *m, struct boot_map *ret)
{
	struct incidents boots = boots_beside(in, arena);
	const struct ranking *all = boots_by_ram(boots, ret, arena);

	for (size_t i = 0; all && i < all->n; i++) {
		const struct incident *other = all->v[i].boot;
		enum same_machine same;

		if (other->head == in->head || !map_of_boot(other, ret))
			continue;
		same = same_machine(in, m, other, ret);
		if (same != MACHINE_OTHER)
			return (struct best){ other->boot, *other, same };
	}
	return (struct best){ 0 };
}

/* A crash kernel whose command line is not in the log: all its RAM but the first MiB is what the
 * other boot set aside for one. */
static bool in_crash_range(const struct boot_map *m, const struct best *best, struct arena *arena)
{
	struct spans set_aside = spans_of(&best->in, "crashkernel", NULL, arena);
	struct spans ram = { .arena = arena };

	for (size_t i = 0; i < m->e820.n; i++) {
		const struct e820_entry *e = &m->e820.v[i];

		if (e->type == E820_RAM && e->addr >= 1 << 20)
			spans_add(&ram, e->addr, e->addr + e->size - 1);
	}
	spans_close(&ram);
	if (!ram.n || !set_aside.n)
		return false;
	ram = spans_minus(&ram, &set_aside);
	return !ram.n;
}

/* Every term of the boot's account, for scripts. */
static void add_account(struct finding *f, const struct incident *in, struct arena *arena)
{
	struct account a = account_of(in, arena);

	if (!a.known)
		return;
	value_num(f, "installed", a.installed);
	for (size_t i = 0; i < a.n_terms; i++)
		value_num(f, a.terms[i].key, a.terms[i].bytes);
	value_num(f, "usable", a.usable);
}

/* Whether the other boot's kernel counted about what its map lists: a damaged digit makes more. */
static bool counted(const struct fact_boot *b, const struct boot_map *m)
{
	enum { TRIMMED = 64 << 20 };

	return b->mem_total.known &&
	       e820_ram(&m->e820) <= b->mem_total.v + b->mem_total.v / 64 + TRIMMED;
}

static void against_another(const struct incident *in, struct verdict *v, const struct boot_map *m,
			    const struct boot_map *good, const struct best *best, uint64_t lost)
{
	uint64_t ram = e820_ram(&good->e820);
	struct finding *f =
		fire(v, lost > ram / 2 ? SEV_HIGH : SEV_MEDIUM,
		     best->machine == MACHINE_SAME && map_is_whole(in, &m->e820) == T_YES &&
				     counted(best->boot, good)
			     ? CERTAIN
			     : LIKELY,
		     "This boot has %s of RAM, another of the same machine had %s: %s are gone",
		     v_human(v, e820_ram(&m->e820)), v_human(v, ram), v_human(v, lost));

	value_num(f, "ram_lost", lost);
	value_num(f, "ram_here", e820_ram(&m->e820));
	value_num(f, "ram_other", ram);
	value_num(f, "entries_count", m->e820.n);
	value_num(f, "entries_other_count", good->e820.n);
	set_cause(
		f,
		"The firmware's map (or what kexec passed for it) lists less RAM than in the other boot.");
	add_step(f, "%zu entries here, %zu in the other boot", m->e820.n, good->e820.n);
	add_lost_ranges(f, &good->e820, &m->e820);
	if (best->machine == MACHINE_PERHAPS)
		add_step(f,
			 "the same machine by the firmware's fixed ranges; guests of one kind, or "
			 "one that was given less, look so, too");
	cite(f, &in->boot->head);
	cite(f, &best->boot->head);
	cite(f, &m->fact[m->e820.n - 1]->head);
	cite(f, &good->fact[good->e820.n - 1]->head);
	add_account(f, in, v->arena);
	set_margin(f, "with the other boot's map");
	add_next(f, NULL, "mmwhy diff GOOD BAD", "Compare the two maps.");
}

static bool is_populated(const struct fact_memory_range *r)
{
	return !str_has(r->type, "hotplug") && !str_has(r->type, "non-volatile");
}

/* What one boot says of its own machine. */
struct own_word {
	uint64_t there; /* RAM that is there, by whom: */
	const char *who;
	struct num cite;
	const struct fact *fact;
	uint64_t at_most; /* RAM that the kernel can have */
	uint64_t kept;	  /* what the firmware's entries beside RAM may hold of the rest */
};

/* Where the SRAT lies outside every entry of the map; or the MTRRs cover far more than
 * there are addresses below the end of RAM. */
static uint64_t missing(const struct incident *in, struct arena *arena, struct own_word *w)
{
	struct spans srat = spans_of(in, "srat", is_populated, arena);
	const char *firmware = firmware_map_of(in);
	struct spans map = spans_of(in, firmware ? firmware : "", NULL, arena), untold, ram;
	const struct fact_boot *b = in->boot;
	const struct fact_memory_range *r;
	uint64_t end;

	if (srat.n && map.n) {
		incident_for_each (in, memory_range, r)
			if (strcmp(r->map, "srat") == 0 && !w->fact)
				w->fact = &r->head;
		untold = spans_minus(&srat, &map);
		w->there = spans_bytes(&srat);
		w->at_most = w->there - spans_bytes(&untold);
		w->who = "the SRAT lists";
		return spans_bytes(&untold);
	}
	if (!mtrrs_tell_ram(b) ||
	    __builtin_mul_overflow(b->last_pfn.v, page_size_or_usual(b->page_size, b->arch), &end))
		return 0;
	*w = (struct own_word){ b->mtrr_covered.v, "the MTRRs cover", b->mtrr_covered, &b->head,
				end };
	ram = spans_of(in, firmware ? firmware : "", range_is_ram, arena);
	map = spans_minus(&map, &ram);
	w->kept = spans_bytes(&map);
	return b->mtrr_covered.v > end ? b->mtrr_covered.v - end : 0;
}

static bool memory_on_cmdline(struct str cmdline)
{
	return str_has(cmdline, "mem=") || str_has(cmdline, "memmap=");
}

/* A twin: another boot of the machine that had as little proves nothing against the boot's own
 * word.
 */
static void against_itself(const struct incident *in, struct verdict *v, bool has_twin)
{
	struct own_word w = { 0 };
	uint64_t lost = missing(in, v->arena, &w);
	struct finding *f;

	/* what has a line of its own is another rule's */
	if (has_twin)
		clear_because(v, "another boot of the machine had no more");
	else if (!w.who)
		cannot_tell(v, "memory_range",
			    "neither another boot of the machine nor an SRAT nor the MTRRs say how "
			    "much RAM it has");
	if (!w.who || lost < w.kept || lost - w.kept <= w.there / OWN_SHARE ||
	    in->boot->mtrr_lost.known || memory_on_cmdline(in->boot->cmdline))
		return;
	f = fire(v, lost > w.there / 2 ? SEV_HIGH : SEV_MEDIUM, LIKELY,
		 "%s %s of RAM, and this kernel can have %s at most: %s are gone",
		 w.who[4] == 'S' ? "The SRAT lists" : "The MTRRs cover", v_human(v, w.there),
		 v_human(v, w.at_most), v_human(v, lost));
	value_num(f, "ram_lost", lost);
	value_num(f, "ram_there", w.there);
	set_cause(
		f,
		"The machine has the RAM and its firmware knows: the map that reached this kernel does not "
		"list it. A kexec that dropped the map's end, or a boot loader, may have lost it.");
	add_step(f, "%s %s - %s that the kernel can have = %s", w.who, human(f, w.there),
		 human(f, w.at_most), human(f, lost));
	cite_num(f, w.fact, w.cite);
	if (in->boot->last_pfn.known)
		cite_num(f, &in->boot->head, in->boot->last_pfn);
	add_rejected(f, "the memory modules: %s the RAM", w.who);
	add_account(f, in, v->arena);
	set_margin(f, "with a map that lists what %s", w.who);
	add_next(f, "reboot", "systemctl reboot", "Reboot through the firmware, not by kexec.");
	add_next(f, NULL, "mmwhy diff GOOD BAD", "Compare with the log of a good boot.");
}

/* Whether the nodes' own lines end where their ranges do: no digit of an end is damaged. */
static bool ends_agree(const struct incident *in)
{
	const struct fact_memory_range *node, *r;
	bool any = false;

	incident_for_each (in, memory_range, node) {
		uint64_t end = 0;

		if (strcmp(node->map, "initmem") != 0 || !range_is_sound(node) || node->empty)
			continue;
		any = true;
		incident_for_each (in, memory_range, r)
			if (strcmp(r->map, "early-node") == 0 && range_is_sound(r) &&
			    num_or(r->node, 0) == num_or(node->node, 0) && r->end.v > end)
				end = r->end.v;
		if (end != node->end.v)
			return false;
	}
	return any;
}

/* Memory that the nodes have and no zone reaches. */
static bool beyond_zones(const struct incident *in, struct verdict *v)
{
	struct account a = account_of(in, v->arena);
	const struct account_term *t = account_term(&a, "in no zone (no high memory)");
	struct finding *f;

	if (!t || t->bytes <= a.installed / SHARE)
		return false;
	f = fire(v, t->bytes > a.installed / 2 ? SEV_HIGH : SEV_MEDIUM,
		 ends_agree(in) ? CERTAIN : LIKELY,
		 "%s of %s RAM lie above every zone: this kernel cannot use them",
		 v_human(v, t->bytes), v_human(v, a.installed));
	value_num(f, "ram_lost", t->bytes);
	set_cause(
		f,
		"A 32-bit kernel built without CONFIG_HIGHMEM manages only what it can map directly; "
		"the early node ranges list the rest, and no zone takes it.");
	add_step(
		f,
		"%s in the nodes - %s that lie beyond the last zone = %s that the \"Memory:\" line counts",
		human(f, a.managed + t->bytes), human(f, t->bytes), human(f, a.managed));
	for (size_t i = 0; i < t->n_cites; i++)
		cite_line(f, t->cites[i].fact, t->cites[i].line);
	cite_num(f, &in->boot->head, in->boot->mem_total);
	add_account(f, in, v->arena);
	set_margin(f, "with zones up to the end of the last node range");
	add_next(f, "reboot", NULL,
		 "Boot a kernel with high memory (CONFIG_HIGHMEM), or a 64-bit one.");
	return true;
}

static bool applies(const struct incident *in)
{
	return !is_kdump_boot(in->boot);
}

static void check(const struct incident *in, struct verdict *v)
{
	struct boot_map *m, *good;
	struct best best = { 0 };
	uint64_t lost = 0;
	bool mapped;

	if (beyond_zones(in, v) || !(may_have_e820(in) || in->boot->last_pfn.known))
		return;
	m = boot_map_new();
	good = boot_map_new();
	mapped = m && good && map_of_boot(in, m);
	if (mapped && !m->lacks_lines)
		best = best_boot(in, v->arena, m, good);
	if (mapped && (m->lacks_lines || (best.boot && map_is_whole(in, &m->e820) == T_NO))) {
		cannot_tell(
			v, "memory_range",
			"the kernel counted more memory than this boot's map lists: lines of it "
			"are lost");
		best.boot = NULL;
	}
	if (best.boot)
		lost = lost_bytes(&good->e820, &m->e820);
	if (best.boot && in_crash_range(m, &best, v->arena))
		clear_because(v, "its RAM is what another boot set aside for a crash kernel");
	else if (best.boot && lost > e820_ram(&good->e820) / SHARE)
		against_another(in, v, m, good, &best, lost);
	else if (!m || !m->lacks_lines)
		against_itself(in, v, best.boot);
	free(m);
	free(good);
}

DEFINE_RULE(
	ram_lost, .title = "less RAM than the machine has",
	.doc = "Compares the firmware's maps of all boots of one machine, and fires where one has a twentieth less RAM "
	       "than the best: certain where a kexec leads from one to the other in the same log and half of the fixed ranges are alike, and what the "
	       "kernel counted later, in both, shows that no line of the maps is lost or damaged; likely where all "
	       "are alike (ACPI's among them), or three quarters are, and low RAM ends at the same address. "
	       "Of one boot alone: likely where the SRAT lists RAM that is in no entry of the map, or the MTRRs cover "
	       "four times the addresses below last_pfn, which is below 4 GiB, an eighth of it beyond what the firmware reserves, and neither the MTRRs' own line nor the command line "
	       "accounts for it. A crash kernel is left out, by its command line or since its RAM is what another boot set aside. Certain where node ranges lie beyond the last zone and the \"Memory:\" line does not count "
	       "them: a 32-bit kernel without high memory; likely where no line on the whole node ends where they do. Cannot tell of a lone boot that has neither. Its values are the account of `mmwhy map`. Why it is gone is another rule's.",
	.refs = REFS("arch/x86/kernel/e820.c:e820__memory_setup()",
		     "arch/x86/kernel/cpu/mtrr/cleanup.c:mtrr_cleanup()"),
	.on = NEED(boot), .applies = applies, .check = check);
