// SPDX-License-Identifier: GPL-2.0-or-later
// Handing undressed lines to the parsers, one stream a caller.
#ifndef MMWHY_LOG_DISPATCH_H
#define MMWHY_LOG_DISPATCH_H

#include "base/status.h"
#include "log/parser.h"

struct anchors;
struct dispatch;

/** NULL without memory. @p f must outlive it. */
struct dispatch *dispatch_new(struct facts *f, uint32_t evidence);
void dispatch_free(struct dispatch *d);

/** Offers one line to the parsers. @return whether one took it. */
bool dispatch_line(struct dispatch *d, const struct line *l);
/** What it looks for in each line; dispatch's. */
struct anchors *dispatch_anchors(struct dispatch *d);
/** Whether any parser of any stream is open: lines without anchors still matter. */
bool dispatch_busy(const struct dispatch *d);
/** The line number that the evidence ends with: closes everything. */
void dispatch_finish(struct dispatch *d, uint32_t last_line);

#endif
