// SPDX-License-Identifier: GPL-2.0-or-later
// A log as evidence: read forwards, or from its end if it has the newest line first.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "evidence/reading.h"
#include "log/log.h"

bool is_log(struct str sample)
{
	return log_look(sample.p, sample.n).looks_like_text;
}

static enum status read_forwards(struct source *s, struct log *log)
{
	_cleanup_free_ char *buf = malloc(SOURCE_BLOCK);
	enum status st = buf ? OK : ST_NOMEM;
	size_t n;

	while (!st && (n = source_read(s, buf, SOURCE_BLOCK)))
		st = log_feed(log, buf, n);
	return st;
}

static uint64_t count_lines(int fd, char *buf, off_t *ret_size)
{
	uint64_t lines = 0;
	off_t at = 0;
	char last = '\n';
	ssize_t n;

	while ((n = pread(fd, buf, SOURCE_BLOCK, at)) > 0) {
		const char *p = buf, *end = buf + n, *nl;

		while (p < end && (nl = memchr(p, '\n', (size_t)(end - p)))) {
			lines++;
			p = nl + 1;
		}
		last = end[-1];
		at += n;
	}
	*ret_size = at;
	return lines + (last != '\n');
}

/* A line that is put together from its end. */
struct backwards {
	struct log *log;
	char *line; /* LIMIT_LINE_BYTES */
	size_t n;
	uint64_t no;
	enum status st;
};

/* Puts a piece before what is there; of a line too long, its beginning stays. */
static void prepend(struct backwards *b, const char *p, size_t n)
{
	size_t keep;

	n = n < LIMIT_LINE_BYTES ? n : LIMIT_LINE_BYTES;
	keep = LIMIT_LINE_BYTES - n < b->n ? LIMIT_LINE_BYTES - n : b->n;
	memmove(b->line + n, b->line, keep);
	memcpy(b->line, p, n);
	b->n = n + keep;
}

static void line_is_whole(struct backwards *b)
{
	uint32_t no = b->no < UINT32_MAX ? (uint32_t)b->no : UINT32_MAX;

	if (b->no && !b->st)
		b->st = log_feed_line(b->log, b->line, b->n, no);
	b->no -= b->no > 0;
	b->n = 0;
}

/* The lines of a block, last first; what stands before its first newline stays in the line. */
static void block_backwards(struct backwards *b, const char *p, size_t n)
{
	while (n && !b->st) {
		const char *nl = memrchr(p, '\n', n);
		size_t from = nl ? (size_t)(nl - p) + 1 : 0;

		prepend(b, p + from, n - from);
		if (!nl)
			return;
		line_is_whole(b);
		n = from - 1;
	}
}

static enum status read_backwards(int fd, struct log *log)
{
	_cleanup_free_ char *buf = malloc(SOURCE_BLOCK), *line = malloc(LIMIT_LINE_BYTES);
	struct backwards b = { .log = log, .line = line };
	off_t at;
	char last;

	if (!buf || !line)
		return ST_NOMEM;
	b.no = count_lines(fd, buf, &at);
	/* the newline at the end begins no line */
	if (at && pread(fd, &last, 1, at - 1) == 1 && last == '\n')
		at--;
	while (at > 0 && !b.st) {
		off_t from = at > SOURCE_BLOCK ? at - SOURCE_BLOCK : 0;
		ssize_t n = pread(fd, buf, (size_t)(at - from), from);

		if (n <= 0)
			break;
		block_backwards(&b, buf, (size_t)n);
		at = from;
	}
	line_is_whole(&b);
	return b.st;
}

static void tell_cut(struct reading *r, const struct source *s, uint64_t lines)
{
	char what[256];

	snprintf(what, sizeof(what), "%s; the %llu lines before that were read", s->why,
		 (unsigned long long)lines);
	reading_note(r, s->path, what);
}

/* What held nothing is only kept where the user named it. */
static void judge(struct reading *r, const struct source *s, uint32_t index, bool saw_kernel)
{
	struct facts *f = r->facts;
	struct evidence *e = f->evidence[index];

	if (s->why)
		tell_cut(r, s, e->lines);
	if (!saw_kernel) {
		if (!r->named) {
			f->n_evidence--;
			return;
		}
		e->note = arena_str(&f->arena, STR("no kernel messages found"));
	}
	r->n_read++;
}

enum status read_log(struct reading *r, struct source *s)
{
	struct str sample = source_sample(s);
	struct log_shape shape = log_look(sample.p, sample.n);
	uint64_t lines, taken;
	enum status st;
	uint32_t index;
	struct log *log;
	int spooled = -1;

	index = facts_add_evidence(r->facts, s->path, "log");
	log = log_new(r->facts, index, sample.p, sample.n);
	if (!log)
		return ST_NOMEM;
	if (shape.newest_first && (s->fd < 0 || s->has_hole)) {
		if (source_spool(s)) {
			reading_note(r, s->path, "newest line first, and no room to turn it round");
			shape.newest_first = false;
		} else {
			spooled = s->fd;
		}
	}
	st = shape.newest_first ? read_backwards(s->fd, log) : read_forwards(s, log);
	if (!st)
		st = log_finish(log, &lines, &taken);
	if (!st) {
		r->facts->evidence[index]->lines = lines;
		r->facts->evidence[index]->lines_taken = taken;
		judge(r, s, index, log_saw_kernel(log));
	}
	log_free(log);
	if (spooled >= 0) {
		close(spooled);
		s->fd = -1;
	}
	return st;
}
