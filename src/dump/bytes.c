// SPDX-License-Identifier: GPL-2.0-or-later
// A dump file as one run of bytes; the flattened format is makedumpfile's.
#include "dump/bytes.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A flattened file's records begin here, each with its offset and size in front. */
enum { FLAT_HEADER_SIZE = 4096, RECORD_HEADER = 16, OVERLAPS_MAX = 16 };

/*
 * A run of records of one size that follow each other in both files: what writes them flushes a
 * buffer again and again, and an index of single records would grow with the dump.
 */
struct record {
	uint64_t off, size; /* of the first, in the file described */
	uint64_t at;	    /* its bytes, in the file there is */
	uint64_t count;
};

static uint64_t run_size(const struct record *r)
{
	return r->size * r->count;
}

struct bytes {
	const char *map; /* NULL: it can be read only, as /proc/kcore */
	int fd;
	uint64_t file_size, size;
	struct record *records; /* ascending by off; NULL: plain */
	size_t n_records;
	bool truncated;
};

static uint64_t be64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return be64toh(v);
}

static bool is_flattened(const struct bytes *b)
{
	/* struct makedumpfile_header: char signature[16]; int64 type = 1, version = 1 */
	return b->map && b->file_size >= FLAT_HEADER_SIZE &&
	       memcmp(b->map, "makedumpfile", 13) == 0 && be64(b->map + 16) == 1;
}

static int by_off(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	if (x->off != y->off)
		return x->off < y->off ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static void sort_records(struct bytes *b)
{
	bool sorted = true;

	for (size_t i = 1; i < b->n_records; i++)
		sorted &= b->records[i - 1].off + run_size(&b->records[i - 1]) <= b->records[i].off;
	if (!sorted)
		qsort(b->records, b->n_records, sizeof(b->records[0]), by_off);
}

static enum status add_record(struct bytes *b, struct record r, size_t *room)
{
	struct record *last = b->n_records ? &b->records[b->n_records - 1] : NULL;
	struct record *bigger;

	if (last && last->size == r.size && last->off + run_size(last) == r.off &&
	    last->at + run_size(last) + last->count * RECORD_HEADER == r.at) {
		last->count++;
		return OK;
	}
	if (b->n_records == *room) {
		*room = *room ? 2 * *room : 64;
		bigger = reallocarray(b->records, *room, sizeof(*bigger));
		if (!bigger)
			return ST_NOMEM;
		b->records = bigger;
	}
	b->records[b->n_records++] = r;
	return OK;
}

static enum status index_records(struct bytes *b)
{
	uint64_t at = FLAT_HEADER_SIZE;
	size_t room = 0;

	b->truncated = true;
	while (b->file_size - at >= RECORD_HEADER) {
		struct record r = { .off = be64(b->map + at),
				    .size = be64(b->map + at + 8),
				    .count = 1 };
		uint64_t end;
		enum status st;

		if (r.off == UINT64_MAX && r.size == UINT64_MAX) {
			b->truncated = false;
			break;
		}
		at += RECORD_HEADER;
		if (r.size > b->file_size - at)
			r.size = b->file_size - at;
		if (!r.size)
			continue;
		if (__builtin_add_overflow(r.off, r.size, &end))
			break;
		r.at = at;
		st = add_record(b, r, &room);
		if (st)
			return st;
		if (end > b->size)
			b->size = end;
		at += r.size;
	}
	sort_records(b);
	return b->n_records ? OK : ST_BAD_DATA;
}

enum status bytes_open(int fd, struct bytes **ret)
{
	struct bytes *b;
	struct stat st;
	enum status status = OK;
	void *map;

	if (fstat(fd, &st) < 0)
		return ST_OS;
	if (st.st_size <= 0)
		return ST_BAD_DATA;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	b = calloc(1, sizeof(*b));
	if (!b) {
		if (map != MAP_FAILED)
			munmap(map, (size_t)st.st_size);
		return ST_NOMEM;
	}
	b->map = map != MAP_FAILED ? map : NULL;
	b->fd = fd;
	b->file_size = (uint64_t)st.st_size;
	if (is_flattened(b))
		status = index_records(b);
	else
		b->size = b->file_size;
	if (status) {
		bytes_close(b);
		return status;
	}
	*ret = b;
	return OK;
}

void bytes_close(struct bytes *b)
{
	if (!b)
		return;
	if (b->map)
		munmap((void *)(uintptr_t)b->map, (size_t)b->file_size);
	free(b->records);
	free(b);
}

uint64_t bytes_size(const struct bytes *b)
{
	return b->size;
}

bool bytes_flattened(const struct bytes *b)
{
	return b->records != NULL;
}

bool bytes_truncated(const struct bytes *b)
{
	return b->truncated;
}

/* A piece of the file there is. */
struct piece {
	const char *p;
	uint64_t n;
};

static struct piece piece_of(const struct bytes *b, const struct record *r, uint64_t off)
{
	uint64_t index = (off - r->off) / r->size, within = (off - r->off) % r->size;

	return (struct piece){ b->map + r->at + index * (r->size + RECORD_HEADER) + within,
			       r->size - within };
}

/* The last record that begins at or before an offset and reaches that far: a header may have been
 * written once more, in the middle of what was there. */
static struct piece piece_at(const struct bytes *b, uint64_t off)
{
	size_t lo = 0, hi = b->n_records;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (b->records[mid].off <= off)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (int back = 0; lo > 0 && back < OVERLAPS_MAX; lo--, back++)
		if (off - b->records[lo - 1].off < run_size(&b->records[lo - 1]))
			return piece_of(b, &b->records[lo - 1], off);
	return (struct piece){ NULL, 0 };
}

const void *bytes_ptr(const struct bytes *b, uint64_t off, size_t n)
{
	struct piece piece;

	if (!b->map)
		return NULL;
	if (!b->records)
		return off <= b->file_size && n <= b->file_size - off ? b->map + off : NULL;
	piece = piece_at(b, off);
	return n <= piece.n ? piece.p : NULL;
}

static bool read_file(const struct bytes *b, uint64_t off, char *to, size_t n)
{
	while (n) {
		ssize_t got = off <= INT64_MAX ? pread(b->fd, to, n, (off_t)off) : 0;

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to += got;
		off += (uint64_t)got;
		n -= (size_t)got;
	}
	return true;
}

bool bytes_read(const struct bytes *b, uint64_t off, void *buf, size_t n)
{
	const void *p = bytes_ptr(b, off, n);
	char *to = buf;

	if (p || !n) {
		if (n)
			memcpy(to, p, n);
		return true;
	}
	if (!b->map)
		return read_file(b, off, to, n);
	if (!b->records)
		return false;
	while (n) {
		struct piece piece = piece_at(b, off);
		uint64_t room = piece.n < n ? piece.n : n;

		if (!room)
			return false;
		memcpy(to, piece.p, room);
		to += room;
		off += room;
		n -= room;
	}
	return true;
}
