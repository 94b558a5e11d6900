// SPDX-License-Identifier: GPL-2.0-or-later
// Page compressions whose libraries may be absent: each has a file with and one without the
// library.
#ifndef MMWHY_DUMP_UNPACK_OPTIONAL_H
#define MMWHY_DUMP_UNPACK_OPTIONAL_H

#include <stdbool.h>
#include <stddef.h>

extern const bool have_lzo, have_snappy;
bool unpack_lzo(const void *data, size_t n, void *page, size_t page_size);
bool unpack_snappy(const void *data, size_t n, void *page, size_t page_size);

#endif
