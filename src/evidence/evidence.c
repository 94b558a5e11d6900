// SPDX-License-Identifier: GPL-2.0-or-later
// Opening whatever is given.
#include "evidence/evidence.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "log/log.h"

enum status evidence_read(struct facts *f, const char *path, const struct evidence_options *opt,
			  size_t *ret_read)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	static char buf[65536];
	uint64_t lines, taken;
	struct log *log;
	uint32_t e;
	size_t n;

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
