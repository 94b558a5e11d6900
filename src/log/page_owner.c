// SPDX-License-Identifier: GPL-2.0-or-later
// Who holds the pages, by allocation stack: what tools/mm/page_owner_sort.c (tools/vm before 6.3)
// writes, stack_print() of mm/page_owner.c (page_owner_stacks, 6.9 and newer), and the stack that
// some kernels print when nobody can be killed ("greatest memory consumer").
//
// page_owner_stacks prints the count behind the stack. So frames are kept until it is clear whether
// a count follows; in the middle of a call trace they are looked at but left to others.
#include "log/parser.h"

#include "base/limits.h"

enum { KEPT_FRAMES = 64, KEPT_TEXT = 160, STRAY_LINES = 4 };

struct owner_state {
	struct fact_allocation_stack *stack; /* whose frames come, or NULL */
	uint64_t times;			     /* of a record that may begin, 0: none */
	uint32_t times_line;
	unsigned int stray; /* lines since, that were no frame */
	struct {
		char text[KEPT_TEXT];
		size_t n;
	} kept[KEPT_FRAMES];
	size_t n_kept;
	uint32_t kept_line; /* of the first */
	uint32_t kept_last;
};

extern const struct log_parser log_parser_page_owner;
extern const struct log_parser log_parser_backtrace;

/* "[<ffffffffa0427d72>] ttm_dma_populate+0x502/0x900 [ttm]" without its address. */
static bool parse_frame(struct str text, struct str *ret, struct str *ret_module)
{
	struct scan sc = scan_of(str_trim(text));
	struct str name;
	uint64_t v;

	*ret_module = (struct str){ "", 0 };
	if (scan_lit(&sc, "[<") && (!scan_hex(&sc, &v) || !scan_lit(&sc, ">]")))
		return false;
	(void)scan_blanks(&sc);
	*ret = scan_rest(&sc);
	if (scan_lit(&sc, "0x")) {
		sc.p -= 2;
		return scan_hex(&sc, &v) && scan_end(&sc);
	}
	if (!scan_name(&sc, ".$", &name) || !scan_lit(&sc, "+0x") || !scan_hex(&sc, &v) ||
	    !scan_lit(&sc, "/0x") || !scan_hex(&sc, &v))
		return false;
	(void)scan_blanks(&sc);
	if (scan_char(&sc, '['))
		return scan_name(&sc, "-", ret_module) && scan_past(&sc, "]", NULL) &&
		       scan_end(&sc);
	return scan_end(&sc);
}

/* The unwinder's end mark. */
static bool is_end_mark(struct str frame)
{
	return str_is(frame, "0xffffffffffffffff") || str_is(frame, "0xffffffff");
}

static void add_frame(struct log_ctx *c, struct fact_allocation_stack *stack, struct str frame,
		      struct str module)
{
	struct str *slot;

	if (is_end_mark(frame) || stack->n_frames >= LIMIT_FRAMES)
		return;
	slot = arena_push(&c->facts->arena, (void **)&stack->frames, &stack->n_frames,
			  sizeof(*slot));
	*slot = log_str(c, frame);
	if (!stack->module.n)
		stack->module = log_str(c, module);
}

static void set_pages(struct log_ctx *c, struct fact_allocation_stack *stack, uint64_t pages,
		      const struct line *l)
{
	struct num size = c->report && c->mem ? c->mem->page_size : log_boot(c, l)->page_size;

	stack->pages = num_at(pages, l->no);
	if (size.known && !(c->report && c->mem && c->mem->page_size_assumed))
		stack->bytes = num_scaled(pages, size.v, l->no);
}

static void begin(struct log_ctx *c, struct owner_state *st, const struct line *l,
		  const char *source)
{
	st->stack = log_fact(c, FACT_allocation_stack, l);
	st->stack->source = source;
	st->times = 0;
	st->stray = 0;
	st->n_kept = 0;
	log_open(c, &log_parser_page_owner);
}

/* "OOM: greatest memory consumer: 431376 pages are allocated from:" */
static bool take_consumer(struct log_ctx *c, struct owner_state *st, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	uint64_t pages;

	if (!scan_past(&sc, " memory consumer: ", NULL) || !scan_u64(&sc, &pages) ||
	    !scan_lit(&sc, " pages are allocated from"))
		return false;
	begin(c, st, l, "oom-report");
	set_pages(c, st->stack, pages, l);
	return true;
}

/* "699487 times:" opens a record once the next line bears it out; "12 times, 24 pages" with or
 * without ", PID 1, ..." at once. */
static bool take_times(struct log_ctx *c, struct owner_state *st, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	uint64_t times, pages;

	if (!scan_u64(&sc, &times) || !scan_lit(&sc, " times"))
		return false;
	if (scan_lit(&sc, ", ") && scan_u64(&sc, &pages) && scan_lit(&sc, " pages")) {
		begin(c, st, l, "page_owner");
		st->stack->allocations = num_at(times, l->no);
		set_pages(c, st->stack, pages, l);
		return true;
	}
	if (!scan_char(&sc, ':') || !scan_end(&sc))
		return false;
	st->stack = NULL;
	st->times = times;
	st->times_line = l->no;
	st->n_kept = 0;
	log_open(c, &log_parser_page_owner);
	return true;
}

