// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy diff: two boots' memory maps side by side.
#include "cli/view.h"

static const struct map_view maps = {
	.draw = report_map_diff,
	.json = map_diff_json,
	.lacking = "not two boots with memory maps",
};

static int run(struct cli *cli, int argc, char **argv)
{
	return view_maps(cli, argc, argv, &maps);
}

DEFINE_COMMAND(diff, .operands = "BEFORE AFTER",
	       .help = "two boots' memory maps side by side, and what changed", .run = run);
