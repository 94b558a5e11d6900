// SPDX-License-Identifier: GPL-2.0-or-later
// The line that says whose context a trace was printed in, in all its historic forms.
#ifndef MMWHY_LOG_CPU_LINE_H
#define MMWHY_LOG_CPU_LINE_H

#include "log/line.h"

/** What such a line may hold; slices of its text. */
struct cpu_line {
	struct num cpu, pid, uid;
	struct str comm, taint;
	struct str kernel;  /**< release */
	struct str version; /**< "#1" and the words behind it */
};

/** "CPU: 0 PID: 1 Comm: x Not tainted 5.4.0 #1", "Pid: 1, comm: x Tainted: G 2.6.30 #11", the
 * hung task report's "      Not tainted 5.10.3 #1", "Process x (pid: 1, ...)". @return whether it
 * is one. */
bool cpu_line(const struct line *l, struct cpu_line *ret);

#endif
