// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes of one piece of evidence, wherever they come from.
#include "evidence/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

ssize_t source_read_fd(void *arg_source_fd, void *buf, size_t n, const char **why)
{
	struct source_fd *s = arg_source_fd;
	ssize_t got;

	do
		got = read(s->fd, buf, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		*why = strerror(errno);
	if (got > 0)
		s->done += (unsigned long long)got;
	if (got > 0 && s->opt->progress)
		s->opt->progress(s->opt->progress_arg, s->path, s->done, s->size);
	return got;
}

enum status source_init(struct source *s)
{
	s->head = malloc(SOURCE_SAMPLE);
	return s->head ? OK : ST_NOMEM;
}

void source_deinit(struct source *s)
{
	free(s->head);
}

static size_t read_some(struct source *s, void *buf, size_t n)
{
	const char *why = "cannot be read";
	ssize_t got;

	if (s->why)
		return 0;
	got = s->read(s->arg, buf, n, &why);
	if (got < 0)
		s->why = why;
	return got > 0 ? (size_t)got : 0;
}

struct str source_sample(struct source *s)
{
	size_t got = 1;

	if (s->at_head) {
		memmove(s->head, s->head + s->at_head, s->n_head - s->at_head);
		s->n_head -= s->at_head;
		s->at_head = 0;
	}
	while (got && s->n_head < SOURCE_SAMPLE) {
		got = read_some(s, s->head + s->n_head, SOURCE_SAMPLE - s->n_head);
		s->n_head += got;
	}
	return (struct str){ s->head, s->n_head };
}

size_t source_read(struct source *s, void *buf, size_t n)
{
	size_t left = s->n_head - s->at_head;

	if (!left)
		return read_some(s, buf, n);
	n = n < left ? n : left;
	memcpy(buf, s->head + s->at_head, n);
	s->at_head += n;
	return n;
}

static size_t leading_nuls(const char *p, size_t n)
{
	size_t i = 0;

	if (n && p[0] == 0 && memcmp(p, p + 1, n - 1) == 0)
		return n;
	while (i < n && p[i] == 0)
		i++;
	return i;
}

/* Over a hole of a sparse file. */
static void skip_hole(struct source *s)
{
	off_t at, data;

	if (s->fd < 0)
		return;
	at = lseek(s->fd, 0, SEEK_CUR);
	data = lseek(s->fd, at, SEEK_DATA);
	if (data < 0) /* nothing but a hole up to the end, or it cannot tell */
		(void)lseek(s->fd, errno == ENXIO ? 0 : at, errno == ENXIO ? SEEK_END : SEEK_SET);
}

bool source_skip_nuls(struct source *s)
{
	struct str sample = source_sample(s);
	size_t n = leading_nuls(sample.p, sample.n);

	if (!n)
		return sample.n > 0;
	s->has_hole = true;
	while (sample.n && n == sample.n) {
		s->n_head = s->at_head = 0;
		skip_hole(s);
		sample = source_sample(s);
		n = leading_nuls(sample.p, sample.n);
	}
	s->at_head = n;
	return source_sample(s).n > 0;
}

static int temporary_file(void)
{
	static const char *const places[] = { NULL, "/var/tmp", "/tmp" };
	int fd = -1;

	for (size_t i = 0; fd < 0 && i < sizeof(places) / sizeof(places[0]); i++) {
		const char *dir = i ? places[i] : getenv("TMPDIR");

		if (dir)
			fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		if (dir && fd < 0) {
			char name[4096];
			int n = snprintf(name, sizeof(name), "%s/mmwhy-XXXXXX", dir);

			if (n > 0 && (size_t)n < sizeof(name))
				fd = mkostemp(name, O_CLOEXEC);
			if (fd >= 0)
				(void)unlink(name);
		}
	}
	return fd;
}

static bool write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t did = write(fd, p, n);

		if (did < 0 && errno == EINTR)
			continue;
		if (did <= 0)
			return false;
		p += did;
		n -= (size_t)did;
	}
	return true;
}

enum status source_spool(struct source *s)
{
	int fd = temporary_file();
	char *buf = malloc(SOURCE_BLOCK);
	size_t n;
	bool ok = fd >= 0 && buf;

	while (ok && (n = source_read(s, buf, SOURCE_BLOCK)))
		ok = write_all(fd, buf, n);
	free(buf);
	if (!ok || lseek(fd, 0, SEEK_SET) != 0) {
		if (fd >= 0)
			close(fd);
		return ST_OS;
	}
	s->fd = fd;
	s->spooled = true;
	s->has_hole = false;
	return OK;
}
