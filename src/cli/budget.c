// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy budget: where every page is.
#include <stdio.h>

#include "cli/cli.h"

static int run(struct cli *cli, int argc, char **argv)
{
	int code;
	struct mmwhy *m = cli_read(cli, argc, argv, &code);

	if (!m)
		return code;
	if (cli->json)
		puts(mmwhy_json(m, true));
	else
		report_budgets(&m->facts, &cli->report, cli_write, NULL);
	mmwhy_free(m);
	return code;
}

DEFINE_COMMAND(budget, .operands = "EVIDENCE...",
	       .help = "where every page is, and what is unexplained", .run = run);
