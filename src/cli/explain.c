// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy explain: what a rule looks for, and the kernel code it models.
#include <stdio.h>

#include "cli/cli.h"

static void list_all(void)
{
	for (size_t i = 0; i < n_rules; i++)
		printf("%-22s %s\n", rules[i]->id, rules[i]->title);
}

static void explain(const struct rule *r)
{
	printf("%s: %s\n\n%s\n\nModels:\n", r->id, r->title, r->doc);
	for (const char *const *ref = r->refs; ref && *ref; ref++)
		printf("  %s\n", *ref);
}

static int run(struct cli *cli, int argc, char **argv)
{
	(void)cli;
	if (!argc)
		list_all();
	for (int i = 0; i < argc; i++) {
		const struct rule *r = rule_of(argv[i]);

		if (!r) {
			fprintf(stderr, "mmwhy: no rule '%s'; 'mmwhy explain' lists them\n",
				argv[i]);
			return EXIT_USAGE;
		}
		explain(r);
	}
	return EXIT_NOTHING;
}

DEFINE_COMMAND(explain, .operands = "[RULE...]",
	       .help = "what a rule looks for, and the kernel code it models", .run = run);
