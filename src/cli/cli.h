// SPDX-License-Identifier: GPL-2.0-or-later
// Commands of the mmwhy program.
//
// To add one: a file src/cli/NAME.c that ends in DEFINE_COMMAND(NAME, ...), a line in commands.def.
// Usage, completion and the man page's list come from the struct.
#ifndef MMWHY_CLI_CLI_H
#define MMWHY_CLI_CLI_H

#include "cli/progress.h"
#include "report/report.h"
#include "session.h"

enum exit_status { EXIT_NOTHING = 0, EXIT_FOUND = 1, EXIT_USAGE = 2, EXIT_UNREADABLE = 3 };

struct cli {
	bool json, facts;
	bool help;	    /**< of the command, or of all */
	bool folded;	    /**< stacks: one line each */
	uint64_t times;	    /**< simulate kexec: reboots, 0: until memory goes */
	const char *blobs;  /**< simulate kexec: setup_data blobs */
	int fixed;	    /**< simulate kexec: enum kexec_fix */
	const char *add;    /**< simulate memmap: parameters */
	const char *kernel; /**< simulate: a release */
	struct report_options report;
	const char *vmlinux, *system_map; /**< dumps: what they lack */
	uint64_t only; /**< dumps: the kinds of fact that are wanted (NEED()); 0: all */
	struct progress progress;
	bool bad_input; /**< some input could not be read */
};

struct command {
	const char *name;
	const char *operands; /**< "EVIDENCE..." */
	const char *help;     /**< one line */
	const char *about; /**< more, for mmwhy COMMAND --help: what its columns are. May be NULL */
	int (*run)(struct cli *cli, int argc, char **argv);
};

#define DEFINE_COMMAND(stem, ...)                                                                  \
	extern const struct command command_##stem;                                                \
	const struct command command_##stem = { .name = #stem, __VA_ARGS__ }

extern const struct command *const commands[];
extern const size_t n_commands;

/** Opens all of argv and runs the rules. NULL when nothing could be read: *ret_exit says what to
 * exit with. */
struct mmwhy *cli_read(struct cli *cli, int argc, char **argv, int *ret_exit);
/** Tells what of an input could not be read; @p arg: struct cli. */
void cli_note(void *arg, const char *path, const char *what);
/** Prints to standard output; the write_fn of all reports. */
bool cli_write(void *arg, const char *data, size_t n);
/** Prints a report as JSON and frees it. */
void cli_json(struct json_object *obj);
int cli_exit(const struct cli *cli, int n_findings);

#endif
