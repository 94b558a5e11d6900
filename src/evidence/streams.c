// SPDX-License-Identifier: GPL-2.0-or-later
// xz, zstd and bzip2, read by ourselves for gzip's reason: a file that broke off gives all that can
// be decoded of it.
#include <bzlib.h>
#include <lzma.h>
#include <stdlib.h>
#include <zstd.h>

#include "base/cleanup.h"
#include "evidence/reading.h"

enum result { MORE, END, DAMAGED };

/* Bytes to decode, and where to put them. */
struct room {
	const unsigned char *in;
	size_t n_in;
	unsigned char *out;
	size_t n_out;
	bool last; /* no more will follow */
};

struct decoder {
	const char *name, *truncated, *damaged;
	struct str magic;
	void *(*open)(void);
	/* Decodes a little; END: between two streams, or behind the last. */
	enum result (*step)(void *state, struct room *room);
	void (*close)(void *state);
};

static void *xz_open(void)
{
	lzma_stream *xz = calloc(1, sizeof(*xz));

	if (xz && lzma_stream_decoder(xz, 256u << 20, LZMA_CONCATENATED) != LZMA_OK) {
		free(xz);
		xz = NULL;
	}
	return xz;
}

static enum result xz_step(void *state, struct room *r)
{
	lzma_stream *xz = state;
	lzma_ret rc;

	xz->next_in = r->in;
	xz->avail_in = r->n_in;
	xz->next_out = r->out;
	xz->avail_out = r->n_out;
	rc = lzma_code(xz, r->last ? LZMA_FINISH : LZMA_RUN);
	r->in = xz->next_in;
	r->n_in = xz->avail_in;
	r->out = xz->next_out;
	r->n_out = xz->avail_out;
	if (rc == LZMA_STREAM_END)
		return END;
	return rc == LZMA_OK || rc == LZMA_BUF_ERROR ? MORE : DAMAGED;
}

static void xz_close(void *state)
{
	lzma_end(state);
	free(state);
}

static void *zstd_open(void)
{
	ZSTD_DCtx *zstd = ZSTD_createDCtx();

	if (zstd)
		(void)ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, 28);
	return zstd;
}

static enum result zstd_step(void *state, struct room *r)
{
	ZSTD_inBuffer in = { r->in, r->n_in, 0 };
	ZSTD_outBuffer out = { r->out, r->n_out, 0 };
	size_t rc = ZSTD_decompressStream(state, &out, &in);

	r->in += in.pos;
	r->n_in -= in.pos;
	r->out += out.pos;
	r->n_out -= out.pos;
	if (ZSTD_isError(rc))
		return DAMAGED;
	return rc ? MORE : END;
}

static void zstd_close(void *state)
{
	(void)ZSTD_freeDCtx(state);
}

static void *bzip2_open(void)
{
	bz_stream *bz = calloc(1, sizeof(*bz));

	if (bz && BZ2_bzDecompressInit(bz, 0, 0) != BZ_OK) {
		free(bz);
		bz = NULL;
	}
	return bz;
}

static enum result bzip2_step(void *state, struct room *r)
{
	bz_stream *bz = state;
	int rc;

	bz->next_in = (char *)(uintptr_t)r->in;
	bz->avail_in = (unsigned int)r->n_in;
	bz->next_out = (char *)r->out;
	bz->avail_out = (unsigned int)r->n_out;
	rc = BZ2_bzDecompress(bz);
	r->in += r->n_in - bz->avail_in;
	r->n_in = bz->avail_in;
	r->out += r->n_out - bz->avail_out;
	r->n_out = bz->avail_out;
	if (rc != BZ_STREAM_END)
		return rc == BZ_OK ? MORE : DAMAGED;
	/* another stream may follow */
	(void)BZ2_bzDecompressEnd(bz);
	*bz = (bz_stream){ 0 };
	return BZ2_bzDecompressInit(bz, 0, 0) == BZ_OK ? END : DAMAGED;
}

static void bzip2_close(void *state)
{
	(void)BZ2_bzDecompressEnd(state);
	free(state);
}

static const struct decoder decoders[] = {
	{ "xz", "truncated xz", "damaged xz",
	  STR("\xfd"
	      "7zXZ\0"),
	  xz_open, xz_step, xz_close },
	{ "zstd", "truncated zstd", "damaged zstd", STR("\x28\xb5\x2f\xfd"), zstd_open, zstd_step,
	  zstd_close },
	{ "bzip2", "truncated bzip2", "damaged bzip2", STR("BZh"), bzip2_open, bzip2_step,
	  bzip2_close },
};

static const struct decoder *decoder_of(struct str s)
{
	for (size_t i = 0; i < ARRAY_SIZE(decoders); i++)
		if (s.n >= decoders[i].magic.n &&
		    memcmp(s.p, decoders[i].magic.p, decoders[i].magic.n) == 0)
			return &decoders[i];
	return NULL;
}

bool is_stream(struct str sample)
{
	return decoder_of(sample);
}

struct stream {
	const struct decoder *d;
	void *state;
	struct source *from;
	struct room room;
	enum result last;
	bool any; /* one stream was whole */
	unsigned char in[64 * 1024];
};

static void refill(struct stream *s)
{
	if (s->room.n_in || s->room.last)
		return;
	s->room.in = s->in;
	s->room.n_in = source_read(s->from, s->in, sizeof(s->in));
	s->room.last = !s->room.n_in;
}

/* One step. @return whether there is more to do. */
static bool go_on(struct stream *s)
{
	size_t in, out;

	if (s->last == DAMAGED)
		return false;
	refill(s);
	if (s->last == END && s->room.last)
		return false;
	in = s->room.n_in;
	out = s->room.n_out;
	s->last = s->d->step(s->state, &s->room);
	if (s->last == END)
		s->any = true;
	if (s->last == DAMAGED && s->any && s->room.n_out == out && in == s->room.n_in)
		s->last = END; /* what follows a whole stream and is none itself is padding */
	return s->last != DAMAGED && (!s->room.last || s->room.n_out != out);
}

static ssize_t stream_read(void *arg, void *buf, size_t n, const char **why)
{
	struct stream *s = arg;

	s->room.out = buf;
	s->room.n_out = n;
	while (s->room.n_out && go_on(s))
		;
	n -= s->room.n_out;
	if (n || s->last == END)
		return (ssize_t)n;
	*why = s->from->why ? s->from->why : s->last == MORE ? s->d->truncated : s->d->damaged;
	return -1;
}

enum status read_stream(struct reading *r, struct source *s)
{
	struct stream *st = calloc(1, sizeof(*st));
	struct source inner = { .path = s->path, .read = stream_read, .arg = st, .fd = -1 };
	enum status status = ST_NOMEM;

	if (!st)
		return ST_NOMEM;
	st->from = s;
	st->d = decoder_of(source_sample(s));
	st->state = st->d ? st->d->open() : NULL;
	if (st->state) {
		status = source_init(&inner);
		if (!status) {
			r->packed++;
			status = read_source(r, &inner);
			r->packed--;
		}
		source_deinit(&inner);
		st->d->close(st->state);
	}
	free(st);
	return status;
}
