// SPDX-License-Identifier: GPL-2.0-or-later
// What became of a boot's RAM, from the firmware's word to what the page allocator got:
// e820__memory_setup(), mtrr_trim_uncached_memory(), e820__memblock_setup(), free_area_init(),
// mem_init_print_info().
#include "model/account_work.h"

#include "fact/page_size.h"
#include "model/boot_map.h"

/* What the terms are called for people and for scripts. */
static const struct {
	const char *name, *key;
} keys[] = {
	{ "ACPI tables and NVS", "lost_acpi" },
	{ "persistent memory", "lost_persistent" },
	{ "unusable (bad) memory", "lost_unusable" },
	{ "soft reserved memory", "lost_soft_reserved" },
	{ "reserved by the firmware", "lost_firmware" },
	{ "kept from the crash kernel", "lost_first_kernel" },
	{ "in no entry of the map", "lost_not_in_map" },
	{ "under the MTRRs, no RAM in map", "lost_not_in_map_unknown" },
	{ "command line (mem=, memmap=)", "lost_cmdline" },
	{ "no MTRR covers it", "lost_mtrr" },
	{ "taken out by the kernel itself", "lost_trimmed" },
	{ "in no node (alignment, limits)", "lost_no_node" },
	{ "in no zone (no high memory)", "lost_no_zone" },
	{ "device tree (not mapped)", "lost_device_tree_nomap" },
	{ "CMA", "lost_cma" },
	{ "crash kernel (crashkernel=)", "lost_crashkernel" },
	{ "huge pages (gigantic)", "lost_hugepages_gigantic" },
	{ "huge pages (hugepages=)", "lost_hugepages" },
	{ "kernel code and data", "lost_kernel" },
	{ "kernel init memory", "lost_init" },
	{ "KASAN's shadow", "lost_kasan" },
	{ "software IO TLB", "lost_swiotlb" },
	{ "initial RAM disk", "lost_initrd" },
	{ "device tree (reserved)", "lost_device_tree" },
	{ "struct pages", "lost_struct_page_array" },
	{ "hash tables", "lost_hash_tables" },
	{ "per-CPU areas", "lost_percpu" },
	{ "node data", "lost_node_data" },
	{ "log buffer", "lost_log_buffer" },
	{ "page_ext", "lost_page_ext" },
	{ "KFENCE's pool", "lost_kfence" },
	{ "page tables", "lost_page_tables" },
	{ "firmware's tables", "lost_firmware_tables" },
	{ "early allocator, other callers", "lost_early_others" },
	{ "in no line of the log", "lost_unknown" },
};

static const char *key_of(const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i].name, name) == 0)
			return keys[i].key;
	return "lost_other";
}

struct account_term *account_add(struct account *a, const char *name, uint64_t bytes)
{
	struct account_term *t;

	if (!bytes || a->n_terms == ACCOUNT_TERMS)
		return NULL;
	t = &a->terms[a->n_terms++];
	*t = (struct account_term){ .name = name, .key = key_of(name), .bytes = bytes };
	return t;
}

void account_cite(struct account_term *t, const struct fact *fact, uint32_t line)
{
	if (!line)
		line = fact->origin.line;
	for (size_t i = 0; t && i < t->n_cites; i++)
		if (t->cites[i].fact == fact && t->cites[i].line == line)
			return;
	if (t && t->n_cites < ACCOUNT_CITES)
		t->cites[t->n_cites++] = (struct account_cite){ fact, line };
}

static struct spans new_spans(const struct account_work *w)
{
	return (struct spans){ .arena = w->arena };
}

static void join(struct spans *to, const struct spans *more)
{
	for (size_t i = 0; i < more->n; i++)
		spans_add(to, more->v[i].start, more->v[i].end - 1);
	spans_close(to);
}

void account_cite_ranges(const struct account_work *w, struct account_term *t, const char *map,
			 range_pick pick)
{
	const struct fact_memory_range *r;

	incident_for_each (w->in, memory_range, r)
		if (strcmp(r->map, map) == 0 && range_is_sound(r) && (!pick || pick(r)))
			account_cite(t, &r->head, 0);
}

/* Cites the ranges of a map that lie in what was lost; without any, its last: the map ends there.
 */
