// SPDX-License-Identifier: GPL-2.0-or-later
// The memory map as the dead kernel had it: x86's e820 tables (e820__reallocate_tables()), its
// command line, its nodes and zones where its log no longer tells of them.
#include <string.h>

#include "base/limits.h"
#include "walk/walker.h"

enum {
	COUNT,
	ENTRIES,
	ADDR,
	SIZE,
	TYPE,
	NODE_START,
	NODE_SPAN,
	NR_ZONES,
	ZONES,
	ZONE_NAME,
	ZONE_START,
	ZONE_SPAN,
	N_WANT
};

static const struct want want[N_WANT] = {
	/* 61a5010163e3 ("x86/boot/e820: Rename everything to e820_table") and its like in 4.12 */
	[COUNT] = { "e820_table", "nr_entries", "e820map", "nr_map", true },
	[ENTRIES] = { "e820_table", "entries", "e820map", "map", true },
	[ADDR] = { "e820_entry", "addr", "e820entry", "addr", true },
	[SIZE] = { "e820_entry", "size", "e820entry", "size", true },
	[TYPE] = { "e820_entry", "type", "e820entry", "type", true },
	[NODE_START] = OPTIONAL("pglist_data", "node_start_pfn"),
	[NODE_SPAN] = OPTIONAL("pglist_data", "node_spanned_pages"),
	[NR_ZONES] = OPTIONAL("pglist_data", "nr_zones"),
	[ZONES] = OPTIONAL("pglist_data", "node_zones"),
	[ZONE_NAME] = OPTIONAL("zone", "name"),
	[ZONE_START] = OPTIONAL("zone", "zone_start_pfn"),
	[ZONE_SPAN] = OPTIONAL("zone", "spanned_pages"),
};

enum {
	ENTRIES_MAX = 128 + 3 * 1024, /* E820_MAX_ENTRIES */
	NODES_MAX = 1024,
	ZONES_MAX = 16,
	CMDLINE_MAX = 4096,
};

/* Which symbol holds what; the older of a pair where the newer is not there. */
static const struct table {
	const char *map;
	enum symbol sym, older;
} tables[] = {
	{ "e820_table", SYM_e820_table, SYM_e820 },
	{ "e820_table_kexec", SYM_e820_table_kexec, SYM_e820_saved },
	{ "e820_table_firmware", SYM_e820_table_firmware, SYM_COUNT },
};

/* The log's boot, or one made for a dump whose log tells of none. */
static struct fact_boot *boot_of(struct target *t)
{
	const struct fact_list *all = &t->facts->lists[FACT_boot];
	struct fact_boot *b;

	for (size_t i = all->n; i-- > 0;)
		if (all->v[i]->origin.evidence == t->evidence)
			return (struct fact_boot *)all->v[i];
	b = walk_fact(t, FACT_boot, t->dump->sym[SYM_saved_command_line]);
	b->head.boot = 0;
	b->entry = "unknown";
	return b;
}

static bool has_map(struct target *t, const char *map)
{
	const struct fact_memory_range *r;

	fact_for_each (t->facts, memory_range, r)
		if (r->head.origin.evidence == t->evidence && strcmp(r->map, map) == 0)
			return true;
	return false;
}

static struct fact_memory_range *add_range(struct target *t, const struct fact_boot *b,
					   const char *map, kaddr_t at, uint64_t start,
					   uint64_t bytes)
{
	struct fact_memory_range *r = walk_fact(t, FACT_memory_range, at);
	uint64_t last;

	r->head.boot = b->head.boot;
	r->map = map;
	r->start = num_at(start, 0);
	if (!bytes || __builtin_add_overflow(start, bytes - 1, &last))
		r->damaged = true;
	else
		r->end = num_at(last, 0);
	return r;
}

/* ---- e820 ---- */

/* As e820_print_type() says it, so that both maps have one language. */
static struct str type_word(struct target *t, uint32_t type)
{
	static const struct {
		uint32_t type;
		const char *word;
	} words[] = {
		{ 1, "usable" },
		{ 128, "usable" },
		{ 2, "reserved" },
		{ 3, "ACPI data" },
		{ 4, "ACPI NVS" },
		{ 5, "unusable" },
		{ 7, "persistent (type 7)" },
		{ 12, "persistent (type 12)" },
		{ 0xefffffff, "soft reserved" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].type == type)
			return str_c(words[i].word);
	return arena_printf(&t->facts->arena, "type %u", type);
}

/* A pointer to the table, up to 4.9 the table itself: its first number is small. */
static kaddr_t table_at(struct target *t, const struct table *table)
{
	kaddr_t sym = t->dump->sym[table->sym], at;

	if (!sym && table->older != SYM_COUNT)
		sym = t->dump->sym[table->older];
	if (!sym || dump_u64(t->dump, sym, &at))
		return 0;
	return at >> 47 ? at : sym;
}

