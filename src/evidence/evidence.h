// SPDX-License-Identifier: GPL-2.0-or-later
// Opening whatever is given: files, directories, archives, standard input. The face of
// src/evidence.
#ifndef MMWHY_EVIDENCE_EVIDENCE_H
#define MMWHY_EVIDENCE_EVIDENCE_H

#include "base/status.h"
#include "fact/fact.h"

/** Told once for each input that could not be used or only in part: one clear line. */
typedef void (*evidence_note_fn)(void *arg, const char *path, const char *what);

/** A record of a dump's log. */
struct log_record {
	const char *path;
	uint64_t time_ns;
	uint32_t caller; /**< CPU (top bit set) or thread; 0: the kernel notes none */
	uint8_t level;
	struct str text; /**< may hold several lines */
};

struct evidence_options {
	evidence_note_fn note;
	void *note_arg;
	/** Where parts of split dumps wait until all evidence is there. NULL: each is read alone.
	 */
	struct evidence_parts *parts;
	const char *vmlinux, *system_map; /**< for what a dump itself lacks; may be NULL */
	/** While a file is read: NULL, or told of each block. */
	void (*progress)(void *arg, const char *path, unsigned long long done,
			 unsigned long long size);
	void *progress_arg;
	/** Not NULL: of dumps only their logs' records are wanted, and told here, oldest first.
	 * @return false to stop. */
	bool (*record)(const struct log_record *r, void *arg);
	void *record_arg;
	/** Not 0: of dumps only these kinds of fact (NEED()) are wanted, and not their logs. */
	uint64_t only;
};

/** NULL when memory runs out. */
struct evidence_parts *evidence_parts_new(void);
void evidence_parts_free(struct evidence_parts *p);
/** Reads the split dumps whose parts were seen. */
enum status evidence_parts_read(struct facts *f, const struct evidence_options *opt);

/**
 * Reads @p path ("-": standard input) into @p f: finds out its kind by looking at it, unpacks it,
 * goes through directories and archives, and lets the readers make facts.
 * @param ret_read how many pieces of evidence it held (0: none).
 * @return OK also when single members could not be read: those are told to the note function.
 */
enum status evidence_read(struct facts *f, const char *path, const struct evidence_options *opt,
			  size_t *ret_read);

#endif