static void cite_overlaps(const struct account_work *w, struct account_term *t, const char *map,
			  const struct spans *lost)
{
	const struct fact_memory_range *r, *last = NULL;

	incident_for_each (w->in, memory_range, r) {
		if (strcmp(r->map, map) != 0 || !range_is_sound(r))
			continue;
		last = r;
		for (size_t i = 0; i < lost->n; i++) {
			if (r->start.v < lost->v[i].end && r->end.v >= lost->v[i].start) {
				account_cite(t, &r->head, 0);
				break;
			}
		}
	}
	if (t && !t->n_cites && last)
		account_cite(t, &last->head, 0);
}

/* ---- what the firmware keeps ---- */

static bool is_acpi(const struct fact_memory_range *r)
{
	return str_starts(r->type, "ACPI ");
}

static bool is_persistent(const struct fact_memory_range *r)
{
	return str_starts(r->type, "persistent") || str_starts(r->type, "Persistent");
}

static bool is_bad(const struct fact_memory_range *r)
{
	return str_is(r->type, "unusable") || str_is(r->type, "Unusable memory");
}

static bool is_soft(const struct fact_memory_range *r)
{
	return str_is(r->type, "soft reserved") || str_is(r->type, "Soft Reserved");
}

static bool is_populated(const struct fact_memory_range *r)
{
	return !str_has(r->type, "hotplug") && !str_has(r->type, "non-volatile");
}

/* Entries that are memory, but not for the page allocator. */
static const struct {
	const char *name;
	range_pick pick;
} kept[] = {
	{ "ACPI tables and NVS", is_acpi },
	{ "persistent memory", is_persistent },
	{ "unusable (bad) memory", is_bad },
	{ "soft reserved memory", is_soft },
};

static void firmware_keeps(struct account_work *w)
{
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		struct spans s = spans_of(w->in, w->map, kept[i].pick, w->arena);
		struct account_term *t;

		s = spans_minus(&s, &w->installed);
		t = account_add(w->a, kept[i].name, spans_bytes(&s));
		account_cite_ranges(w, t, w->map, kept[i].pick);
		join(&w->installed, &s);
	}
}

static bool is_kdump(const struct fact_boot *b)
{
	return str_is(str_c(b->entry), "kdump") || str_has(b->cmdline, "elfcorehdr=");
}

/* RAM that the SRAT lists and the firmware's map does not. */
static void srat_knows_more(struct account_work *w, const struct spans *srat)
{
	struct spans more = spans_minus(srat, &w->installed), reserved, untold;
	struct account_term *t;

	reserved = spans_and(&more, &w->firmware);
	untold = spans_minus(&more, &w->firmware);
	t = account_add(w->a, "reserved by the firmware", spans_bytes(&reserved));
	account_cite_ranges(w, t, "srat", is_populated);
	t = account_add(w->a,
			is_kdump(w->b) ? "kept from the crash kernel" : "in no entry of the map",
			spans_bytes(&untold));
	account_cite_ranges(w, t, "srat", is_populated);
	if (t && !is_kdump(w->b))
		t->note = "the SRAT lists it: a hole below 1 MiB, or RAM that the map has lost";
	join(&w->installed, &more);
	w->a->installed_by = "the SRAT and the firmware's map";
}

bool mtrrs_tell_ram(const struct fact_boot *b)
{
	const uint64_t page = page_size_or_usual(b->page_size, b->arch);

	return b->mtrr_covered.known && b->last_pfn.known && b->last_pfn.v <= (4ull << 30) / page &&
	       b->mtrr_covered.v / 4 > b->last_pfn.v * page;
}

/* The MTRRs tell only how much, not where. */
static void mtrrs_know_more(struct account_work *w)
{
	uint64_t map = spans_bytes(&w->installed), covered = num_or(w->b->mtrr_covered, 0);
	struct account_term *t;

	w->a->installed = covered;
	w->a->installed_by = "the MTRRs (\"total RAM covered\")";
	w->a->installed_cite = (struct account_cite){ &w->b->head, w->b->mtrr_covered.line };
	t = account_add(w->a, "under the MTRRs, no RAM in map", covered - map);
	if (!t)
		return;
	t->unknown = true;
	t->note = "reserved by the firmware, or never told to this kernel";
	account_cite(t, &w->b->head, w->b->mtrr_covered.line);
}

