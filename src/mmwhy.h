/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mmwhy: says why Linux memory management failed. The library's public face; unstable until 1.0. */
#ifndef MMWHY_H
#define MMWHY_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MMWHY_VERSION "0.1.0"
#define MMWHY_API     __attribute__((visibility("default")))

struct mmwhy;

/** What may be changed before anything is read. Set sz to sizeof(struct mmwhy_options). */
struct mmwhy_options {
	size_t sz;
	/** Told once for each input that could not be used, or only in part. May be NULL. */
	void (*note)(void *arg, const char *path, const char *what);
	void *note_arg;
	/** Files with symbols and types, for what a dump itself lacks. May be NULL. */
	const char *vmlinux, *system_map;
	/** Told again and again while @p path is read; @p size is 0 where it is not known. May be
	 * NULL. */
	void (*progress)(void *arg, const char *path, unsigned long long done,
			 unsigned long long size);
	void *progress_arg;
};

/** @p opt may be NULL. NULL when memory runs out. */
MMWHY_API struct mmwhy *mmwhy_new(const struct mmwhy_options *opt);
MMWHY_API void mmwhy_free(struct mmwhy *m);

/** Reads one piece of evidence: a file, directory, archive, or "-". @return 0, or a negative
 * status. */
MMWHY_API int mmwhy_add(struct mmwhy *m, const char *path);
/** After the last mmwhy_add(): runs the model and the rules. @return findings of severity low or
 * worse, or negative. */
MMWHY_API int mmwhy_run(struct mmwhy *m);

/** How many pieces of evidence were read. */
MMWHY_API size_t mmwhy_n_evidence(const struct mmwhy *m);

/** The whole result as JSON text (docs/schema.json). Borrowed until the next call or mmwhy_free().
 */
MMWHY_API const char *mmwhy_json(struct mmwhy *m, bool with_facts);

#ifdef __cplusplus
}
#endif
#endif
