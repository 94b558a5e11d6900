// SPDX-License-Identifier: GPL-2.0-or-later
// /sys/firmware/memmap, live or saved: a folder of folders N with the files start, end and type.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "evidence/reading.h"
#include "proc/map_facts.h"

enum { ENTRIES_MAX = 8192, FILE_MAX = 128 };

/* One of an entry's files, whole: they are a few bytes, NULs behind them where an archiver filled
 * up the page that sysfs claims. -1: not there. */
static ssize_t read_small(int dir, uint32_t entry, const char *name, char *buf)
{
	char path[64];
	_cleanup_close_ int fd = -1;
	ssize_t got;

	snprintf(path, sizeof(path), "%u/%s", entry, name);
	fd = openat(dir, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	got = fd < 0 ? -1 : read(fd, buf, FILE_MAX);
	return got < 0 ? -1 : (ssize_t)strnlen(buf, (size_t)got);
}

bool is_memmap_dir(int fd)
{
	char buf[FILE_MAX];

	return read_small(fd, 0, "start", buf) > 0 && read_small(fd, 0, "end", buf) > 0 &&
	       read_small(fd, 0, "type", buf) > 0;
}

enum status read_memmap_dir(struct reading *r, int fd, const char *path)
{
	uint32_t index = facts_add_evidence(r->facts, path, "snapshot");
	char start[FILE_MAX], end[FILE_MAX], type[FILE_MAX];

	for (uint32_t i = 0; i < ENTRIES_MAX; i++) {
		ssize_t a = read_small(fd, i, "start", start), b = read_small(fd, i, "end", end),
			c = read_small(fd, i, "type", type);

		if (a < 0 || b < 0 || c < 0 ||
		    !firmware_memmap_entry(r->facts, index, i + 1, (struct str){ start, (size_t)a },
					   (struct str){ end, (size_t)b },
					   (struct str){ type, (size_t)c }))
			break;
		r->facts->evidence[index]->lines = i + 1;
		r->facts->evidence[index]->lines_taken = i + 1;
	}
	firmware_memmap_end(r->facts, index);
	r->n_read++;
	return r->facts->arena.failed ? ST_NOMEM : OK;
}
