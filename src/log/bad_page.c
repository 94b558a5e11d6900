// SPDX-License-Identifier: GPL-2.0-or-later
// "BUG: Bad page state": bad_page() of mm/page_alloc.c with what __dump_page() of mm/debug.c says
// of the page. ("BUG: Bad page map" is another matter: a page table.)
#include "base/limits.h"
#include "log/backtrace.h"

struct bad_page {
	struct fact_bad_page *open;
	uint32_t line;
};

extern const struct log_parser log_parser_bad_page;

static void set_pfn(struct fact_bad_page *f, const struct line *l, struct scan sc)
{
	uint64_t pfn;

	if (scan_past(&sc, "pfn:", NULL) && scan_blanks(&sc) && scan_hex(&sc, &pfn))
		f->pfn = num_at(pfn, l->no);
}

/* "BUG: Bad page state in process ksmd  pfn:404740a", up to 2.6.28 "Bad page state in process
 * 'swapper'". */
static bool head(struct log_ctx *c, const struct line *l)
{
	struct bad_page *s = log_state(c, &log_parser_bad_page);
	struct scan sc = scan_of(l->text);
	struct fact_bad_page *f;
	struct str comm;

	if (!scan_past(&sc, "Bad page state in process ", NULL))
		return false;
	f = log_fact(c, FACT_bad_page, l);
	f->head.report = f->head.id;
	comm = scan_rest(&sc);
	if (str_find(comm, "pfn:", 0) >= 0)
		comm = str_first(comm, (size_t)str_find(comm, "pfn:", 0));
	comm = str_trim(comm);
	if (comm.n > 2 && comm.p[0] == '\'' && comm.p[comm.n - 1] == '\'')
		comm = (struct str){ comm.p + 1, comm.n - 2 };
	f->comm = log_str(c, comm);
	set_pfn(f, l, sc);
	*s = (struct bad_page){ f, l->last_no };
	log_open(c, &log_parser_bad_page);
	backtrace_expect(c, l,
			 &(struct trace_cause){ .reason = STR("bad page"), .fact = &f->head });
	return true;
}

static struct num count_behind(const struct line *l, const char *key, const char *old_key)
{
	struct scan sc = scan_of(l->text);
	int64_t v;

	if (!scan_past(&sc, key, NULL)) {
		if (!old_key || !scan_past(&sc, old_key, NULL))
			return (struct num){ 0 };
	}
	return scan_i64(&sc, &v) ? num_int(v, l->no) : (struct num){ 0 };
}

/* "page:ffff... refcount:0 mapcount:1 mapping:0000000000000000 index:0x0 pfn:0x404740a"; count: up
 * to 4.x. */
static void page_line(struct log_ctx *c, const struct line *l, struct fact_bad_page *f)
{
	struct scan sc = scan_of(l->text);
	struct str mapping;

	f->refcount = count_behind(l, "refcount:", " count:");
	f->mapcount = count_behind(l, " mapcount:", NULL);
	if (scan_past(&sc, " mapping:", NULL) && scan_blanks(&sc) &&
	    scan_until_any(&sc, " ", &mapping))
		f->mapping = log_str(c, mapping);
	if (!f->pfn.known)
		set_pfn(f, l, sc);
}

/* "flags: 0x17ffffc0020819(locked|uptodate)", "anon flags: ...", 3.x "page flags: ...". */
static bool flags_line(struct log_ctx *c, struct str text, struct fact_bad_page *f)
{
	ptrdiff_t at = str_find(text, "flags: ", 0);

	if (at < 0 || at > 5 || f->flags.n)
		return false;
	f->flags = log_str(c, str_trim(str_from(text, (size_t)at + 7)));
	return true;
}

static bool detail(struct log_ctx *c, const struct line *l, struct fact_bad_page *f)
{
	struct str text = str_trim(l->text);
	struct scan sc = scan_of(text);

	if (str_starts(text, "pfn:") && !f->pfn.known) {
		set_pfn(f, l, sc);
		return f->pfn.known;
	}
	if (scan_lit(&sc, "page dumped because: ")) {
		f->reason = log_str(c, scan_rest(&sc));
		return true;
	}
	if (scan_lit(&sc, "bad because of flags: "))
		return true;
	if (str_starts(text, "page:") && str_has(text, "count:")) {
		page_line(c, l, f);
		if (str_has(text, " flags:")) /* up to 2.6.28: all on one line */
			(void)flags_line(c, str_from(text, (size_t)str_find(text, "flags:", 0)), f);
		return true;
	}
	if (str_starts(text, "raw: ") || str_starts(text, "head: ") ||
	    str_starts(text, "page_type: ") || str_starts(text, "memcg:"))
		return true;
	return flags_line(c, text, f);
}

static bool more(struct log_ctx *c, const struct line *l)
{
	struct bad_page *s = log_state(c, &log_parser_bad_page);

	if (!s->open || line_gap(l->no, s->line) > LIMIT_FOREIGN_LINES) {
		s->open = NULL;
		log_done(c, &log_parser_bad_page);
		return false;
	}
	if (!detail(c, l, s->open))
		return false;
	s->line = l->last_no;
	log_extend(&s->open->head, l);
	return true;
}

static void over(struct log_ctx *c, bool cut)
{
	(void)cut;
	*(struct bad_page *)log_state(c, &log_parser_bad_page) = (struct bad_page){ 0 };
}

DEFINE_LOG_PARSER(bad_page, .anchors = (const char *const[]){ "Bad page state in process ", NULL },
		  .state_size = sizeof(struct bad_page), .head = head, .more = more, .close = over);
