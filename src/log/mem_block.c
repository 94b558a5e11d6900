// SPDX-License-Identifier: GPL-2.0-or-later
// Finishing a Mem-Info: page size, totals in bytes, restricted reports (show_mem_node_skip(), and
// since 974f4367dd31 the zones above the request's), cut ones.
#include "log/mem_block.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "fact/page_size.h"

static const uint64_t SANE_PAGES = 1ull << 40;

enum {
	KIB = 1024,
	SHORT_FROM = 64 * KIB * KIB,
};

static bool same_node(struct num a, struct num b)
{
	return a.known == b.known && (!a.known || a.v == b.v);
}

struct mem_zone *mem_block_zone(const struct mem_block *b, struct num node, struct str zone)
{
	for (size_t i = 0; i < b->n_zones; i++)
		if (same_node(b->zones[i]->z->node, node) && str_eq(b->zones[i]->z->zone, zone))
			return b->zones[i];
	return NULL;
}

/* The sum of a counter over the zones that were printed; false if one of them lacks it. */
static bool zone_sum(const struct mem_block *b, const char *name, uint64_t *ret)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < b->n_zones; i++) {
		struct num n = counters_get(&b->zones[i]->z->values, name);

		if (!n.known || __builtin_add_overflow(sum, num_or(n, 0), &sum))
			return false;
	}
	*ret = sum;
	return b->n_zones > 0;
}

/* The order-0 block of a free list is one page. */
static uint64_t size_by_lists(const struct mem_block *b, uint32_t *line)
{
	for (size_t i = 0; i < b->n_zones; i++) {
		struct num order0 = b->zones[i]->order0;

		if (order0.known && is_page_size(order0.v)) {
			*line = order0.line;
			return order0.v;
		}
	}
	return 0;
}

/* Which page size makes so many pages so many bytes, give or take one in @near. */
static uint64_t size_by_ratio(unsigned __int128 bytes, unsigned __int128 pages, unsigned int near)
{
	if (pages < 16)
		return 0;
	for (uint64_t size = PAGE_SIZE_MIN; size <= PAGE_SIZE_MAX; size *= 2) {
		unsigned __int128 want = pages * size;

		if ((want > bytes ? want - bytes : bytes - want) <= want / near)
			return size;
	}
	return 0;
}

/* The node lines print in kB what the totals print in pages. */
static uint64_t size_by_nodes(const struct mem_block *b, uint32_t *line)
{
	static const char *const lru[] = { "active_anon", "inactive_anon", "active_file",
					   "inactive_file" };
	unsigned __int128 bytes = 0, pages = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lru); i++) {
		struct num total = counters_get(&b->pages, lru[i]);

		if (!total.known)
			return 0;
		pages += total.v;
		*line = total.line;
		for (size_t k = 0; k < b->mem->n_nodes; k++)
			bytes += num_or(counters_get(&b->mem->nodes[k], lru[i]), 0);
	}
	return b->mem->n_nodes ? size_by_ratio(bytes, pages, 64) : 0;
}

static uint64_t size_by_sums(const struct mem_block *b, uint32_t *line)
{
	static const struct {
		const char *zones;
		const char *total; /* NULL: pages RAM */
	} pairs[] = { { "present", NULL }, { "free", "free" } };
	uint64_t sum, size;

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct num total = pairs[i].total ? counters_get(&b->pages, pairs[i].total)
						  : b->tails[TAIL_RAM];

		if (!zone_sum(b, pairs[i].zones, &sum))
			continue;
		size = total.known ? size_by_ratio(sum, total.v, 8) : 0;
		*line = total.line;
		if (size)
			return size;
	}
	return 0;
}

static uint64_t size_by_boot(const struct fact_boot *boot)
{
	if (!boot)
		return 0;
	return is_page_size(num_or(boot->page_size, 0)) ? boot->page_size.v
							: page_size_of_arch(boot->arch);
}

