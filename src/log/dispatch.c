// SPDX-License-Identifier: GPL-2.0-or-later
// Handing undressed lines to the parsers: streams, open reports, boots.
#include "log/dispatch.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "log/anchors.h"
#include "log/talk.h"

#define PARSER(stem) extern const struct log_parser log_parser_##stem;
#include "log/parsers.def"
#undef PARSER

const struct log_parser *const log_parsers[] = {
#define PARSER(stem) &log_parser_##stem,
#include "log/parsers.def"
#undef PARSER
};
const size_t n_log_parsers = ARRAY_SIZE(log_parsers);

enum { N_PARSERS = ARRAY_SIZE(log_parsers) };

/* What a context needs beyond what parsers see. */
struct stream {
	struct log_ctx ctx; /* first: parsers hand us back its address */
	char caller[24];
	size_t caller_len;
	const struct log_parser *open[N_PARSERS]; /* in order of opening */
	size_t n_open;
	void *state[N_PARSERS];
	uint32_t last_taken; /* line number */
};

struct dispatch {
	struct facts *facts;
	uint32_t evidence;
	struct fact_boot *boot;
	uint32_t n_boots;
	struct stream *streams[LIMIT_STREAMS];
	size_t n_streams;
	void *shared[N_PARSERS];
	struct anchors *anchors;
	uint32_t last_line;
};

static struct stream *stream_of(struct log_ctx *c)
{
	return (struct stream *)c;
}

static struct dispatch *dispatch_of(struct log_ctx *c)
{
	return (struct dispatch *)c->log;
}

static size_t index_of(const struct log_parser *p)
{
	size_t i = 0;

	while (i < N_PARSERS && log_parsers[i] != p)
		i++;
	return i;
}

struct dispatch *dispatch_new(struct facts *f, uint32_t evidence)
{
	struct dispatch *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->facts = f;
	d->evidence = evidence;
	d->anchors = anchors_of_parsers();
	if (!d->anchors) {
		dispatch_free(d);
		return NULL;
	}
	for (size_t i = 0; i < N_PARSERS; i++) {
		d->shared[i] =
			calloc(1, log_parsers[i]->shared_size ? log_parsers[i]->shared_size : 1);
		if (!d->shared[i]) {
			dispatch_free(d);
			return NULL;
		}
	}
	return d;
}

static void stream_free(struct stream *s)
{
	for (size_t i = 0; i < N_PARSERS; i++)
		free(s->state[i]);
	free(s);
}

void dispatch_free(struct dispatch *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->n_streams; i++)
		stream_free(d->streams[i]);
	for (size_t i = 0; i < N_PARSERS; i++)
		free(d->shared[i]);
	anchors_free(d->anchors);
	free(d);
}

static struct stream *stream_new(struct dispatch *d, struct str caller)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->ctx = (struct log_ctx){ .facts = d->facts,
				   .evidence = d->evidence,
				   .log = (struct log *)d,
				   .state = s->state };
	s->caller_len = caller.n < sizeof(s->caller) ? caller.n : sizeof(s->caller);
	if (s->caller_len)
		memcpy(s->caller, caller.p, s->caller_len);
	for (size_t i = 0; i < N_PARSERS; i++) {
		s->state[i] =
			calloc(1, log_parsers[i]->state_size ? log_parsers[i]->state_size : 1);
		if (!s->state[i]) {
			stream_free(s);
			return NULL;
		}
	}
	d->streams[d->n_streams++] = s;
	return s;
}

/* The stream that was idle for longest makes room for a new caller. */
static struct stream *recycle(struct dispatch *d, struct str caller)
{
	size_t oldest = 1;

	for (size_t i = 1; i < d->n_streams; i++)
		if (d->streams[i]->last_taken < d->streams[oldest]->last_taken)
			oldest = i;
	log_report_end(&d->streams[oldest]->ctx, true);
	stream_free(d->streams[oldest]);
	d->streams[oldest] = d->streams[--d->n_streams];
	return stream_new(d, caller);
}

static struct stream *find_stream(struct dispatch *d, struct str caller)
{
	for (size_t i = 0; i < d->n_streams; i++)
		if (str_eq((struct str){ d->streams[i]->caller, d->streams[i]->caller_len },
			   caller))
			return d->streams[i];
	if (d->n_streams == LIMIT_STREAMS)
		return recycle(d, caller);
	return stream_new(d, caller);
}

static void taken(struct dispatch *d, struct stream *s, const struct line *l)
{
	s->last_taken = l->last_no;
	facts_cite(d->facts, d->evidence, l->no, l->raw.n ? l->raw : l->text);
}

