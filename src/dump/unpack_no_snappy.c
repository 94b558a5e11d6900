// SPDX-License-Identifier: GPL-2.0-or-later
// This build has no snappy.
#include "dump/unpack_optional.h"

const bool have_snappy = false;

bool unpack_snappy(const void *data, size_t n, void *page, size_t page_size)
{
	(void)data;
	(void)n;
	(void)page;
	(void)page_size;
	return false;
}
