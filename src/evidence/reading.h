// SPDX-License-Identifier: GPL-2.0-or-later
// The inside of src/evidence: how one piece of evidence leads to the next.
//
// To add a kind of evidence: a probe and a reader in a file of its own, and a line in the table of
// kinds in evidence.c.
#ifndef MMWHY_EVIDENCE_READING_H
#define MMWHY_EVIDENCE_READING_H

#include "evidence/evidence.h"
#include "evidence/source.h"

/** What is being read, on behalf of whom. */
struct reading {
	struct facts *facts;
	const struct evidence_options *opt;
	size_t n_read; /**< pieces of evidence that were of use */
	int depth;     /**< archives around it */
	int packed;    /**< compressions around it */
	bool named;    /**< by the user, so that it is told when it is of no use */
};

struct evidence_kind {
	const char *name;
	bool (*probe)(struct str sample);
	enum status (*read)(struct reading *r, struct source *s);
};

/** Finds out what it is, and reads it. Only ST_NOMEM ends everything. */
enum status read_source(struct reading *r, struct source *s);
/** A directory and what is below it. @p fd stays the caller's. */
enum status read_tree(struct reading *r, int fd, const char *path);

/** A folder as /sys/firmware/memmap is, live or saved. */
bool is_memmap_dir(int fd);
enum status read_memmap_dir(struct reading *r, int fd, const char *path);

/** The same folder in an archive, whose members come in any order: kept until the last. */
struct memmap_members {
	struct memmap_member *v;
	size_t n, size;
};
struct archive;
struct archive_entry;
/** Takes N/start, N/end or N/type. @return false: it is none of them, and unread; or *st is bad. */
bool memmap_members_take(struct memmap_members *m, struct archive *a, struct archive_entry *e,
			 enum status *st);
/** Reads what was taken, and frees it. @p path: the archive's. */
enum status memmap_members_read(struct memmap_members *m, struct reading *r, const char *path);

bool is_gzip(struct str sample);
enum status read_gzip(struct reading *r, struct source *s);
/** xz, zstd, bzip2. */
bool is_stream(struct str sample);
enum status read_stream(struct reading *r, struct source *s);
bool is_packed(struct str sample);
enum status read_packed(struct reading *r, struct source *s);
bool is_dump(struct str sample);
enum status read_dump(struct reading *r, struct source *s);
/** Kinds of which we know what they are, but do not read them. */
bool is_refused(struct str sample);
enum status read_refused(struct reading *r, struct source *s);
/** Files of /proc, /sys and debugfs: src/proc. */
bool is_proc(struct str sample);
enum status read_proc(struct reading *r, struct source *s);
/** Last: whatever looks like text. */
bool is_log(struct str sample);
enum status read_log(struct reading *r, struct source *s);

void reading_note(const struct reading *r, const char *path, const char *what);

#endif
