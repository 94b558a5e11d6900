// SPDX-License-Identifier: GPL-2.0-or-later
// What the rules over memory maps share.
#include "rule/maps.h"

#include <stdlib.h>

enum { IMAGE_MOST = 128 << 20 };

struct boot_map *boot_map_new(void)
{
	return calloc(1, sizeof(struct boot_map));
}

bool has_e820(const struct incident *in)
{
	return firmware_map_of(in);
}

bool may_have_e820(const struct incident *in)
{
	return has_e820(in) || !in->boot->arch.n || str_starts(in->boot->arch, "x86") ||
	       str_starts(in->boot->arch, "i386") || str_starts(in->boot->arch, "i686");
}

bool e820_was_read(const struct incident *in, struct verdict *v)
{
	if (!has_e820(in))
		cannot_tell(v, "memory_range",
			    "the log of this boot does not hold the firmware's memory map");
	return has_e820(in);
}

/* "Memory: xK/yK available": y is what memblock has, which the map can only exceed; but for the
 * kernel's own image, which is RAM wherever it lies (e820_add_kernel_range()). */
enum tri map_is_whole(const struct incident *in, const struct e820_table *t)
{
	struct num total = in->boot->mem_total;

	if (!total.known)
		return T_MAYBE;
	if (e820_ram(t) >= total.v)
		return T_YES;
	return e820_ram(t) + IMAGE_MOST >= total.v ? T_MAYBE : T_NO;
}

