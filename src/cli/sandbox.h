// SPDX-License-Identifier: GPL-2.0-or-later
// Giving up what reading evidence does not need.
#ifndef MMWHY_CLI_SANDBOX_H
#define MMWHY_CLI_SANDBOX_H

/**
 * Evidence is hostile. From here on the process cannot run programs, open sockets, trace or signal
 * others, or change files (but for unlinked spool files in the temporary directory), as far as the
 * running kernel has Landlock and seccomp. Failing to set either up is no error:
 * MMWHY_DEBUG=sandbox tells.
 */
void sandbox_enter(void);

#endif
