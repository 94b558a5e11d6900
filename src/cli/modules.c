// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy modules: the loaded modules of a dump.
#include <inttypes.h>
#include <stdio.h>

#include "cli/view.h"

static void print(const struct cli *cli, const struct facts *f)
{
	const struct fact_module *m;

	(void)cli;
	printf("%-18s %10s %-9s %s\n", "TEXT AT", "BYTES", "STATE", "NAME");
	fact_for_each (f, module, m) {
		if (!view_is_now(f, &m->head))
			continue;
		printf("0x%016" PRIx64 " %10" PRIu64 " %-9s ", num_or(m->base, 0),
		       num_or(m->size, 0), m->state);
		put_safe(m->name);
		printf("\n");
	}
}

static int run(struct cli *cli, int argc, char **argv)
{
	return view(cli, argc, argv, FACT_module, NEED(module), print);
}

DEFINE_COMMAND(modules, .operands = "DUMP", .help = "loaded modules",
	       .about = "  TEXT AT     address of its code\n"
			"  BYTES       of the module in memory\n"
			"  STATE       live, coming, going, unformed\n",
	       .run = run);
