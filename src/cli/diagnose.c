// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy diagnose: the findings, worst first.
#include <stdio.h>

#include "cli/cli.h"

static int run(struct cli *cli, int argc, char **argv)
{
	int code;
	struct mmwhy *m = cli_read(cli, argc, argv, &code);

	if (!m)
		return code;
	if (cli->json)
		report_json_write(&m->diagnosis, cli->facts, cli_write, NULL);
	else if (mmwhy_n_evidence(m))
		report_text(&m->diagnosis, &cli->report, cli_write, NULL);
	mmwhy_free(m);
	return code;
}

DEFINE_COMMAND(diagnose, .operands = "EVIDENCE...", .help = "say why memory management failed",
	       .run = run);
