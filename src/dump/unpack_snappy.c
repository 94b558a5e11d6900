// SPDX-License-Identifier: GPL-2.0-or-later
// Pages packed with snappy.
#include <snappy-c.h>

#include "dump/unpack_optional.h"

const bool have_snappy = true;

bool unpack_snappy(const void *data, size_t n, void *page, size_t page_size)
{
	size_t size = page_size;

	return snappy_uncompress(data, n, page, &size) == SNAPPY_OK && size == page_size;
}
