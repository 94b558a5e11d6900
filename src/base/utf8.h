// SPDX-License-Identifier: GPL-2.0-or-later
// Making text safe to print.
#ifndef MMWHY_BASE_UTF8_H
#define MMWHY_BASE_UTF8_H

#include "base/str.h"

/** Length of the valid UTF-8 sequence at the front of @p s, or 0. */
size_t utf8_len(struct str s);
/**
 * A NUL-terminated copy in which invalid bytes, NULs and control bytes but tab and newline are
 * U+FFFD.
 * @param replaced set to whether any was; may be NULL. @return malloc'ed, NULL without memory.
 */
char *utf8_clean(struct str s, bool *replaced);

/** Writes one code point of the basic plane, at most three bytes. @return how many. */
size_t utf8_put(char *out, uint32_t cp);

#endif
