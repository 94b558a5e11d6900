// SPDX-License-Identifier: GPL-2.0-or-later
// Which memory belongs to which node: acpi_numa_memory_affinity_init(), numa_merge_memblks()
// (numa_cleanup_meminfo()), dummy_numa_init(), amd_numa_init(), of_numa_parse_memory_nodes().
#include "log/boot.h"
#include "log/mem_range.h"

static struct fact_memory_range *add(struct log_ctx *c, const struct line *l,
				     struct printed_range r, uint64_t node)
{
	struct fact_memory_range *range;

	if (boot_replays(c, l))
		return NULL;
	range = mem_range_add(c, l, "node", r);
	range->node = num_at(node, l->no);
	return range;
}

/* "ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x0009ffff] hotplug"; up to 3.5 "SRAT: Node 0 PXM 0
 * 100000-c0000000", whose end is exclusive. */
static bool srat(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct printed_range r;
	uint64_t node, pxm;

	if (!scan_past(&sc, "SRAT: Node ", NULL) || !scan_u64(&sc, &node) ||
	    !scan_lit(&sc, " PXM ") || !scan_u64(&sc, &pxm) || !scan_blanks(&sc) ||
	    !(scan_mem(&sc, &r) || scan_dash_range(&sc, &r)))
		return false;
	if (!boot_replays(c, l)) {
		struct fact_memory_range *range = mem_range_add(c, l, "srat", r);

		range->node = num_at(node, l->no);
		range->type = log_str(c, str_trim(scan_rest(&sc)));
	}
	return true;
}

/* "NUMA: Node 0 [mem 0x0-0x9ffff] + [mem 0x100000-0xbfffffff] -> [mem 0x0-0xbfffffff]": the last.
 */
static bool merged(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct printed_range r;
	uint64_t node;

	if (!scan_past(&sc, "NUMA: Node ", NULL) || !scan_u64(&sc, &node) ||
	    !scan_past(&sc, "-> ", NULL) || !(scan_mem(&sc, &r) || scan_dash_range(&sc, &r)))
		return false;
	(void)add(c, l, r, node);
	return true;
}

/* "Faking a node at [mem 0x0000000000000000-0x00000001bbffffff]", arm64 "NUMA: Faking a node at
 * ..." */
static bool faked(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct printed_range r;

	if (!scan_past(&sc, "Faking a node at ", NULL) ||
	    !(scan_mem(&sc, &r) || scan_dash_range(&sc, &r)))
		return false;
	(void)add(c, l, r, 0);
	return true;
}

/* "Faking node 0 at [mem 0x0000000000000000-0x000000003fffffff] (1024MB)", before 3.6 "Faking node
 * 0 at 0000000000000000-0000000040000000 (1024MB)": emu_setup_memblk() under numa=fake=. */
static bool emulated(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct printed_range r;
	struct fact_memory_range *range;
	uint64_t node;

	if (!scan_past(&sc, "Faking node ", NULL) || !scan_u64(&sc, &node) ||
	    !scan_lit(&sc, " at ") || !(scan_mem(&sc, &r) || scan_dash_range(&sc, &r)))
		return false;
	range = add(c, l, r, node);
	if (range)
		range->type = STR("emulated");
	return true;
}

/* "Node 0 MemBase 0000000000000000 Limit 0000000140000000", the limit exclusive. */
static bool northbridge(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct printed_range r = { 0 };
	uint64_t node;

	if (!scan_lit(&sc, "Node ") || !scan_u64(&sc, &node) || !scan_lit(&sc, " MemBase ") ||
	    !scan_hex(&sc, &r.start) || !scan_lit(&sc, " Limit ") || !scan_hex(&sc, &r.end))
		return false;
	r.damaged = r.end <= r.start;
	r.end -= !r.damaged;
	(void)add(c, l, r, node);
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	return srat(c, l) || merged(c, l) || faked(c, l) || emulated(c, l) || northbridge(c, l);
}

DEFINE_LOG_PARSER(numa,
		  .anchors = (const char *const[]){ "SRAT: Node ", "NUMA: Node ",
						    "Faking a node at ", "Faking node ",
						    " MemBase ", NULL },
		  .head = head);
