// SPDX-License-Identifier: GPL-2.0-or-later
// A log that is read backwards, one entry at a time: an entry's lines go on in their own order.
// That is one line with a prefix and those without behind it, or an entry of journalctl.
#include "log/held.h"

#include <endian.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "log/undress.h"

enum {
	MOST_HELD = 512, /* lines of one entry */
	BINARY_SIZE = 8, /* bytes of the size of a binary field */
};

struct line_kept {
	char *p;
	size_t n;
	uint32_t no;
};

struct held {
	enum { PREFIXED, EXPORT, VERBOSE } form;
	struct line_kept v[MOST_HELD]; /* the last line first */
	size_t n;
};

/* journalctl -o verbose: "Tue 2025-08-12 03:54:03.123456 UTC [s=...;i=...]" */
static bool begins_verbose(struct str line)
{
	return line.n && line.p[0] != ' ' && str_ends(line, "]") && str_has(line, ";i=") &&
	       str_has(line, " [s=");
}

struct held *held_new(const char *sample, size_t n)
{
	struct held *h = calloc(1, sizeof(*h));
	struct str s = { sample, n };
	ptrdiff_t nl = str_find(s, "\n", 0);

	if (!h)
		return NULL;
	if (str_starts(s, "__CURSOR="))
		h->form = EXPORT;
	else if (nl > 0 && begins_verbose(str_first(s, (size_t)nl)))
		h->form = VERBOSE;
	return h;
}

void held_free(struct held *h)
{
	if (!h)
		return;
	while (h->n)
		free(h->v[--h->n].p);
	free(h);
}

/* A binary value: its size in eight bytes, itself, a newline; cut into lines as it may be. */
static void tell_binary(struct held *h, struct pipeline *p)
{
	_cleanup_free_ char *buf = malloc(LIMIT_LINE_BYTES);
	uint64_t size = UINT64_MAX;
	size_t have = 0;

	while (h->n && (have < BINARY_SIZE || have - BINARY_SIZE <= size)) {
		struct line_kept *l = &h->v[--h->n];
		size_t n = buf && l->n < LIMIT_LINE_BYTES - have ? l->n : 0;

		if (n)
			memcpy(buf + have, l->p, n);
		have += n;
		if (buf && have < LIMIT_LINE_BYTES)
			buf[have++] = '\n';
		if (size == UINT64_MAX && buf && have >= BINARY_SIZE) {
			memcpy(&size, buf, BINARY_SIZE);
			size = le64toh(size);
		}
		free(l->p);
		if (have > BINARY_SIZE && have - BINARY_SIZE > size)
			pipeline_binary(p, (struct str){ buf + BINARY_SIZE, (size_t)size }, l->no);
	}
}

void held_flush(struct held *h, struct pipeline *p)
{
	while (h->n) {
		struct line_kept *l;

		if (pipeline_wants_binary(p)) {
			tell_binary(h, p);
			continue;
		}
		l = &h->v[--h->n];
		pipeline_line(p, (struct str){ l->p, l->n }, l->no);
		free(l->p);
	}
}

static bool begins_entry(const struct held *h, struct str line, uint32_t no)
{
	struct line l;

	switch (h->form) {
	case EXPORT:
		return str_starts(line, "__CURSOR=");
	case VERBOSE:
		return begins_verbose(line);
	case PREFIXED:
		break;
	}
	undress(line, no, &l);
	return l.prefixed || (l.text.n && (l.text.p[0] == '{' || l.text.p[0] == '['));
}

enum status held_line(struct held *h, struct pipeline *p, struct str line, uint32_t no)
{
	struct line_kept *l;

	if (h->n == MOST_HELD || begins_entry(h, line, no)) {
		pipeline_line(p, line, no);
		held_flush(h, p);
		return OK;
	}
	l = &h->v[h->n];
	l->p = malloc(line.n ? line.n : 1);
	if (!l->p)
		return ST_NOMEM;
	if (line.n)
		memcpy(l->p, line.p, line.n);
	l->n = line.n;
	l->no = no;
	h->n++;
	return OK;
}
