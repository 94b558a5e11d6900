// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy dmesg: the kernel's log out of a dump.
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "cli/view.h"
#include "evidence/evidence.h"

/* The log on its way out. */
struct printed {
	struct cli *cli;
	struct json_object *log; /* NULL: as text */
	size_t n;
};

static bool print_record(const struct log_record *r, void *arg)
{
	struct printed *p = arg;
	struct str text = r->text;

	p->n++;
	progress_erase(&p->cli->progress);
	/* as on a console: each line of a record with its time, so that what reads logs reads this
	 */
	do {
		const char *nl = memchr(text.p, '\n', text.n);
		size_t n = nl ? (size_t)(nl - text.p) : text.n;

		printf("[%5llu.%06llu] ", (unsigned long long)(r->time_ns / 1000000000),
		       (unsigned long long)(r->time_ns / 1000 % 1000000));
		put_safe((struct str){ text.p, n });
		putchar('\n');
		text = str_from(text, n + 1);
	} while (text.n);
	return !ferror(stdout);
}

static bool add_record(const struct log_record *r, void *arg)
{
	struct printed *p = arg;
	struct json_object *o = json_object_new_object();
	_cleanup_free_ char *clean = utf8_clean(r->text, NULL);

	p->n++;
	json_object_object_add(o, "path", json_object_new_string(r->path));
	json_object_object_add(o, "time_ns", json_object_new_uint64(r->time_ns));
	json_object_object_add(o, "level", json_object_new_int(r->level));
	if (r->caller) /* printk_info.caller_id: a CPU, or else a thread */
		json_object_object_add(o, r->caller & 0x80000000u ? "cpu" : "pid",
				       json_object_new_int64(r->caller & ~0x80000000u));
	json_object_object_add(o, "text", json_object_new_string(clean ? clean : ""));
	return json_object_array_add(p->log, o) == 0;
}

static int finish(const struct printed *p)
{
	struct json_object *doc;

	if (p->log) {
		doc = json_object_new_object();
		json_object_object_add(doc, "mmwhy", json_object_new_string(MMWHY_VERSION));
		json_object_object_add(doc, "schema", json_object_new_int(1));
		json_object_object_add(doc, "log", p->log);
		cli_json(doc);
	}
	if (p->n)
		return EXIT_NOTHING;
	if (!p->cli->bad_input)
		fprintf(stderr, "mmwhy: no log of a dump in the evidence\n");
	return EXIT_UNREADABLE;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct printed p = { .cli = cli, .log = cli->json ? json_object_new_array() : NULL };
	struct evidence_options opt = { .note = cli_note,
					.note_arg = cli,
					.parts = evidence_parts_new(),
					.vmlinux = cli->vmlinux,
					.system_map = cli->system_map,
					.progress = progress_tell,
					.progress_arg = &cli->progress,
					.record = cli->json ? add_record : print_record,
					.record_arg = &p };
	struct facts f;
	size_t n;
	int code;

	if (!argc) {
		fprintf(stderr, "Usage: mmwhy dmesg DUMP\n");
		code = EXIT_USAGE;
	} else {
		facts_init(&f);
		cli->progress = progress_begin();
		for (int i = 0; i < argc; i++)
			(void)evidence_read(&f, argv[i], &opt, &n);
		(void)evidence_parts_read(&f, &opt);
		progress_erase(&cli->progress);
		code = finish(&p);
		facts_deinit(&f);
	}
	evidence_parts_free(opt.parts);
	return code;
}

DEFINE_COMMAND(
	dmesg, .operands = "DUMP", .help = "the kernel's log",
	.about =
		"The log buffer, oldest first, with seconds since boot. Line N is \"log line N\" of a report on the same dump.\n"
		"--json: records with time_ns, level (0 emergency to 7 debug), cpu or pid where the kernel notes who printed, text.\n",
	.run = run);
