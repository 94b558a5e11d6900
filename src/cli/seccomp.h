// SPDX-License-Identifier: GPL-2.0-or-later
// The system calls that reading evidence never needs.
#ifndef MMWHY_CLI_SECCOMP_H
#define MMWHY_CLI_SECCOMP_H

#include <stdbool.h>

/** Makes them fail with EPERM from here on. @return whether it could. */
bool seccomp_enter(void);

#endif
