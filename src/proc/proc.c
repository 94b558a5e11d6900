// SPDX-License-Identifier: GPL-2.0-or-later
// The table of files, and the lines of those that are read line by line.
#include "proc/proc.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/limits.h"

#define PROC_FILE(stem) extern const struct proc_file proc_file_##stem;
#include "proc/files.def"
#undef PROC_FILE

const struct proc_file *const proc_files[] = {
#define PROC_FILE(stem) &proc_file_##stem,
#include "proc/files.def"
#undef PROC_FILE
};
const size_t n_proc_files = ARRAY_SIZE(proc_files);

const struct proc_file *proc_file_of(struct str sample)
{
	for (size_t i = 0; i < n_proc_files; i++)
		if (proc_files[i]->probe(sample))
			return proc_files[i];
	return NULL;
}

void *proc_fact(struct proc_ctx *c, enum fact_kind kind, struct str text, uint32_t no)
{
	facts_cite(c->facts, c->evidence, no, text);
	return fact_add(c->facts, kind, (struct origin){ .evidence = c->evidence, .line = no });
}

struct str proc_str(struct proc_ctx *c, struct str s)
{
	return arena_str(&c->facts->arena, s);
}

static void tell(const struct proc_file *file, struct proc_ctx *c, struct str text)
{
	if (text.n && text.p[text.n - 1] == '\r')
		text.n--;
	if (c->lines < UINT32_MAX)
		c->lines++;
	if (!c->facts->arena.failed)
		c->lines_taken += file->line(c, text, (uint32_t)c->lines);
}

/* Tells the whole lines of a buffer. @return how many bytes they were. */
static size_t tell_lines(const struct proc_file *file, struct proc_ctx *c, struct str buf)
{
	size_t at = 0;
	const char *nl;

	while (at < buf.n && (nl = memchr(buf.p + at, '\n', buf.n - at))) {
		tell(file, c, (struct str){ buf.p + at, (size_t)(nl - buf.p) - at });
		at = (size_t)(nl - buf.p) + 1;
	}
	return at;
}

/* Of a line that is too long, what the buffer holds counts as the line, and what follows as the
 * next: no such file has one. */
static enum status read_lines(const struct proc_file *file, struct proc_ctx *c)
{
	_cleanup_free_ char *buf = malloc(LIMIT_LINE_BYTES);
	size_t have = 0, got, used;

	if (!buf)
		return ST_NOMEM;
	while ((got = c->in.read(c->in.arg, buf + have, LIMIT_LINE_BYTES - have))) {
		have += got;
		used = tell_lines(file, c, (struct str){ buf, have });
		if (!used && have == LIMIT_LINE_BYTES) {
			tell(file, c, (struct str){ buf, have });
			used = have;
		}
		memmove(buf, buf + used, have - used);
		have -= used;
	}
	if (have)
		tell(file, c, (struct str){ buf, have });
	return OK;
}

enum status proc_read(const struct proc_file *file, struct facts *f, uint32_t evidence,
		      const struct proc_input *in)
{
	struct proc_ctx c = { .facts = f, .evidence = evidence, .in = *in };
	_cleanup_free_ void *state = calloc(1, file->state_size ? file->state_size : 1);
	enum status st;

	if (!state)
		return ST_NOMEM;
	c.state = state;
	st = file->read ? file->read(&c) : read_lines(file, &c);
	if (!st && file->end && !f->arena.failed)
		file->end(&c);
	f->evidence[evidence]->lines = c.lines;
	f->evidence[evidence]->lines_taken = c.lines_taken;
	return f->arena.failed ? ST_NOMEM : st;
}
