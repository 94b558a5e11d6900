// SPDX-License-Identifier: GPL-2.0-or-later
// zlib and zstd always, lzo and snappy where their libraries are.
#include "pack.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "core.h"

enum { PAGE = 4096, ROOM = 2 * PAGE };

static size_t pack_zlib(const void *page, void *to)
{
	uLongf n = ROOM;

	return compress2(to, &n, page, PAGE, 1) == Z_OK ? n : 0;
}

static size_t pack_zstd(const void *page, void *to)
{
	size_t n = ZSTD_compress(to, ROOM, page, PAGE, 1);

	return ZSTD_isError(n) ? 0 : n;
}

#ifdef HAVE_LZO
#include <lzo/lzo1x.h>

static size_t pack_lzo(const void *page, void *to)
{
	static unsigned char work[LZO1X_1_MEM_COMPRESS];
	lzo_uint n = ROOM;

	return lzo1x_1_compress(page, PAGE, to, &n, work) == LZO_E_OK ? n : 0;
}
#else
static size_t pack_lzo(const void *page, void *to)
{
	(void)page;
	(void)to;
	return 0;
}
#endif

#ifdef HAVE_SNAPPY
#include <snappy-c.h>

static size_t pack_snappy(const void *page, void *to)
{
	size_t n = ROOM;

	return snappy_compress(page, PAGE, to, &n) == SNAPPY_OK ? n : 0;
}
#else
static size_t pack_snappy(const void *page, void *to)
{
	(void)page;
	(void)to;
	return 0;
}
#endif

size_t pack_page(uint32_t how, const void *page, void *to, uint32_t *ret_flags)
{
	size_t n = 0;

	if (how == PACK_ZLIB)
		n = pack_zlib(page, to);
	else if (how == PACK_ZSTD)
		n = pack_zstd(page, to);
	else if (how == PACK_LZO)
		n = pack_lzo(page, to);
	else if (how == PACK_SNAPPY)
		n = pack_snappy(page, to);
	*ret_flags = how;
	if (!n || n >= PAGE) {
		memcpy(to, page, PAGE);
		*ret_flags = 0;
		n = PAGE;
	}
	return n;
}

static size_t gzip_file(const void *from, size_t n, void *to, size_t room)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)from,
		       .avail_in = (uInt)n,
		       .next_out = to,
		       .avail_out = (uInt)room };

	if (deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		errx(2, "gzip");
	n = z.total_out;
	deflateEnd(&z);
	return n;
}

void wrap_file(int fd, bool zstd)
{
	struct stat st;
	size_t n, room;
	void *from, *to;

	if (fstat(fd, &st))
		err(2, "stat");
	n = (size_t)st.st_size;
	room = ZSTD_compressBound(n) + n / 1000 + 64;
	from = malloc(n + 1);
	to = malloc(room);
	if (!from || !to || pread(fd, from, n, 0) != (ssize_t)n)
		err(2, "read");
	n = zstd ? ZSTD_compress(to, room, from, n, 1) : gzip_file(from, n, to, room);
	if (pwrite(fd, to, n, 0) != (ssize_t)n || ftruncate(fd, (off_t)n))
		err(2, "write");
	free(from);
	free(to);
}
