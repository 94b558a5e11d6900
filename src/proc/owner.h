// SPDX-License-Identifier: GPL-2.0-or-later
// The records of page_owner text, and the bounded table in which they are added up by stack.
#ifndef MMWHY_PROC_OWNER_H
#define MMWHY_PROC_OWNER_H

#include "base/status.h"
#include "base/str.h"

enum {
	OWNER_MAX_STACKS = 16 * 1024,	  /**< counted at one time */
	OWNER_MAX_TEXT = 8 * 1024 * 1024, /**< of their frames and first lines */
	OWNER_MAX_RECORD = 64 * 1024,	  /**< bytes of one record; what is longer is dropped */
};

/** One record. All slices are borrowed from the text. */
struct owner_record {
	struct str first; /**< its first line */
	struct str stack; /**< the lines of its frames; empty: nothing to count */
	uint64_t allocations, pages;
	uint64_t mask;
	uint32_t order;
	bool has_pages; /**< false: only allocations were counted */
	bool has_order, has_mask;
	uint32_t lines; /**< newlines in what was taken */
};

/**
 * Takes the record at the front of @p text.
 * @param whole nothing follows behind the text.
 * @return how many bytes it is; 0 if it may go on behind the text.
 */
size_t owner_record(struct str text, bool whole, struct owner_record *ret);
/** Where the first record begins at or behind @p from; text.n if none does. */
size_t owner_sync(struct str text, size_t from);

/** What one stack holds. */
struct owner_stack {
	uint64_t hash;
	uint64_t allocations, pages;
	uint64_t may_miss; /**< pages (else allocations) that may not have been counted */
	uint64_t mask;
	uint64_t line;	     /**< of its first record, from 1 */
	uint32_t more_lines; /**< from there to its last frame */
	uint32_t order;
	uint32_t text_at, n_stack, n_first; /**< in the table's text: the stack, the first line */
	bool has_pages;
	bool has_order, has_mask; /**< the same in all its records */
};

/** Caller-owned. */
struct owner_table {
	struct owner_stack *v; /**< OWNER_MAX_STACKS */
	uint32_t n;
	uint32_t *slots; /**< index + 1, by hash */
	char *text;	 /**< OWNER_MAX_TEXT */
	size_t n_text;
	uint64_t lost; /**< no stack that was dropped held more */
	uint64_t records, all_allocations, all_pages;
	bool was_full;
};

enum status owner_table_init(struct owner_table *t);
void owner_table_deinit(struct owner_table *t);
/** Adds a record that begins in @p line. */
void owner_table_add(struct owner_table *t, const struct owner_record *r, uint64_t line);
/** Adds all of @p from, whose lines begin behind @p lines others. */
void owner_table_merge(struct owner_table *t, const struct owner_table *from, uint64_t lines);
/** Puts the stacks in the order of what they hold, the largest first. */
void owner_table_sort(struct owner_table *t);
struct str owner_stack_text(const struct owner_table *t, const struct owner_stack *s);
struct str owner_first_line(const struct owner_table *t, const struct owner_stack *s);

#endif
