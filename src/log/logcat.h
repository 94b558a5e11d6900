// SPDX-License-Identifier: GPL-2.0-or-later
// The lines of Android's logcat.
#ifndef MMWHY_LOG_LOGCAT_H
#define MMWHY_LOG_LOGCAT_H

#include "base/str.h"

/** What stands before a message. */
struct logcat {
	struct str wall;
	bool kernel;	 /**< logd read it from the kernel's log */
	struct str tag;	 /**< the first word or two of the kernel's message, if any, */
	struct str text; /**< and what logd left behind it */
};

/** "08-12 03:54:03.123   543   543 W kernel  : text", "08-12 03:54:03.123 W/kernel( 543): text",
 * with a year, a zone and a user, too. */
bool logcat_line(struct str s, struct logcat *ret);

/** The kernel's message as it was before logd took its tag off, in @p buf. */
struct str logcat_join(struct str tag, struct str text, char *buf, size_t size);

#endif
