// SPDX-License-Identifier: GPL-2.0-or-later
// Parts of split dumps, kept until all evidence was seen: in any order, also with other dumps'
// parts.
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dump/split.h"
#include "evidence/dump.h"

enum { PARTS_MAX = 256 };

struct evidence_parts {
	int fds[PARTS_MAX];
	char *paths[PARTS_MAX];
	bool spooled[PARTS_MAX];
	size_t n;
};

struct evidence_parts *evidence_parts_new(void)
{
	return calloc(1, sizeof(struct evidence_parts));
}

static void forget(struct evidence_parts *p, size_t i)
{
	close(p->fds[i]);
	free(p->paths[i]);
	p->n--;
	memmove(p->fds + i, p->fds + i + 1, (p->n - i) * sizeof(p->fds[0]));
	memmove(p->paths + i, p->paths + i + 1, (p->n - i) * sizeof(p->paths[0]));
	memmove(p->spooled + i, p->spooled + i + 1, (p->n - i) * sizeof(p->spooled[0]));
}

void evidence_parts_free(struct evidence_parts *p)
{
	while (p && p->n)
		forget(p, p->n - 1);
	free(p);
}

bool evidence_parts_take(struct evidence_parts *p, const struct source *s)
{
	if (p->n == PARTS_MAX || !split_is_part(s->fd))
		return false;
	p->fds[p->n] = fcntl(s->fd, F_DUPFD_CLOEXEC, 0);
	p->paths[p->n] = strdup(s->path);
	p->spooled[p->n] = s->spooled;
	if (p->fds[p->n] < 0 || !p->paths[p->n]) {
		if (p->fds[p->n] >= 0)
			close(p->fds[p->n]);
		free(p->paths[p->n]);
		return false;
	}
	p->n++;
	return true;
}

enum status evidence_parts_read(struct facts *f, const struct evidence_options *opt)
{
	struct evidence_parts *p = opt->parts;
	enum status st = OK;

	while (p && p->n && st != ST_NOMEM) {
		int fds[PARTS_MAX];
		size_t which[PARTS_MAX], n = 0;
		bool spooled = false;

		for (size_t i = 0; i < p->n; i++) {
			if (i && !split_same_dump(p->fds[0], p->fds[i]))
				continue;
			spooled |= p->spooled[i];
			which[n] = i;
			fds[n++] = p->fds[i];
		}
		st = evidence_dump(f, fds, n, p->paths[0], opt);
		if (!st && spooled)
			evidence_say_spooled(f);
		while (n)
			forget(p, which[--n]);
	}
	return st == ST_NOMEM ? st : OK;
}
