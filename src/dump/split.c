// SPDX-License-Identifier: GPL-2.0-or-later
// Several files as one dump: each page from the part that has it.
#include "dump/split.h"

#include <stdlib.h>
#include <string.h>

extern const struct container_ops container_diskdump;

/* struct disk_dump_header: signature to timestamp, and block_size to max_mapnr; between and behind
 * stands how each part was written */
enum { SAME_BYTES = 424, SIZES_AT = 428, HEADER_BYTES = 444 };

struct split {
	struct container *parts; /* ascending by start_pfn */
	size_t n;
};

static bool open_part(struct container *c, int fd, struct arena *arena)
{
	memset(c, 0, sizeof(*c));
	c->arena = arena;
	c->ops = &container_diskdump;
	if (bytes_open(fd, &c->bytes))
		return false;
	if (c->ops->open(c) == OK && c->is_part)
		return true;
	c->ops->close(c);
	bytes_close(c->bytes);
	return false;
}

bool split_is_part(int fd)
{
	struct container c;
	struct arena arena;
	bool is_part;

	arena_init(&arena);
	is_part = open_part(&c, fd, &arena);
	if (is_part) {
		c.ops->close(&c);
		bytes_close(c.bytes);
	}
	arena_deinit(&arena);
	return is_part;
}

static bool read_header(int fd, char *header)
{
	struct bytes *b;
	bool ok = false;

	if (bytes_open(fd, &b) == OK) {
		ok = bytes_read(b, 0, header, HEADER_BYTES);
		bytes_close(b);
	}
	memset(header + SAME_BYTES, 0, SIZES_AT - SAME_BYTES);
	return ok;
}

bool split_same_dump(int fd, int other)
{
	char a[HEADER_BYTES], b[HEADER_BYTES];

	return read_header(fd, a) && read_header(other, b) && memcmp(a, b, HEADER_BYTES) == 0;
}

/* The part that has a page; the first where none has, which then says what is lacking. */
static struct container *part_of(struct container *c, paddr_t addr)
{
	struct split *s = c->priv;
	uint64_t pfn = addr / c->page_size;

	for (size_t i = 0; i < s->n; i++)
		if (pfn >= s->parts[i].start_pfn && pfn < s->parts[i].end_pfn)
			return &s->parts[i];
	return &s->parts[0];
}

static enum page_state read_split(struct container *c, paddr_t addr, void *buf, size_t n)
{
	struct container *p = part_of(c, addr);

	return p->ops->read(p, addr, buf, n);
}

static const void *ptr_split(struct container *c, paddr_t addr, size_t n, enum page_state *ret)
{
	struct container *p = part_of(c, addr);

	return p->ops->ptr(p, addr, n, ret);
}

static enum page_state state_split(struct container *c, paddr_t addr)
{
	struct container *p = part_of(c, addr);

	return p->ops->state(p, addr);
}

static uint64_t next_split(struct container *c, uint64_t pfn)
{
	struct split *s = c->priv;
	uint64_t found = UINT64_MAX;

	for (size_t i = 0; i < s->n && found == UINT64_MAX; i++)
		found = s->parts[i].ops->next(&s->parts[i], pfn);
	return found;
}

static void close_split(struct container *c)
{
	struct split *s = c->priv;

	for (size_t i = 0; i < s->n; i++) {
		s->parts[i].ops->close(&s->parts[i]);
		/* the first part's bytes are the container's own */
		if (s->parts[i].bytes != c->bytes)
			bytes_close(s->parts[i].bytes);
	}
}

static const struct container_ops split_ops = {
	.name = "split",
	.read = read_split,
	.ptr = ptr_split,
	.state = state_split,
	.next = next_split,
	.close = close_split,
};

static int by_start(const void *a, const void *b)
{
	const struct container *x = a, *y = b;

	return x->start_pfn < y->start_pfn ? -1 : x->start_pfn > y->start_pfn;
}

static void lacks(struct container *c, uint64_t from, uint64_t to)
{
	if (from < to)
		container_cut(c,
			      arena_printf(c->arena,
					   "a part of the split dump is missing: pages 0x%llx "
					   "to 0x%llx (give all parts together)",
					   (unsigned long long)from, (unsigned long long)to - 1));
}

static void check_parts(struct container *c, const struct split *s)
{
	uint64_t next = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct container *p = &s->parts[i];

		lacks(c, next, p->start_pfn);
		if (p->end_pfn > next)
			next = p->end_pfn;
		if (p->warning.n)
			container_warn(c, p->warning);
		c->cut |= p->cut;
	}
	lacks(c, next, c->max_pfn);
}

enum status split_open(struct container *c, const int *fds, size_t n)
{
	struct split *s = arena_new(c->arena, struct split);

	s->parts = arena_alloc(c->arena, n * sizeof(*s->parts));
	if (!s->parts)
		return ST_NOMEM;
	s->parts[s->n++] = *c;
	c->warning = STR("");
	for (size_t i = 1; i < n; i++) {
		if (open_part(&s->parts[s->n], fds[i], c->arena))
			s->n++;
		else
			container_warn(c, STR("a part of the split dump is damaged"));
	}
	qsort(s->parts, s->n, sizeof(*s->parts), by_start);
	c->priv = s;
	c->ops = &split_ops;
	c->detail = arena_printf(c->arena, "%.*s, split in %zu", STR_ARG(c->detail), s->n);
	check_parts(c, s);
	return OK;
}
