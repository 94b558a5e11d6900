// SPDX-License-Identifier: GPL-2.0-or-later
// Packing one page of a kdump-compressed dump.
#ifndef MMWHY_TESTS_CORE_PACK_H
#define MMWHY_TESTS_CORE_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "dump/unpack.h"

/**
 * Packs a page of 4 KiB as @p how says into @p to (of 8 KiB), or leaves it as it is where it does
 * not get smaller, or this build lacks the library. @return bytes; *ret_flags: how it is packed.
 */
size_t pack_page(uint32_t how, const void *page, void *to, uint32_t *ret_flags);

#endif
