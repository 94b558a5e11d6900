// SPDX-License-Identifier: GPL-2.0-or-later
// From a physical line to the parsers.
#include "log/pipeline.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "log/around.h"
#include "log/clean.h"
#include "log/envelope.h"
#include "log/logcat.h"
#include "log/undress.h"
#include "log/wrap.h"

enum { DEPTH = 3 }; /* envelopes in envelopes */

struct pipeline {
	struct cleaner cleaner;
	struct wrap *wrap;
	struct envelope envelope;
	/* a line of HTML, whose newline was only a blank */
	char *soft;
	size_t n_soft;
	bool is_soft;
	uint32_t no, last_no; /* of the line that is being told */
	struct str raw;	      /* it */
	char *physical;	      /* decoded */
	size_t n_glued;	      /* of it, what the encoding cut from its line */
	char *decoded[DEPTH]; /* a string of each depth of envelopes */
	char *partial;	      /* what the container runtime or netconsole cut in pieces */
	size_t n_partial;
	size_t n_piece_head; /* netconsole's: of that, what stands before the text */
	bool in_record;	     /* the line before was a record, or of its dictionary */
	uint64_t kernel_lines;
	bool numbered; /* whoever printed the lines put their numbers first */
};

struct pipeline *pipeline_new(const struct pipeline_sink *sink)
{
	struct pipeline *p = calloc(1, sizeof(*p));
	struct wrap_sink to = { sink->line, sink->is_head, sink->arg };
	bool ok = p != NULL;

	if (!p)
		return NULL;
	p->wrap = wrap_new(&to);
	p->soft = malloc(LIMIT_JOINED_BYTES);
	p->partial = malloc(LIMIT_JOINED_BYTES);
	p->physical = malloc(LIMIT_JOINED_BYTES);
	ok = p->wrap && p->soft && p->partial && p->physical;
	for (int i = 0; i < DEPTH; i++) {
		p->decoded[i] = malloc(LIMIT_JOINED_BYTES);
		ok = ok && p->decoded[i];
	}
	if (!ok) {
		pipeline_free(p);
		return NULL;
	}
	return p;
}

void pipeline_free(struct pipeline *p)
{
	if (!p)
		return;
	for (int i = 0; i < DEPTH; i++)
		free(p->decoded[i]);
	wrap_free(p->wrap);
	free(p->physical);
	free(p->partial);
	free(p->soft);
	free(p);
}

/* How a message came: what envelopes around it said, and how deep it lay. */
struct layer {
	struct pipeline *p;
	const struct message *m; /* NULL: in none */
	int depth;
	bool alone;
};

static void tell_text(const struct layer *layer, struct str text);

static void tell_message(void *arg, const struct message *m)
{
	const struct layer *outer = arg;
	struct layer inner = { outer->p, m, outer->depth + 1, true };

	tell_text(&inner, m->text);
}

static void apply_message(struct undressed *u, const struct message *m)
{
	if (!m)
		return;
	u->line.prefixed = true;
	u->kernel |= m->kernel;
	if (!u->line.time_ns.known)
		u->line.time_ns = m->time_ns;
	if (!u->line.wall.n)
		u->line.wall = m->wall;
	if (u->line.priority < 0)
		u->line.priority = m->priority;
}

static void add_partial(struct pipeline *p, struct str s)
{
	s = str_first(s, LIMIT_JOINED_BYTES - p->n_partial);
	memcpy(p->partial + p->n_partial, s.p, s.n);
	p->n_partial += s.n;
}

static void tell_gathered(struct pipeline *p)
{
	struct layer whole = { p, NULL, 1, true };
	struct str s = { p->partial, p->n_partial };

	p->n_partial = p->n_piece_head = 0;
	if (s.n)
		tell_text(&whole, s);
}

/* A record that netconsole cut is one again; a piece whose neighbour was lost stands for nothing.
 */
static void gather_piece(struct pipeline *p, const struct undressed *u)
{
	if (!u->offset) {
		tell_gathered(p);
		add_partial(p, u->record_head);
		add_partial(p, str_c(";"));
		p->n_piece_head = p->n_partial;
	} else if (!p->n_piece_head || p->n_partial - p->n_piece_head != u->offset) {
		tell_gathered(p);
		return;
	}
	add_partial(p, u->line.text);
	if (!u->partial)
		tell_gathered(p);
}

/* A container's line that was cut in pieces is one message again. @return whether it waits for the
 * rest. */
static bool gather(const struct layer *layer, const struct undressed *u)
{
	struct pipeline *p = layer->p;

	if (layer->depth)
		return false;
	if (u->piece) {
		gather_piece(p, u);
		return true;
	}
	if (p->n_piece_head) /* its end was lost */
		tell_gathered(p);
	if (!u->partial && !p->n_partial)
		return false;
	add_partial(p, u->line.text);
	if (!u->partial)
		tell_gathered(p);
	return true;
}

/* " SUBSYSTEM=pci" behind a record: msg_print_ext_body() of its dictionary */
static bool of_dictionary(struct pipeline *p, const struct undressed *u)
{
	struct scan sc = scan_of(u->line.raw);
	struct str key;

	if (u->record || u->line.prefixed || u->quotes) {
		p->in_record = u->record;
		return false;
	}
	p->in_record = p->in_record && scan_char(&sc, ' ') && scan_name(&sc, "", &key) &&
		       scan_char(&sc, '=');
	return p->in_record;
}

static bool open_envelope(const struct layer *layer, struct str s)
{
	struct pipeline *p = layer->p;

	if (layer->depth >= DEPTH)
		return false;
	p->envelope.buf = p->decoded[layer->depth];
	if (layer->depth)
		return envelope_open_json(&p->envelope, s, tell_message, (void *)layer);
	return envelope_open(&p->envelope, s, tell_message, (void *)layer);
}

