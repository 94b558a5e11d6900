// SPDX-License-Identifier: GPL-2.0-or-later
// What became of a boot's RAM, from the firmware's word to what the page allocator got:
// e820__memory_setup(), mtrr_trim_uncached_memory(), e820__memblock_setup(), free_area_init(),
// mem_init_print_info().
#include "model/account.h"

#include "model/boot_map.h"
#include "model/spans.h"

/* What the steps hand on. */
struct work {
	const struct incident *in;
	const struct fact_boot *b;
	struct arena *arena;
	struct account *a;
	const char *map;	/* the firmware's: "bios-e820"; NULL: none */
	struct spans firmware;	/* every entry of the firmware's map, of whatever type */
	struct spans ram;	/* RAM of the kernel's map */
	struct spans installed; /* what is known to be RAM */
	struct spans nodes;
};

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
	{ "under the MTRRs, not RAM in the map", "lost_not_in_map_unknown" },
	{ "command line (mem=, memmap=)", "lost_cmdline" },
	{ "no MTRR covers it", "lost_mtrr" },
	{ "taken out by the kernel itself", "lost_trimmed" },
	{ "in no node (alignment, limits)", "lost_no_node" },
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
	{ "in no line of the log", "lost_unknown" },
};

static const char *key_of(const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i].name, name) == 0)
			return keys[i].key;
	return "lost_other";
}

static struct account_term *add_term(struct account *a, const char *name, uint64_t bytes)
{
	struct account_term *t;

	if (!bytes || a->n_terms == ACCOUNT_TERMS)
		return NULL;
	t = &a->terms[a->n_terms++];
	*t = (struct account_term){ .name = name, .key = key_of(name), .bytes = bytes };
	return t;
}

static void cite_term(struct account_term *t, const struct fact *fact, uint32_t line)
{
	if (t && t->n_cites < ACCOUNT_CITES)
		t->cites[t->n_cites++] =
			(struct account_cite){ fact, line ? line : fact->origin.line };
}

static struct spans new_spans(const struct work *w)
{
	return (struct spans){ .arena = w->arena };
}

static void join(struct spans *to, const struct spans *more)
{
	for (size_t i = 0; i < more->n; i++)
		spans_add(to, more->v[i].start, more->v[i].end - 1);
	spans_close(to);
}

/* Cites the ranges of a map that @p pick takes and that touch what the term counts. */
static void cite_ranges(const struct work *w, struct account_term *t, const char *map,
			range_pick pick)
{
	const struct fact_memory_range *r;

	incident_for_each (w->in, memory_range, r)
		if (strcmp(r->map, map) == 0 && range_is_sound(r) && (!pick || pick(r)))
			cite_term(t, &r->head, 0);
}

/* Cites the ranges of a map that lie in what was lost; without any, its last: the map ends there.
 */
static void cite_overlaps(const struct work *w, struct account_term *t, const char *map,
			  const struct spans *lost)
{
	const struct fact_memory_range *r, *last = NULL;

	incident_for_each (w->in, memory_range, r) {
		if (strcmp(r->map, map) != 0 || !range_is_sound(r))
			continue;
		last = r;
		for (size_t i = 0; i < lost->n; i++) {
			if (r->start.v < lost->v[i].end && r->end.v >= lost->v[i].start) {
				cite_term(t, &r->head, 0);
				break;
			}
		}
	}
	if (t && !t->n_cites && last)
		cite_term(t, &last->head, 0);
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

static void firmware_keeps(struct work *w)
{
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		struct spans s = spans_of(w->in, w->map, kept[i].pick, w->arena);
		struct account_term *t;

		s = spans_minus(&s, &w->installed);
		t = add_term(w->a, kept[i].name, spans_bytes(&s));
		cite_ranges(w, t, w->map, kept[i].pick);
		join(&w->installed, &s);
	}
}

static bool is_kdump(const struct fact_boot *b)
{
	return str_is(str_c(b->entry), "kdump") || str_has(b->cmdline, "elfcorehdr=");
}

