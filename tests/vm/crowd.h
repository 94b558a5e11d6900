// SPDX-License-Identifier: GPL-2.0-or-later
// Loads of crowd.c.
#ifndef MMWHY_TESTS_VM_CROWD_H
#define MMWHY_TESTS_VM_CROWD_H

int crowd(int argc, char **argv);
int moment(int argc, char **argv);
int spin(int argc, char **argv);
int chatter(int argc, char **argv);

#endif
