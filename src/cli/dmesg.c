// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy dmesg: the kernel's log out of a dump.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/view.h"
#include "dump/debuginfo.h"
#include "walk/printk.h"

static bool print_record(void *arg, uint64_t ts_ns, uint32_t caller, uint8_t level, struct str text)
{
	(void)arg;
	(void)caller;
	(void)level;
	/* as on a console: each line of a record with its time, so that what reads logs reads this
	 */
	do {
		const char *nl = memchr(text.p, '\n', text.n);
		size_t n = nl ? (size_t)(nl - text.p) : text.n;

		printf("[%5llu.%06llu] ", (unsigned long long)(ts_ns / 1000000000),
		       (unsigned long long)(ts_ns / 1000 % 1000000));
		put_safe((struct str){ text.p, n });
		putchar('\n');
		text = str_from(text, n + 1);
	} while (text.n);
	return !ferror(stdout);
}

static int dmesg_of(const struct cli *cli, const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct facts f;
	struct target t = { .facts = &f };
	enum status st = ST_OS;

	if (fd >= 0)
		st = dump_open(fd, path, &t.dump);
	if (st && t.dump)
		st = debuginfo_complete(t.dump, st,
					&(struct debuginfo){ cli->vmlinux, cli->system_map });
	if (st) {
		fprintf(stderr, "mmwhy: %s: %s\n", path,
			fd < 0			  ? strerror(errno)
			: t.dump && t.dump->why.n ? t.dump->why.p
			: st == ST_UNSUPPORTED	  ? "not a dump"
						  : status_text(st));
		dump_close(t.dump);
		return EXIT_UNREADABLE;
	}
	facts_init(&f);
	printk_each(&t, print_record, NULL);
	for (size_t i = 0; i < t.n_notes; i++)
		fprintf(stderr, "mmwhy: %s: %s\n", path, t.notes[i].p);
	facts_deinit(&f);
	dump_close(t.dump);
	return EXIT_NOTHING;
}

static int run(struct cli *cli, int argc, char **argv)
{
	int code = argc ? EXIT_NOTHING : EXIT_USAGE;

	for (int i = 0; i < argc; i++) {
		int one = dmesg_of(cli, argv[i]);

		if (one > code)
			code = one;
	}
	return code;
}

DEFINE_COMMAND(dmesg, .operands = "DUMP", .help = "the kernel's log", .run = run);
