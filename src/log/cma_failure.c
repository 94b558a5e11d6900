// SPDX-License-Identifier: GPL-2.0-or-later
// mm/cma.c: cma_alloc() fails, or an area cannot be reserved at boot.
#include "log/alloc_failure.h"

extern const struct log_parser log_parser_cma_failure;

struct cma_state {
	struct fact_alloc_failure *last;
	struct num suppressed;
};

/* Pages of the boot's size where that is known already. */
static uint64_t page_size(struct log_ctx *c, const struct line *l)
{
	return num_or(log_boot(c, l)->page_size, 0);
}

/* "cma: cma_alloc: reserved: alloc failed, req-size: 64 pages, ret: -12", the name since 5.14; the
 * function is "__cma_alloc" since 6.10. */
static bool failed(struct log_ctx *c, const struct line *l, struct scan sc)
{
	struct cma_state *s = log_state(c, &log_parser_cma_failure);
	struct fact_alloc_failure *f;
	struct str before, area;
	ptrdiff_t at;
	uint64_t pages;
	int64_t error;

	if (!scan_past(&sc, "alloc failed, req-size: ", &before) || !scan_u64(&sc, &pages) ||
	    !scan_lit(&sc, " pages"))
		return false;
	f = alloc_oneline(c, l, "cma");
	f->repeats = s->suppressed;
	s->suppressed = (struct num){ 0 };
	s->last = f;
	if (page_size(c, l))
		f->bytes = num_scaled(pages, page_size(c, l), l->no);
	f->pages_count = num_at(pages, l->no);
	if (scan_past(&sc, "ret: ", NULL) && scan_i64(&sc, &error))
		f->error = num_int(error, l->no);
	at = str_find(before, ": ", 0);
	area = at < 0 ? before : str_trim(str_from(before, (size_t)at + 2));
	if (str_ends(area, ":"))
		area.n--;
	f->area = log_str(c, area);
	return true;
}

/* "number of available pages: 3@5+4@9=> 7 free of 4096 total pages", if CMA is debugged; since
 * 6.15 in several lines, with a "range 0: 3@5+4@9" each */
static bool areas(struct log_ctx *c, const struct line *l, struct scan sc)
{
	struct cma_state *s = log_state(c, &log_parser_cma_failure);
	struct scan sum = sc;
	uint64_t n;

	if (!scan_past(&sum, "=> ", NULL))
		return scan_lit(&sc, "number of available pages:");
	if (!scan_u64(&sum, &n) || !scan_lit(&sum, " free of ") || !s->last ||
	    s->last->head.kind != FACT_alloc_failure)
		return false;
	log_extend(&s->last->head, l);
	s->last->area_free_pages_count = num_at(n, l->no);
	if (scan_u64(&sum, &n))
		s->last->area_total_pages_count = num_at(n, l->no);
	return true;
}

/* "Failed to reserve 512 MiB", with the node in some */
static bool reserve(struct log_ctx *c, const struct line *l, struct scan sc)
{
	struct fact_alloc_failure *f;
	uint64_t mib, node;

	if (!scan_lit(&sc, "Failed to reserve ") || !scan_u64(&sc, &mib) || !scan_lit(&sc, " MiB"))
		return false;
	f = alloc_oneline(c, l, "cma");
	f->bytes = num_scaled(mib, 1024ull * 1024, l->no);
	f->reason = log_str(c, str_trim(l->text));
	if (scan_lit(&sc, " on node ") && scan_u64(&sc, &node))
		f->node = num_at(node, l->no);
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	static const char *const names[] = { "cma_alloc", "__cma_alloc", "cma_range_alloc", NULL };
	struct scan sc = scan_of(str_trim(l->text));
	struct cma_state *s = log_state(c, &log_parser_cma_failure);

	if (alloc_suppressed(l, names, &s->suppressed))
		return true;
	if (!scan_lit(&sc, "cma: "))
		return false;
	return failed(c, l, sc) || areas(c, l, sc) || reserve(c, l, sc);
}

DEFINE_LOG_PARSER(cma_failure,
		  .anchors = (const char *const[]){ "alloc failed, req-size:",
						    "number of available pages:", " free of ",
						    "Failed to reserve ",
						    "cma_alloc: ", "cma_range_alloc: ", NULL },
		  .state_size = sizeof(struct cma_state), .head = head);
