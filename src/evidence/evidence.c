// SPDX-License-Identifier: GPL-2.0-or-later
// Opening whatever is given: what it is, is found out by looking at it.
#include "evidence/evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "dump/foreign.h"
#include "evidence/dump.h"
#include "evidence/reading.h"

/* In this order; the first that knows its own reads it. */
static const struct evidence_kind kinds[] = {
	{ "dump", is_dump, read_dump },
	{ "gzip", is_gzip, read_gzip },
	{ "stream", is_stream, read_stream },
	{ "packed", is_packed, read_packed },
	{ "refused", is_refused, read_refused },
	{ "proc", is_proc, read_proc },
	{ "log", is_log, read_log },
};

void reading_note(const struct reading *r, const char *path, const char *what)
{
	r->opt->note(r->opt->note_arg, path, what);
}

/* Of a partition; in a media backup it stands one block later. */
static bool is_sadump(struct str s)
{
	return s.n >= 8 && memcmp(s.p, "sadump\0\0", 8) == 0;
}

bool is_dump(struct str s)
{
	return (s.n > 18 && str_starts(s, "\177ELF") && (s.p[16] == 4 || s.p[17] == 4)) ||
	       str_starts(s, "KDUMP   ") || str_starts(s, "DISKDUMP") ||
	       str_starts(s, "makedumpfile") || is_sadump(s) || is_sadump(str_from(s, 4096)) ||
	       foreign_is(s);
}

enum status read_dump(struct reading *r, struct source *s)
{
	enum status st = OK;
	int spooled = -1;

	if (s->fd < 0 || s->has_hole) {
		if (source_spool(s)) {
			reading_note(r, s->path, "a dump, and no room to unpack it");
			return OK;
		}
		spooled = s->fd;
		if (s->why)
			reading_note(r, s->path, s->why);
	}
	if (!r->opt->parts || !evidence_parts_take(r->opt->parts, s)) {
		st = evidence_dump(r->facts, &s->fd, 1, s->path, r->opt);
		if (!st && spooled >= 0)
			evidence_say_spooled(r->facts);
	} /* else read when all parts are there */
	if (!st)
		r->n_read++;
	else if (st == ST_UNSUPPORTED && r->named)
		reading_note(r, s->path, "not a dump that can be read");
	if (spooled >= 0) {
		close(spooled);
		s->fd = -1;
	}
	return st == ST_NOMEM ? st : OK;
}

static const struct refused {
	const char *magic, *what;
} refused[] = {
	{ "DISKDUMP", "a diskdump of a 2.6 kernel: its format is not read" },
	{ "PAGEDUMP", "a memory dump of Windows" },
	{ "PAGEDU64", "a memory dump of Windows" },
	{ "LUKS\xba\xbe", "encrypted (LUKS): decrypt it first" },
	{ "age-encryption.org/", "encrypted (age): decrypt it first" },
	{ "-----BEGIN AGE ENCRYPTED FILE", "encrypted (age): decrypt it first" },
	{ "-----BEGIN PGP MESSAGE", "encrypted (PGP): decrypt it first" },
	{ "\x85\x02\x0c", "encrypted (PGP): decrypt it first" },
	{ "\x85\x01\x0c", "encrypted (PGP): decrypt it first" },
	{ "\x8c\x0d\x04", "encrypted (PGP): decrypt it first" },
	{ "Salted__", "encrypted (openssl enc): decrypt it first" },
	{ "QFI\xfb", "a disk image (qcow2), not a dump" },
	{ "KDMV", "a disk image (VMDK), not a dump" },
	{ "QEVM", "a QEMU migration stream, not a dump: use dump-guest-memory" },
	{ "libvirt-save", "a saved libvirt guest, not a dump: use virsh dump --memory-only" },
	{ "Libvirt", "a saved libvirt guest, not a dump: use virsh dump --memory-only" },
	{ "LibvirtQemudSave", "a saved libvirt guest, not a dump: use virsh dump --memory-only" },
	{ "LPKSHHRH", "a systemd journal: export it with journalctl -o export --file=" },
	{ "\177ELF", "a program, not a dump" },
	{ "SQLite format 3", "a data base" },
	{ "%PDF-", "a PDF document" },
	{ "\x89PNG", "a picture" },
	{ "\xff\xd8\xff", "a picture" },
};

static const struct refused *refusal_of(struct str sample)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		if (str_starts(sample, refused[i].magic))
			return &refused[i];
	return NULL;
}

bool is_refused(struct str sample)
{
	return refusal_of(sample);
}

enum status read_refused(struct reading *r, struct source *s)
{
	if (r->named)
		reading_note(r, s->path, refusal_of(source_sample(s))->what);
	return OK;
}

enum status read_source(struct reading *r, struct source *s)
{
	struct str sample = source_sample(s);

	if (r->depth > LIMIT_ARCHIVE_DEPTH || r->packed > LIMIT_ARCHIVE_DEPTH) {
		reading_note(r, s->path, "packed more often than is looked into");
		return OK;
	}

	if (!sample.n) {
		if (s->why)
			reading_note(r, s->path, s->why);
		else if (r->named)
			reading_note(r, s->path, "is empty");
		return OK;
	}
	if (!source_skip_nuls(s)) {
		if (r->named)
			reading_note(r, s->path, "holds nothing but NULs");
		return OK;
	}
	sample = source_sample(s);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].probe(sample))
			return kinds[i].read(r, s);
	if (r->named)
		reading_note(r, s->path, "neither text nor anything else that can be read");
	return OK;
}

static enum status read_opened(struct reading *r, int fd, const char *path)
{
	struct source_fd from = { .fd = fd, .path = path, .opt = r->opt };
	struct source s = { .path = path, .read = source_read_fd, .arg = &from, .fd = -1 };
	enum status st;
	struct stat sb;

	if (fstat(fd, &sb) != 0) {
		reading_note(r, path, strerror(errno));
		return ST_OS;
	}
	if (S_ISDIR(sb.st_mode))
		return read_tree(r, fd, path);
	if (S_ISBLK(sb.st_mode)) {
		reading_note(r, path, "is a disk");
		return OK;
	}
	if (S_ISREG(sb.st_mode) && lseek(fd, 0, SEEK_CUR) == 0)
		s.fd = fd;
	if (S_ISREG(sb.st_mode))
		from.size = (unsigned long long)sb.st_size;
	st = source_init(&s);
	if (!st)
		st = read_source(r, &s);
	source_deinit(&s);
	return st;
}

enum status evidence_read(struct facts *f, const char *path, const struct evidence_options *opt,
			  size_t *ret_read)
{
	struct reading r = { .facts = f, .opt = opt, .named = true };
	bool is_stdin = strcmp(path, "-") == 0;
	_cleanup_close_ int fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
					  : open(path, O_RDONLY | O_CLOEXEC);
	enum status st;

	if (fd < 0) {
		opt->note(opt->note_arg, path, strerror(errno));
		return ST_OS;
	}
	st = read_opened(&r, fd, path);
	if (st == ST_NOMEM)
		opt->note(opt->note_arg, path, "memory is exhausted");
	if (!st)
		*ret_read = r.n_read;
	return st;
}
