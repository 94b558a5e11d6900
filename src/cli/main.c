// SPDX-License-Identifier: GPL-2.0-or-later
// The command line: options, commands, exit status.
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/cleanup.h"
#include "cli/cli.h"
#include "cli/sandbox.h"

#define COMMAND(stem) extern const struct command command_##stem;
#include "cli/commands.def"
#undef COMMAND

const struct command *const commands[] = {
#define COMMAND(stem) &command_##stem,
#include "cli/commands.def"
#undef COMMAND
};
const size_t n_commands = ARRAY_SIZE(commands);

/* Options without a letter. */
enum {
	OPT_TIMES = 256,
	OPT_BLOBS,
	OPT_FIXED,
	OPT_UNFIXED,
	OPT_ADD,
	OPT_KERNEL,
	OPT_VMLINUX,
	OPT_SYSTEM_MAP
};

static const struct {
	struct option opt;
	const char *help;
} options[] = {
	{ { "json", no_argument, NULL, 'j' }, "print JSON (docs/schema.json)" },
	{ { "facts", no_argument, NULL, 'f' }, "with --json: the facts, too" },
	{ { "why", no_argument, NULL, 'w' }, "what each rule concluded, and from what" },
	{ { "folded", no_argument, NULL, 'F' }, "stacks: one line each, for flame graphs" },
	{ { "times", required_argument, NULL, OPT_TIMES }, "N: simulate kexec so many times" },
	{ { "blobs", required_argument, NULL, OPT_BLOBS },
	  "LIST: setup_data of a kexec: efi,ima,rng, bytes" },
	{ { "fixed", no_argument, NULL, OPT_FIXED }, "simulate kexec: a kernel with the fix" },
	{ { "unfixed", no_argument, NULL, OPT_UNFIXED },
	  "simulate kexec: a kernel without the fix" },
	{ { "add", required_argument, NULL, OPT_ADD }, "PARAM: simulate memmap: mem= or memmap=" },
	{ { "kernel", required_argument, NULL, OPT_KERNEL }, "RELEASE: simulate another kernel" },
	{ { "vmlinux", required_argument, NULL, OPT_VMLINUX },
	  "FILE: symbols and types that a dump itself lacks" },
	{ { "system-map", required_argument, NULL, OPT_SYSTEM_MAP },
	  "FILE: symbols that a dump itself lacks" },
	{ { "help", no_argument, NULL, 'h' }, "print this help" },
	{ { "version", no_argument, NULL, 'V' }, "print the version" },
};

static void usage(FILE *to)
{
	fprintf(to, "Usage: mmwhy [COMMAND] [OPTION...] EVIDENCE...\n"
		    "Says why Linux memory management failed.\n\nCommands:\n");
	for (size_t i = 0; i < n_commands; i++)
		fprintf(to, "  %-10s %-22s  %s%s\n", commands[i]->name, commands[i]->operands,
			commands[i]->help, i ? "" : " (default)");
	fprintf(to, "\nOptions:\n");
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (options[i].opt.val < OPT_TIMES)
			fprintf(to, "  -%c, ", options[i].opt.val);
		else
			fprintf(to, "      ");
		fprintf(to, "--%-11s %s\n", options[i].opt.name, options[i].help);
	}
	fprintf(to,
		"\nEVIDENCE is a log (also compressed), a directory, an archive, or - for standard input.\n"
		"Exit status: 0 nothing found, 1 findings, 2 usage, 3 evidence could not be read.\n");
}

static void usage_of(const struct command *cmd)
{
	printf("Usage: mmwhy %s [OPTION...] %s\n%s.\n", cmd->name, cmd->operands, cmd->help);
	if (cmd->about)
		printf("\n%s", cmd->about);
	printf("\nmmwhy --help lists all options and commands.\n");
}

void cli_note(void *arg, const char *path, const char *what)
{
	struct cli *cli = arg;

	cli->bad_input = true;
	progress_erase(&cli->progress);
	fprintf(stderr, "mmwhy: %s: %s\n", path, what);
}

