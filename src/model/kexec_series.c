// SPDX-License-Identifier: GPL-2.0-or-later
// Kexec after kexec: setup_boot_parameters() of arch/x86/kernel/kexec-bzimage64.c places the blobs,
// e820__reserve_setup_data() of the next kernel reserves them.
#include "model/kexec_series.h"

#include <stdlib.h>

#include "model/boot_map.h"

enum { PAGE = 4096, PARAMS_OFFSET = 0x1a0, EFI = 16 + 96, IMA = 16 + 16, RNG = 16 };

struct kexec_series *kexec_series_new(void)
{
	struct kexec_series *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->now = calloc(1, sizeof(*s->now));
	s->next = calloc(1, sizeof(*s->next));
	if (s->now && s->next)
		return s;
	kexec_series_free(s);
	return NULL;
}

void kexec_series_free(struct kexec_series *s)
{
	if (!s)
		return;
	free(s->now);
	free(s->next);
	free(s);
}

uint64_t kexec_blob_size(struct str name)
{
	if (str_is(name, "efi"))
		return EFI;
	if (str_is(name, "ima"))
		return IMA;
	return str_is(name, "rng") ? RNG : 0;
}

/* 8efbc518b884 (5.7) for SETUP_EFI, 7fd817c90650 (6.8) for the others. */
static bool fixed_by_release(const struct kexec_series *s, uint64_t size)
{
	return s->release.known &&
	       release_since(s->release, size == EFI ? 5 : 6, size == EFI ? 7 : 8);
}

static void add_named(struct kexec_series *s, const struct fact_memory_range *r)
{
	uint64_t size = r->end.v - r->start.v + 1;

	for (size_t i = 0; i < s->n_blobs; i++) {
		if (s->blob[i].addr != r->start.v || s->blob[i].size != size)
			continue;
		s->keeps[i] = true;
		return;
	}
	if (s->n_blobs < KEXEC_BLOBS_MAX)
		s->blob[s->n_blobs++] = (struct kexec_blob){ r->start.v, size };
}

static void take_named(struct kexec_series *s, const struct incident *boot)
{
	const struct fact_memory_range *r;

	incident_for_each (boot, memory_range, r) {
		if (strcmp(r->map, "e820-update") == 0 && str_is(r->type, "usable ==> usable") &&
		    !r->damaged && r->start.known && r->end.known && r->end.v >= r->start.v)
			add_named(s, r);
	}
}

static bool has_kern(const struct e820_table *t, const struct e820_entry *e)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].type == E820_RESERVED_KERN && t->v[i].addr <= e->addr &&
		    e->addr - t->v[i].addr + e->size <= t->v[i].size)
			return true;
	return false;
}

/* A dump has no need of lines: what is RESERVED_KERN in the table in use and was not in the one
 * that the boot was given is this boot's setup_data. */
static void take_tables(struct kexec_series *s, const struct incident *boot)
{
	struct boot_map *used = malloc(sizeof(*used)), *kexec = malloc(sizeof(*kexec));

	if (used && kexec && map_of(boot, "e820_table", used) &&
	    map_of(boot, "e820_table_kexec", kexec)) {
		for (size_t i = 0; i < used->e820.n && s->n_blobs < KEXEC_BLOBS_MAX; i++) {
			const struct e820_entry *e = &used->e820.v[i];

			if (e->type != E820_RESERVED_KERN || has_kern(&s->now->firmware, e))
				continue;
			s->keeps[s->n_blobs] = has_kern(&kexec->e820, e);
			s->blob[s->n_blobs++] = (struct kexec_blob){ e->addr, e->size };
		}
	}
	free(used);
	free(kexec);
}

static uint64_t lowest_blob(const struct kexec_series *s)
{
	uint64_t low = UINT64_MAX;

	for (size_t i = 0; i < s->n_blobs; i++)
		if (s->blob[i].addr < low)
			low = s->blob[i].addr;
	return low;
}

/* How far the blobs moved between two boots. */
static void see_shift(struct kexec_series *s, const struct incident *previous)
{
	struct kexec_series before = { 0 };

	if (!previous || !s->n_blobs)
		return;
	take_named(&before, previous);
	if (before.n_blobs != s->n_blobs || lowest_blob(&before) <= lowest_blob(s))
		return;
	s->shift = lowest_blob(&before) - lowest_blob(s);
	s->shift_seen = true;
}

/* Where kexec's search puts the boot parameters of the first kexec: near the top of the highest RAM
 * below 4 GiB. */
