// SPDX-License-Identifier: GPL-2.0-or-later
// Knowing another program's line by the line before it that had the same date and host.
#ifndef MMWHY_LOG_TAG_MEMO_H
#define MMWHY_LOG_TAG_MEMO_H

#include "log/undress.h"

/** The date and host of a line that another program wrote. Zero it at the start. */
struct tag_memo {
	char shape[96];
	size_t n;
};

/** Whether undress_all() would call the line foreign for its tag, told without it; false if that
 * cannot be told. *ret_text gets what stands behind the tag. */
bool tag_memo_foreign(const struct tag_memo *memo, struct str raw, struct str *ret_text);
/** Keeps how @p u, which is foreign, begins. @return what stands behind its tag. */
struct str tag_memo_learn(struct tag_memo *memo, const struct undressed *u);

#endif