/* RAM that the SRAT lists and the firmware's map does not. */
static void srat_knows_more(struct work *w, const struct spans *srat)
{
	struct spans more = spans_minus(srat, &w->installed), reserved, untold;
	struct account_term *t;

	reserved = spans_and(&more, &w->firmware);
	untold = spans_minus(&more, &w->firmware);
	t = add_term(w->a, "reserved by the firmware", spans_bytes(&reserved));
	cite_ranges(w, t, "srat", is_populated);
	t = add_term(w->a, is_kdump(w->b) ? "kept from the crash kernel" : "in no entry of the map",
		     spans_bytes(&untold));
	cite_ranges(w, t, "srat", is_populated);
	if (t && !is_kdump(w->b))
		t->note = "the SRAT lists it: a hole below 1 MiB, or RAM that the map has lost";
	join(&w->installed, &more);
	w->a->installed_by = "the SRAT and the firmware's map";
}

bool mtrrs_tell_ram(const struct fact_boot *b)
{
	const uint64_t page = num_or(b->page_size, 4096);

	return b->mtrr_covered.known && b->last_pfn.known && b->last_pfn.v <= (4ull << 30) / page &&
	       b->mtrr_covered.v / 4 > b->last_pfn.v * page;
}

/* The MTRRs tell only how much, not where. */
static void mtrrs_know_more(struct work *w)
{
	uint64_t map = spans_bytes(&w->installed), covered = num_or(w->b->mtrr_covered, 0);
	struct account_term *t;

	w->a->installed = covered;
	w->a->installed_by = "the MTRRs (\"total RAM covered\")";
	w->a->installed_cite = (struct account_cite){ &w->b->head, w->b->mtrr_covered.line };
	t = add_term(w->a, "under the MTRRs, not RAM in the map", covered - map);
	if (!t)
		return;
	t->unknown = true;
	t->note = "reserved by the firmware, or never told to this kernel";
	cite_term(t, &w->b->head, w->b->mtrr_covered.line);
}

static void who_says_installed(struct work *w)
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

static void command_line(struct work *w, const struct spans *firmware_ram)
{
	struct spans user = spans_of(w->in, "user", range_is_ram, w->arena), lost;
	struct account_term *t;

	if (!user.n)
		return;
	lost = spans_minus(firmware_ram, &user);
	t = add_term(w->a, "command line (mem=, memmap=)", spans_bytes(&lost));
	cite_overlaps(w, t, "user", &lost);
	join(&w->installed, &user);
	w->ram = user;
}

/* Trimming: the MTRRs' own line has its bytes, the rest are the first page, the BIOS area, ... */
static void trims(struct work *w)
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
	t = add_term(w->a, "no MTRR covers it", mtrr);
	cite_term(t, &w->b->head, w->b->mtrr_lost.line);
	t = add_term(w->a, "taken out by the kernel itself", bytes - mtrr);
	cite_ranges(w, t, "e820-update", makes_reserved);
	cite_ranges(w, t, "e820-remove", range_is_ram);
	w->ram = spans_minus(&w->ram, &cut);
}

/* A dump's table in use, where no log says who changed it. */
static void table_in_use(struct work *w)
{
	struct spans used = spans_of(w->in, "e820_table", range_is_ram, w->arena), lost;
	struct account_term *t;
	bool asked = str_has(w->b->cmdline, "mem=") || str_has(w->b->cmdline, "memmap=");

	if (!used.n || strcmp(w->map, "bios-e820") == 0)
		return;
	lost = spans_minus(&w->ram, &used);
	t = add_term(w->a,
		     asked ? "command line (mem=, memmap=)" : "taken out by the kernel itself",
		     spans_bytes(&lost));
	cite_overlaps(w, t, "e820_table", &lost);
	join(&w->installed, &used);
	w->ram = used;
}

static void from_e820(struct work *w)
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

/* No e820: what the nodes have, and what the device tree keeps from them. */
static void from_nodes(struct work *w)
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
	t = add_term(w->a, "device tree (not mapped)", spans_bytes(&kept_back));
	cite_ranges(w, t, "reserved-mem", NULL);
}

/* RAM of the map that no node has, and what nodes have beyond the map (a damaged line). */
static void nodes_take(struct work *w)
{
	struct spans lost = spans_minus(&w->ram, &w->nodes),
		     extra = spans_minus(&w->nodes, &w->ram);
	struct account_term *t =
		add_term(w->a, "in no node (alignment, limits)", spans_bytes(&lost));
	const struct fact_memory_range *r;

	if (t)
		cite_ranges(w, t, "early-node", NULL);
	w->a->disagree += spans_bytes(&extra);
	w->a->installed += spans_bytes(&extra);
	w->a->managed = spans_bytes(&w->nodes);
	incident_for_each (w->in, memory_range, r) {
		if (strcmp(r->map, "early-node") == 0) {
			w->a->usable_cite = (struct account_cite){ &r->head, r->head.origin.line };
			break;
		}
	}
}

