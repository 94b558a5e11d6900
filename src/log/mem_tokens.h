// SPDX-License-Identifier: GPL-2.0-or-later
// Cutting the "name:NkB name:N flag? yes" text of Mem-Info lines into fields.
#ifndef MMWHY_LOG_MEM_TOKENS_H
#define MMWHY_LOG_MEM_TOKENS_H

#include "base/str.h"

enum { MEM_NAME_MAX = 40 };

/** What has to be remembered between the lines of one wrapped field list. */
struct mem_fields {
	char pend[MEM_NAME_MAX]; /**< a name whose value stands on the next line */
	size_t n_pend;
	bool complete; /**< the last word was whole: the line does not end in the middle of one */
};

enum mem_token {
	MEM_END,
	MEM_COUNT, /**< a number without a unit */
	MEM_KB,
	MEM_YES,
	MEM_NO,
	MEM_OTHER /**< a word that is no field */
};

struct mem_value {
	char name[MEM_NAME_MAX]; /**< "isolated(anon)" as isolated_anon, "Active_anon" as
				    active_anon */
	size_t n;
	uint64_t v;
};

/** The next word; "#012", syslog's newline, separates words, too. Empty at the end. */
struct str mem_word(struct str *rest);
/** The next field of @p rest. */
enum mem_token mem_next(struct mem_fields *f, struct str *rest, struct mem_value *ret);
/** "123kB", "123KB"; *unit is what follows the digits. */
bool mem_number(struct str word, uint64_t *ret, struct str *unit);
/** Whether the first word is a whole "name:digits" field, and its unit. */
bool mem_is_field(struct str text, struct str *ret_name, struct str *ret_unit);

#endif
