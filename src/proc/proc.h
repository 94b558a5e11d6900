// SPDX-License-Identifier: GPL-2.0-or-later
// Files that a kernel makes in /proc, /sys and debugfs, saved or live: bytes in, facts out. The
// face of src/proc.
//
// To add one: a file src/proc/NAME.c that ends in DEFINE_PROC_FILE(NAME, ...), a line in files.def,
// a unit test in tests/unit/proc.c. Read the seq_printf() in the sources of old and new kernels
// first, and name the function in the file's comment.
#ifndef MMWHY_PROC_PROC_H
#define MMWHY_PROC_PROC_H

#include "base/status.h"
#include "fact/kinds.h"

/** Where the bytes come from. */
struct proc_input {
	size_t (*read)(void *arg, void *buf, size_t n); /**< 0: the end */
	void *arg;
	int fd; /**< of a regular file that holds the same bytes from offset 0; else -1 */
};

/** One file that is being read. */
struct proc_ctx {
	struct facts *facts;
	uint32_t evidence;
	struct proc_input in;
	uint64_t lines, lines_taken; /**< counted by the reader, or by whoever calls line() */
	void *state;		     /**< state_size zeroed bytes */
};

struct proc_file {
	const char *name;     /**< the file's own, "slabinfo" */
	const char *evidence; /**< the kind of evidence: "snapshot", "page_owner" */
	/** Whether it begins like that file, whatever its name is. @p sample is the beginning, or
	 * all of it. */
	bool (*probe)(struct str sample);
	/** One line, without its newline. @return whether it held something. The text is borrowed:
	 * proc_str() keeps it. */
	bool (*line)(struct proc_ctx *c, struct str text, uint32_t no);
	/** After the last line; NULL: nothing to do. */
	void (*end)(struct proc_ctx *c);
	size_t state_size;
	/** Instead of line(): reads c->in itself. */
	enum status (*read)(struct proc_ctx *c);
};

/** The files, in the order of files.def. */
extern const struct proc_file *const proc_files[];
extern const size_t n_proc_files;

#define DEFINE_PROC_FILE(stem, ...)                                                                \
	extern const struct proc_file proc_file_##stem;                                            \
	const struct proc_file proc_file_##stem = { .name = #stem, __VA_ARGS__ }

/** @return the file whose beginning that is, or NULL. */
const struct proc_file *proc_file_of(struct str sample);
/** Reads @p in as @p file, which is registered as @p evidence. ST_NOMEM. */
enum status proc_read(const struct proc_file *file, struct facts *f, uint32_t evidence,
		      const struct proc_input *in);

/** Adds a fact that stands in line @p no, whose text is kept for citing. Never NULL. */
void *proc_fact(struct proc_ctx *c, enum fact_kind kind, struct str text, uint32_t no);
/** Copies text into the case's memory. */
struct str proc_str(struct proc_ctx *c, struct str s);

#endif
