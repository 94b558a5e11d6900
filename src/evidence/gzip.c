// SPDX-License-Identifier: GPL-2.0-or-later
// gzip, read by ourselves: of a truncated file, libarchive gives nothing of the last block, and a
// log that broke off is worth most at its end.
#include <stdlib.h>
#include <zlib.h>

#include "evidence/reading.h"

bool is_gzip(struct str s)
{
	return str_starts(s, "\x1f\x8b\x08");
}

struct gunzip {
	struct source *from;
	z_stream z;
	bool open; /* inside a member */
	bool any;  /* one member was whole */
	unsigned char in[64 * 1024];
};

static bool refill(struct gunzip *g)
{
	if (g->z.avail_in)
		return true;
	g->z.next_in = g->in;
	g->z.avail_in = (uInt)source_read(g->from, g->in, sizeof(g->in));
	return g->z.avail_in > 0;
}

/* One call of inflate(). @return Z_OK while there is more to do. */
static int step(struct gunzip *g)
{
	int rc;

	if (!refill(g))
		return g->open ? Z_BUF_ERROR : Z_STREAM_END;
	if (!g->open && inflateReset(&g->z) != Z_OK)
		return Z_STREAM_ERROR;
	g->open = true;
	rc = inflate(&g->z, Z_NO_FLUSH);
	if (rc == Z_STREAM_END) {
		g->open = false;
		g->any = true;
		return Z_OK;
	}
	/* what follows a whole member and is none itself is padding */
	if (rc == Z_DATA_ERROR && g->any && !g->z.total_out)
		return Z_STREAM_END;
	return rc == Z_BUF_ERROR && g->z.avail_in == 0 ? Z_OK : rc;
}

static ssize_t gunzip_read(void *arg, void *buf, size_t n, const char **why)
{
	struct gunzip *g = arg;
	int rc = Z_OK;

	g->z.next_out = buf;
	g->z.avail_out = (uInt)n;
	while (rc == Z_OK && g->z.avail_out)
		rc = step(g);
	n -= g->z.avail_out;
	if (n || rc == Z_STREAM_END)
		return (ssize_t)n;
	*why = rc == Z_BUF_ERROR ? "truncated gzip" : "damaged gzip";
	if (g->from->why)
		*why = g->from->why;
	return -1;
}

enum status read_gzip(struct reading *r, struct source *s)
{
	struct gunzip *g = calloc(1, sizeof(*g));
	struct source inner = { .path = s->path, .read = gunzip_read, .arg = g, .fd = -1 };
	enum status st = ST_NOMEM;

	if (!g)
		return ST_NOMEM;
	g->from = s;
	if (inflateInit2(&g->z, 16 + MAX_WBITS) == Z_OK) {
		st = source_init(&inner);
		if (!st) {
			r->packed++;
			st = read_source(r, &inner);
			r->packed--;
		}
		source_deinit(&inner);
		(void)inflateEnd(&g->z);
	}
	free(g);
	return st;
}
