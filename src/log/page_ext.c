// SPDX-License-Identifier: GPL-2.0-or-later
// What the boot took from the page allocator for struct page_ext: mm/page_ext.c, page_ext_init().
#include "log/parser.h"

/* page_ext_init_flatmem() prints the same, but before there is a page allocator: what it takes is
 * reserved, not allocated. */
static bool from_memblock(const struct fact_boot *boot)
{
	return boot->banner && !boot->mem_available.known;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct fact_counter *f;
	uint64_t bytes;

	if (!scan_past(&sc, "allocated ", NULL) || !scan_u64(&sc, &bytes) ||
	    !scan_lit(&sc, " bytes of page_ext"))
		return false;
	if (from_memblock(log_boot(c, l))) {
		counters_set(&log_boot(c, l)->early_memory, &c->facts->arena, STR("page_ext"),
			     num_at(bytes, l->no));
		return true;
	}
	f = log_fact(c, FACT_counter, l);
	f->head.report = 0;
	f->file = STR("boot");
	f->name = STR("page_ext");
	f->unit = "bytes";
	f->value = num_at(bytes, l->no);
	return true;
}

DEFINE_LOG_PARSER(page_ext, .anchors = (const char *const[]){ "page_ext", NULL }, .head = head);
