// SPDX-License-Identifier: GPL-2.0-or-later
// mm/page_alloc.c: warn_alloc(), whoever calls it, and its forerunners; mm/nommu.c's report.
#include "log/alloc_failure.h"

extern const struct log_parser log_parser_alloc_failure;

struct fail_state {
	struct fact_alloc_failure *open; /* its head is not whole yet */
	struct num suppressed;
};

static struct fail_state *state_of(struct log_ctx *c)
{
	return log_state(c, &log_parser_alloc_failure);
}

/* The reasons that callers of warn_alloc() give, and whose failure each is. */
static const struct {
	const char *words, *what;
} reasons[] = {
	{ "page allocation failure", "page" }, { "page allocation stalls for ", "page" },
	{ "vmemmap alloc failure", "page" },   { "vmalloc: allocation failure", "vmalloc" },
	{ "vmalloc error: size ", "vmalloc" },
};
enum { N_REASONS = sizeof(reasons) / sizeof(reasons[0]) };

static void stall(struct fact_alloc_failure *f, struct str text, uint32_t line)
{
	struct scan sc = scan_of(text);
	uint64_t ms;

	if (scan_past(&sc, " stalls for ", NULL) && scan_u64(&sc, &ms) && scan_blanks(&sc) &&
	    scan_lit(&sc, "ms"))
		f->stalled_ns = num_scaled(ms, 1000000, line);
}

static void bytes(struct fact_alloc_failure *f, struct str text, uint32_t line)
{
	if (alloc_bytes(text, "vmalloc error: size ", "", 1, line, &f->bytes) ||
	    alloc_bytes(text, "allocation failure: ", " bytes", 1, line, &f->bytes))
		return;
	if (str_has(text, "allocation failure, allocated "))
		(void)alloc_bytes(text, " of ", " bytes", 1, line, &f->bytes);
}

static void fields(struct log_ctx *c, struct fact_alloc_failure *f, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	int64_t order;

	if (!f->order.known && (scan_key(&sc, "order:") || scan_past(&sc, "page order ", NULL)) &&
	    scan_i64(&sc, &order))
		f->order = num_int(order, l->no);
	if (!f->gfp_mask.known)
		(void)current_gfp(c, l, "mode:", &f->gfp_mask, &f->gfp_flags);
	current_nodes(c, l->text,
		      (struct current_nodes){ &f->nodemask, &f->cpuset, &f->mems_allowed });
}

/* The reason in the kernel's words: up to what warn_alloc() adds. */
static struct str reason_of(struct str text)
{
	ptrdiff_t end = str_find(text, ", mode:", 0);
	struct str s = str_trim(end < 0 ? text : str_first(text, (size_t)end));

	return str_ends(s, ",") ? str_first(s, s.n - 1) : s;
}

static void begin(struct log_ctx *c, struct fact_alloc_failure *f)
{
	struct fail_state *s = state_of(c);

	log_report_begin(c, &f->head);
	log_open(c, &log_parser_alloc_failure);
	s->open = f;
	f->repeats = s->suppressed;
	s->suppressed = (struct num){ 0 };
}

/* "comm: page allocation failure: order:0, mode:0x..(..), nodemask=..,cpuset=..,mems_allowed=..";
 * before 2.6.39 "comm: page allocation failure. order:0, mode:0x..". */
static bool warn_alloc(struct log_ctx *c, const struct line *l)
{
	struct fact_alloc_failure *f;
	ptrdiff_t at = -1;
	size_t i = 0;

	while (i < N_REASONS && (at = str_find(l->text, reasons[i].words, 0)) < 0)
		i++;
	if (at < 3 || memcmp(l->text.p + at - 2, ": ", 2) != 0)
		return false;
	f = log_fact(c, FACT_alloc_failure, l);
	f->what = reasons[i].what;
	f->comm = log_str(c, current_comm(l->text, (size_t)at - 2));
	if (i > 0)
		f->reason = log_str(c, reason_of(str_from(l->text, (size_t)at)));
	stall(f, l->text, l->no);
	bytes(f, l->text, l->no);
	fields(c, f, l);
	begin(c, f);
	return true;
}

/* 2.4: "__alloc_pages: 0-order allocation failed (gfp=0x1d2/0)", and nothing more. */
static bool linux_2_4(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_alloc_failure *f;
	uint64_t order, mask;

	if (!scan_lit(&sc, "__alloc_pages: ") || !scan_u64(&sc, &order) ||
	    !scan_lit(&sc, "-order allocation failed"))
		return false;
	f = alloc_oneline(c, l, "page");
	f->order = num_at(order, l->no);
	if (scan_past(&sc, "(gfp=", NULL) && scan_hex(&sc, &mask))
		f->gfp_mask = num_at(mask, l->no);
	return true;
}

/* do_mmap_private() without MMU: "Allocation of length 4096 from process 1 (init) failed", with
 * "nommu: " before it from 4.0 on */
static bool nommu(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_alloc_failure *f;
	uint64_t length, pid;
	struct str comm, text;
	ptrdiff_t end;

	(void)scan_lit(&sc, "nommu: ");
	text = scan_rest(&sc);
	if (!scan_lit(&sc, "Allocation of length ") || !scan_u64(&sc, &length) ||
	    !scan_lit(&sc, " from process ") || !scan_u64(&sc, &pid))
		return false;
	comm = str_trim(scan_rest(&sc));
	end = str_find_last(comm, ") failed");
	f = log_fact(c, FACT_alloc_failure, l);
	f->what = "page";
	f->bytes = num_at(length, l->no);
	f->pid = num_at(pid, l->no);
	if (end > 1 && comm.p[0] == '(')
		f->comm = log_str(c, str_from(str_first(comm, (size_t)end), 1));
	f->reason = log_str(c, text);
	log_report_begin(c, &f->head);
	return true;
}

static void pid(struct log_ctx *c, const struct line *l)
{
	struct fact_alloc_failure *f;

	if (!c->report || c->report->kind != FACT_alloc_failure)
		return;
	f = (struct fact_alloc_failure *)c->report;
	if (!f->pid.known)
		(void)current_pid(l, f->comm, &f->pid);
}

static bool head(struct log_ctx *c, const struct line *l)
{
	static const char *const names[] = { "warn_alloc", "warn_alloc_failed", NULL };

	if (warn_alloc(c, l) || linux_2_4(c, l) || nommu(c, l) ||
	    alloc_suppressed(l, names, &state_of(c)->suppressed))
		return true;
	pid(c, l);
	return false;
}

/* The rest of a head that was wrapped. */
static bool more(struct log_ctx *c, const struct line *l)
{
	static const char *const keys[] = { "order:", "mode:0x",
					    "nodemask=", "cpuset=", "mems_allowed=" };
	struct fail_state *s = state_of(c);
	struct str text = str_trim(l->text);

	if (!s->open || c->report != &s->open->head)
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!str_starts(text, keys[i]))
			continue;
		fields(c, s->open, l);
		log_extend(&s->open->head, l);
		return true;
	}
	return false;
}

static void close(struct log_ctx *c, bool cut)
{
	(void)cut;
	state_of(c)->open = NULL;
}

DEFINE_LOG_PARSER(alloc_failure,
		  .anchors = (const char *const[]){ "page allocation failure",
						    "page allocation stalls", "alloc failure",
						    "vmalloc: allocation failure",
						    "vmalloc error:", "-order allocation failed",
						    "Allocation of length", "warn_alloc",
						    CURRENT_PID_ANCHORS, NULL },
		  .state_size = sizeof(struct fail_state), .head = head, .more = more,
		  .close = close);