/* "Page allocated via order 0, mask 0x280da(...), pid 1, ..." of a sorted record. */
static bool take_allocated(struct log_ctx *c, struct owner_state *st, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	uint64_t order, mask, times = st->times;

	if (!scan_lit(&sc, "Page allocated via order ") || !scan_u64(&sc, &order))
		return false;
	if (times && l->no > st->times_line && l->no - st->times_line <= STRAY_LINES) {
		begin(c, st, l, "page_owner");
		st->stack->head.origin.line = st->times_line;
		st->stack->head.origin.last_line = l->last_no;
		st->stack->allocations = num_at(times, st->times_line);
		if (order < LIMIT_ORDERS && times <= UINT64_MAX >> order)
			set_pages(c, st->stack, times << order, l);
	}
	if (!st->stack)
		return false;
	st->stack->order = num_at(order, l->no);
	if (scan_lit(&sc, ", mask ") && scan_hex(&sc, &mask))
		st->stack->gfp_mask = num_at(mask, l->no);
	return true;
}

/* "stack_count: 16" counted allocations (6.9 to 6.11), "nr_base_pages: 16" pages. */
static bool take_count(struct log_ctx *c, struct owner_state *st, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	bool pages = scan_lit(&sc, "nr_base_pages: ");
	struct str frame, module;
	size_t n = st->n_kept;
	uint64_t v;

	if ((!pages && !scan_lit(&sc, "stack_count: ")) || !scan_u64(&sc, &v) || !scan_end(&sc) ||
	    !n || l->no != st->kept_last + 1)
		return false;
	begin(c, st, l, "page_owner_stacks");
	st->stack->head.origin.line = st->kept_line;
	st->stack->head.origin.last_line = l->last_no;
	if (pages)
		set_pages(c, st->stack, v, l);
	else
		st->stack->allocations = num_at(v, l->no);
	for (size_t i = 0; i < n; i++)
		if (parse_frame((struct str){ st->kept[i].text, st->kept[i].n }, &frame, &module))
			add_frame(c, st->stack, frame, module);
	st->stack = NULL;
	log_done(c, &log_parser_page_owner);
	return true;
}

/* A frame of no stack that we know of: its count may follow. */
static bool keep_frame(struct log_ctx *c, struct owner_state *st, const struct line *l)
{
	struct str text = str_trim(l->text);

	if (!st->n_kept || l->no != st->kept_last + 1) {
		st->n_kept = 0;
		st->kept_line = l->no;
	}
	st->kept_last = l->last_no;
	if (st->n_kept < KEPT_FRAMES && text.n < KEPT_TEXT) {
		memcpy(st->kept[st->n_kept].text, text.p, text.n);
		st->kept[st->n_kept++].n = text.n;
	}
	log_open(c, &log_parser_page_owner);
	return !c->report && !log_is_open(c, &log_parser_backtrace);
}

static bool take_frame(struct log_ctx *c, struct owner_state *st, const struct line *l)
{
	struct str frame, module;

	if (!parse_frame(l->text, &frame, &module))
		return false;
	if (!st->stack)
		return keep_frame(c, st, l);
	add_frame(c, st->stack, frame, module);
	log_extend(&st->stack->head, l);
	return true;
}

static bool take(struct log_ctx *c, const struct line *l)
{
	struct owner_state *st = log_state(c, &log_parser_page_owner);

	if (c->facts->arena.failed)
		return false;
	return take_consumer(c, st, l) || take_times(c, st, l) || take_allocated(c, st, l) ||
	       take_count(c, st, l) || take_frame(c, st, l);
}

/* What a record holds beside its frames. */
static bool is_detail(struct str t)
{
	return str_starts(t, "PFN ") || str_starts(t, "Page has been migrated") ||
	       str_starts(t, "Charged to ") || str_starts(t, "Page allocated via ");
}

static void forget(struct log_ctx *c, struct owner_state *st)
{
	st->stack = NULL;
	st->times = 0;
	st->stray = 0;
	st->n_kept = 0;
	log_done(c, &log_parser_page_owner);
}

static bool more(struct log_ctx *c, const struct line *l)
{
	struct owner_state *st = log_state(c, &log_parser_page_owner);
	struct str t = str_trim(l->text);
	bool waiting = st->stack ? !st->stack->n_frames : st->times != 0;

	if (take(c, l))
		return true;
	if (st->stack && is_detail(t)) {
		log_extend(&st->stack->head, l);
		return true;
	}
	/* A wrapped first line goes on, or something comes between; a stack ends at once. */
	if (!waiting || ++st->stray > STRAY_LINES)
		forget(c, st);
	return false;
}

static void closed(struct log_ctx *c, bool cut)
{
	(void)cut;
	forget(c, log_state(c, &log_parser_page_owner));
}

static const char *const anchors[] = { " memory consumer: ",
				       " times:",
				       " times, ",
				       "Page allocated via",
				       "stack_count: ",
				       "nr_base_pages: ",
				       "post_alloc_hook+0x",
				       "prep_new_page+0x",
				       "get_page_from_freelist+0x",
				       NULL };

DEFINE_LOG_PARSER(page_owner, .anchors = anchors, .state_size = sizeof(struct owner_state),
		  .head = take, .more = more, .close = closed);
