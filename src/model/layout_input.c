// SPDX-License-Identifier: GPL-2.0-or-later
// What a boot was given, from its facts.
#include "model/layout_input.h"

#include <stdlib.h>

#include "model/boot_map.h"

enum { PAGE = 4096, SECTION = 128 << 20 };

struct layout_input *layout_input_new(void)
{
	return calloc(1, sizeof(struct layout_input));
}

static void add_srat(struct layout_input *in, const struct fact_memory_range *r)
{
	struct numa_info *numa = &in->srat;

	if (numa->n < NUMA_BLOCKS_MAX && r->node.v < NUMA_NODES_MAX)
		numa->v[numa->n++] =
			(struct numa_block){ r->start.v, r->end.v + 1, (int32_t)r->node.v,
					     str_has(r->type, "hotplug") };
}

/*
 * Whether the kernel changed the table before it made memblock of it: what EFI and ACPI reserve
 * later stays memory. Setup_data come first, then what is said before the first last_pfn; what
 * MTRRs do not cover goes between the first and the second.
 */
static bool is_early(const struct fact_boot *b, const struct fact_memory_range *r)
{
	return str_is(r->type, "usable ==> usable") ||
	       (b && b->last_pfn.known &&
		(r->head.origin.line < b->last_pfn.line || b->mtrr_lost.known));
}

/* "usable ==> reserved": what the kernel itself takes out, whatever the command line says. The
 * first page always goes. */
static void add_update(struct layout_input *in, const struct fact_memory_range *r)
{
	struct scan s = scan_of(r->type);
	uint32_t to;

	if (!r->end.v || r->end.v < PAGE || in->n_update == 64 || !scan_lit(&s, "usable ==> "))
		return;
	to = e820_type_of(str_trim(scan_rest(&s)));
	if (to)
		in->update[in->n_update++] =
			(struct e820_entry){ r->start.v, r->end.v - r->start.v + 1,
					     to == E820_RAM ? E820_RESERVED_KERN : to };
}

static bool sound(const struct fact_memory_range *r)
{
	return !r->damaged && r->start.known && r->end.known && r->end.v >= r->start.v &&
	       r->end.v != UINT64_MAX;
}

/* "e820: remove [mem]" without a type, behind the user-defined map: e820_add_kernel_range(), which
 * adds it as RAM again. memmap=nn%ss prints the same, before that map. */
static void add_removal(struct layout_input *in, const struct fact_boot *b,
			const struct fact_memory_range *r)
{
	if (!r->type.n && b && b->last_pfn.known && r->head.origin.line < b->last_pfn.line)
		in->kernel = (struct e820_entry){ r->start.v, r->end.v - r->start.v + 1, E820_RAM };
}

static void add_node(struct layout_input *in, const struct fact_memory_range *r)
{
	if (!r->node.known || r->node.v >= NUMA_NODES_MAX || in->n_nodes == NUMA_NODES_MAX)
		return;
	in->nodes[in->n_nodes++] = (int32_t)r->node.v;
	if (r->empty)
		in->late[in->n_late++] = (int32_t)r->node.v;
}

static void add_range(struct layout_input *in, const struct fact_boot *boot,
		      const struct fact_memory_range *r)
{
	enum zone_type zone = zone_type_of(r->zone);

	if (strcmp(r->map, "zone") == 0 && zone < ZONE_TYPES)
		in->zones |= (zone_set)(1u << zone);
	else if (strcmp(r->map, "unavailable") == 0 && r->zone.n)
		in->zeroes_holes = true;
	else if (strcmp(r->map, "srat") == 0 && r->node.known && sound(r))
		add_srat(in, r);
	else if (strcmp(r->map, "e820-update") == 0 && sound(r) && is_early(boot, r))
		add_update(in, r);
	else if (strcmp(r->map, "e820-remove") == 0 && sound(r))
		add_removal(in, boot, r);
	else if (strcmp(r->map, "user") == 0)
		in->kernel.size = 0;
	else if (strcmp(r->map, "initmem") == 0)
		add_node(in, r);
}

static bool take_map(const struct incident *boot, struct layout_input *ret)
{
	struct boot_map *map = malloc(sizeof(*map));
	bool found = map && map_of_boot(boot, map);

	ret->user_only = map && !found && map_in_use(boot, map);
	if (found || ret->user_only) {
		ret->e820 = map->e820;
		ret->n_damaged = map->n_damaged;
	}
	free(map);
	return found || ret->user_only;
}

static void span_nodes(const struct incident *boot, const char *map, struct layout_input *in)
{
	struct numa_info *numa = &in->srat;
	const struct fact_memory_range *r;

	incident_for_each (boot, memory_range, r) {
		struct numa_block *last = numa->n ? &numa->v[numa->n - 1] : NULL;

		if (strcmp(r->map, map) != 0 || !r->node.known || !sound(r))
			continue;
		if (last && last->node == (int32_t)r->node.v && r->end.v >= last->end)
			last->end = r->end.v + 1;
		else
			add_srat(in, r);
	}
}

/* Without the firmware's table a node is taken to own what its early ranges, its span (of a dump)
 * or its zones (of /proc/zoneinfo) span. */
static void guess_nodes(const struct incident *boot, struct layout_input *in)
{
	static const char *const maps[] = { "early-node", "initmem", "zone" };

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]) && !in->srat.n; i++)
		span_nodes(boot, maps[i], in);
	in->nodes_guessed = in->srat.n > 0;
}

/* "Faking a node at", "No NUMA configuration": the kernel itself found no table. Its one block is
 * told from those of "NUMA: Node 0 ... + ... ->" by its start. */
static bool has_faked_node(const struct incident *boot)
{
	const struct fact_memory_range *r;

	incident_for_each (boot, memory_range, r)
		if (strcmp(r->map, "node") == 0 && num_or(r->start, 1) == 0)
			return true;
	return false;
}

/* "Faking node N at": the kernel has CONFIG_NUMA_EMU. */
static bool has_emulated_node(const struct incident *boot)
{
	const struct fact_memory_range *r;

	incident_for_each (boot, memory_range, r)
		if (strcmp(r->map, "node") == 0 && str_is(r->type, "emulated"))
			return true;
	return false;
}

bool layout_input_of(const struct incident *boot, struct layout_input *ret)
{
	const struct fact_memory_range *r;

	memset(ret, 0, sizeof(*ret));
	ret->page = PAGE;
	ret->section = SECTION;
	if (!take_map(boot, ret))
		return false;
	incident_for_each (boot, memory_range, r)
		add_range(ret, boot->boot, r);
	if (!ret->srat.n && !has_faked_node(boot))
		guess_nodes(boot, ret);
	ret->ignores_fake = boot->boot && str_has(boot->boot->cmdline, "numa=fake=") &&
			    !has_emulated_node(boot);
	if (!ret->zones)
		ret->zones = 1u << ZONE_DMA | 1u << ZONE_DMA32 | 1u << ZONE_NORMAL;
	if (boot->boot) {
		if (!ret->user_only)
			ret->cmdline = boot->boot->cmdline;
		ret->release = release_of(boot->boot->kernel, boot->boot->build);
	}
	return true;
}
