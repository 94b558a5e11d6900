// SPDX-License-Identifier: GPL-2.0-or-later
// What Mem-Info does not count, as far as allocation stacks name it: shared by the rules about
// vmalloc and percpu memory.
#ifndef MMWHY_RULE_CALLSITES_H
#define MMWHY_RULE_CALLSITES_H

#include "rule/share.h"

struct callsites {
	uint64_t bytes; /**< of all stacks that pass one of the functions */
	const struct fact_allocation_stack *top; /**< the largest of them */
	size_t n;				 /**< stacks looked at */
};

/** Adds up the report's allocation stacks with a frame that begins with one of @p functions. */
struct callsites callsites_of(const struct incident *in, const char *const *functions);

/** Whether what is in no account of Mem-Info comes to a quarter of RAM, or may. */
bool callsites_room(const struct incident *in);

/**
 * Judges memory that is in no account of Mem-Info: clear where the rest without account is less
 * than a tenth of RAM, for then it cannot hold more; cannot tell where the rest is larger and
 * nobody is named.
 * @return the finding if a quarter of RAM, or of the rest, is named.
 */
struct finding *callsites_check(const struct incident *in, struct verdict *v,
				const char *const *functions, const char *what, const char *file);

#endif
