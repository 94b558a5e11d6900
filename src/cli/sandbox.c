// SPDX-License-Identifier: GPL-2.0-or-later
// Landlock and seccomp for a process that only reads and prints.
#include "cli/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "cli/seccomp.h"

/* Of ABI 1, so that every kernel with Landlock knows them: all that changes files or runs them. */
#define WRITES                                                                                     \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |                              \
	 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |                          \
	 LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |                              \
	 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |                              \
	 LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |                            \
	 LANDLOCK_ACCESS_FS_MAKE_SYM)
#define SPOOL                                                                                      \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |                             \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE)

static void allow_spool(int ruleset)
{
	const char *dir = getenv("TMPDIR");
	struct landlock_path_beneath_attr path = { .allowed_access = SPOOL };
	_cleanup_close_ int fd = open(dir && *dir ? dir : "/tmp", O_PATH | O_CLOEXEC | O_DIRECTORY);

	path.parent_fd = fd;
	if (fd >= 0)
		(void)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &path, 0);
}

static bool landlock(void)
{
	struct landlock_ruleset_attr attr = { .handled_access_fs = WRITES };
	_cleanup_close_ int fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

	if (fd < 0)
		return false;
	allow_spool(fd);
	return syscall(SYS_landlock_restrict_self, fd, 0) == 0;
}

void sandbox_enter(void)
{
	const char *debug = getenv("MMWHY_DEBUG");
	bool ruled, filtered;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return;
	ruled = landlock();
	filtered = seccomp_enter();
	if (debug && strstr(debug, "sandbox"))
		fprintf(stderr, "mmwhy: sandbox: landlock %s, seccomp %s\n", ruled ? "on" : "off",
			filtered ? "on" : "off");
}
