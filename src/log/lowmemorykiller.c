// SPDX-License-Identifier: GPL-2.0-or-later
// (not written yet)
#include "log/parser.h"

static bool head(struct log_ctx *c, const struct line *l)
{
	(void)c;
	(void)l;
	return false;
}

DEFINE_LOG_PARSER(lowmemorykiller,
		  .anchors = (const char *const[]){ "(none yet lowmemorykiller)", NULL },
		  .head = head);
