// SPDX-License-Identifier: GPL-2.0-or-later
// /sys/firmware/memmap inside an archive: members N/start, N/end and N/type, in any order.
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "evidence/reading.h"
#include "proc/map_facts.h"

/* A sysfs file claims a page, which an archiver that believes it fills up with NULs. */
enum { MEMBERS_MAX = 16384, TEXT_MAX = 64, CLAIMED = 4096 };

enum part { START, END, TYPE, PARTS };

struct memmap_member {
	char *dir; /* "host/sys/firmware/memmap/" */
	uint64_t no;
	char text[PARTS][TEXT_MAX];
};

static const char *const names[PARTS] = { "start", "end", "type" };

/* ".../N/start" @return where "N/" begins, -1 if it is another's name. */
static ptrdiff_t scan_member(const char *name, uint64_t *no, enum part *part)
{
	struct str s = str_c(name), number;
	ptrdiff_t slash = str_find_last(s, "/"), begin;

	if (slash <= 0)
		return -1;
	*part = START;
	while (*part < PARTS && !str_is(str_from(s, (size_t)slash + 1), names[*part]))
		++*part;
	s = str_first(s, (size_t)slash);
	begin = str_find_last(s, "/") + 1;
	number = str_from(s, (size_t)begin);
	return *part < PARTS && str_to_u64(number, 10, no) ? begin : -1;
}

/* Its files mostly stand beside each other. */
static struct memmap_member *member_of(struct memmap_members *m, struct str dir, uint64_t no)
{
	struct memmap_member *grown;

	for (size_t i = m->n; i-- && m->n - i <= 4096;)
		if (m->v[i].no == no && str_eq(str_c(m->v[i].dir), dir))
			return &m->v[i];
	if (m->n == m->size) {
		m->size = m->size ? m->size * 2 : 64;
		grown = realloc(m->v, m->size * sizeof(*grown));
		if (!grown)
			return NULL;
		m->v = grown;
	}
	m->v[m->n] = (struct memmap_member){ .dir = strndup(dir.p, dir.n), .no = no };
	return m->v[m->n].dir ? &m->v[m->n++] : NULL;
}

bool memmap_members_take(struct memmap_members *m, struct archive *a, struct archive_entry *e,
			 enum status *st)
{
	const char *name = archive_entry_pathname(e);
	struct memmap_member *member;
	char buf[CLAIMED];
	uint64_t no;
	enum part part;
	ptrdiff_t at = name ? scan_member(name, &no, &part) : -1;
	la_ssize_t got;

	if (at < 0 || m->n == MEMBERS_MAX || archive_entry_size(e) > CLAIMED)
		return false;
	member = member_of(m, str_first(str_c(name), (size_t)at), no);
	if (!member) {
		*st = ST_NOMEM;
		return false;
	}
	got = archive_read_data(a, buf, sizeof(buf));
	if (got > 0)
		snprintf(member->text[part], TEXT_MAX, "%.*s", (int)strnlen(buf, (size_t)got), buf);
	return true;
}

static int by_dir_and_number(const void *a, const void *b)
{
	const struct memmap_member *x = a, *y = b;
	int c = strcmp(x->dir, y->dir);

	return c ? c : (x->no > y->no) - (x->no < y->no);
}

/* One folder: entries 0, 1, ... up to the first that is not there or makes no sense. */
static enum status read_folder(struct reading *r, const struct memmap_member *v, size_t n,
			       const char *path)
{
	_cleanup_free_ char *full = NULL;
	uint32_t index, i = 0;

	if (v->no || !v->text[START][0] || !v->text[END][0] || !v->text[TYPE][0])
		return OK;
	if (asprintf(&full, "%s%s%.*s", path, *v->dir ? "/" : "", (int)strlen(v->dir) - !!*v->dir,
		     v->dir) < 0)
		return ST_NOMEM;
	index = facts_add_evidence(r->facts, full, "snapshot");
	while (i < n && v[i].no == i &&
	       firmware_memmap_entry(r->facts, index, i + 1, str_c(v[i].text[START]),
				     str_c(v[i].text[END]), str_c(v[i].text[TYPE])))
		i++;
	r->facts->evidence[index]->lines = i;
	r->facts->evidence[index]->lines_taken = i;
	firmware_memmap_end(r->facts, index);
	r->n_read++;
	return r->facts->arena.failed ? ST_NOMEM : OK;
}

enum status memmap_members_read(struct memmap_members *m, struct reading *r, const char *path)
{
	enum status st = OK;

	if (m->n)
		qsort(m->v, m->n, sizeof(*m->v), by_dir_and_number);
	for (size_t i = 0, k; i < m->n && !st; i = k) {
		for (k = i + 1; k < m->n && strcmp(m->v[k].dir, m->v[i].dir) == 0;)
			k++;
		st = read_folder(r, m->v + i, k - i, path);
	}
	for (size_t i = 0; i < m->n; i++)
		free(m->v[i].dir);
	free(m->v);
	*m = (struct memmap_members){ 0 };
	return st;
}
