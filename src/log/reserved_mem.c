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

static bool head(struct log_ctx *c, const struct line *l)
{
	return pool(c, l) || cma(c, l) || device_tree(c, l);
}

DEFINE_LOG_PARSER(reserved_mem,
		  .anchors = (const char *const[]){ "cma: ", "CMA: ", "memory pool at ",
						    "reserved mem: ", NULL },
		  .head = head);