uint64_t mem_block_page_size(struct mem_block *b)
{
	uint32_t line = 0;
	uint64_t size = size_by_lists(b, &line);

	if (!size)
		size = size_by_nodes(b, &line);
	if (!size)
		size = size_by_sums(b, &line);
	if (!size) {
		size = size_by_boot(b->boot);
		line = 0;
	}
	b->mem->page_size_assumed = !size;
	if (!size)
		size = PAGE_SIZE_MIN;
	b->mem->page_size = num_at(size, line);
	return size;
}

static void scale_tails(struct mem_block *b, uint64_t size)
{
	struct num *fields[MEM_TAILS] = {
		[TAIL_RAM] = &b->mem->ram_total,	 [TAIL_HIGHMEM] = &b->mem->highmem_total,
		[TAIL_RESERVED] = &b->mem->ram_reserved, [TAIL_CMA] = &b->mem->cma_reserved,
		[TAIL_HWPOISON] = &b->mem->hwpoisoned,	 [TAIL_PAGECACHE] = &b->mem->pagecache,
		[TAIL_SWAPCACHE] = &b->mem->swapcache,
	};

	for (size_t i = 0; i < MEM_TAILS; i++)
		if (b->tails[i].known)
			*fields[i] = num_scaled(b->tails[i].v, size, b->tails[i].line);
}

static void scale_reserve(struct mem_zone *zone, uint64_t size, struct arena *a)
{
	struct fact_zone_state *z = zone->z;

	while (z->n_reserve < zone->n_reserve && !a->failed)
		(void)arena_push(a, (void **)&z->lowmem_reserve, &z->n_reserve, sizeof(struct num));
	for (size_t i = 0; i < z->n_reserve; i++)
		z->lowmem_reserve[i] = num_scaled(zone->reserve[i].v, size, zone->reserve[i].line);
}

static bool zone_cut(const struct mem_zone *zone)
{
	static const char *const needed[] = { "free", "min", "low", "high" };

	if (!zone->values || zone->line_cut || (zone->z->n_blocks && !zone->z->blocks_total.known))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		if (!counters_get(&zone->z->values, needed[i]).known)
			return true;
	return false;
}

/* Of the last zone of its node among those printed: something is kept back for zones above it. A
 * number that underflowed proves nothing. */
static bool has_zone_above(const struct mem_block *b, size_t i)
{
	const struct mem_zone *zone = b->zones[i];

	for (size_t k = i + 1; k < b->n_zones; k++)
		if (same_node(b->zones[k]->z->node, zone->z->node))
			return false;
	if (zone->protections)
		return false;
	for (size_t k = 0; k < zone->n_reserve; k++)
		if (zone->reserve[k].v && zone->reserve[k].v < SANE_PAGES)
			return true;
	return false;
}

/* Every part names the same zones and nodes: no line of them was lost on the way. */
static bool parts_agree(const struct mem_block *b)
{
	if (b->headless || b->line_cut || b->mixed || !b->totals || !b->n_zones)
		return false;
	for (size_t i = 0; i < b->n_zones; i++) {
		const struct mem_zone *zone = b->zones[i];
		bool found = !b->n_nodes || !zone->z->node.known;

		for (size_t k = 0; !found && k < b->n_nodes; k++)
			found = b->nodes[k].id == zone->z->node.v;
		if (!zone->values || !zone->lists || !found)
			return false;
	}
	return true;
}

/* The printed zones hold clearly less than the totals, which are of all nodes. Before 4.8, where no
 * node line is printed, "pages RAM" may count holes. */
