// SPDX-License-Identifier: GPL-2.0-or-later
// A saved file of /proc, /sys or debugfs as evidence.
#include "evidence/reading.h"
#include "proc/proc.h"

bool is_proc(struct str sample)
{
	return proc_file_of(sample);
}

static size_t read_bytes(void *arg, void *buf, size_t n)
{
	return source_read(arg, buf, n);
}

enum status read_proc(struct reading *r, struct source *s)
{
	const struct proc_file *file = proc_file_of(source_sample(s));
	struct proc_input in = { read_bytes, s, s->has_hole ? -1 : s->fd };
	uint32_t index = facts_add_evidence(r->facts, s->path, file->evidence);
	enum status st = proc_read(file, r->facts, index, &in);

	if (s->why)
		reading_note(r, s->path, s->why);
	r->n_read++;
	return st;
}