struct mmwhy *cli_read(struct cli *cli, int argc, char **argv, int *ret_exit)
{
	struct mmwhy_options opt = { .sz = sizeof(opt),
				     .note = cli_note,
				     .note_arg = cli,
				     .vmlinux = cli->vmlinux,
				     .system_map = cli->system_map,
				     .progress = progress_tell,
				     .progress_arg = &cli->progress };
	struct mmwhy *m;
	int n;

	*ret_exit = EXIT_USAGE;
	if (!argc) {
		usage(stderr);
		return NULL;
	}
	*ret_exit = EXIT_UNREADABLE;
	cli->progress = progress_begin();
	m = mmwhy_new(&opt);
	if (m)
		m->only = cli->only;
	for (int i = 0; m && i < argc; i++)
		(void)mmwhy_add(m, argv[i]);
	n = m ? mmwhy_run(m) : -1;
	progress_erase(&cli->progress);
	if (n < 0) {
		fprintf(stderr, "mmwhy: out of memory\n");
		mmwhy_free(m);
		return NULL;
	}
	*ret_exit = cli_exit(cli, n);
	if (mmwhy_n_evidence(m) == 0)
		*ret_exit = EXIT_UNREADABLE;
	return m;
}

bool cli_write(void *arg, const char *data, size_t n)
{
	(void)arg;
	return fwrite(data, 1, n, stdout) == n;
}

void cli_json(struct json_object *obj)
{
	puts(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PRETTY |
							 JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(obj);
}

int cli_exit(const struct cli *cli, int n_findings)
{
	if (n_findings)
		return EXIT_FOUND;
	return cli->bad_input ? EXIT_UNREADABLE : EXIT_NOTHING;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < n_commands; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/* The options without a letter. */
static bool long_option(struct cli *cli, int c, const char *arg)
{
	switch (c) {
	case OPT_TIMES:
		return str_to_u64(str_c(arg), 10, &cli->times);
	case OPT_BLOBS:
		cli->blobs = arg;
		return true;
	case OPT_FIXED:
	case OPT_UNFIXED:
		cli->fixed = c == OPT_FIXED ? 1 : -1;
		return true;
	case OPT_ADD:
		cli->add = arg;
		return true;
	case OPT_KERNEL:
		cli->kernel = arg;
		return true;
	case OPT_VMLINUX:
		cli->vmlinux = arg;
		return true;
	case OPT_SYSTEM_MAP:
		cli->system_map = arg;
		return true;
	default:
		return false;
	}
}

static bool parse_options(struct cli *cli, int argc, char **argv, int *ret_exit)
{
	struct option longs[ARRAY_SIZE(options) + 1] = { 0 };
	int c;

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		longs[i] = options[i].opt;
	while ((c = getopt_long(argc, argv, "jfwFhV", longs, NULL)) != -1) {
		switch (c) {
		case 'j':
			cli->json = true;
			break;
		case 'f':
			cli->facts = true;
			break;
		case 'w':
			cli->report.why = true;
			break;
		case 'F':
			cli->folded = true;
			break;
		case 'h':
			cli->help = true;
			break;
		case 'V':
			puts("mmwhy " MMWHY_VERSION);
			*ret_exit = EXIT_NOTHING;
			return false;
		default:
			if (long_option(cli, c, optarg))
				break;
			fprintf(stderr, "Try 'mmwhy --help'.\n");
			*ret_exit = EXIT_USAGE;
			return false;
		}
	}
	return true;
}

/* Columns of the terminal; 0 where there is none. */
static unsigned int terminal_width(void)
{
	struct winsize w;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 ? w.ws_col : 0;
}

int main(int argc, char **argv)
{
	const struct command *cmd = commands[0];
	struct cli cli = { 0 };
	bool named;
	int code;

	cli.report.colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	cli.report.width = terminal_width();
	if (!parse_options(&cli, argc, argv, &code))
		return code;
	sandbox_enter();
	argc -= optind;
	argv += optind;
	named = argc && find_command(argv[0]);
	if (named) {
		cmd = find_command(argv[0]);
		argc--;
		argv++;
	}
	if (cli.help) {
		named ? usage_of(cmd) : usage(stdout);
		code = EXIT_NOTHING;
	} else {
		code = cmd->run(&cli, argc, argv);
	}
	if (fflush(stdout) != 0 || ferror(stdout))
		return EXIT_UNREADABLE;
	return code;
}
