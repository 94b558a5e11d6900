// SPDX-License-Identifier: GPL-2.0-or-later
// Unpacking pages: zlib and zstd always, lzo and snappy where their libraries are.
#include "dump/unpack.h"

#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "dump/unpack_optional.h"

static bool unpack_zlib(const void *data, size_t n, void *page, size_t page_size)
{
	uLongf size = page_size;

	return uncompress(page, &size, data, n) == Z_OK && size == page_size;
}

static bool unpack_zstd(const void *data, size_t n, void *page, size_t page_size)
{
	return ZSTD_decompress(page, page_size, data, n) == page_size;
}

bool unpack(uint32_t flags, const void *data, size_t n, void *page, size_t page_size)
{
	switch (flags & PACK_ANY) {
	case 0:
		if (n != page_size)
			return false;
		memcpy(page, data, n);
		return true;
	case PACK_ZLIB:
		return unpack_zlib(data, n, page, page_size);
	case PACK_ZSTD:
		return unpack_zstd(data, n, page, page_size);
	case PACK_LZO:
		return unpack_lzo(data, n, page, page_size);
	case PACK_SNAPPY:
		return unpack_snappy(data, n, page, page_size);
	default:
		return false;
	}
}

const char *unpack_lacks(uint32_t flags)
{
	if ((flags & PACK_LZO) && !have_lzo)
		return "liblzo2";
	if ((flags & PACK_SNAPPY) && !have_snappy)
		return "libsnappy";
	return NULL;
}
