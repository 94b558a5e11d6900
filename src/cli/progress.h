// SPDX-License-Identifier: GPL-2.0-or-later
// How far long work is, in one line of a terminal that is gone when it is done.
#ifndef MMWHY_CLI_PROGRESS_H
#define MMWHY_CLI_PROGRESS_H

#include <stdbool.h>

struct progress {
	bool on;    /**< standard error is a terminal */
	bool shown; /**< the line is on it */
	long long begun_ms, last_ms;
};

struct progress progress_begin(void);
/** As mmwhy_options' progress; nothing is shown in the first half second. */
void progress_tell(void *arg_progress, const char *path, unsigned long long done,
		   unsigned long long size);
/** Takes the line off. */
void progress_erase(struct progress *p);

#endif
