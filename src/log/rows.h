// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of tables, which log servers export: tab separated, or CSV.
#ifndef MMWHY_LOG_ROWS_H
#define MMWHY_LOG_ROWS_H

#include "base/str.h"

/** What earlier rows told. Zero it at the start. */
struct rows {
	size_t columns; /**< no row had fewer, 0: none was seen */
	size_t message; /**< its column, counted from one; 0: no head named it, so it is the last */
};

struct row {
	struct str wall, text;
	bool kernel;
	bool foreign;
};

/** One line. @return false if it is no row whose first column is a time; the head of a table is
 * none either, but is remembered. @p buf has room for the line. */
bool rows_line(struct rows *r, struct str line, char *buf, struct row *ret);

#endif
