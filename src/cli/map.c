// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy map: the physical memory map, drawn.
#include "cli/view.h"

static const struct map_view maps = {
	.draw = report_map,
	.json = map_json,
	.lacking = "no memory map",
};

static int run(struct cli *cli, int argc, char **argv)
{
	return view_maps(cli, argc, argv, &maps);
}

DEFINE_COMMAND(map, .operands = "EVIDENCE...", .help = "the physical memory map, drawn",
	       .run = run);
