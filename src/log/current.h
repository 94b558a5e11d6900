// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel prints of the task that it runs for.
#ifndef MMWHY_LOG_CURRENT_H
#define MMWHY_LOG_CURRENT_H

#include "log/parser.h"

enum { COMM_MAX = 15 /* TASK_COMM_LEN less its NUL */ };

/** The command in front of a message: what stands before @p end in @p text, blanks and all, or its
 * last word where that is longer than a command can be. */
struct str current_comm(struct str text, size_t end);

/** dump_stack()'s "CPU: 0 PID: 1 Comm: systemd Tainted: ..", before 3.10 "Pid: 1, comm: init Not
 * ..":
 * @return whether the line is one of @p comm; *ret gets the process id. */
bool current_pid(const struct line *l, struct str comm, struct num *ret);

/** The anchors of current_pid(). */
#define CURRENT_PID_ANCHORS "PID: ", "Pid: "

/** "mask=0x201da(GFP_KERNEL|..)" behind @p key; the flags from 4.6 on. @return whether it is there.
 */
bool current_gfp(struct log_ctx *c, const struct line *l, const char *key, struct num *ret_mask,
		 struct str *ret_flags);

struct current_nodes {
	struct str *nodemask, *cpuset, *mems_allowed;
};
/** "nodemask=0,2,cpuset=/,mems_allowed=0-3", any part of it: sets what is there
 * and has a place. */
void current_nodes(struct log_ctx *c, struct str text, struct current_nodes ret);

#endif
