// SPDX-License-Identifier: GPL-2.0-or-later
// Memory set aside at boot for devices: cma_declare_contiguous_nid() of mm/cma.c,
// fdt_init_reserved_mem() and rmem_cma_setup().
#include "log/boot.h"
#include "log/mem_range.h"

static void add(struct log_ctx *c, const struct line *l, const char *map, uint64_t start,
		uint64_t bytes)
{
	struct printed_range r = { .start = start };

	r.damaged = !bytes || __builtin_add_overflow(start, bytes - 1, &r.end);
	(void)mem_range_add(c, l, map, r);
}

/* "cma: Reserved 16 MiB at 0x000000003f000000 on node -1", "cma: CMA: reserved 16 MiB at 2f800000".
 */
static bool cma(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	uint64_t mib, at;

	if (!scan_past(&sc, "eserved ", NULL) || !scan_u64(&sc, &mib) ||
	    !scan_lit(&sc, " MiB at ") || !scan_hex(&sc, &at))
		return false;
	if (!boot_replays(c, l) && mib < 1ull << 30)
		add(c, l, "cma", at, mib << 20);
	return true;
}

/* "Reserved memory: created CMA memory pool at 0x0000000038000000, size 64 MiB". */
static bool pool(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct str kind;
	uint64_t mib, at;

	if (!scan_past(&sc, "Reserved memory: created ", NULL) ||
	    !scan_past(&sc, " memory pool at ", &kind) || !scan_hex(&sc, &at) ||
	    !scan_lit(&sc, ", size ") || !scan_u64(&sc, &mib) || !scan_lit(&sc, " MiB"))
		return false;
	if (!boot_replays(c, l) && mib < 1ull << 30)
		add(c, l, str_is(kind, "CMA") ? "cma" : "reserved-mem", at, mib << 20);
	return true;
}

/* "OF: reserved mem: 0x0000000080000000..0x000000008007ffff (512 KiB) nomap non-reusable name". */
static bool device_tree(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct fact_memory_range *range;
	uint64_t start, end;

	if (!scan_past(&sc, "reserved mem: ", NULL) || !scan_hex(&sc, &start) ||
	    !scan_lit(&sc, "..") || !scan_hex(&sc, &end) || !scan_lit(&sc, " ("))
		return false;
	if (boot_replays(c, l))
		return true;
	range = mem_range_add(c, l, "reserved-mem",
			      (struct printed_range){ start, end, end < start });
	if (scan_past(&sc, ") ", NULL))
		range->type = log_str(c, str_trim(scan_rest(&sc)));
	return true;
}

/* "RAMDISK: [mem 0x35ff3000-0x36ff0fff]": reserve_initrd() of arch/x86/kernel/setup.c. */
static bool ramdisk(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct printed_range r;

	if (!scan_lit(&sc, "RAMDISK: ") || !(scan_mem(&sc, &r) || scan_dash_range(&sc, &r)))
		return false;
	if (!boot_replays(c, l))
		(void)mem_range_add(c, l, "initrd", r);
	return true;
}

/* "software IO TLB: mapped [mem 0x000000007bfdc000-0x000000007ffdc000] (64MB)", up to 4.x "software
 * IO TLB [mem 0xb727c000-0xbb27c000] (64MB) mapped at ...": the end is exclusive. */
static bool swiotlb(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct printed_range r;

	if (!scan_past(&sc, "software IO TLB", NULL))
		return false;
	if (!scan_lit(&sc, ": mapped "))
		(void)scan_blanks(&sc);
	if (!scan_mem(&sc, &r))
		return false;
	r.damaged = r.damaged || r.end == r.start;
	r.end -= !r.damaged;
	if (!boot_replays(c, l))
		(void)mem_range_add(c, l, "swiotlb", r);
	return true;
}

/* "HugeTLB: registered 1.00 GiB page size, pre-allocated 2 pages" (report_hugepages()), up to 5.18
 * without the colon, before 3.4 "2 MB". */
static bool hugepages(struct log_ctx *c, const struct line *l)
{
	static const struct {
		const char *word;
		uint64_t bytes;
	} units[] = { { "KiB", 1 << 10 }, { "kB", 1 << 10 },  { "KB", 1 << 10 }, { "MiB", 1 << 20 },
		      { "MB", 1 << 20 },  { "GiB", 1 << 30 }, { "GB", 1 << 30 } };
	struct scan sc = scan_of(l->text);
	uint64_t size, part, pages, unit = 0;
	struct fact_hugetlb_pool *pool;

	if (!scan_past(&sc, "registered ", NULL) || !scan_u64(&sc, &size))
		return false;
	if (scan_char(&sc, '.') && !scan_u64(&sc, &part))
		return false;
	(void)scan_blanks(&sc);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && !unit; i++)
		if (scan_lit(&sc, units[i].word))
			unit = units[i].bytes;
	if (!unit || !scan_lit(&sc, " page size, pre-allocated ") || !scan_u64(&sc, &pages) ||
	    size > 1 << 20)
		return false;
	if (boot_replays(c, l))
		return true;
	pool = log_fact(c, FACT_hugetlb_pool, l);
	pool->head.report = 0;
	pool->size = num_at(size * unit, l->no);
	pool->total_count = num_at(pages, l->no);
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	return pool(c, l) || cma(c, l) || device_tree(c, l) || ramdisk(c, l) || swiotlb(c, l) ||
	       hugepages(c, l);
}

DEFINE_LOG_PARSER(reserved_mem,
		  .anchors = (const char *const[]){ "cma: ", "CMA: ", "memory pool at ",
						    "reserved mem: ", "RAMDISK: ",
						    "software IO TLB", "pre-allocated ", NULL },
		  .head = head);
