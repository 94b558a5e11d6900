// SPDX-License-Identifier: GPL-2.0-or-later
// Which zones there are and which a request may use: include/linux/gfp.h gfp_zone(), and
// mm/page_alloc.c setup_per_zone_lowmem_reserve().
#include "model/zones.h"

#include "base/cleanup.h"

static const char *const type_names[ZONE_TYPES] = {
	[ZONE_DMA] = "DMA",	    [ZONE_DMA32] = "DMA32",	[ZONE_NORMAL] = "Normal",
	[ZONE_HIGHMEM] = "HighMem", [ZONE_MOVABLE] = "Movable", [ZONE_DEVICE] = "Device",
};

enum zone_type zone_type_of(struct str name)
{
	for (enum zone_type t = 0; t < ZONE_TYPES; t++)
		if (str_is(name, type_names[t]))
			return t;
	return ZONE_TYPES;
}

const char *zone_type_name(enum zone_type t)
{
	return t < ZONE_TYPES ? type_names[t] : "?";
}

#define BIT(t) (zone_set)(1u << (t))

static unsigned int count(zone_set s)
{
	return (unsigned int)__builtin_popcount(s);
}

/* Zones below @t that a kernel has: the index of @t in its arrays. */
static unsigned int index_of(zone_set built, enum zone_type t)
{
	return count(built & (zone_set)(BIT(t) - 1));
}

/* The kernel's own list at boot, "Zone ranges:", names every zone but Movable. */
static zone_set seen_at_boot(const struct incident *in)
{
	zone_set s = 0;

	for (size_t i = 0; i < in->ranges.n; i++) {
		const struct fact_memory_range *r =
			(const struct fact_memory_range *)in->ranges.v[i];
		enum zone_type t;

		if (!r->map || strcmp(r->map, "zone") != 0 ||
		    r->head.origin.evidence != in->boot->head.origin.evidence)
			continue;
		t = zone_type_of(r->zone);
		if (t < ZONE_TYPES)
			s |= BIT(t);
	}
	return s;
}

static zone_set seen_in_report(const struct incident *in)
{
	const struct fact_zone_state *z;
	zone_set s = 0;

	incident_for_each (in, zone_state, z) {
		enum zone_type t = zone_type_of(z->zone);

		if (t < ZONE_TYPES)
			s |= BIT(t);
	}
	return s;
}

static bool could_be(zone_set s, const struct machine *m)
{
	if (!(s & BIT(ZONE_NORMAL)))
		return false;
	if ((s & BIT(ZONE_HIGHMEM)) && (s & (BIT(ZONE_DMA32) | BIT(ZONE_DEVICE))))
		return false; /* high memory is for 32-bit machines, those are for 64-bit ones */
	if (m->bits == 64 && (s & BIT(ZONE_HIGHMEM)))
		return false;
	if (m->bits == 32 && (s & (BIT(ZONE_DMA32) | BIT(ZONE_DEVICE))))
		return false;
	/* Movable came with 2.6.23 and is always built in since; Device with 4.3. */
	if (!(s & BIT(ZONE_MOVABLE)) && ((s & BIT(ZONE_DEVICE)) || m->version > KVER(2, 6, 23)))
		return false;
	return !(s & BIT(ZONE_DEVICE)) || !m->version || m->version >= KVER(4, 3, 0);
}

/* A zone reserves nothing against requests for itself or lower zones. */
static bool fits_zone(zone_set s, const struct fact_zone_state *z)
{
	enum zone_type t = zone_type_of(z->zone);
	unsigned int own;

	if (t >= ZONE_TYPES || !z->n_reserve)
		return true;
	if (count(s) != z->n_reserve)
		return false;
	own = index_of(s, t);
	for (unsigned int i = 0; i <= own && i < z->n_reserve; i++)
		if (z->lowmem_reserve[i].known &&
		    (z->lowmem_reserve[i].v || z->lowmem_reserve[i].hi))
			return false;
	return true;
}

static bool fits(zone_set s, const struct incident *in)
{
	const struct fact_zone_state *z;

	incident_for_each (in, zone_state, z)
		if (!fits_zone(s, z))
			return false;
	return true;
}

struct zone_builds zone_builds_of(const struct incident *in, const struct machine *m)
{
	zone_set boot = seen_at_boot(in), seen = seen_in_report(in);
	struct zone_builds b = { .n = 0 };

	for (unsigned int s = 1; s < BIT(ZONE_TYPES - 1) * 2u; s++) {
		if ((s & seen) != seen || !could_be((zone_set)s, m) || !fits((zone_set)s, in))
			continue;
		if ((boot & BIT(ZONE_NORMAL)) &&
		    ((s | BIT(ZONE_MOVABLE)) != (boot | BIT(ZONE_MOVABLE))))
			continue;
		if (b.n < ARRAY_SIZE(b.v))
			b.v[b.n++] = (zone_set)s;
	}
	return b;
}

static enum zone_type or_normal(zone_set built, enum zone_type t)
{
	return built & BIT(t) ? t : ZONE_NORMAL;
}

enum zone_type zone_class(zone_set built, uint32_t gfp_bits)
{
	if (gfp_bits & G_DMA)
		return or_normal(built, ZONE_DMA);
	if (gfp_bits & G_DMA32)
		return or_normal(built, ZONE_DMA32);
	if ((gfp_bits & G_HIGHMEM) && (gfp_bits & G_MOVABLE) && (built & BIT(ZONE_MOVABLE)))
		return ZONE_MOVABLE;
	if (gfp_bits & G_HIGHMEM)
		return or_normal(built, ZONE_HIGHMEM);
	return ZONE_NORMAL;
}

struct zone_class_range zone_class_of(const struct zone_builds *b, uint32_t gfp_bits)
{
	struct zone_class_range r = { ZONE_TYPES, ZONE_DMA };

	for (size_t i = 0; i < b->n; i++) {
		enum zone_type t = zone_class(b->v[i], gfp_bits);

		if (t < r.lo)
			r.lo = t;
		if (t > r.hi)
			r.hi = t;
	}
	if (!b->n) { /* no build fits: damaged, or a kernel we do not know */
		r.lo = ZONE_DMA;
		r.hi = ZONE_DEVICE;
	}
	return r;
}

struct reserve_range zone_reserve(const struct fact_zone_state *z, const struct zone_builds *b,
				  uint32_t gfp_bits, uint64_t page_size)
{
	struct reserve_range r = { .lo = UINT64_MAX };

	for (size_t i = 0; i < b->n; i++) {
		unsigned int at = index_of(b->v[i], zone_class(b->v[i], gfp_bits));
		uint64_t pages;

		if (at >= z->n_reserve || !z->lowmem_reserve[at].known)
			continue;
		pages = num_or(z->lowmem_reserve[at], 0) / page_size;
		r.huge = r.huge || z->lowmem_reserve[at].hi;
		r.known = true;
		if (pages < r.lo)
			r.lo = pages;
		if (pages > r.hi)
			r.hi = pages;
	}
	if (!r.known)
		r.lo = 0;
	return r;
}

bool node_list_given(struct str list)
{
	uint64_t n;
	struct scan s;

	list = str_trim(list);
	s = scan_of(list);
	return scan_u64(&s, &n);
}

bool node_in_list(struct str list, uint64_t node)
{
	struct scan s = scan_of(str_trim(list));
	uint64_t from, to;

	while (scan_u64(&s, &from)) {
		to = from;
		if (scan_char(&s, '-') && !scan_u64(&s, &to))
			return false;
		if (node >= from && node <= to)
			return true;
		if (!scan_char(&s, ','))
			return false;
	}
	return false;
}