/* ---- what the kernel keeps for itself before the page allocator has it ---- */

static struct account_term *take(struct work *w, const char *name, uint64_t want, uint64_t *left)
{
	uint64_t bytes = want < *left ? want : *left;

	*left -= bytes;
	return add_term(w->a, name, bytes);
}

/* /proc/iomem's children of RAM are the kernel's own, which the "Memory:" line tells. */
static bool not_the_kernels(const struct fact_memory_range *r)
{
	return !str_starts(r->type, "Kernel ") && !str_is(r->type, "reserved");
}

/* Ranges of a map inside the nodes. */
static void take_ranges(struct work *w, const char *map, const char *name, const char *note,
			uint64_t *left)
{
	struct spans s = spans_of(w->in, map, not_the_kernels, w->arena);
	struct account_term *t;

	if (w->nodes.n)
		s = spans_and(&s, &w->nodes);
	t = take(w, name, spans_bytes(&s), left);
	cite_ranges(w, t, map, not_the_kernels);
	if (t)
		t->note = note;
}

static uint64_t item(const struct work *w, const char *name)
{
	struct num n = counters_get(&w->b->memory_line, name);

	return num_or(n, 0);
}

static void take_image(struct work *w, uint64_t *left)
{
	uint64_t image = item(w, "kernel_code") + item(w, "rwdata") + item(w, "rodata") +
			 item(w, "bss") + item(w, "data");
	struct account_term *t = take(w, "kernel code and data", image, left);

	cite_term(t, &w->b->head, w->b->mem_available.line);
	t = take(w, "kernel init memory", item(w, "init"), left);
	cite_term(t, &w->b->head, w->b->mem_available.line);
	if (t)
		t->note = "given back when the boot is over";
}

/* Pages too large for the buddy allocator come out of the early one. */
static bool is_gigantic(const struct work *w, const struct fact_hugetlb_pool *h)
{
	return num_or(h->size, 0) > num_or(w->b->page_size, 4096) << 10;
}

static uint64_t take_hugepages(struct work *w, bool gigantic, uint64_t *left)
{
	const struct fact_hugetlb_pool *h;
	uint64_t sum = 0;

	incident_for_each (w->in, hugetlb_pool, h) {
		struct account_term *t;
		uint64_t bytes;

		if (h->head.report || is_gigantic(w, h) != gigantic ||
		    __builtin_mul_overflow(num_or(h->size, 0), num_or(h->total_count, 0), &bytes))
			continue;
		t = take(w, gigantic ? "huge pages (gigantic)" : "huge pages (hugepages=)", bytes,
			 left);
		cite_term(t, &h->head, h->total_count.line);
		sum += t ? t->bytes : 0;
	}
	return sum;
}

static void take_shadow(struct work *w, uint64_t *left)
{
	struct account_term *t;

	if (!num_or(w->b->kasan, 0))
		return;
	t = take(w, "KASAN's shadow", w->a->managed / w->b->kasan.v, left);
	if (!t)
		return;
	t->computed = true;
	t->note = "a fixed share of all RAM";
	cite_term(t, &w->b->head, w->b->kasan.line);
}

/* "DMA zone: 64 pages used for memmap" where it is printed; else 64 bytes a page, on 64 bits. */
static void take_struct_pages(struct work *w, uint64_t *left)
{
	uint64_t page = num_or(w->b->page_size, 4096), bytes;
	struct account_term *t;

	if (w->b->memmap_pages.known) {
		t = take(w, "struct pages", w->b->memmap_pages.v * page, left);
		cite_term(t, &w->b->head, w->b->memmap_pages.line);
		return;
	}
	bytes = w->a->managed / page * 64;
	if (!str_has(w->b->arch, "64") || bytes > *left)
		return;
	t = take(w, "struct pages", bytes, left);
	if (t) {
		t->computed = true;
		t->note = "64 bytes for each page";
	}
}