static void read_table(struct target *t, const struct fact_boot *b, const struct table *table)
{
	uint32_t stride = types_size(t->dump->types, "e820_entry");
	kaddr_t at = table_at(t, table);
	bool ok = true;
	uint64_t n;

	if (!at)
		return;
	if (!stride)
		stride = types_size(t->dump->types, "e820entry");
	n = walk_get(t, at, COUNT, &ok);
	if (!ok || !stride || n > ENTRIES_MAX) {
		walk_note(t, "%s: cannot be read", table->map);
		return;
	}
	for (uint64_t i = 0; i < n; i++) {
		kaddr_t entry = at + t->m[ENTRIES].offset + i * stride;
		uint64_t start = walk_get(t, entry, ADDR, &ok),
			 size = walk_get(t, entry, SIZE, &ok);
		uint32_t type = (uint32_t)walk_get(t, entry, TYPE, &ok);
		struct fact_memory_range *r;

		if (!ok) {
			walk_note(t, "%s: cannot be read from entry %llu on", table->map,
				  (unsigned long long)i);
			return;
		}
		r = add_range(t, b, table->map, entry, start, size);
		r->type_code = num_at(type, 0);
		r->type = type_word(t, type);
	}
}

/* ---- nodes and zones ---- */

static void read_zone(struct target *t, const struct fact_boot *b, kaddr_t zone, uint32_t node)
{
	uint64_t page = t->dump->container.page_size, start, bytes;
	uint64_t pages = walk_get(t, zone, ZONE_SPAN, NULL);
	kaddr_t name = walk_get(t, zone, ZONE_NAME, NULL);
	struct fact_memory_range *r;

	if (!pages || !name ||
	    __builtin_mul_overflow(walk_get(t, zone, ZONE_START, NULL), page, &start) ||
	    __builtin_mul_overflow(pages, page, &bytes))
		return;
	r = add_range(t, b, "zone", zone, start, bytes);
	r->node = num_at(node, 0);
	r->zone = arena_str(&t->facts->arena, dump_string(t->dump, name, 16));
	r->pages = num_at(pages, 0);
}

static void read_node(struct target *t, const struct fact_boot *b, kaddr_t at, uint32_t node,
		      bool zones)
{
	uint32_t stride = types_size(t->dump->types, "zone");
	uint64_t page = t->dump->container.page_size, start, bytes;
	uint64_t pages = walk_get(t, at, NODE_SPAN, NULL), n = walk_get(t, at, NR_ZONES, NULL);

	if (pages && !has_map(t, "early-node") &&
	    !__builtin_mul_overflow(walk_get(t, at, NODE_START, NULL), page, &start) &&
	    !__builtin_mul_overflow(pages, page, &bytes))
		add_range(t, b, "initmem", at, start, bytes)->node = num_at(node, 0);
	for (uint64_t i = 0; zones && stride && i < n && i < ZONES_MAX; i++)
		read_zone(t, b, at + t->m[ZONES].offset + i * stride, node);
}

static void read_nodes(struct target *t, const struct fact_boot *b)
{
	bool zones = t->m[ZONES].found && t->m[ZONE_SPAN].found && !has_map(t, "zone");
	kaddr_t list = t->dump->sym[SYM_node_data], at;
	uint32_t n = 1;

	if (!t->m[NODE_SPAN].found)
		return;
	if (!list) {
		if (t->dump->sym[SYM_contig_page_data])
			read_node(t, b, t->dump->sym[SYM_contig_page_data], 0, zones);
		return;
	}
	if (t->dump->sym[SYM_nr_node_ids])
		(void)dump_u32(t->dump, t->dump->sym[SYM_nr_node_ids], &n);
	for (uint32_t i = 0; i < n && i < NODES_MAX; i++)
		if (dump_u64(t->dump, list + 8ull * i, &at) == OK && at)
			read_node(t, b, at, i, zones);
}

/* ---- the boot ---- */

static void read_boot(struct target *t, struct fact_boot *b)
{
	kaddr_t sym = t->dump->sym[SYM_saved_command_line], at;
	uint64_t pfn;

	if (!b->kernel.n)
		b->kernel = arena_str(&t->facts->arena, t->dump->release);
	if (!b->arch.n && t->dump->arch)
		b->arch = str_c(t->dump->arch->name);
	if (!b->page_size.known)
		b->page_size = num_at(t->dump->container.page_size, 0);
	if (!b->cmdline.n && sym && dump_u64(t->dump, sym, &at) == OK && at)
		b->cmdline = arena_str(&t->facts->arena,
				       str_trim(dump_string(t->dump, at, CMDLINE_MAX)));
	sym = t->dump->sym[SYM_max_pfn];
	if (!b->last_pfn.known && sym && dump_u64(t->dump, sym, &pfn) == OK && pfn &&
	    pfn < UINT64_MAX / b->page_size.v)
		b->last_pfn = num_at(pfn, 0);
}

static void walk(struct target *t)
{
	bool any = t->m[COUNT].found && t->m[ENTRIES].found && t->m[TYPE].found;
	struct fact_boot *b;

	any = any && (t->dump->sym[SYM_e820_table] || t->dump->sym[SYM_e820]);
	if (!any)
		return;
	b = boot_of(t);
	read_boot(t, b);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		read_table(t, b, &tables[i]);
	read_nodes(t, b);
}

DEFINE_WALKER(memory_map, .doc = "the memory map", .want = want, .n_want = N_WANT,
	      .gives = NEED(memory_range) | NEED(boot), .walk = walk);
