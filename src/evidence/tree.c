// SPDX-License-Identifier: GPL-2.0-or-later
// A directory as evidence: its regular files and those below, in the order of their names.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "evidence/reading.h"

struct level {
	int fd;
	char *path;
	struct dirent **names;
	int n, at;
};

struct tree {
	struct level levels[LIMIT_DIR_DEPTH];
	int n;
};

static int not_dots(const struct dirent *d)
{
	return strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Takes @p fd and @p path, which are freed with the level. */
static bool enter(struct reading *r, struct tree *t, int fd, char *path)
{
	struct level *l = &t->levels[t->n];

	*l = (struct level){ .fd = fd, .path = path };
	l->n = scandirat(fd, ".", &l->names, not_dots, by_name);
	if (l->n < 0) {
		reading_note(r, path, strerror(errno));
		close(fd);
		free(path);
		return false;
	}
	t->n++;
	return true;
}

static void leave(struct tree *t)
{
	struct level *l = &t->levels[--t->n];

	for (int i = 0; i < l->n; i++)
		free(l->names[i]);
	free(l->names);
	free(l->path);
	close(l->fd);
}

static enum status read_file(struct reading *r, int fd, const char *path)
{
	struct source_fd from = { .fd = fd, .path = path, .opt = r->opt };
	struct source s = { .path = path, .read = source_read_fd, .arg = &from, .fd = fd };
	enum status st = source_init(&s);

	if (!st)
		st = read_source(r, &s);
	source_deinit(&s);
	return st;
}

/* Files of a running kernel are not logs, and reading some of them has effects. */
static bool is_kernel_made(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 &&
	       (fs.f_type == PROC_SUPER_MAGIC || fs.f_type == SYSFS_MAGIC ||
		fs.f_type == DEBUGFS_MAGIC || fs.f_type == TRACEFS_MAGIC);
}

static enum status visit(struct reading *r, struct tree *t, const char *name)
{
	struct level *l = &t->levels[t->n - 1];
	int fd = openat(l->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char *path = NULL;
	enum status st = OK;
	struct stat sb;

	if (fd < 0 && (errno == ELOOP || errno == ENXIO))
		return OK;
	if (asprintf(&path, "%s%s%s", l->path, str_ends(str_c(l->path), "/") ? "" : "/", name) <
	    0) {
		if (fd >= 0)
			close(fd);
		return ST_NOMEM;
	}
	if (fd < 0 || fstat(fd, &sb) != 0) {
		reading_note(r, path, strerror(errno));
	} else if (S_ISDIR(sb.st_mode) && is_memmap_dir(fd)) {
		st = read_memmap_dir(r, fd, path);
	} else if (S_ISDIR(sb.st_mode) && t->n < LIMIT_DIR_DEPTH && !is_kernel_made(fd)) {
		if (enter(r, t, fd, path))
			return OK;
		return OK;
	} else if (S_ISREG(sb.st_mode) && !is_kernel_made(fd)) {
		st = read_file(r, fd, path);
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return st;
}

static enum status walk(struct reading *r, struct tree *t)
{
	enum status st = OK;

	while (t->n && !st) {
		struct level *l = &t->levels[t->n - 1];

		if (l->at == l->n)
			leave(t);
		else
			st = visit(r, t, l->names[l->at++]->d_name);
	}
	while (t->n)
		leave(t);
	return st;
}

enum status read_tree(struct reading *r, int fd, const char *path)
{
	struct reading inner = { .facts = r->facts, .opt = r->opt };
	struct tree *t;
	char *copy;
	int own;
	enum status st;

	if (is_memmap_dir(fd))
		return read_memmap_dir(r, fd, path);
	if (is_kernel_made(fd)) {
		reading_note(r, path,
			     "belongs to the running kernel and is not read as a directory");
		return OK;
	}
	t = calloc(1, sizeof(*t));
	copy = strdup(path);
	own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (!t || !copy || own < 0) {
		free(t);
		free(copy);
		if (own >= 0)
			close(own);
		return ST_NOMEM;
	}
	if (!enter(r, t, own, copy)) {
		free(t);
		return OK;
	}
	st = walk(&inner, t);
	free(t);
	r->n_read += inner.n_read;
	if (!inner.n_read)
		reading_note(r, path, "a directory without evidence");
	return st;
}
