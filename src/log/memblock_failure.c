// SPDX-License-Identifier: GPL-2.0-or-later
// The panics of those who want memory before the page allocator runs: memblock_alloc*() and, in
// older kernels, the bootmem allocator. And the log's buffer, which is done without: kernel/printk
// setup_log_buf().
#include "log/alloc_failure.h"

#include "base/cleanup.h"

/* "func: Failed to allocate 4096 bytes align=0x1000 nid=0 from=0x0 max_addr=0x0" */
static void fields(struct fact_alloc_failure *f, struct str text, uint32_t line)
{
	struct scan sc = scan_of(text), at = sc;
	uint64_t v, to;
	int64_t nid;

	if (scan_past(&sc, "ailed to allocate ", NULL) &&
	    (str_starts(scan_rest(&sc), "0x") ? scan_hex(&sc, &v) : scan_u64(&sc, &v)) &&
	    scan_lit(&sc, " bytes"))
		f->bytes = num_at(v, line);
	sc = at;
	if ((scan_key(&sc, "nid=") || scan_past(&sc, " node ", NULL)) && scan_i64(&sc, &nid))
		f->node = num_int(nid, line);
	sc = at;
	if (scan_key(&sc, "from=") && scan_hex(&sc, &v) && scan_key(&at, "max_addr=") &&
	    scan_hex(&at, &to) && to) {
		f->range_start = num_at(v, line);
		f->range_end = num_at(to, line);
	}
}

/* "log_buf_len: 1073741824 text bytes not available" (5.10; "desc", "info", or none before) */
static bool log_buffer(struct log_ctx *c, const struct line *l)
{
	static const char *const kinds[] = { "text ", "desc ", "info " };
	struct scan sc = scan_of(l->text);
	struct fact_alloc_failure *f;
	uint64_t v;

	if (!scan_past(&sc, "log_buf_len: ", NULL) || !scan_u64(&sc, &v) || !scan_blanks(&sc))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (scan_lit(&sc, kinds[i]))
			break;
	if (!scan_lit(&sc, "bytes not available"))
		return false;
	f = alloc_oneline(c, l, "memblock");
	f->reason = log_str(c, l->text);
	f->bytes = num_at(v, l->no);
	return true;
}

/* The panic ends the boot too: the line is others' to take. */
static bool head(struct log_ctx *c, const struct line *l)
{
	static const char *const words[] = { "ailed to allocate ", "alloc_bootmem",
					     "Out of low memory in bootmem" };
	struct scan sc = scan_of(l->text);
	struct fact_alloc_failure *f;

	if (log_buffer(c, l))
		return true;
	if (!scan_past(&sc, "Kernel panic - not syncing: ", NULL) ||
	    str_has(l->text, "end Kernel panic"))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!str_has(scan_rest(&sc), words[i]))
			continue;
		f = alloc_oneline(c, l, "memblock");
		f->reason = log_str(c, scan_rest(&sc));
		fields(f, scan_rest(&sc), l->no);
		facts_cite(c->facts, c->evidence, l->no, l->raw.n ? l->raw : l->text);
		return false;
	}
	return false;
}

DEFINE_LOG_PARSER(memblock_failure,
		  .anchors = (const char *const[]){ "Kernel panic", "log_buf_len: ", NULL },
		  .head = head);
