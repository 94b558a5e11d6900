// SPDX-License-Identifier: GPL-2.0-or-later
// The parts of an OOM report, which several parsers read.
#ifndef MMWHY_LOG_OOM_H
#define MMWHY_LOG_OOM_H

#include "log/parser.h"

/** In the order in which dump_header() and oom_kill_process() print them. */
enum oom_part { OOM_HEAD, OOM_MEMCG, OOM_TASKS, OOM_SUMMARY, OOM_KILL };

/**
 * The report that a part belongs to. The kernel prints one OOM report at a time (oom_lock), so a
 * part that comes before one already seen belongs to another report, whose head was suppressed or
 * lost: a headless one (cut) begins.
 * @param again the open report has this part already. @return never NULL.
 */
struct fact_oom *oom_report(struct log_ctx *c, const struct line *l, enum oom_part part,
			    bool again);
/** The open OOM report, or the last one if another kind of report cut into it just now; NULL: none.
 */
struct fact_oom *oom_recent(struct log_ctx *c, const struct line *l);

#endif
