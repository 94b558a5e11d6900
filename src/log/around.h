// SPDX-License-Identifier: GPL-2.0-or-later
// What stands around a message where no prefix is known.
#ifndef MMWHY_LOG_AROUND_H
#define MMWHY_LOG_AROUND_H

#include "base/str.h"

/** Without the marks that frame the line on both sides: "| text |", "`text`", a row of CSV. */
struct str around_border(struct str s);
/** The kernel's clock further on in the line: behind a prompt, a prefix we do not know, or another
 * message whose newline was lost. */
bool around_clock(struct str s, size_t *ret_at);
/** "kernel:" further on, with a time of day somewhere before it: what grep or a log server put
 * before a line of syslog. *ret_behind is what follows, with its blank. */
bool around_tag(struct str s, struct str *ret_behind);

/** How long "123:", "123-", "messages.1:123:" is: what grep, cat and editors number lines with,
 * where a time of the kernel's or of syslog stands behind it; 0: none. */
size_t around_number(struct str s);
/** How long "123:", "123-" or "   123\t" is, whatever stands behind it; 0: none. */
size_t around_line_number(struct str s, uint64_t *ret_no);

#endif