static bool sums_short(const struct mem_block *b, uint64_t size)
{
	struct num ram = b->tails[TAIL_RAM], free = counters_get(&b->pages, "free");
	unsigned __int128 want;
	uint64_t sum;

	if (ram.known && b->n_nodes && zone_sum(b, "present", &sum)) {
		want = (unsigned __int128)ram.v * size;
		return sum < want - want / 10;
	}
	if (!free.known || !zone_sum(b, "free", &sum))
		return false;
	want = (unsigned __int128)free.v * size;
	return want > SHORT_FROM && sum < want - want / 10;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The nodes printed as the kernel writes masks: "0-1,4". */
static struct str node_list(const struct mem_block *b, struct arena *a)
{
	uint64_t *ids = arena_alloc(a, (b->n_zones + 1) * sizeof(*ids));
	struct str list = { "", 0 };
	size_t n = 0;

	for (size_t i = 0; i < b->n_zones; i++)
		if (b->zones[i]->z->node.known)
			ids[n++] = b->zones[i]->z->node.v;
	if (n)
		qsort(ids, n, sizeof(*ids), by_value);
	for (size_t i = 0, end; i < n; i = end + 1) {
		for (end = i; end + 1 < n && ids[end + 1] - ids[end] <= 1; end++)
			;
		list = arena_printf(
			a, ids[end] == ids[i] ? "%.*s%s%" PRIu64 : "%.*s%s%" PRIu64 "-%" PRIu64,
			STR_ARG(list), list.n ? "," : "", ids[i], ids[end]);
	}
	return list;
}

/* enum zone_type's order. */
static size_t zone_rank(struct str zone)
{
	static const char *const names[] = { "DMA",	"DMA32",   "Normal",
					     "HighMem", "Movable", "Device" };
	size_t i = 0;

	while (i < ARRAY_SIZE(names) && !str_is(zone, names[i]))
		i++;
	return i;
}

/* No zone at all was allowed: the totals, and right behind them what follows the zones. */
static bool all_left_out(const struct mem_block *b)
{
	return !b->headless && !b->mixed && !b->n_zones && !b->n_nodes &&
	       b->tails[TAIL_RAM].known && counters_get(&b->pages, "free").known &&
	       b->totals_next == b->totals_last + 1;
}

static void find_restricted(struct mem_block *b, uint64_t size, struct arena *a)
{
	struct fact_mem_info *mem = b->mem;
	bool zones = false;

	mem->restricted = all_left_out(b);
	if (!parts_agree(b))
		return;
	for (size_t i = 0; i < b->n_zones; i++) {
		struct str zone = b->zones[i]->z->zone;

		if (!has_zone_above(b, i))
			continue;
		if (!zones || zone_rank(zone) > zone_rank(mem->highest_zone))
			mem->highest_zone = zone;
		zones = true;
	}
	mem->restricted = zones || sums_short(b, size);
	if (mem->restricted && !zones)
		mem->restricted_nodes = node_list(b, a);
}

/* A kernel that names types in one zone's free lists names them in all: a zone without any free
 * block has none to name. */
static void share_types(struct mem_block *b)
{
	bool printed = false;

	for (size_t i = 0; i < b->n_zones; i++)
		printed |= b->zones[i]->z->types_printed;
	for (size_t i = 0; i < b->n_zones; i++)
		b->zones[i]->z->types_printed = printed && b->zones[i]->lists;
}

void mem_block_settle(struct mem_block *b, struct arena *a)
{
	uint64_t size;

	if (!b->mem)
		return;
	size = mem_block_page_size(b);
	for (size_t i = 0; i < b->pages.n; i++)
		counters_set(&b->mem->totals, a, b->pages.v[i].name,
			     num_scaled(b->pages.v[i].n.v, size, b->pages.v[i].n.line));
	scale_tails(b, size);
	for (size_t i = 0; i < b->n_zones; i++) {
		scale_reserve(b->zones[i], size, a);
		b->zones[i]->z->head.cut = zone_cut(b->zones[i]);
	}
	share_types(b);
	find_restricted(b, size, a);
	b->mem->head.cut = b->headless || b->line_cut || b->mixed ||
			   (!b->n_zones && !b->mem->restricted) || !b->tails[TAIL_RAM].known ||
			   !counters_get(&b->mem->totals, "free").known;
}
