// SPDX-License-Identifier: GPL-2.0-or-later
// Split dumps (makedumpfile --split): several files, each with some of the pages.
#ifndef MMWHY_DUMP_SPLIT_H
#define MMWHY_DUMP_SPLIT_H

#include "dump/container.h"

/** Whether the file is one part of a split dump. */
bool split_is_part(int fd);
/** Whether two parts are of one dump: their headers say the same of all but their share. */
bool split_same_dump(int fd, int other);
/**
 * Makes of @p c, which has the first part open, a container of all parts; @p fds[0] is that of
 * the first. What no part holds is told as a warning. Damaged parts are left out, and told.
 */
enum status split_open(struct container *c, const int *fds, size_t n);

#endif
