// SPDX-License-Identifier: GPL-2.0-or-later
// What a parser of kernel messages is, and what it may call.
//
// To add one: a file src/log/NAME.c that ends in DEFINE_LOG_PARSER(NAME, ...), a line in
// parsers.def, a seed in tests/fuzz, a case in tests/cases. Read the printk in the sources of old
// and new kernels first, and name the function in the file's comment.
//
// A parser sees lines, not blocks, since reports of two CPUs interleave and get cut. A line that
// holds one of its anchors is offered to head(); a line that no head() took is offered to more() of
// the parsers that are open, the last opened first. Whoever returns true has taken the line: it is
// kept for citing and nobody else sees it.
#ifndef MMWHY_LOG_PARSER_H
#define MMWHY_LOG_PARSER_H

#include "fact/kinds.h"
#include "log/line.h"

struct log_ctx;

struct log_parser {
	const char *name;
	/** Literals, NULL-terminated. A text without any anchor of any parser is skipped unread, so
	 * each kind of line that can open a report needs one; prefer one word (wrapping breaks at
	 * blanks). */
	const char *const *anchors;
	/** Bytes of zeroed private state for each stream: log_state(). */
	size_t state_size;
	/** Bytes of zeroed private state for the whole log: log_shared(). */
	size_t shared_size;
	bool (*head)(struct log_ctx *c, const struct line *l);
	bool (*more)(struct log_ctx *c, const struct line *l); /**< NULL: never open */
	/** The block is over; @p cut: by the end of the evidence or a new boot. NULL: nothing to
	 * do. */
	void (*close)(struct log_ctx *c, bool cut);
};

/** The parsers, in the order of parsers.def. */
extern const struct log_parser *const log_parsers[];
extern const size_t n_log_parsers;

#define DEFINE_LOG_PARSER(stem, ...)                                                               \
	extern const struct log_parser log_parser_##stem;                                          \
	const struct log_parser log_parser_##stem = { .name = #stem, __VA_ARGS__ }

/**
 * One stream of a log: all of it, or the messages of one caller where the kernel prints callers.
 * What parsers share about the report that is being printed.
 */
struct log_ctx {
	struct facts *facts;
	uint32_t evidence;
	struct fact *report;	   /**< head of the open report (oom or alloc_failure), or NULL */
	struct fact_mem_info *mem; /**< the Mem-Info that is being printed, or NULL */
	struct fact_backtrace *trace; /**< the last call trace of this report, or NULL */
	struct log *log;	      /**< the reader */
	void **state;		      /**< by index of log_parsers[] */
};

/** Adds a fact with its origin, boot, clock and the open report filled in. Never NULL. */
void *log_fact(struct log_ctx *c, enum fact_kind kind, const struct line *l);
/** Lets a fact reach to this line. */
void log_extend(struct fact *fact, const struct line *l);
/** Copies text into the case's memory. */
struct str log_str(struct log_ctx *c, struct str s);
/** The boot that this line belongs to; pieced together if no banner was seen. Never NULL. */
struct fact_boot *log_boot(struct log_ctx *c, const struct line *l);
/** A banner: the next boot begins with this line. All open reports of all streams are closed.
 * Messages that a kernel printed before its banner stay with it. */
struct fact_boot *log_new_boot(struct log_ctx *c, const struct line *l);
/** No banner, but the line names another kernel than the boot's: the open report, that the line
 * belongs to, and all that follows are of another boot. */
struct fact_boot *log_other_boot(struct log_ctx *c, const struct line *l);

/** Opens a parser: lines that no anchor claims are offered to its more(), until log_done(). */
void log_open(struct log_ctx *c, const struct log_parser *p);
void log_done(struct log_ctx *c, const struct log_parser *p);
bool log_is_open(const struct log_ctx *c, const struct log_parser *p);
/** The parser's private state in this stream. */
void *log_state(struct log_ctx *c, const struct log_parser *p);
/** The parser's private state in this log, whatever the stream. */
void *log_shared(struct log_ctx *c, const struct log_parser *p);

/** @p head begins a report: the one before ends, and facts that follow belong to this one. */
void log_report_begin(struct log_ctx *c, struct fact *head);
/** The report ends: every open parser is closed. */
void log_report_end(struct log_ctx *c, bool cut);
/** The open OOM report; begins a headless one (cut) at @p l if there is none, which takes over the
 * facts of a Mem-Info right before it that has no report. Never NULL. */
struct fact_oom *log_oom(struct log_ctx *c, const struct line *l);

#endif
