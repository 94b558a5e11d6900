// SPDX-License-Identifier: GPL-2.0-or-later
// The memory maps of one boot, gathered from its facts.
#include "model/boot_map.h"

enum { PAGE = 4096, BLOB_MAX = 4096 };

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

/* A blob is small; RAM around it is not. Of two small pieces the one of odd size is the blob. */
static bool looks_like_blob(const struct e820_entry *e)
{
	return e->size < BLOB_MAX && e->size % 16 == 0;
}

static void guess_kern(struct boot_map *m)
{
	for (size_t i = 0; i < m->e820.n; i++) {
		bool touches = (i && map_touches(m, i - 1)) || map_touches(m, i);

		if (!touches || !looks_like_blob(&m->e820.v[i]))
			continue;
		/* two RESERVED_KERN entries that touch would have been merged */
		if (i && m->e820.v[i - 1].type == E820_RESERVED_KERN && map_touches(m, i - 1))
			continue;
		m->e820.v[i].type = E820_RESERVED_KERN;
		m->n_kern++;
	}
}

bool map_of(const struct incident *boot, const char *map, struct boot_map *ret)
{
	const struct fact_memory_range *r;

	ret->e820.n = 0;
	ret->n_kern = 0;
	ret->n_damaged = 0;
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

bool map_of_boot(const struct incident *boot, struct boot_map *ret)
{
	if (!map_of(boot, "bios-e820", ret))
		return false;
	guess_kern(ret);
	return true;
}
