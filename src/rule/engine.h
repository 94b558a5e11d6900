// SPDX-License-Identifier: GPL-2.0-or-later
// Running the rules over the facts.
#ifndef MMWHY_RULE_ENGINE_H
#define MMWHY_RULE_ENGINE_H

#include "rule/rule.h"

struct rule_outcome {
	const struct rule *rule;
	enum outcome outcome;
	int32_t boot;
	uint32_t evidence;
	struct str why;
	const char **needs;
	size_t n_needs;
};

/** What became of one incident. */
struct incident_result {
	const struct finding *main; /**< its worst finding of severity low or more, or NULL */
	const char **needs;	    /**< what the rules that could not tell wanted, each once */
	size_t n_needs;
};

/** Everything that was found. Caller-owned through diagnosis_deinit(); borrows from the facts. */
struct diagnosis {
	struct arena arena;
	const struct facts *facts;
	struct finding **findings; /**< worst first */
	size_t n_findings;
	struct rule_outcome
		*outcomes; /**< one a rule, evidence and boot; the gravest of its incidents */
	size_t n_outcomes;
	struct incidents incidents;
	struct incident_result *results; /**< one an incident */
};

void diagnose(const struct facts *f, struct diagnosis *ret);
void diagnosis_deinit(struct diagnosis *d);

#endif
