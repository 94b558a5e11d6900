// SPDX-License-Identifier: GPL-2.0-or-later
// Walking a kernel list that may be broken.
#ifndef MMWHY_DUMP_LIST_H
#define MMWHY_DUMP_LIST_H

#include "dump/dump.h"

/**
 * A struct list_head's entries: for (list_begin(&it, d, head); list_next(&it);) ... it.entry.
 * Stops at the head, at a node that is not there, at a cycle, or after as many nodes as the dump
 * has pages times 64; it.status, read once after the loop, says which.
 */
struct list_iter {
	struct dump *dump;
	kaddr_t head, entry; /**< entry: address of the struct list_head inside the element */
	kaddr_t next;
	uint64_t steps, limit;
	kaddr_t tortoise; /* Brent's cycle check */
	uint64_t power, lambda;
	enum status status;
	kaddr_t bad; /**< where it broke */
};

void list_begin(struct list_iter *it, struct dump *d, kaddr_t head);
bool list_next(struct list_iter *it);

#endif
