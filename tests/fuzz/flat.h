// SPDX-License-Identifier: GPL-2.0-or-later
// A struct dump whose memory is the fuzzer's bytes, for readers of kernel memory on their own.
#ifndef MMWHY_TESTS_FUZZ_FLAT_H
#define MMWHY_TESTS_FUZZ_FLAT_H

#include "dump/dump.h"

#define FLAT_BASE 0xffffffff81000000ull
enum { FLAT_SPAN = 2 << 20 };

/** Kernel memory from FLAT_BASE on, and physical memory from 0 on, holds @p data, then zeroes up to
 * FLAT_SPAN. Nothing else is there. */
struct dump *flat_new(const uint8_t *data, size_t size);
void flat_free(struct dump *d);

#endif
