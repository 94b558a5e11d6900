// SPDX-License-Identifier: GPL-2.0-or-later
// What a blocked or stuck task's stack says it is doing.
#ifndef MMWHY_RULE_WAITS_H
#define MMWHY_RULE_WAITS_H

#include "rule/rule.h"

enum wait {
	WAIT_UNKNOWN,
	WAIT_LOCK, /**< mutex, rwsem, percpu rwsem, semaphore */
	WAIT_IO,   /**< a page, buffer, journal commit or block request */
};

struct wait_place {
	enum wait wait;
	struct str primitive; /**< the locking or waiting function */
	struct str asker;     /**< who called it */
	uint32_t line;
};

struct wait_place wait_of(const struct fact_backtrace *t);
/** The first reliable frame whose symbol begins with one of @p names (NULL-terminated), or -1. */
ptrdiff_t frame_of(const struct fact_backtrace *t, const char *const *names);
/** "f <- g <- h" of at most @p most reliable frames from @p from on. */
struct str frames_text(struct arena *a, const struct fact_backtrace *t, size_t from, size_t most);

/** Lockup facts of one kind of report, one run of the kernel: what a finding is made of. */
struct stuck {
	const struct fact_lockup *const *v;
	size_t n;
};
/** Has @p speak tell of the lockups which @p wanted takes, run by run of the kernel. */
void stuck_each(const struct facts *f, struct verdict *v,
		bool (*wanted)(const struct fact_lockup *l),
		void (*speak)(struct verdict *v, const struct stuck *s));

/** Says that it cannot tell, where a report of hung tasks (or of stuck CPUs) lacks its stack. */
void tell_without_stack(const struct facts *f, struct verdict *v, bool hung);

/** A finding that tells and cites the tasks of hung-task reports, with what each waits in.
 * @p what is what they wait for. */
struct finding *fire_hung(struct verdict *v, const struct stuck *s, const char *what);
/** Tells and cites soft and hard lockups and stalls, the first few. */
void add_stuck_cpus(struct finding *f, const struct stuck *s);

#endif
