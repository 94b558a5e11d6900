// SPDX-License-Identifier: GPL-2.0-or-later
// Pages packed with LZO1X.
#include <lzo/lzo1x.h>

#include "dump/unpack_optional.h"

const bool have_lzo = true;

bool unpack_lzo(const void *data, size_t n, void *page, size_t page_size)
{
	lzo_uint size = page_size;

	return lzo1x_decompress_safe(data, n, page, &size, NULL) == LZO_E_OK && size == page_size;
}