static void who_says_installed(struct account_work *w)
{
	struct spans srat = spans_of(w->in, "srat", is_populated, w->arena);
	const struct fact_memory_range *r;

	w->a->installed_by = "the firmware's map";
	if (srat.n)
		srat_knows_more(w, &srat);
	w->a->installed = spans_bytes(&w->installed);
	incident_for_each (w->in, memory_range, r) {
		if (strcmp(r->map, srat.n ? "srat" : w->map) == 0) {
			w->a->installed_cite =
				(struct account_cite){ &r->head, r->head.origin.line };
			break;
		}
	}
	if (!srat.n && mtrrs_tell_ram(w->b) && num_or(w->b->mtrr_covered, 0) > w->a->installed)
		mtrrs_know_more(w);
}

/* ---- what the kernel takes out of the map ---- */

static bool makes_reserved(const struct fact_memory_range *r)
{
	return str_starts(r->type, "usable ==> ") && !str_ends(r->type, "==> usable");
}

static void command_line(struct account_work *w, const struct spans *firmware_ram)
{
	struct spans user = spans_of(w->in, "user", range_is_ram, w->arena), lost;
	struct account_term *t;

	if (!user.n)
		return;
	lost = spans_minus(firmware_ram, &user);
	t = account_add(w->a, "command line (mem=, memmap=)", spans_bytes(&lost));
	cite_overlaps(w, t, "user", &lost);
	join(&w->installed, &user);
	w->ram = user;
}

/* Trimming: the MTRRs' own line has its bytes, the rest are the first page, the BIOS area, ... */
static void trims(struct account_work *w)
{
	struct spans cut = spans_of(w->in, "e820-update", makes_reserved, w->arena);
	struct spans removed = spans_of(w->in, "e820-remove", range_is_ram, w->arena);
	uint64_t bytes, mtrr = num_or(w->b->mtrr_lost, 0);
	struct account_term *t;

	join(&cut, &removed);
	cut = spans_and(&cut, &w->ram);
	if (w->nodes.n)
		cut = spans_minus(&cut, &w->nodes);
	bytes = spans_bytes(&cut);
	if (mtrr > bytes)
		mtrr = bytes;
	t = account_add(w->a, "no MTRR covers it", mtrr);
	account_cite(t, &w->b->head, w->b->mtrr_lost.line);
	t = account_add(w->a, "taken out by the kernel itself", bytes - mtrr);
	account_cite_ranges(w, t, "e820-update", makes_reserved);
	account_cite_ranges(w, t, "e820-remove", range_is_ram);
	w->ram = spans_minus(&w->ram, &cut);
}

/* A dump's table in use, where no log says who changed it. */
static void table_in_use(struct account_work *w)
{
	struct spans used = spans_of(w->in, "e820_table", range_is_ram, w->arena), lost;
	struct account_term *t;
	bool asked = str_has(w->b->cmdline, "mem=") || str_has(w->b->cmdline, "memmap=");

	if (!used.n || strcmp(w->map, "bios-e820") == 0)
		return;
	lost = spans_minus(&w->ram, &used);
	t = account_add(w->a,
			asked ? "command line (mem=, memmap=)" : "taken out by the kernel itself",
			spans_bytes(&lost));
	cite_overlaps(w, t, "e820_table", &lost);
	join(&w->installed, &used);
	w->ram = used;
}

static void from_e820(struct account_work *w)
{
	struct spans ram = spans_of(w->in, w->map, range_is_ram, w->arena);

	w->firmware = spans_of(w->in, w->map, NULL, w->arena);
	w->ram = w->installed = ram;
	w->installed = new_spans(w);
	join(&w->installed, &ram);
	command_line(w, &ram);
	table_in_use(w);
	firmware_keeps(w);
	who_says_installed(w);
	trims(w);
}

static struct account_cite first_node(const struct account_work *w)
{
	const struct fact_memory_range *r;

	incident_for_each (w->in, memory_range, r)
		if (strcmp(r->map, "early-node") == 0)
			return (struct account_cite){ &r->head, r->head.origin.line };
	return (struct account_cite){ 0 };
}

