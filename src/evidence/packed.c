// SPDX-License-Identifier: GPL-2.0-or-later
// Compressed files and archives, through libarchive; also inside each other.
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "evidence/reading.h"

bool is_packed(struct str s)
{
	static const struct {
		size_t at;
		struct str magic;
	} kinds[] = {

		{ 0, STR("\xfd"
			 "7zXZ\0") },
		{ 0, STR("\x28\xb5\x2f\xfd") },
		{ 0, STR("BZh") },
		{ 0, STR("\x04\x22\x4d\x18") },
		{ 0, STR("\x5d\0\0") },
		{ 0, STR("\x1f\x9d") },
		{ 0, STR("PK\x03\x04") },
		{ 0, STR("7z\xbc\xaf\x27\x1c") },
		{ 257, STR("ustar") },
		{ 0, STR("070701") },
		{ 0, STR("070702") },
		{ 0, STR("070707") },
		{ 0, STR("\xc7\x71") },
		{ 0, STR("!<arch>\n") },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (s.n >= kinds[i].at + kinds[i].magic.n &&
		    memcmp(s.p + kinds[i].at, kinds[i].magic.p, kinds[i].magic.n) == 0)
			return true;
	return false;
}

/* libarchive reading from a source. */
struct feed {
	struct source *source;
	char *buf; /* SOURCE_BLOCK */
};

static la_ssize_t feed_read(struct archive *a, void *arg, const void **ret)
{
	struct feed *feed = arg;
	size_t n = source_read(feed->source, feed->buf, SOURCE_BLOCK);

	*ret = feed->buf;
	if (!n && feed->source->why) {
		archive_set_error(a, EIO, "%s", feed->source->why);
		return -1;
	}
	return (la_ssize_t)n;
}

/* A source reading from libarchive. */
static ssize_t member_read(void *arg, void *buf, size_t n, const char **why)
{
	struct archive *a = arg;
	la_ssize_t got = archive_read_data(a, buf, n);

	if (got < 0) {
		*why = archive_error_string(a);
		if (!*why)
			*why = "damaged";
	}
	return got;
}

static struct archive *open_archive(struct feed *feed)
{
	struct archive *a = archive_read_new();

	if (!a)
		return NULL;
	/* those that libarchive reads itself: no other program is started */
	archive_read_support_filter_xz(a);
	archive_read_support_filter_lzma(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_lz4(a);
	archive_read_support_filter_compress(a);
	archive_read_support_format_tar(a);
	archive_read_support_format_cpio(a);
	archive_read_support_format_zip_streamable(a);
	archive_read_support_format_7zip(a);
	archive_read_support_format_ar(a);
	archive_read_support_format_raw(a);
	archive_read_support_format_empty(a);
	if (archive_read_open2(a, feed, NULL, feed_read, NULL, NULL) < ARCHIVE_WARN) {
		feed->source->why = feed->source->why ? feed->source->why : "damaged";
		archive_read_free(a);
		return NULL;
	}
	return a;
}

static enum status read_member(struct reading *r, struct source *outer, struct archive *a,
			       const char *name)
{
	bool raw = archive_format(a) == ARCHIVE_FORMAT_RAW;
	struct reading inner = { .facts = r->facts,
				 .opt = r->opt,
				 .depth = r->depth + !raw,
				 .packed = raw ? r->packed + 1 : 0,
				 .named = r->named && raw };
	struct source s = { .path = outer->path, .read = member_read, .arg = a, .fd = -1 };
	char *path = NULL;
	enum status st;

	if (!raw && asprintf(&path, "%s/%s", outer->path, name) < 0)
		return ST_NOMEM;
	if (path)
		s.path = path;
	st = source_init(&s);
	if (!st)
		st = read_source(&inner, &s);
	r->n_read += inner.n_read;
	source_deinit(&s);
	free(path);
	return st;
}

static enum status read_members(struct reading *r, struct source *s, struct archive *a)
{
	struct memmap_members memmap = { 0 };
	struct archive_entry *entry;
	enum status st = OK;
	int got = ARCHIVE_OK;
	size_t members = 0;

	while (!st && (got = archive_read_next_header(a, &entry)) >= ARCHIVE_WARN) {
		const char *name = archive_entry_pathname(entry);
		bool raw = archive_format(a) == ARCHIVE_FORMAT_RAW;

		if (got == ARCHIVE_EOF)
			break;
		members += !raw;
		if (!raw && archive_entry_filetype(entry) != AE_IFREG)
			continue;
		if (raw || !memmap_members_take(&memmap, a, entry, &st))
			st = st ? st : read_member(r, s, a, name ? name : "?");
	}
	if (memmap_members_read(&memmap, r, s->path) == ST_NOMEM)
		st = ST_NOMEM;
	if (got < ARCHIVE_WARN)
		reading_note(r, s->path,
			     archive_error_string(a) ? archive_error_string(a) : "damaged");
	else if (r->named && members && !r->n_read)
		reading_note(r, s->path, "an archive without evidence");
	return st;
}

enum status read_packed(struct reading *r, struct source *s)
{
	struct feed feed = { s, NULL };
	struct archive *a;
	enum status st;

	feed.buf = malloc(SOURCE_BLOCK);
	if (!feed.buf)
		return ST_NOMEM;
	a = open_archive(&feed);
	if (!a) {
		reading_note(r, s->path, s->why);
		free(feed.buf);
		return OK;
	}
	st = read_members(r, s, a);
	archive_read_free(a);
	free(feed.buf);
	return st;
}
