// SPDX-License-Identifier: GPL-2.0-or-later
// One boot's physical memory as rows: the maps laid over each other and cut where any of them
// changes.
#include "model/phys_map.h"

#include <stdlib.h>

#include "model/e820.h"
#include "model/spans.h"

enum { MAX_LAYER = 4096 }; /* ranges of one layer that are looked at */

/* What tells about a range, the first map of each line that the boot has. */
enum layer { L_FIRMWARE, L_KERNEL, L_NODE, L_ZONE, L_TAKEN, L_CHANGED, LAYERS };

static const char *const sources[LAYERS][8] = {
	[L_FIRMWARE] = { "bios-e820", "firmware-memmap", "e820_table_firmware", "iomem", "efi",
			 "memblock.memory", "early-node", NULL },
	[L_KERNEL] = { "user", "modified", "e820_table", "iomem", NULL },
	[L_NODE] = { "early-node", "memblock.memory", "initmem", "node", "srat", NULL },
	[L_ZONE] = { "zone", NULL },
};

static const char *const takers[] = { "crashkernel", "cma", "reserved-mem", "swiotlb", NULL };
/* What the kernel itself did to the map behind the lines of L_FIRMWARE. */
static const char *const changes[] = { "e820-update", "e820-remove", NULL };

struct layer_ranges {
	const struct fact_memory_range **v; /* by start */
	size_t n, at;
	const char *map;
};

struct layers {
	struct layer_ranges of[LAYERS];
	struct phys_map *map;
	struct arena *arena;
};

static int by_start(const void *a, const void *b)
{
	const struct fact_memory_range *x = *(const struct fact_memory_range *const *)a,
				       *y = *(const struct fact_memory_range *const *)b;

	if (x->start.v != y->start.v)
		return x->start.v < y->start.v ? -1 : 1;
	return x->head.id < y->head.id ? -1 : x->head.id > y->head.id;
}

static bool collect(const struct incident *boot, struct layers *l, enum layer which,
		    const char *map)
{
	struct layer_ranges *to = &l->of[which];
	const struct fact_memory_range *r;
	bool any = false;

	incident_for_each (boot, memory_range, r) {
		const struct fact_memory_range **slot;

		if (strcmp(r->map, map) != 0)
			continue;
		if (!range_is_sound(r) || r->end.v == UINT64_MAX) {
			l->map->n_damaged += which == L_FIRMWARE && !r->empty;
			continue;
		}
		any = true;
		if (to->n == MAX_LAYER) {
			l->map->cut = true;
			break;
		}
		slot = arena_push(l->arena, (void **)&to->v, &to->n, sizeof(*slot));
		*slot = r;
	}
	return any;
}

static void gather(const struct incident *boot, struct layers *l)
{
	for (enum layer k = 0; k < L_TAKEN; k++)
		for (const char *const *s = sources[k]; *s && !l->of[k].map; s++)
			if (collect(boot, l, k, *s))
				l->of[k].map = *s;
	for (const char *const *s = takers; *s; s++)
		(void)collect(boot, l, L_TAKEN, *s);
	for (const char *const *s = changes; *s; s++)
		(void)collect(boot, l, L_CHANGED, *s);
	for (enum layer k = 0; k < LAYERS; k++)
		if (l->of[k].n)
			qsort(l->of[k].v, l->of[k].n, sizeof(l->of[k].v[0]), by_start);
}

/* The range of a layer that holds an address: the last to start, of those that reach it. Addresses
 * are asked for in ascending order. */
