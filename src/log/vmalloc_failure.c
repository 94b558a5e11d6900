// SPDX-License-Identifier: GPL-2.0-or-later
// mm/vmalloc.c: alloc_vmap_area() finds no room; __vmalloc_node_range() of kernels before 4.9.
#include "log/alloc_failure.h"

/* "vmap allocation for size 20480 failed: use vmalloc=<size> to increase size", since 6.4
 * "vmalloc_node_range for size 20480 failed: Address range restricted to 0x1 - 0x2" */
static bool vmap(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_alloc_failure *f;
	uint64_t size, start, end;
	struct scan range;

	if ((!scan_lit(&sc, "vmap allocation for size ") &&
	     !scan_lit(&sc, "vmalloc_node_range for size ")) ||
	    !scan_u64(&sc, &size) || !scan_lit(&sc, " failed"))
		return false;
	f = alloc_oneline(c, l, "vmap");
	f->bytes = num_at(size, l->no);
	if (scan_lit(&sc, ": "))
		f->reason = log_str(c, scan_rest(&sc));
	range = sc;
	if (!scan_past(&range, "restricted to ", NULL))
		return true;
	sc = range;
	if (scan_hex(&range, &start) && scan_lit(&range, " - ") && scan_hex(&range, &end)) {
		f->range = log_str(c, scan_rest(&sc));
		f->range_start = num_at(start, l->no);
		f->range_end = num_at(end, l->no);
	}
	return true;
}

/* "vmalloc: allocation failure: 4096 bytes", and then a page allocation failure's report. */
static bool before_4_9(struct log_ctx *c, const struct line *l)
{
	struct str text = str_trim(l->text);
	struct fact_alloc_failure *f;

	if (!str_starts(text, "vmalloc: allocation failure"))
		return false;
	f = alloc_oneline(c, l, "vmalloc");
	f->reason = log_str(c, text);
	if (!alloc_bytes(text, "allocation failure: ", " bytes", 1, l->no, &f->bytes))
		(void)alloc_bytes(text, " of ", " bytes", 1, l->no, &f->bytes);
	return true;
}

/* Before 2.6.28 "allocation failed: out of vmalloc space - use vmalloc=<size> to increase size.",
 * before 2.6.37 "vmap allocation failed: use vmalloc=<size> to increase size." */
static bool oldest(struct log_ctx *c, const struct line *l)
{
	struct str text = str_trim(l->text);

	if (!str_starts(text, "allocation failed: out of vmalloc space") &&
	    !str_starts(text, "vmap allocation failed: "))
		return false;
	alloc_oneline(c, l, "vmap")->reason = log_str(c, text);
	return true;
}

/* mm/execmem.c, 6.10 and newer: "execmem: unable to allocate memory", without a number. */
static bool executable(struct log_ctx *c, const struct line *l)
{
	struct str text = str_trim(l->text);

	if (!str_starts(text, "execmem: unable to allocate memory"))
		return false;
	alloc_oneline(c, l, "vmalloc")->reason = log_str(c, text);
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	return vmap(c, l) || before_4_9(c, l) || oldest(c, l) || executable(c, l);
}

DEFINE_LOG_PARSER(vmalloc_failure,
		  .anchors = (const char *const[]){ "vmap allocation for", "vmalloc_node_range for",
						    "out of vmalloc space",
						    "vmap allocation failed", "execmem: ",
						    "vmalloc: allocation failure", NULL },
		  .head = head);