/* One message, which may be an envelope itself. @return what stands in the same line behind it. */
static struct str tell_line(const struct layer *layer, struct str s)
{
	struct pipeline *p = layer->p;
	struct undressed u;

	if (open_envelope(layer, s))
		return (struct str){ 0 };
	undress_all(s, p->no, &u);
	if (of_dictionary(p, &u))
		return (struct str){ 0 };
	if (gather(layer, &u))
		return u.rest;
	if (str_starts(u.line.text, "{") && open_envelope(layer, u.line.text))
		return u.rest;
	if (u.tag.n && layer->depth < DEPTH)
		u.line.text = logcat_join(u.tag, u.line.text, p->decoded[layer->depth],
					  LIMIT_JOINED_BYTES);
	apply_message(&u, layer->m);
	u.line.raw = p->raw;
	u.line.last_no = p->last_no;
	if (u.line.time_ns.known)
		u.line.time_ns.line = p->no;
	p->kernel_lines += u.kernel;
	wrap_push(p->wrap, &u, layer->alone || u.rest.n);
	return u.rest;
}

/* The messages of one text. */
static void tell_text(const struct layer *layer, struct str text)
{
	struct layer several = *layer;

	several.alone |= text.n && memchr(text.p, '\n', text.n) != NULL;
	for (;;) {
		const char *nl = text.n ? memchr(text.p, '\n', text.n) : NULL;
		struct str one = nl ? str_first(text, (size_t)(nl - text.p)) : text;

		do
			one = tell_line(&several, one);
		while (one.n);
		if (!nl)
			return;
		text = str_from(text, (size_t)(nl - text.p) + 1);
	}
}

static void tell_physical(struct pipeline *p, struct str s, uint32_t last_no, bool alone)
{
	struct layer layer = { p, NULL, 0, alone };

	p->raw = s;
	p->last_no = last_no;
	tell_text(&layer, s);
}

static void add_soft(struct pipeline *p, struct str s)
{
	size_t room = LIMIT_JOINED_BYTES - p->n_soft;

	if (room && p->n_soft) {
		p->soft[p->n_soft++] = ' ';
		room--;
	}
	s = str_first(s, room);
	memcpy(p->soft + p->n_soft, s.p, s.n);
	p->n_soft += s.n;
}

static void flush_soft(struct pipeline *p, uint32_t last_no)
{
	struct str s = { p->soft, p->n_soft };

	p->is_soft = false;
	p->n_soft = 0;
	tell_physical(p, s, last_no, true);
}

/* A decoded line, which stands in p->physical; @p alone: no mailer's margin made it. */
static void tell_decoded(struct pipeline *p, size_t n, uint32_t no, bool alone)
{
	enum line_end end;
	struct str s = { p->physical, clean_line(&p->cleaner, p->physical, n, &end) };

	if (end == END_HARD && !p->is_soft) {
		tell_physical(p, s, no, alone || (p->cleaner.flow && !p->cleaner.pre));
		return;
	}
	add_soft(p, s);
	p->is_soft = end == END_BLANK;
	if (!p->is_soft)
		flush_soft(p, no);
}

/* "a=0A=": the line ends there all the same. @return how much of the @p n bytes it leaves. */
static size_t tell_whole_lines(struct pipeline *p, size_t n, uint32_t no)
{
	const char *nl = n ? memrchr(p->physical, '\n', n) : NULL;
	size_t whole = nl ? (size_t)(nl - p->physical) : 0;

	if (!nl)
		return n;
	tell_decoded(p, whole, no, true);
	memmove(p->physical, p->physical + whole + 1, n - whole - 1);
	p->no = no;
	return n - whole - 1;
}

void pipeline_numbered(struct pipeline *p)
{
	p->numbered = true;
}

void pipeline_line(struct pipeline *p, struct str line, uint32_t no)
{
	char *buf = p->physical + p->n_glued;
	uint64_t ignored;
	bool glue;
	size_t n;

	if (p->numbered)
		line = str_from(line, around_line_number(line, &ignored));
	line = str_first(line, LIMIT_JOINED_BYTES - p->n_glued);
	if (line.n)
		memcpy(buf, line.p, line.n);
	if (!p->is_soft && !p->n_glued)
		p->no = no;
	n = p->n_glued + clean_encoding(&p->cleaner, buf, line.n, &glue);
	p->n_glued = glue ? tell_whole_lines(p, n, no) : 0;
	if (!glue)
		tell_decoded(p, n, no, false);
}

void pipeline_flush(struct pipeline *p)
{
	if (p->n_glued)
		tell_decoded(p, p->n_glued, p->no, false);
	p->n_glued = 0;
	if (p->is_soft)
		flush_soft(p, p->last_no > p->no ? p->last_no : p->no);
	if (p->n_piece_head)
		tell_gathered(p);
	wrap_flush(p->wrap);
}

bool pipeline_busy(const struct pipeline *p)
{
	return p->is_soft || p->n_glued || p->n_partial || p->envelope.binary || p->cleaner.flow ||
	       p->cleaner.quoted_printable;
}

bool pipeline_wants_binary(const struct pipeline *p)
{
	return p->envelope.binary;
}

void pipeline_binary(struct pipeline *p, struct str value, uint32_t no)
{
	struct layer layer = { p, NULL, 0, true };

	p->no = p->last_no = no;
	p->raw = value;
	p->envelope.buf = p->decoded[0];
	envelope_binary(&p->envelope, value, tell_message, &layer);
}

uint64_t pipeline_kernel_lines(const struct pipeline *p)
{
	return p->kernel_lines;
}
