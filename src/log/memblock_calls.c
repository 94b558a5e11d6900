// SPDX-License-Identifier: GPL-2.0-or-later
// Each call of the early allocator under memblock=debug, by its caller: memblock_reserve(),
// memblock_free() (memblock_phys_free()), memblock_alloc_try_nid() and its kin of mm/memblock.c.
#include "log/boot.h"
#include "log/mem_range.h"

struct asked {
	char by[64]; /* who asked for the memory that the next memblock_reserve() sets aside */
};

extern const struct log_parser log_parser_memblock_calls;

/* "reserve_real_mode+0x54/0x90" at a line's end, without the offset. */
static struct str caller(struct str text)
{
	ptrdiff_t blank = str_find_last(text, " "), plus;
	struct str name = str_from(text, (size_t)(blank + 1));

	plus = str_find(name, "+0x", 0);
	return plus > 0 ? str_first(name, (size_t)plus) : (struct str){ "", 0 };
}

/* "memblock_alloc_try_nid: 4096 bytes align=0x1000 nid=0 from=0x... max_addr=0x... caller+0x1/0x2"
 */
static bool allocation(struct log_ctx *c, struct str text)
{
	struct asked *asked = log_state(c, &log_parser_memblock_calls);
	struct scan sc = scan_of(text);
	struct str by;
	uint64_t n;

	if (!str_starts(text, "memblock_") || !scan_past(&sc, ": ", NULL) || !scan_u64(&sc, &n) ||
	    !scan_lit(&sc, " bytes align="))
		return false;
	by = caller(text);
	asked->by[0] = 0;
	if (by.n < sizeof(asked->by)) {
		memcpy(asked->by, by.p, by.n);
		asked->by[by.n] = 0;
	}
	return true;
}

/* Before 3.14 the end that is printed is the first byte behind. */
static bool prints_end_behind(struct str kernel)
{
	struct scan sc = scan_of(kernel);
	uint64_t major, minor;

	return scan_u64(&sc, &major) && scan_char(&sc, '.') && scan_u64(&sc, &minor) &&
	       (major < 3 || (major == 3 && minor < 14));
}

/* The allocator's own callers reserve for who called them. */
static struct str on_behalf_of(struct log_ctx *c, struct str by)
{
	struct asked *asked = log_state(c, &log_parser_memblock_calls);
	struct str who = by;

	if (asked->by[0] && (str_starts(by, "memblock_") || str_starts(by, "__memblock_")))
		who = str_c(asked->by);
	who = log_str(c, who);
	asked->by[0] = 0;
	return who;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	struct str text = str_trim(l->text);
	struct scan sc = scan_of(text);
	struct fact_memory_range *range;
	struct printed_range r = { 0 };
	const char *map = "memblock-free";

	if (allocation(c, text))
		return true;
	if (scan_lit(&sc, "memblock_reserve: ["))
		map = "memblock-reserve";
	else if (!scan_lit(&sc, "memblock_free: [") && !scan_lit(&sc, "memblock_phys_free: ["))
		return false;
	if (!scan_hex(&sc, &r.start) || !scan_char(&sc, '-') || !scan_hex(&sc, &r.end) ||
	    !scan_char(&sc, ']'))
		return false;
	if (boot_replays(c, l))
		return true;
	if (r.end > r.start && prints_end_behind(log_boot(c, l)->kernel))
		r.end--;
	r.damaged = r.end < r.start;
	range = mem_range_add(c, l, map, r);
	range->type = on_behalf_of(c, caller(text));
	return true;
}

DEFINE_LOG_PARSER(memblock_calls,
		  .anchors = (const char *const[]){ "memblock_reserve:", "memblock_free:",
						    "memblock_phys_free:", "align=", NULL },
		  .state_size = sizeof(struct asked), .head = head);
