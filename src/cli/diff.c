// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy diff: two boots' memory maps side by side.
#include <stdio.h>

#include "cli/cli.h"

static int run(struct cli *cli, int argc, char **argv)
{
	struct mmwhy *m;
	int code;

	m = cli_read(cli, argc, argv, &code);
	if (!m)
		return code;
	code = cli->bad_input ? EXIT_UNREADABLE : EXIT_NOTHING;
	if (cli->json) {
		cli_json(map_diff_json(&m->diagnosis));
	} else if (!report_map_diff(&m->facts, &cli->report, cli_write, NULL)) {
		fprintf(stderr, "mmwhy: not two boots with memory maps in the evidence\n");
		code = EXIT_UNREADABLE;
	}
	mmwhy_free(m);
	return code;
}

DEFINE_COMMAND(diff, .operands = "BEFORE AFTER",
	       .help = "two boots' memory maps side by side, and what changed", .run = run);
