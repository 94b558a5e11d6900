// SPDX-License-Identifier: GPL-2.0-or-later
// /proc/vmallocinfo: s_show() of mm/vmalloc.c (vmalloc_info_show() since 6.9).
#include "proc/proc.h"

static bool address(struct scan *sc, uint64_t *ret)
{
	return scan_lit(sc, "0x") && scan_hex(sc, ret);
}

/* "0xffffa0c5c0000000-0xffffa0c5c0005000   20480 " */
static bool range(struct scan *sc, struct fact_vmalloc_area *ret, uint32_t no)
{
	uint64_t start, end, bytes;

	if (!address(sc, &start) || !scan_lit(sc, "-") || !address(sc, &end) || !scan_blanks(sc) ||
	    !scan_u64(sc, &bytes))
		return false;
	ret->bytes = num_at(bytes, no);
	/* since 4.15 %p prints a hash: no address */
	if (end < start || end - start != bytes)
		return true;
	ret->start = num_at(start, no);
	ret->end = num_at(end, no);
	return true;
}

static bool probe(struct str sample)
{
	struct scan sc = scan_of(sample);
	struct fact_vmalloc_area a;

	return range(&sc, &a, 1) && scan_lit(&sc, " ");
}

static const char *const kinds[] = { "ioremap",	     "vmalloc",	   "vmap",   "user",
				     "dma-coherent", "vm_map_ram", "sparse", "unpurged" };

static bool is_kind(struct str word)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_is(word, kinds[i]))
			return true;
	return false;
}

/* "bpf_map_area_alloc+0x72/0xb0 pages=51200 vmalloc vpages N0=51200": without a caller, a kind. */
static bool line(struct proc_ctx *c, struct str text, uint32_t no)
{
	struct scan sc = scan_of(text);
	struct fact_vmalloc_area a = { 0 }, *area;
	struct str rest, word;
	uint64_t pages;

	if (!range(&sc, &a, no))
		return false;
	rest = str_trim(scan_rest(&sc));
	area = proc_fact(c, FACT_vmalloc_area, text, no);
	area->start = a.start;
	area->end = a.end;
	area->bytes = a.bytes;
	for (bool first = true; (word = str_word(&rest)).n; first = false) {
		struct scan w = scan_of(word);

		if (scan_past(&w, "pages=", NULL) && scan_u64(&w, &pages))
			area->pages = num_at(pages, no);
		else if (!area->kind.n && is_kind(word))
			area->kind = proc_str(c, word);
		else if (first)
			area->caller = proc_str(c, word);
	}
	return true;
}

DEFINE_PROC_FILE(vmallocinfo, .evidence = "snapshot", .probe = probe, .line = line);