static uint64_t place(const struct e820_table *t)
{
	uint64_t top = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct e820_entry *e = &t->v[i];

		if (e->type == E820_RAM && e->addr + e->size <= 1ull << 32 &&
		    e->addr + e->size > top && e->size > 16ull * PAGE)
			top = e->addr + e->size;
	}
	return (top & ~(uint64_t)(PAGE - 1)) - 6ull * PAGE + PARAMS_OFFSET;
}

void kexec_series_forget(struct kexec_series *s)
{
	s->n_blobs = 0;
	s->origin = KEXEC_BLOBS_GIVEN;
	s->told = false;
}

/* Side by side; above the place of the first kexec by one shift, since each step moves them down.
 */
bool kexec_series_blob(struct kexec_series *s, uint64_t size)
{
	struct kexec_blob *b = &s->blob[s->n_blobs];

	if (s->n_blobs == KEXEC_BLOBS_MAX)
		return false;
	b->addr = s->n_blobs ? b[-1].addr + b[-1].size : place(&s->now->used) + s->shift;
	b->size = size;
	s->keeps[s->n_blobs++] = true;
	return true;
}

static void assume_blobs(struct kexec_series *s, bool efi)
{
	s->origin = KEXEC_BLOBS_ASSUMED;
	if (efi)
		(void)kexec_series_blob(s, EFI);
	if (!s->release.known || release_since(s->release, 6, 0))
		(void)kexec_series_blob(s, RNG);
	if (!s->n_blobs)
		(void)kexec_series_blob(s, EFI);
}

/* A firmware that hands over ACPI NVS inside RAM or an EFI map booted by EFI; kexec then passes
 * SETUP_EFI. */
static bool booted_by_efi(const struct incident *boot)
{
	const struct fact_memory_range *r;

	incident_for_each (boot, memory_range, r)
		if (strcmp(r->map, "efi") == 0)
			return true;
	return false;
}

bool kexec_series_start(struct kexec_series *s, const struct incident *boot,
			const struct incident *previous)
{
	struct boot_map *map = malloc(sizeof(*map));
	bool found = map && map_of_boot(boot, map);

	s->in_use = map && !found && map_in_use(boot, map);
	found |= s->in_use;
	s->n_damaged = found ? map->n_damaged : 0;
	if (found)
		kexec_first_boot(&map->e820, s->now);
	free(map);
	if (!found)
		return false;
	if (boot->boot)
		s->release = release_of(boot->boot->kernel, boot->boot->build);
	s->shift = PAGE;
	s->n_blobs = 0;
	take_named(s, boot);
	if (!s->n_blobs)
		take_tables(s, boot);
	s->told = s->n_blobs > 0;
	if (s->told)
		see_shift(s, previous);
	else
		assume_blobs(s, !s->release.known || booted_by_efi(boot));
	return true;
}

static void reserve(struct kexec_series *s)
{
	for (size_t i = 0; i < s->n_blobs; i++)
		kexec_reserve_blobs(s->now, &s->blob[i], 1, !s->keeps[i]);
}

void kexec_series_fix(struct kexec_series *s, enum kexec_fix fix)
{
	s->n_kept = 0;
	for (size_t i = 0; i < s->n_blobs; i++) {
		if (fix != KEXEC_AS_TOLD)
			s->keeps[i] = fix == KEXEC_UNFIXED;
		else if (!s->told)
			s->keeps[i] = !fixed_by_release(s, s->blob[i].size);
		s->n_kept += s->keeps[i];
	}
	if (s->origin == KEXEC_BLOBS_NAMED)
		reserve(s);
}

static bool in_ram(const struct e820_table *t, const struct kexec_blob *b)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct e820_entry *e = &t->v[i];

		if (e->type == E820_RAM && b->addr >= e->addr && b->size <= e->size &&
		    b->addr - e->addr <= e->size - b->size)
			return true;
	}
	return false;
}

/* Where the RAM they came down through ends, kexec finds another place. */
static void place_anew(struct kexec_series *s)
{
	uint64_t at = place(&s->now->used);

	bool fits = true;

	for (size_t i = 0; i < s->n_blobs; i++)
		fits = fits && in_ram(&s->now->used, &s->blob[i]);
	for (size_t i = 0; i < s->n_blobs && !fits; i++) {
		s->blob[i].addr = at;
		at += s->blob[i].size;
	}
}

void kexec_series_step(struct kexec_series *s)
{
	struct kexec_boot *swap = s->now;

	kexec_next_boot(s->now, s->next);
	s->now = s->next;
	s->next = swap;
	for (size_t i = 0; i < s->n_blobs; i++)
		s->blob[i].addr -= s->shift;
	place_anew(s);
	reserve(s);
}
