// SPDX-License-Identifier: GPL-2.0-or-later
// How large a page is where no line of the evidence says so.
#ifndef MMWHY_FACT_PAGE_SIZE_H
#define MMWHY_FACT_PAGE_SIZE_H

#include "base/str.h"
#include "fact/num.h"

/** What PAGE_SIZE may be, in bytes: ppc44x has the largest. */
enum { PAGE_SIZE_MIN = 4 << 10, PAGE_SIZE_MAX = 256 << 10 };

/** Whether it is a power of two between the two. */
bool is_page_size(uint64_t bytes);
/** Bytes of a page on @p arch; 0 where its kernels differ (arm64, ppc64, mips) or it is unknown. */
uint64_t page_size_of_arch(struct str arch);
/** Bytes of a page: what the evidence told, else the usual one of @p arch, else 4096. */
uint64_t page_size_or_usual(struct num told, struct str arch);

#endif
