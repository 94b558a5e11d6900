// SPDX-License-Identifier: GPL-2.0-or-later
// Many findings and incidents told once: like ones together.
#ifndef MMWHY_REPORT_GROUPS_H
#define MMWHY_REPORT_GROUPS_H

#include "rule/engine.h"

/** Findings of one rule that say the same of the same subject. */
struct finding_group {
	const struct finding **v; /**< the worst first */
	size_t n;
};

/** In order of the worst finding of each. Caller-owned: groups_deinit(). */
struct finding_groups {
	struct finding_group *v;
	size_t n;
	struct arena arena;
};
struct finding_groups group_findings(const struct diagnosis *d);
void groups_deinit(struct finding_groups *g);

/** The incidents whose main finding is of one rule and subject. */
struct incident_class {
	const char *id; /**< rule id, or "cannot tell" */
	struct str subject;
	size_t count;
	uint32_t first_line;
};

/** Caller-owned: classes_deinit(). */
struct incident_classes {
	struct incident_class *v; /**< most frequent first */
	size_t n, n_incidents;
	size_t n_open;	 /**< how many ended in cannot tell */
	struct str want; /**< for want of what, most wanted first */
	struct arena arena;
};
struct incident_classes classify_incidents(const struct diagnosis *d);
void classes_deinit(struct incident_classes *c);

/** The head of the report that a finding judges, or NULL. */
const struct fact *finding_head(const struct diagnosis *d, const struct finding *f);

#endif