static bool offer_heads(const struct dispatch *d, struct stream *s, const struct line *l)
{
	bool has_anchor[N_PARSERS + 1] = { 0 };

	if (!anchors_owners(d->anchors, l->text, has_anchor) ||
	    is_talk(l->text, anchors_find(d->anchors, l->text, 0)))
		return false;
	for (size_t i = 0; i < N_PARSERS; i++)
		if (has_anchor[i] && log_parsers[i]->head(&s->ctx, l))
			return true;
	return false;
}

static bool offer_open(struct stream *s, const struct line *l)
{
	for (size_t i = s->n_open; i-- > 0;) {
		const struct log_parser *p = s->open[i];

		if (p->more(&s->ctx, l))
			return true;
		if (i > s->n_open) /* it closed others, too */
			i = s->n_open;
	}
	return false;
}

bool dispatch_line(struct dispatch *d, const struct line *l)
{
	struct stream *s = d->facts->arena.failed ? NULL : find_stream(d, l->caller);
	bool took;

	if (!s)
		return false;
	d->last_line = l->last_no;
	if (s->n_open && l->no > s->last_taken && l->no - s->last_taken > LIMIT_BLOCK_GAP_LINES)
		log_report_end(&s->ctx, false);
	took = offer_heads(d, s, l) || offer_open(s, l);
	if (took)
		taken(d, s, l);
	return took;
}

struct anchors *dispatch_anchors(struct dispatch *d)
{
	return d->anchors;
}

bool dispatch_busy(const struct dispatch *d)
{
	for (size_t i = 0; i < d->n_streams; i++)
		if (d->streams[i]->n_open)
			return true;
	return false;
}

static void end_all(struct dispatch *d, bool cut)
{
	for (size_t i = 0; i < d->n_streams; i++)
		log_report_end(&d->streams[i]->ctx, cut);
}

/* What the evidence is of, where all its boots agree. */
static void describe(const struct dispatch *d)
{
	struct evidence *e = d->facts->evidence[d->evidence];
	struct fact_boot *b, *first = NULL;
	bool kernel = true, arch = true;

	fact_for_each (d->facts, boot, b) {
		if (b->head.origin.evidence != d->evidence)
			continue;
		first = first ? first : b;
		if (b->last_line < b->first_line) { /* newest first */
			uint32_t line = b->first_line;

			b->first_line = b->last_line;
			b->last_line = line;
		}
		kernel = kernel && str_eq(b->kernel, first->kernel);
		arch = arch && str_eq(b->arch, first->arch);
	}
	if (first && kernel)
		e->kernel = first->kernel;
	if (first && arch) {
		e->arch = first->arch;
		e->page_size = first->page_size;
	}
}

void dispatch_finish(struct dispatch *d, uint32_t last_line)
{
	if (d->facts->arena.failed)
		return;
	end_all(d, true);
	if (d->boot && d->last_line < d->boot->first_line) /* read backwards */
		d->boot->last_line = d->last_line;
	else if (d->boot)
		d->boot->last_line = last_line > d->last_line ? last_line : d->last_line;
	describe(d);
}

static struct origin origin_at(const struct log_ctx *c, const struct line *l)
{
	return (struct origin){ .evidence = c->evidence,
				.line = l->no,
				.last_line = l->last_no > l->no ? l->last_no : 0 };
}

void *log_fact(struct log_ctx *c, enum fact_kind kind, const struct line *l)
{
	struct fact *fact = fact_add(c->facts, kind, origin_at(c, l));

	fact->time_ns = l->time_ns;
	fact->wall = log_str(c, l->wall);
	fact->report = c->report ? c->report->id : 0;
	fact->boot = kind == FACT_boot ? -1 : (int32_t)log_boot(c, l)->index;
	return fact;
}

void log_extend(struct fact *fact, const struct line *l)
{
	if (l->last_no > fact->origin.line && l->last_no > fact->origin.last_line)
		fact->origin.last_line = l->last_no;
}

struct str log_str(struct log_ctx *c, struct str s)
{
	return s.n ? arena_str(&c->facts->arena, s) : (struct str){ "", 0 };
}

static struct fact_boot *add_boot(struct log_ctx *c, const struct line *l)
{
	struct dispatch *d = dispatch_of(c);
	struct fact_boot *b = log_fact(c, FACT_boot, l);

	b->head.report = 0;
	b->index = d->n_boots++;
	b->head.boot = (int32_t)b->index;
	b->entry = "unknown";
	b->first_line = l->no;
	b->last_line = l->last_no;
	d->boot = b;
	return b;
}

struct fact_boot *log_boot(struct log_ctx *c, const struct line *l)
{
	struct dispatch *d = dispatch_of(c);

	return d->boot ? d->boot : add_boot(c, l);
}

/* Whether all that is known of the boot so far was printed before its banner: nothing but memory
 * ranges, under a clock that did not run yet. */
