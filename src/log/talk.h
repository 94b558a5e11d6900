// SPDX-License-Identifier: GPL-2.0-or-later
// Telling a kernel's message from people's words and code about it.
#ifndef MMWHY_LOG_TALK_H
#define MMWHY_LOG_TALK_H

#include "base/str.h"

/** Whether @p text only speaks of a message: the printk() call of a quoted patch, a mail's subject,
 * or prose that puts the message in quotation marks. @p at: where the parser's anchor stands. */
bool is_talk(struct str text, size_t at);

#endif
