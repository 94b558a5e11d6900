// SPDX-License-Identifier: GPL-2.0-or-later
// What the views of facts share.
#include "cli/view.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/utf8.h"

int view(struct cli *cli, int argc, char **argv, enum fact_kind kind, uint64_t kinds,
	 void (*print)(const struct cli *cli, const struct facts *f))
{
	struct mmwhy *m;
	int code;

	cli->only = cli->json ? 0 : kinds;
	m = cli_read(cli, argc, argv, &code);
	if (!m)
		return code;
	code = cli->bad_input ? EXIT_UNREADABLE : EXIT_NOTHING;
	if (cli->json) {
		report_json_write(&m->diagnosis, true, cli_write, NULL);
	} else if (!m->facts.lists[kind].n) {
		fprintf(stderr, "mmwhy: no %s in the evidence\n", fact_kind_name(kind));
		code = EXIT_UNREADABLE;
	} else {
		print(cli, &m->facts);
	}
	mmwhy_free(m);
	return code;
}

int view_maps(struct cli *cli, int argc, char **argv, const struct map_view *view)
{
	int code;
	struct mmwhy *m = cli_read(cli, argc, argv, &code);

	if (!m)
		return code;
	code = cli->bad_input ? EXIT_UNREADABLE : EXIT_NOTHING;
	if (cli->json) {
		cli_json(view->json(&m->diagnosis));
	} else if (!view->draw(&m->facts, &cli->report, cli_write, NULL)) {
		fprintf(stderr, "mmwhy: %s in the evidence\n", view->lacking);
		code = EXIT_UNREADABLE;
	}
	mmwhy_free(m);
	return code;
}

bool view_is_now(const struct facts *f, const struct fact *fact)
{
	uint32_t e = fact->origin.evidence;

	return fact->origin.address.known || e >= f->n_evidence ||
	       strcmp(f->evidence[e]->kind, "dump") != 0;
}

void put_safe(struct str s)
{
	_cleanup_free_ char *clean = utf8_clean(s, NULL);

	if (clean)
		fputs(clean, stdout);
}
