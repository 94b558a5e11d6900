// SPDX-License-Identifier: GPL-2.0-or-later
// zlib and zstd always, lzo and snappy where their libraries are.
#include "pack.h"

#include <string.h>
#include <zlib.h>
#include <zstd.h>

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