/* Where a boot stands among all, which are in reading order; or their end. */
static size_t index_of(const struct incidents *boots, const struct fact *head)
{
	size_t lo = 0, hi = boots->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (boots->v[mid].head->id < head->id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool previous_boot(const struct incident *in, struct incident *ret, struct arena *arena)
{
	struct incidents boots = boots_beside(in, arena);
	size_t i = index_of(&boots, in->head);

	while (i-- > 0) {
		if (boots.v[i].head->origin.evidence != in->head->origin.evidence ||
		    !has_e820(&boots.v[i]))
			continue;
		*ret = boots.v[i];
		return true;
	}
	return false;
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
			  const struct e820_table *to, const char *what)
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
			add_step(f, "[mem 0x%016llx-0x%016llx] is %s: %s",
				 (unsigned long long)start, (unsigned long long)stop - 1, what,
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
	return walk_lost(f, from, to, "RAM no more");
}

uint64_t add_foreign_ranges(struct finding *f, const struct e820_table *from,
			    const struct e820_table *to)
{
	return walk_lost(f, from, to, "RAM by the command line only");
}

uint64_t lost_bytes(const struct e820_table *from, const struct e820_table *to)
{
	return walk_lost(NULL, from, to, NULL);
}

const char *blob_name(uint64_t size)
{
	switch (size) {
	case 112:
		return "SETUP_EFI: a 16-byte header and 96 bytes of struct efi_setup_data";
	case 32:
		return "SETUP_IMA";
	case 16:
		return "SETUP_RNG_SEED";
	case 128:
		return "SETUP_EFI's 112 bytes and SETUP_RNG_SEED's 16 side by side";
	case 144:
		return "SETUP_EFI's 112 bytes and SETUP_IMA's 32 side by side";
	case 160:
		return "SETUP_EFI, SETUP_IMA and SETUP_RNG_SEED side by side";
	case 48:
		return "SETUP_IMA's 32 bytes and SETUP_RNG_SEED's 16 side by side";
	default:
		return "setup_data of a kind that its size does not tell";
	}
}

bool is_kdump_boot(const struct fact_boot *b)
{
	return str_is(str_c(b->entry), "kdump") || str_has(b->cmdline, "elfcorehdr=");
}

/* Where a boot stands in the list of all: near its place by id, or else the list's beginning. */
static size_t place_of(const struct fact_list *boots, const struct fact_boot *b)
{
	size_t lo = 0, hi = boots->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (boots->v[mid]->id < b->head.id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < boots->n && boots->v[lo] == &b->head ? lo : 0;
}

/* Every boot behind the first up to the last was started by kexec. */
static bool one_chain(const struct incident *a, const struct incident *b)
{
	const struct fact_list *boots = &a->facts->lists[FACT_boot];
	const struct fact_boot *first = a->boot, *last = b->boot;

	if (first->index > last->index) {
		first = b->boot;
		last = a->boot;
	}
	if (first->head.origin.evidence != last->head.origin.evidence)
		return false;
	for (size_t i = place_of(boots, first); i < boots->n; i++) {
		const struct fact_boot *boot = (const struct fact_boot *)boots->v[i];

		if (boot->head.origin.evidence != first->head.origin.evidence ||
		    boot->index <= first->index)
			continue;
		if (boot->index > last->index)
			break;
		if (!str_is(str_c(boot->entry), "kexec"))
			return false;
	}
	return true;
}

struct alike {
	size_t same, others, acpi;
};

static struct alike fixed_ranges(const struct e820_table *a, const struct e820_table *b)
{
	struct alike x = { 0 };

	for (size_t i = 0; i < a->n; i++) {
		bool found = false;

		if (is_ram(&a->v[i]))
			continue;
		x.others++;
		for (size_t k = 0; k < b->n && !found; k++)
			found = b->v[k].addr == a->v[i].addr && b->v[k].size == a->v[i].size &&
				b->v[k].type == a->v[i].type;
		x.same += found;
		x.acpi += found && (a->v[i].type == E820_ACPI || a->v[i].type == E820_NVS);
	}
	return x;
}

static uint64_t end_of_low_ram(const struct e820_table *t)
{
	uint64_t end = 0;

	for (size_t i = 0; i < t->n; i++)
		if (is_ram(&t->v[i]) && t->v[i].addr + t->v[i].size <= 4 * GIB &&
		    t->v[i].addr + t->v[i].size > end)
			end = t->v[i].addr + t->v[i].size;
	return end;
}

enum same_machine same_machine(const struct incident *a, const struct boot_map *map_a,
			       const struct incident *b, const struct boot_map *map_b)
{
	struct alike x = fixed_ranges(&map_a->e820, &map_b->e820);
	struct alike y = fixed_ranges(&map_b->e820, &map_a->e820);

	/* a map whose end was dropped has fewer */
	if (y.others < x.others)
		x = y;
	/* two logs joined by a careless hand look like a chain, but for the firmware's ranges */
	if (x.same * 2 >= x.others && one_chain(a, b))
		return MACHINE_SAME;
	/* guests of one kind of virtual machine look the same, too */
	if (x.same == x.others && x.others >= 3 && x.acpi)
		return MACHINE_PERHAPS;
	if (x.others >= 2 && x.same * 4 >= x.others * 3 &&
	    end_of_low_ram(&map_a->e820) == end_of_low_ram(&map_b->e820))
		return MACHINE_PERHAPS;
	return MACHINE_OTHER;
}

void tell_rival(struct finding *f, const struct fact_boot *b)
{
	if (b->kexec_table_line.known) {
		cite_num(f, &b->head, b->kexec_table_line);
		add_step(
			f,
			"line %u: e820__memblock_alloc_reserved() wrote the kexec table in this boot, too: "
			"for its range, which the next kernel prints as reserved",
			b->kexec_table_line.line);
	}
	add_rejected(
		f,
		"e820__memblock_alloc_reserved(), the kexec table's other writer (for a fake MP table): what "
		"it takes is printed as \"reserved\" by the next kernel, and the pieces here as \"usable\"%s",
		b->kexec_table_line.known	      ? ""
		: b->mem_available.known && b->banner ? "; nor did it log its line in this boot"
						      : "");
}

static const char *presence(bool absent)
{
	return absent ? "no" : "unknown";
}

static struct str how(struct finding *f, bool absent)
{
	if (!absent)
		return STR("the release proves nothing: distributions backport");
	return arena_printf(f->arena, "boots of this kernel split RAM around such setup_data");
}

void add_kexec_fixes(struct finding *f, unsigned int split)
{
	add_fix(f,
		(struct finding_fix){
			.commit = "8efbc518b884",
			.subject =
				"x86/kexec: Do not reserve EFI setup_data in the kexec e820 table",
			.release = "v5.7",
			.present = presence(split & SPLIT_EFI),
			.how = how(f, split & SPLIT_EFI) });
	add_fix(f,
		(struct finding_fix){ .commit = "7fd817c90650",
				      .subject = "x86/e820: Don't reserve SETUP_RNG_SEED in e820",
				      .release = "v6.8",
				      .present = presence(split & SPLIT_RNG),
				      .how = how(f, split & SPLIT_RNG) });
	add_fix(f, (struct finding_fix){
			   .commit = "fc7f27cda843",
			   .subject = "x86/kexec: Do not update E820 kexec table for setup_data",
			   .release = "v6.9",
			   .present = presence(split & SPLIT_ANY),
			   .how = how(f, split & SPLIT_ANY) });
}
