// SPDX-License-Identifier: GPL-2.0-or-later
// What parsers of allocation failures share.
#ifndef MMWHY_LOG_ALLOC_FAILURE_H
#define MMWHY_LOG_ALLOC_FAILURE_H

#include "log/current.h"

/**
 * A failure told in a line or a few, without a call trace or Mem-Info of its own: an incident by
 * itself, but it does not end the report that may be open, which another CPU or the same failure's
 * page allocation may have begun.
 */
struct fact_alloc_failure *alloc_oneline(struct log_ctx *c, const struct line *l, const char *what);

/** "NAME: 66 callbacks suppressed" of one of @p names (NULL-terminated). */
bool alloc_suppressed(const struct line *l, const char *const *names, struct num *ret);

/** A decimal number behind @p key, and whether @p unit follows; *ret in bytes. */
bool alloc_bytes(struct str text, const char *key, const char *unit, uint64_t scale, uint32_t line,
		 struct num *ret);

#endif
