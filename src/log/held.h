// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of a log that is read backwards: those of one entry are held until its first line comes.
#ifndef MMWHY_LOG_HELD_H
#define MMWHY_LOG_HELD_H

#include "base/status.h"
#include "log/pipeline.h"

struct held;

/** @p sample: the beginning of the log, which shows what begins an entry. NULL without memory. */
struct held *held_new(const char *sample, size_t n);
void held_free(struct held *h);
/** The line before those that were told; whole entries go to @p p. ST_NOMEM. */
enum status held_line(struct held *h, struct pipeline *p, struct str line, uint32_t no);
/** What is left at the log's first line. */
void held_flush(struct held *h, struct pipeline *p);

#endif