static bool before_banner(const struct dispatch *d, const struct line *l)
{
	const struct fact_boot *b = d->boot;

	if (!b || b->banner || b->kernel.n || num_or(l->time_ns, 0) || num_or(b->head.time_ns, 0) ||
	    line_gap(l->no, b->first_line) > LIMIT_BEFORE_BANNER_LINES)
		return false;
	for (enum fact_kind k = 0; k < FACT_KINDS; k++) {
		const struct fact_list *list = &d->facts->lists[k];
		const struct fact *last = list->n ? list->v[list->n - 1] : NULL;

		if (k != FACT_boot && k != FACT_memory_range && last &&
		    last->origin.evidence == d->evidence && last->boot == b->head.boot)
			return false;
	}
	return true;
}

/* The line that was read before this one. */
static uint32_t line_before(const struct dispatch *d, uint32_t no)
{
	return no < d->boot->first_line ? no + 1 : no - 1;
}

struct fact_boot *log_new_boot(struct log_ctx *c, const struct line *l)
{
	struct dispatch *d = dispatch_of(c);
	struct fact_boot *b;

	end_all(d, true);
	if (before_banner(d, l)) {
		d->boot->banner = true;
		return d->boot;
	}
	if (d->boot)
		d->boot->last_line = line_before(d, l->no);
	b = add_boot(c, l);
	b->banner = true;
	return b;
}

struct fact_boot *log_other_boot(struct log_ctx *c, const struct line *l)
{
	struct dispatch *d = dispatch_of(c);
	uint32_t from = c->report ? c->report->origin.line : l->no;
	struct fact_boot *b;

	if (d->boot)
		d->boot->last_line = line_before(d, from);
	b = add_boot(c, l);
	b->first_line = from;
	if (c->report)
		c->report->boot = b->head.boot;
	return b;
}

bool log_is_open(const struct log_ctx *c, const struct log_parser *p)
{
	const struct stream *s = (const struct stream *)c;

	for (size_t i = 0; i < s->n_open; i++)
		if (s->open[i] == p)
			return true;
	return false;
}

void log_open(struct log_ctx *c, const struct log_parser *p)
{
	struct stream *s = stream_of(c);

	if (!log_is_open(c, p) && p->more)
		s->open[s->n_open++] = p;
}

void log_done(struct log_ctx *c, const struct log_parser *p)
{
	struct stream *s = stream_of(c);
	size_t n = 0;

	for (size_t i = 0; i < s->n_open; i++)
		if (s->open[i] != p)
			s->open[n++] = s->open[i];
	s->n_open = n;
}

void *log_state(struct log_ctx *c, const struct log_parser *p)
{
	return c->state[index_of(p)];
}

void *log_shared(struct log_ctx *c, const struct log_parser *p)
{
	return dispatch_of(c)->shared[index_of(p)];
}

void log_report_begin(struct log_ctx *c, struct fact *head)
{
	log_report_end(c, false);
	c->report = head;
	head->report = head->id;
}

void log_report_end(struct log_ctx *c, bool cut)
{
	struct stream *s = stream_of(c);

	while (s->n_open) {
		const struct log_parser *p = s->open[--s->n_open];

		if (p->close)
			p->close(c, cut);
	}
	c->report = NULL;
	c->mem = NULL;
	c->trace = NULL;
}

/* The Mem-Info of a report whose head is missing: what is being read, and nobody asked for it. */
static struct fact_mem_info *headless_mem(struct log_ctx *c, const struct line *l)
{
	struct fact_mem_info *mem = (struct fact_mem_info *)c->report;
	uint32_t last = stream_of(c)->last_taken;

	if (!c->report || c->report->kind != FACT_mem_info || mem->sysrq ||
	    line_gap(l->no, last) > LIMIT_HEADLESS_GAP_LINES)
		return NULL;
	return mem;
}

/* All facts of one report become another's. */
static void move_facts(struct facts *f, uint32_t from, uint32_t to)
{
	for (enum fact_kind k = 0; k < FACT_KINDS; k++) {
		struct fact_list *list = &f->lists[k];

		for (size_t i = list->n; i-- && list->v[i]->id >= from;)
			if (list->v[i]->report == from)
				list->v[i]->report = to;
	}
}

struct fact_oom *log_oom(struct log_ctx *c, const struct line *l)
{
	struct fact_mem_info *mem = headless_mem(c, l);
	struct fact_oom *oom;

	if (c->report && c->report->kind == FACT_oom)
		return (struct fact_oom *)c->report;
	oom = log_fact(c, FACT_oom, l);
	oom->head.cut = true;
	log_report_begin(c, &oom->head);
	if (mem) {
		oom->head.origin.line = mem->head.origin.line;
		oom->mem = mem;
		log_extend(&oom->head, l);
		move_facts(c->facts, mem->head.id, oom->head.id);
		c->mem = mem;
	}
	return oom;
}
