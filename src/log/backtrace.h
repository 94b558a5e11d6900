// SPDX-License-Identifier: GPL-2.0-or-later
// What a parser of reports says about the trace that will follow.
#ifndef MMWHY_LOG_BACKTRACE_H
#define MMWHY_LOG_BACKTRACE_H

#include "log/parser.h"

/** Why the next trace of this stream is printed, and whose it is. */
struct trace_cause {
	struct str reason;
	struct fact *fact; /**< the report it belongs to; NULL: none of its own */
	bool in_report;	   /**< it belongs to the report that is open, if one is: a panic's */
	bool yields;	   /**< to any report that begins, even in the same physical line */
	struct fact_backtrace **slot; /**< gets the first trace; NULL: nobody asks */
	struct str *ip;		      /**< gets where the CPU was, "f+0x1/0x2"; NULL: nobody asks */
	struct num cpu, pid;
	struct str comm;
};

/** All strings are copied. */
void backtrace_expect(struct log_ctx *c, const struct line *l, const struct trace_cause *cause);

#endif
