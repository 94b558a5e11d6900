// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes of one piece of evidence, wherever they come from: a file, a pipe, a member of an archive.
#ifndef MMWHY_EVIDENCE_SOURCE_H
#define MMWHY_EVIDENCE_SOURCE_H

#include <sys/types.h>

#include "base/status.h"
#include "base/str.h"
#include "evidence/evidence.h"

enum {
	SOURCE_SAMPLE = 128 * 1024, /**< what is looked at to find the kind */
	SOURCE_BLOCK = 256 * 1024,
};

struct source {
	const char *path; /**< as it is told to the user */
	/** Like read(2); on -1, *why says what happened. */
	ssize_t (*read)(void *arg, void *buf, size_t n, const char **why);
	void *arg;
	int fd;	       /**< of a regular file that holds the same bytes from offset 0; else -1 */
	bool spooled;  /**< ... and that is a temporary one */
	bool has_hole; /**< NULs were skipped at its beginning: the file holds more than the source
			*/
	const char *why; /**< set when reading failed */
	char *head;	 /**< SOURCE_SAMPLE bytes that were looked at */
	size_t n_head, at_head;
};

/** @p s is filled by its owner up to fd. ST_NOMEM. */
enum status source_init(struct source *s);
void source_deinit(struct source *s);
/** The beginning; shorter than SOURCE_SAMPLE only if there is no more. Borrowed. */
struct str source_sample(struct source *s);
/** Reads on, from the beginning. 0 at the end; also after a failure, see s->why. */
size_t source_read(struct source *s, void *buf, size_t n);
/** Goes on to the first byte that is not NUL. @return false if there is none. */
bool source_skip_nuls(struct source *s);
/**
 * Makes s->fd a regular file: what is left is copied into an unlinked temporary one. The source
 * begins again at its first byte. ST_OS: errno says why not.
 */
enum status source_spool(struct source *s);

/** A file descriptor, which stays the caller's, as a source's arg. */
struct source_fd {
	int fd;
	const char *path;
	const struct evidence_options *opt; /**< is told of the progress */
	unsigned long long done, size;	    /**< size 0: not known */
};
ssize_t source_read_fd(void *arg_source_fd, void *buf, size_t n, const char **why);

#endif
