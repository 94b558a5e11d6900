// SPDX-License-Identifier: GPL-2.0-or-later
// Reading allocation stacks: who in them asked for the pages, and on whose behalf.
#ifndef MMWHY_RULE_STACKS_H
#define MMWHY_RULE_STACKS_H

#include "rule/rule.h"

enum stack_class {
	STACK_KERNEL, /**< the kernel's or a driver's own use */
	STACK_USER,   /**< memory of processes and the page cache: other accounts have it */
	STACK_SLAB, /**< the slab allocator taking a page, in a list that counts its objects too */
};

/** Bytes that a stack holds; 0 where the evidence does not say. */
uint64_t stack_bytes(const struct fact_allocation_stack *a, uint64_t page_size);
/** The frame that asked: the first one outside the allocators. Empty if all are inside. */
struct str stack_function(const struct fact_allocation_stack *a);
enum stack_class stack_class(const struct fact_allocation_stack *a);
/** Whether its pages became slab. */
bool stack_in_slab(const struct fact_allocation_stack *a);
/** What the kernel itself printed as the greatest consumer with, or right after, this report. */
const struct fact_allocation_stack *stack_of_report(const struct incident *in);
/** A frame without its offset, size and module. */
struct str frame_function(struct str frame);

#endif
