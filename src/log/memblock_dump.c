// SPDX-License-Identifier: GPL-2.0-or-later
// The early allocator's tables under memblock=debug: memblock_dump() of mm/memblock.c.
#include "log/boot.h"
#include "log/mem_range.h"

/* " memory[0]\t[0x0000000000001000-0x000000000009efff], 0x000000000009e000 bytes on node 0 flags:
 * 0x0"; up to 3.5 "..., 0x9e000 bytes". */
static bool head(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_memory_range *range;
	struct printed_range r = { 0 };
	const char *map;
	uint64_t n;

	if (scan_lit(&sc, "memory["))
		map = "memblock.memory";
	else if (scan_lit(&sc, "reserved["))
		map = "memblock.reserved";
	else
		return false;
	if (!scan_hex(&sc, &n) || !scan_char(&sc, ']') || !scan_blanks(&sc) ||
	    !scan_char(&sc, '[') || !scan_hex(&sc, &r.start) || !scan_char(&sc, '-') ||
	    !scan_hex(&sc, &r.end) || !scan_char(&sc, ']'))
		return false;
	if (boot_replays(c, l))
		return true;
	r.damaged = r.end < r.start;
	range = mem_range_add(c, l, map, r);
	if (scan_past(&sc, " on node ", NULL) && scan_u64(&sc, &n))
		range->node = num_at(n, l->no);
	if (scan_past(&sc, " flags: ", NULL) && scan_hex(&sc, &n))
		range->type_code = num_at(n, l->no);
	return true;
}

DEFINE_LOG_PARSER(memblock_dump, .anchors = (const char *const[]){ "memory[0", "reserved[0", NULL },
		  .head = head);
