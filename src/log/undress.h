// SPDX-License-Identifier: GPL-2.0-or-later
// Taking the dressing off a line: quote marks, timestamps, syslog and journal prefixes.
#ifndef MMWHY_LOG_UNDRESS_H
#define MMWHY_LOG_UNDRESS_H

#include "log/line.h"

/** Fills @p ret from one physical line (without its newline); slices point into @p raw. */
void undress(struct str raw, uint32_t no, struct line *ret);

#endif