static void take_rest(struct work *w, uint64_t left)
{
	struct account_term *t = add_term(w->a, "in no line of the log", left);

	if (!t)
		return;
	t->unknown = true;
	t->note = w->b->mem_available.known
			  ? "hash tables, per-CPU areas and whatever else was reserved at boot"
			  : "the \"Memory:\" line would tell";
	if (w->b->mem_available.known)
		cite_term(t, &w->b->head, w->b->mem_available.line);
}

/*
 * What the page allocator gets. Since 3.11 "reserved" is all that it never gets; "available" is
 * what it has by then, short of struct pages that are initialised later (deferred) and of what was
 * allocated already. Before, the total counts holes, too, and only "available" is to be had.
 */
static uint64_t given(const struct fact_boot *b)
{
	uint64_t total = num_or(b->mem_total, 0),
		 kept_back = num_or(b->mem_reserved, 0) + num_or(b->cma_reserved, 0);

	if (!counters_get(&b->memory_line, "rwdata").known || !b->mem_total.known ||
	    !b->mem_reserved.known || kept_back > total)
		return num_or(b->mem_available, 0);
	return total - kept_back;
}

static void kernel_takes(struct work *w)
{
	uint64_t available = given(w->b), left;
	struct account_term *t;

	if (available > w->a->managed) {
		w->a->disagree += available - w->a->managed;
		w->a->installed += available - w->a->managed;
		w->a->managed = available;
	}
	left = w->a->managed - available;
	t = take(w, "CMA", num_or(w->b->cma_reserved, 0), &left);
	cite_term(t, &w->b->head, w->b->cma_reserved.line);
	if (t)
		t->note = "movable pages may use it";
	take_ranges(w, "crashkernel", "crash kernel (crashkernel=)", NULL, &left);
	(void)take_hugepages(w, true, &left);
	take_image(w, &left);
	take_shadow(w, &left);
	take_ranges(w, "swiotlb", "software IO TLB", NULL, &left);
	take_ranges(w, "initrd", "initial RAM disk", "given back when it is unpacked", &left);
	take_ranges(w, "reserved-mem", "device tree (reserved)", NULL, &left);
	take_struct_pages(w, &left);
	take_rest(w, left);
	w->a->usable = available - take_hugepages(w, false, &available);
	w->a->usable_by = "the \"Memory:\" line";
	w->a->usable_cite = (struct account_cite){ &w->b->head, w->b->mem_available.line };
}

/* No "Memory:" line: only what has a line of its own is taken off. */
static void kernel_takes_unseen(struct work *w)
{
	uint64_t left = w->a->managed;

	take_ranges(w, "crashkernel", "crash kernel (crashkernel=)", NULL, &left);
	take_ranges(w, "cma", "CMA", "movable pages may use it", &left);
	(void)take_hugepages(w, true, &left);
	(void)take_hugepages(w, false, &left);
	w->a->usable = left;
	w->a->usable_by = w->nodes.n ? "the node ranges, the kernel's own share not taken off"
				     : "the memory map, the kernel's own share not taken off";
}

struct account account_of(const struct incident *boot, struct arena *arena)
{
	struct account a = { 0 };
	struct work w = { .in = boot, .b = boot->boot, .arena = arena, .a = &a };
	struct spans e820 = new_spans(&w);

	w.map = firmware_map_of(boot);
	if (w.map)
		e820 = spans_of(boot, w.map, NULL, arena);
	w.nodes = spans_of(boot, "early-node", NULL, arena);
	if (e820.n)
		from_e820(&w);
	else if (w.nodes.n)
		from_nodes(&w);
	if (w.nodes.n)
		nodes_take(&w);
	else
		a.managed = e820.n ? spans_bytes(&w.ram) : num_or(w.b->mem_total, 0);
	a.known = e820.n || w.nodes.n || (w.b->mem_total.known && w.b->mem_available.known);
	if (!a.known)
		return a;
	if (!e820.n && !w.nodes.n) {
		a.installed = a.managed;
		a.installed_by = "the \"Memory:\" line";
		a.installed_cite = (struct account_cite){ &w.b->head, w.b->mem_total.line };
	}
	if (w.b->mem_available.known)
		kernel_takes(&w);
	else
		kernel_takes_unseen(&w);
	return a;
}

const struct account_term *account_term(const struct account *a, const char *name)
{
	for (size_t i = 0; i < a->n_terms; i++)
		if (strcmp(a->terms[i].name, name) == 0)
			return &a->terms[i];
	return NULL;
}
