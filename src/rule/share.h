// SPDX-License-Identifier: GPL-2.0-or-later
// Who holds how much of the memory: the comparison that all rules about a consumer share.
#ifndef MMWHY_RULE_SHARE_H
#define MMWHY_RULE_SHARE_H

#include "model/budget.h"
#include "rule/rule.h"

/** Everything that can hold memory, none of it counted twice. */
enum holder {
	HOLD_FREE,
	HOLD_ANON,  /**< anonymous LRU without shmem */
	HOLD_SHMEM, /**< shmem and tmpfs, wherever it is listed */
	HOLD_FILE,  /**< page cache that can be reclaimed */
	HOLD_UNEVICTABLE,
	HOLD_SLAB, /**< both kinds */
	HOLD_HUGETLB,
	HOLD_PAGETABLES,
	HOLD_STACKS,
	HOLD_MISC,	  /**< what drivers do count: kernel_misc_reclaimable, gpu, zspages */
	HOLD_UNEXPLAINED, /**< no account has it */
	HOLDERS
};

struct holding {
	bool known;
	uint64_t bytes, err;
	struct num parts[4]; /**< the printed numbers it is made of */
	const char *names[4];
	size_t n_parts;
	struct num less; /**< what was taken out of them */
};

struct shares {
	const struct incident *in;
	const struct fact_budget *budget;
	uint64_t whole;		/**< bytes that shares are of */
	bool exact;		/**< whole is what the kernel manages, by its own numbers */
	const char *whole_name; /**< "RAM" or, where that is not known, what it is instead */
	struct num whole_parts[2];
	bool shortage; /**< free pages are few: memory as a whole is short */
	bool lowmem;   /**< whole is memory below HighMem: the kernel's own needs fit there only */
	bool damaged;  /**< numbers that cannot be */
	struct holding v[HOLDERS];
};

enum share_level { SHARE_SMALL, SHARE_POSSIBLE, SHARE_LIKELY, SHARE_CERTAIN };

/** What they judge. */
#define CONSUMER_HEADS (NEED(oom) | NEED(mem_info) | NEED(alloc_failure))

/** Whether rules about consumers judge it: a global OOM, a request for a single page that failed or
 *  stalled though it could wait for reclaim, or a lone Mem-Info taken in need. */
bool consumer_applies(const struct incident *in);

/** The same, and where pages ran out for a request that could not wait, or for a block, if more
 * than half of RAM is slab that nothing can reclaim. */
bool consumer_applies_slab(const struct incident *in);
/** Of the report the table of unreclaimable caches is left, but no counter of slab. */
bool consumer_slab_table_alone(const struct incident *in);

/** @return false if nothing can be compared; *why says so. */
bool shares_of(const struct incident *in, struct shares *ret, const char **why);

/** More than half beyond all errors: certain. A quarter and the largest: likely. A tenth, the
 * largest, and nearly nothing free: possible. */
enum share_level share_level(const struct shares *s, enum holder who);

const char *holder_name(enum holder who);

/**
 * The whole of a consumer rule but its words: compares, says "cannot tell" where it must, and fires
 * with summary, arithmetic, margin, values and citations.
 * @return the finding, or NULL where the rule is clear or cannot tell.
 */
struct finding *consumer_check(const struct incident *in, struct verdict *v, enum holder who,
			       struct shares *s);

#endif
