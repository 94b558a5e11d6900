// SPDX-License-Identifier: GPL-2.0-or-later
// The largest tasks of a report, alone and by name.
#ifndef MMWHY_RULE_TASKS_H
#define MMWHY_RULE_TASKS_H

#include "rule/rule.h"

/** What one task, or all tasks of one name, hold. */
struct task_use {
	struct str comm;
	struct num pid;
	uint64_t rss, swap; /**< bytes */
	uint64_t count;
	const struct fact *fact; /**< the row, or the report that names the victim */
	uint32_t line;
	bool victim; /**< from the kill line: there is no task table */
};

struct task_ranking {
	struct task_use task;	   /**< the largest one */
	struct task_use named;	   /**< the name whose tasks hold most together */
	uint64_t rss, swap, count; /**< of all */
};

/** @return false where the report has neither a task table nor a victim. */
bool tasks_rank(const struct incident *in, struct arena *a, struct task_ranking *ret);

#endif
