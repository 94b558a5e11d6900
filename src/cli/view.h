// SPDX-License-Identifier: GPL-2.0-or-later
// Views of facts: what tasks, stacks, slab, modules and cpus share, and what map and diff do.
#ifndef MMWHY_CLI_VIEW_H
#define MMWHY_CLI_VIEW_H

#include "cli/cli.h"

/**
 * Reads the evidence, of dumps only what @p kinds (NEED()) name, and calls @p print; or prints all
 * as JSON. Says so where the evidence holds no fact of @p kind: exit status 3.
 */
int view(struct cli *cli, int argc, char **argv, enum fact_kind kind, uint64_t kinds,
	 void (*print)(const struct cli *cli, const struct facts *f));

/** A report of memory maps: how it is drawn, its JSON, and what evidence without it lacks. */
struct map_view {
	bool (*draw)(const struct facts *f, const struct report_options *opt, write_fn write,
		     void *arg);
	struct json_object *(*json)(const struct diagnosis *d);
	const char *lacking;
};

/** Reads the evidence and prints the report, or says what it lacks: exit status 3. */
int view_maps(struct cli *cli, int argc, char **argv, const struct map_view *view);

/** Whether a fact is a dump's own, or of evidence that is no dump: not what a dump's log tells of
 * an earlier moment. */
bool view_is_now(const struct facts *f, const struct fact *fact);

/** Prints text from a dump with its control bytes replaced. */
void put_safe(struct str s);

#endif