static const struct fact_memory_range *at(struct layer_ranges *l, uint64_t addr)
{
	const struct fact_memory_range *found = NULL;

	while (l->at < l->n && l->v[l->at]->start.v <= addr)
		l->at++;
	for (size_t i = l->at, back = 0; i-- > 0 && back < 64 && !found; back++)
		if (l->v[i]->end.v >= addr)
			found = l->v[i];
	return found;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Every address at which something begins or has ended, each once. */
static uint64_t *edges_of(const struct layers *l, size_t *ret_n)
{
	size_t n = 0, total = 0, kept = 0;
	uint64_t *v;

	for (enum layer k = 0; k < LAYERS; k++)
		total += 2 * l->of[k].n;
	v = arena_alloc(l->arena, (total + 1) * sizeof(*v));
	for (enum layer k = 0; v && k < LAYERS; k++) {
		for (size_t i = 0; i < l->of[k].n; i++) {
			v[n++] = l->of[k].v[i]->start.v;
			v[n++] = l->of[k].v[i]->end.v + 1;
		}
	}
	if (n)
		qsort(v, n, sizeof(*v), by_value);
	for (size_t i = 0; i < n; i++)
		if (!kept || v[i] != v[kept - 1])
			v[kept++] = v[i];
	*ret_n = kept;
	return v;
}

static bool is_firmware_word(struct str type)
{
	return str_starts(type, "ACPI ") || str_starts(type, "persistent") ||
	       str_is(type, "unusable") || str_is(type, "soft reserved") ||
	       str_starts(type, "Persistent") || str_starts(type, "Unusable");
}

/* A map whose entries are all memory says no word. */
static bool ram_word(const struct layers *l, const struct fact_memory_range *r)
{
	const char *map = l->of[L_FIRMWARE].map;

	return range_is_ram(r) || strcmp(map, "early-node") == 0 ||
	       strcmp(map, "memblock.memory") == 0 || str_starts(r->type, "Conventional");
}

static enum row_class class_of(const struct layers *l, const struct fact_memory_range *firmware,
			       const struct fact_memory_range *kernel, bool in_node, bool taken)
{
	if (!firmware && !kernel)
		return taken ? ROW_TAKEN : ROW_HOLE;
	if (firmware && ram_word(l, firmware)) {
		if (l->of[L_KERNEL].n && !(kernel && range_is_ram(kernel)))
			return ROW_LOST;
		if (l->of[L_NODE].map && strcmp(l->of[L_NODE].map, "early-node") == 0 && !in_node)
			return ROW_LOST;
		return taken ? ROW_TAKEN : ROW_RAM;
	}
	if (kernel && range_is_ram(kernel))
		return taken ? ROW_TAKEN : ROW_RAM;
	return firmware && is_firmware_word(firmware->type) ? ROW_FIRMWARE : ROW_RESERVED;
}

/* "System RAM" and "usable" are one type in two languages. */
static bool same_word(struct str a, struct str b)
{
	uint32_t type = e820_type_of(a);

	return str_eq(a, b) || (type && type == e820_type_of(b));
}

/* "usable ==> reserved": what a lost range is now. */
static struct str now_of(const struct fact_memory_range *change)
{
	ptrdiff_t at;

	if (!change)
		return (struct str){ "", 0 };
	if (strcmp(change->map, "e820-remove") == 0)
		return STR("removed");
	at = str_find(change->type, "==> ", 0);
	return at < 0 ? (struct str){ "", 0 } : str_from(change->type, (size_t)at + 4);
}

static struct map_row row_at(struct layers *l, uint64_t start, uint64_t end)
{
	const struct fact_memory_range *r[LAYERS];
	struct map_row row = { .start = start, .end = end - 1 };

	for (enum layer k = 0; k < LAYERS; k++)
		r[k] = at(&l->of[k], start);
	row.fact = r[L_FIRMWARE] ? r[L_FIRMWARE] : r[L_KERNEL];
	row.type = r[L_FIRMWARE] ? r[L_FIRMWARE]->type : (struct str){ "", 0 };
	if (!r[L_FIRMWARE] && r[L_KERNEL] && strcmp(l->of[L_KERNEL].map, "iomem") == 0)
		row.type = r[L_KERNEL]->type; /* a device: the firmware has no word for it */
	else if (r[L_KERNEL] && !same_word(r[L_KERNEL]->type, row.type))
		row.now = r[L_KERNEL]->type;
	row.class = class_of(l, r[L_FIRMWARE], r[L_KERNEL], r[L_NODE], r[L_TAKEN]);
	if (row.class == ROW_HOLE || row.class == ROW_RESERVED)
		return row;
	if (row.class == ROW_LOST && !row.now.n)
		row.now = now_of(r[L_CHANGED]);
	if (r[L_TAKEN]) {
		row.taker = r[L_TAKEN]->map;
		row.taker_name = r[L_TAKEN]->type;
	}
	if (r[L_NODE])
		row.node = r[L_NODE]->node;
	else if (r[L_ZONE])
		row.node = r[L_ZONE]->node;
	if (r[L_ZONE] && (row.class == ROW_RAM || row.class == ROW_TAKEN))
		row.zone = r[L_ZONE]->zone;
	return row;
}

static bool same(const struct map_row *a, const struct map_row *b)
{
	return a->class == b->class && a->fact == b->fact && a->taker == b->taker &&
	       str_eq(a->now, b->now) && str_eq(a->zone, b->zone) &&
	       a->node.known == b->node.known && a->node.v == b->node.v;
}

static void add_row(struct phys_map *m, struct arena *arena, struct map_row row)
{
	struct map_row *last = m->n ? &m->v[m->n - 1] : NULL, *slot;

	if (last && last->end + 1 == row.start && same(last, &row)) {
		last->end = row.end;
		return;
	}
	row.split = last && last->end + 1 == row.start && row.fact && last->fact != row.fact &&
		    last->fact && range_is_ram(row.fact) && range_is_ram(last->fact);
	slot = arena_push(arena, (void **)&m->v, &m->n, sizeof(*slot));
	*slot = row;
}

bool phys_map_of(const struct incident *boot, struct arena *arena, struct phys_map *ret)
{
	struct layers l = { .map = ret, .arena = arena };
	uint64_t *edges;
	size_t n;

	*ret = (struct phys_map){ 0 };
	gather(boot, &l);
	if (!l.of[L_FIRMWARE].map)
		return false;
	ret->map = l.of[L_FIRMWARE].map;
	ret->entries = l.of[L_FIRMWARE].n;
	edges = edges_of(&l, &n);
	for (size_t i = 0; edges && i + 1 < n; i++)
		add_row(ret, arena, row_at(&l, edges[i], edges[i + 1]));
	while (ret->n && ret->v[ret->n - 1].class == ROW_HOLE)
		ret->n--;
	return ret->n > 0;
}

void phys_map_beyond_zones(const struct incident *boot, struct arena *arena, struct phys_map *m)
{
	struct spans zones = spans_of(boot, "zone", NULL, arena);

	for (size_t i = 0; zones.n && i < m->n; i++) {
		struct map_row *row = &m->v[i];

		if (row->class != ROW_RAM || row->zone.n || row->start < zones.v[zones.n - 1].end)
			continue;
		row->class = ROW_LOST;
		row->beyond_zones = true;
	}
}

const char *row_class_name(enum row_class class)
{
	static const char *const names[] = { "hole", "ram",	 "set aside",
					     "lost", "firmware", "reserved" };

	return names[class];
}
