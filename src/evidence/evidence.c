// SPDX-License-Identifier: GPL-2.0-or-later
// Opening whatever is given.
#include "evidence/evidence.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <unistd.h>
#include "evidence/dump.h"
#include "log/log.h"

enum status evidence_read(struct facts *f, const char *path, const struct evidence_options *opt,
			  size_t *ret_read)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum status st = fd >= 0 ? evidence_dump(f, fd, path, opt) : ST_UNSUPPORTED;
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	static char buf[65536];
	uint64_t lines, taken;
	struct log *log;
	uint32_t e;
	size_t n;

	if (fd >= 0)
		close(fd);
	if (st != ST_UNSUPPORTED) {
		*ret_read = 1;
		return st;
	}
	if (!file) {
		opt->note(opt->note_arg, path, strerror(errno));
		return ST_OS;
	}
	e = facts_add_evidence(f, path, "log");
	n = fread(buf, 1, sizeof(buf), file);
	log = log_new(f, e, buf, n);
	for (; n; n = fread(buf, 1, sizeof(buf), file))
		(void)log_feed(log, buf, n);
	(void)log_finish(log, &lines, &taken);
	f->evidence[e]->lines = lines;
	f->evidence[e]->lines_taken = taken;
	log_free(log);
	*ret_read = 1;
	return OK;
}
