// SPDX-License-Identifier: GPL-2.0-or-later
// A dump file as one run of bytes; the flattened format is makedumpfile's.
#include "dump/bytes.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* A flattened file's records begin here. */
enum { FLAT_HEADER_SIZE = 4096 };

struct record {
	uint64_t off, size; /* in the file described */
	uint64_t at;	    /* in the file there is */
};

struct bytes {
	const char *map;
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
	return b->file_size >= FLAT_HEADER_SIZE && memcmp(b->map, "makedumpfile", 13) == 0 &&
	       be64(b->map + 16) == 1;
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
		sorted &= b->records[i - 1].off + b->records[i - 1].size <= b->records[i].off;
	if (!sorted)
		qsort(b->records, b->n_records, sizeof(b->records[0]), by_off);
}

static enum status add_record(struct bytes *b, struct record r, size_t *room)
{
	struct record *last = b->n_records ? &b->records[b->n_records - 1] : NULL;
	struct record *bigger;

	if (last && last->off + last->size == r.off && last->at + last->size == r.at) {
		last->size += r.size;
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
	while (b->file_size - at >= 16) {
		struct record r = { .off = be64(b->map + at), .size = be64(b->map + at + 8) };
		uint64_t end;
		enum status st;

		if (r.off == UINT64_MAX && r.size == UINT64_MAX) {
			b->truncated = false;
			break;
		}
		at += 16;
		if (r.size > b->file_size - at)
			r.size = b->file_size - at;
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
	if (map == MAP_FAILED)
		return ST_OS;
	b = calloc(1, sizeof(*b));
	if (!b) {
		munmap(map, (size_t)st.st_size);
		return ST_NOMEM;
	}
	b->map = map;
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

/* The last record that begins at or before an offset, if it reaches that far. */
static const struct record *record_at(const struct bytes *b, uint64_t off)
{
	size_t lo = 0, hi = b->n_records;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (b->records[mid].off <= off)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo || off - b->records[lo - 1].off >= b->records[lo - 1].size)
		return NULL;
	return &b->records[lo - 1];
}

const void *bytes_ptr(const struct bytes *b, uint64_t off, size_t n)
{
	const struct record *r;

	if (!b->records)
		return off <= b->file_size && n <= b->file_size - off ? b->map + off : NULL;
	r = record_at(b, off);
	if (!r || n > r->size - (off - r->off))
		return NULL;
	return b->map + r->at + (off - r->off);
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
	if (!b->records)
		return false;
	while (n) {
		const struct record *r = record_at(b, off);
		uint64_t room;

		if (!r)
			return false;
		room = r->size - (off - r->off);
		if (room > n)
			room = n;
		memcpy(to, b->map + r->at + (off - r->off), room);
		to += room;
		off += room;
		n -= room;
	}
	return true;
}
