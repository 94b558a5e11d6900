// SPDX-License-Identifier: GPL-2.0-or-later
// What a rule says.
#ifndef MMWHY_RULE_FINDING_H
#define MMWHY_RULE_FINDING_H

#include "fact/kinds.h"

enum severity { SEV_INFO, SEV_LOW, SEV_MEDIUM, SEV_HIGH, SEV_CRITICAL };

/**
 * CERTAIN: follows from the cited facts by arithmetic or by the kernel's own statement, and no
 * unseen fact could change it. What is inferred from a stack, a release or a threshold is at most
 * LIKELY.
 */
enum confidence { POSSIBLE, LIKELY, CERTAIN };

enum outcome { OUTCOME_CLEAR, OUTCOME_CANNOT_TELL, OUTCOME_FIRED };

struct finding_next {
	struct str text, command;
	const char *needs; /**< "root", "reboot", "debugfs", "debuginfo" or NULL */
};

struct finding_fix {
	const char *commit, *subject, *release;
	const char *present; /**< "yes", "no", "unknown" */
	struct str how;
};

struct finding_cite {
	uint32_t evidence, line;
	struct num address;
	uint32_t fact;	 /**< id, 0: none */
	struct str text; /**< what stands at the address; empty: the line's own */
};

struct finding_value {
	const char *name;
	bool is_text, is_signed;
	struct num n;
	struct str text;
};

struct finding {
	const struct rule *rule;
	enum severity severity;
	enum confidence confidence;
	int32_t boot;
	uint32_t evidence,
		report; /**< where: evidence index, id of the report's head fact (0: none) */
	struct str summary, cause, margin;
	ptrdiff_t because_of; /**< index of the finding that caused it, -1 */
	struct str *steps;    /**< the arithmetic, one line each */
	size_t n_steps;
	struct str *rejected; /**< what it is not, and why */
	size_t n_rejected;
	struct finding_next *next;
	size_t n_next;
	struct finding_fix *fixes;
	size_t n_fixes;
	struct finding_cite *cites;
	size_t n_cites;
	struct finding_value *values;
	size_t n_values;
	struct arena *arena;
};

/** What a rule may write to. Failure to allocate is sticky in the arena; no call can fail. */
struct verdict {
	struct arena *arena;
	const struct rule *rule;
	const struct incident *incident;
	struct finding **findings; /**< what it fired */
	size_t n_findings;
	bool unknown;	    /**< it said "cannot tell" */
	struct str why;	    /**< why not, or why clear */
	const char **needs; /**< fact kinds or files that would tell */
	size_t n_needs;
};

/** The rule fires. The summary is one sentence with its numbers and units; numbers come from cited
 * facts. */
struct finding *fire(struct verdict *v, enum severity severity, enum confidence confidence,
		     const char *summary, ...) __attribute__((format(printf, 4, 5)));
/** Neither fired nor clear: says why, and the fact kind or file that would tell (may be NULL). */
void cannot_tell(struct verdict *v, const char *needs, const char *why, ...)
	__attribute__((format(printf, 3, 4)));

/** Clear, and what was seen that others might take for the fault. Nothing if it fires all the same.
 */
void clear_because(struct verdict *v, const char *why, ...) __attribute__((format(printf, 2, 3)));

/** The cause in the kernel's terms: a sentence or three. */
void set_cause(struct finding *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** The number that would have to change for the finding to clear. */
void set_margin(struct finding *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** One line of the arithmetic. */
void add_step(struct finding *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** What it is not, and why. */
void add_rejected(struct finding *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** What to do now. @p command and @p needs may be NULL. */
void add_next(struct finding *f, const char *needs, const char *command, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void add_fix(struct finding *f, struct finding_fix fix);

/** Cites the line of one number of a fact, or the fact's own first line where the number has none.
 */
void cite_num(struct finding *f, const struct fact *fact, struct num n);
/** Cites a fact: its first line. */
void cite(struct finding *f, const struct fact *fact);
/** Cites another line of a fact. */
void cite_line(struct finding *f, const struct fact *fact, uint32_t line);

/** The figures the summary speaks of: bytes or ns unless the name ends in _pages, _count, _percent.
 */
void value_num(struct finding *f, const char *name, uint64_t v);
void value_int(struct finding *f, const char *name, int64_t v);
void value_text(struct finding *f, const char *name, struct str text);

/** Text in the finding's memory: sizes for people, "1.7 GiB", "488 KiB", "0 bytes". */
const char *human(struct finding *f, uint64_t bytes);
/** The same in the memory of the verdict, for use before fire(). */
const char *v_human(struct verdict *v, uint64_t bytes);
/** Percent of a whole, for "%.1f"; 0 of nothing is 0. */
static inline double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

const char *severity_name(enum severity s);
const char *confidence_name(enum confidence c);

#endif
