// SPDX-License-Identifier: GPL-2.0-or-later
// The memory maps of one boot, gathered from its facts.
#include "model/boot_map.h"

static uint32_t type_of(const struct fact_memory_range *r)
{
	if (r->type_code.known)
		return (uint32_t)r->type_code.v;
	return e820_type_of(r->type);
}

bool map_touches(const struct boot_map *m, size_t i)
{
	const struct e820_entry *a = &m->e820.v[i], *b = a + 1;

	return i + 1 < m->e820.n && (a->type == E820_RAM || a->type == E820_RESERVED_KERN) &&
	       (b->type == E820_RAM || b->type == E820_RESERVED_KERN) &&
	       a->addr + a->size == b->addr;
}

/*
 * Pieces [first, last] touch, each printed "usable": RAM and RESERVED_KERN by turns, since equal
 * neighbours are merged. The largest is RAM: blobs are small.
 */
static void guess_run(struct boot_map *m, size_t first, size_t last)
{
	struct e820_entry *v = m->e820.v;
	size_t largest = first;

	for (size_t i = first; i <= last; i++)
		if (v[i].size > v[largest].size)
			largest = i;
	for (size_t i = first; i <= last; i++) {
		if ((i ^ largest) & 1) {
			v[i].type = E820_RESERVED_KERN;
			m->n_kern++;
		}
	}
}

static void guess_kern(struct boot_map *m)
{
	for (size_t i = 0, last; i < m->e820.n; i = last + 1) {
		for (last = i; map_touches(m, last); last++)
			;
		if (last > i)
			guess_run(m, i, last);
	}
}

bool map_of(const struct incident *boot, const char *map, struct boot_map *ret)
{
	const struct fact_memory_range *r;

	ret->e820.n = 0;
	ret->n_kern = 0;
	ret->n_damaged = 0;
	ret->lacks_lines = false;
	incident_for_each (boot, memory_range, r) {
		if (strcmp(r->map, map) != 0)
			continue;
		if (r->damaged || !r->start.known || !r->end.known || r->end.v < r->start.v) {
			ret->n_damaged++;
			continue;
		}
		if (ret->e820.n == E820_MAX)
			break;
		ret->fact[ret->e820.n] = r;
		(void)e820_add(&ret->e820, r->start.v, r->end.v - r->start.v + 1, type_of(r));
	}
	return ret->e820.n > 0;
}

const char *firmware_map_of(const struct incident *boot)
{
	static const char *const maps[] = { "bios-e820", "firmware-memmap", "e820_table_firmware" };
	const struct fact_memory_range *r;

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
		incident_for_each (boot, memory_range, r)
			if (strcmp(r->map, maps[i]) == 0)
				return maps[i];
	return NULL;
}

/* What /proc/iomem lists besides is devices. */
static void drop_devices(struct boot_map *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->e820.n; i++) {
		if (!m->e820.v[i].type)
			continue;
		m->e820.v[n] = m->e820.v[i];
		m->fact[n++] = m->fact[i];
	}
	m->e820.n = n;
}

bool map_in_use(const struct incident *boot, struct boot_map *ret)
{
	if (map_of(boot, "user", ret) || map_of(boot, "e820_table", ret))
		return true;
	if (!map_of(boot, "iomem", ret))
		return false;
	drop_devices(ret);
	return ret->e820.n > 0;
}

/* "Memory: xK/yK available" counts what the map lists, unless the command line or EFI's map added
 * to it; where messages were dropped, lines of the map are what is missing. */
static bool lacks_lines(const struct incident *boot, const struct e820_table *e820)
{
	enum { ROUNDING = 1 << 20 };
	const struct fact_boot *b = boot->boot;

	return b && b->mem_total.known && !str_has(b->cmdline, "memmap") &&
	       e820_ram(e820) + ROUNDING < b->mem_total.v;
}

bool map_of_boot(const struct incident *boot, struct boot_map *ret)
{
	const char *map = firmware_map_of(boot);

	if (!map || !map_of(boot, map, ret))
		return false;
	/* a table of a dump has the numbers themselves */
	if (!ret->fact[0]->type_code.known)
		guess_kern(ret);
	ret->lacks_lines = lacks_lines(boot, &ret->e820);
	return true;
}
