// SPDX-License-Identifier: GPL-2.0-or-later
// A dump file as one run of bytes: plain, or put together from makedumpfile's flattened records.
#ifndef MMWHY_DUMP_BYTES_H
#define MMWHY_DUMP_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct bytes;

/**
 * Maps the file behind @p fd (which stays the caller's, and open); one that cannot be mapped, as
 * /proc/kcore, is read. A flattened file ("makedumpfile" header,
 * as QEMU's dump-guest-memory -z writes it too) reads as the file that it describes.
 * @return OK, ST_OS, ST_NOMEM, or ST_BAD_DATA for a flattened file without records.
 */
enum status bytes_open(int fd, struct bytes **ret);
void bytes_close(struct bytes *b);

/** Size of the file described; beyond it nothing can be read. */
uint64_t bytes_size(const struct bytes *b);
bool bytes_flattened(const struct bytes *b);
/** The flattened file ended inside a record: what lies behind is missing. */
bool bytes_truncated(const struct bytes *b);

/** @return a pointer to @p n bytes at @p off while the file is open, or NULL: not there, not in one
 * piece, or not mapped. */
const void *bytes_ptr(const struct bytes *b, uint64_t off, size_t n);
/** Copies, also across records. */
bool bytes_read(const struct bytes *b, uint64_t off, void *buf, size_t n);

#endif