/* No e820: what the nodes have, and what the device tree keeps from them. */
static void from_nodes(struct account_work *w)
{
	struct spans kept_back = spans_of(w->in, "reserved-mem", NULL, w->arena);
	struct account_term *t;

	kept_back = spans_minus(&kept_back, &w->nodes);
	w->installed = new_spans(w);
	join(&w->installed, &w->nodes);
	join(&w->installed, &kept_back);
	w->ram = w->nodes;
	w->a->installed = spans_bytes(&w->installed);
	w->a->installed_by = "the node ranges";
	w->a->installed_cite = first_node(w);
	t = account_add(w->a, "device tree (not mapped)", spans_bytes(&kept_back));
	account_cite_ranges(w, t, "reserved-mem", NULL);
}

/* RAM of the map that no node has, and what nodes have beyond the map (a damaged line). */
static void nodes_take(struct account_work *w)
{
	struct spans lost = spans_minus(&w->ram, &w->nodes),
		     extra = spans_minus(&w->nodes, &w->ram);
	struct account_term *t =
		account_add(w->a, "in no node (alignment, limits)", spans_bytes(&lost));

	if (t)
		account_cite_ranges(w, t, "early-node", NULL);
	w->a->disagree += spans_bytes(&extra);
	w->a->installed += spans_bytes(&extra);
	w->a->managed = spans_bytes(&w->nodes);
	w->a->usable_cite = first_node(w);
}

/* Nodes that reach beyond the last zone: a 32-bit kernel without high memory. The "Memory:" line
 * has to agree, since a zone's line may be lost. */
static void zones_take(struct account_work *w)
{
	struct spans zones = spans_of(w->in, "zone", NULL, w->arena), low = new_spans(w), beyond;
	struct account_term *t;

	/* a kernel that counts high memory, if only none, has a zone for it, whose line is lost */
	if (!zones.n || !w->b->mem_total.known || w->b->highmem.known ||
	    account_has_64_bits(w->b->arch))
		return;
	spans_add(&low, 0, zones.v[zones.n - 1].end - 1);
	beyond = spans_minus(&w->nodes, &low);
	if (w->b->mem_total.v > w->a->managed - spans_bytes(&beyond))
		return;
	t = account_add(w->a, "in no zone (no high memory)", spans_bytes(&beyond));
	cite_overlaps(w, t, "early-node", &beyond);
	if (t)
		account_cite_ranges(w, t, "zone", NULL);
	w->a->managed -= spans_bytes(&beyond);
	w->nodes = spans_and(&w->nodes, &low);
}

struct account account_of(const struct incident *boot, struct arena *arena)
{
	struct account a = { 0 };
	struct account_work w = { .in = boot, .b = boot->boot, .arena = arena, .a = &a };
	struct spans e820 = new_spans(&w);

	w.map = firmware_map_of(boot);
	if (w.map)
		e820 = spans_of(boot, w.map, NULL, arena);
	w.nodes = spans_of(boot, "early-node", NULL, arena);
	if (e820.n)
		from_e820(&w);
	else if (w.nodes.n)
		from_nodes(&w);
	if (w.nodes.n) {
		nodes_take(&w);
		zones_take(&w);
	} else {
		a.managed = e820.n ? spans_bytes(&w.ram) : num_or(w.b->mem_total, 0);
	}
	/* a few quoted entries without RAM are no map */
	a.known = (e820.n && (spans_bytes(&w.ram) || a.n_terms == 0)) || w.nodes.n ||
		  (w.b->mem_total.known && w.b->mem_available.known);
	if (!a.known)
		return a;
	if (!e820.n && !w.nodes.n) {
		a.installed = a.managed;
		a.installed_by = "the \"Memory:\" line";
		a.installed_cite = (struct account_cite){ &w.b->head, w.b->mem_total.line };
	}
	if (w.b->mem_available.known)
		account_kernel(&w);
	else
		account_kernel_unseen(&w);
	return a;
}

const struct account_term *account_term(const struct account *a, const char *name)
{
	for (size_t i = 0; i < a->n_terms; i++)
		if (strcmp(a->terms[i].name, name) == 0)
			return &a->terms[i];
	return NULL;
}
