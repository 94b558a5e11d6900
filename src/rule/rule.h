// SPDX-License-Identifier: GPL-2.0-or-later
// What a rule is.
//
// To add one: a file src/rule/ID.c that ends in DEFINE_RULE(ID, ...), a line in rules.def, and
// three cases in tests/cases: one that fires (real evidence), a near miss, and one where it cannot
// tell. A rule is pure: it reads the incident, asks the model, and speaks through the verdict. No
// I/O, no allocation, no error path, no output format, and it knows no other rule.
#ifndef MMWHY_RULE_RULE_H
#define MMWHY_RULE_RULE_H

#include "rule/finding.h"
#include "model/incident.h"

struct rule {
	const char *id;	   /**< from the file's stem */
	const char *title; /**< what it finds, half a line */
	const char
		*doc; /**< `mmwhy explain`: what it looks for, how it decides, when it is certain */
	const char *const *refs; /**< kernel code it models,
				    "mm/page_alloc.c:__zone_watermark_ok()"; NULL-terminated */
	uint64_t on;	/**< heads it judges: NEED(oom) | NEED(alloc_failure) | NEED(mem_info); 0:
			   once, over all facts */
	uint64_t needs; /**< kinds the report must hold, else "cannot tell" */
	bool of_log; /**< what it looks for stands in kernel logs only: without one it cannot tell
		      */
	/** Whether the rule concerns this incident at all; a memcg rule is clear on a global OOM,
	 *  whatever is missing. NULL: always. Called before `needs` are looked at. */
	bool (*applies)(const struct incident *in);
	void (*check)(const struct incident *in, struct verdict *v);
};

#define DEFINE_RULE(stem, ...)                                                                     \
	extern const struct rule rule_##stem;                                                      \
	const struct rule rule_##stem = { .id = #stem, __VA_ARGS__ }

#define REFS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/** The rules, in the order of rules.def. */
extern const struct rule *const rules[];
extern const size_t n_rules;
/** @return the rule of that id, or NULL. */
const struct rule *rule_of(const char *id);

#endif
