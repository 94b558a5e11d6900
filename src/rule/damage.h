// SPDX-License-Identifier: GPL-2.0-or-later
// Messages of damage, gathered by run of the kernel: what the rules about damage share.
#ifndef MMWHY_RULE_DAMAGE_H
#define MMWHY_RULE_DAMAGE_H

#include "rule/rule.h"

enum { DAMAGE_SHOWN = 8 };

/** Oops facts of one run of a kernel whose reason has one of the words. Start with zeroes. */
struct damage {
	const struct fact_oops *first[DAMAGE_SHOWN];
	size_t n;  /**< of all, also those beyond DAMAGE_SHOWN */
	size_t at; /**< where to go on */
};

/** The next run with any, words with a ^ in front at the start of the reason; false at the end. */
bool damage_next(const struct facts *f, const char *const *words, struct damage *d);
/** Fires, certain, with the messages as arithmetic and citations. */
struct finding *damage_fire(struct verdict *v, const struct damage *d, const char *summary);

#endif
