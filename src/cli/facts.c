// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy facts: what was read, as JSON.
#include <stdio.h>

#include "cli/cli.h"

static int run(struct cli *cli, int argc, char **argv)
{
	int code;
	struct mmwhy *m = cli_read(cli, argc, argv, &code);

	if (!m)
		return code;
	report_json_write(&m->diagnosis, true, cli_write, NULL);
	mmwhy_free(m);
	return code;
}

DEFINE_COMMAND(facts, .operands = "EVIDENCE...", .help = "print the facts, as JSON", .run = run);
