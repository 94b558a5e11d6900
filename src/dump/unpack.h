// SPDX-License-Identifier: GPL-2.0-or-later
// Unpacking one page of a kdump-compressed dump.
#ifndef MMWHY_DUMP_UNPACK_H
#define MMWHY_DUMP_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Flags of a page descriptor (makedumpfile.h:DUMP_DH_COMPRESSED_*). */
enum {
	PACK_ZLIB = 0x1,
	PACK_LZO = 0x2,
	PACK_SNAPPY = 0x4,
	PACK_ZSTD = 0x20,
	PACK_ANY = PACK_ZLIB | PACK_LZO | PACK_SNAPPY | PACK_ZSTD,
};

/** Unpacks @p n bytes into exactly @p page_size bytes; false if they do not unpack to that. */
bool unpack(uint32_t flags, const void *data, size_t n, void *page, size_t page_size);
/** Whether this build can unpack pages with these flags; else the name of what it lacks. */
const char *unpack_lacks(uint32_t flags);

#endif
