// SPDX-License-Identifier: GPL-2.0-or-later
// Views of a dump: what tasks, stacks, slab, modules and cpus share.
#ifndef MMWHY_CLI_VIEW_H
#define MMWHY_CLI_VIEW_H

#include "cli/cli.h"

/**
 * Reads the evidence, prints JSON where asked for, else calls @p print.
 * Says so where the evidence holds no fact of @p kind: exit status 3.
 */
int view(struct cli *cli, int argc, char **argv, enum fact_kind kind,
	 void (*print)(const struct cli *cli, const struct facts *f));

/** Prints text from a dump with its control bytes replaced. */
void put_safe(struct str s);

#endif
