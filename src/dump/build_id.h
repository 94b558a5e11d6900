// SPDX-License-Identifier: GPL-2.0-or-later
// Which build of a kernel: its build id, and the vmlinux that is installed under it.
#ifndef MMWHY_DUMP_BUILD_ID_H
#define MMWHY_DUMP_BUILD_ID_H

#include "dump/dump.h"

enum { BUILD_ID_MAX = 64 };

/** In lower-case hex; empty if unknown. */
struct build_id {
	char hex[2 * BUILD_ID_MAX + 1];
};

/** From VMCOREINFO (5.9 and newer), else from the kernel's .notes in memory. */
struct build_id build_id_of_dump(struct dump *d);
/** From a block of ELF notes. */
struct build_id build_id_in_notes(const unsigned char *p, size_t n);
/** An ELF file's. */
struct build_id build_id_of_file(const char *path);

/**
 * The dump's vmlinux where packages and debuginfod put it: below each folder of $MMWHY_DEBUG_ROOT
 * (else /usr/lib/debug) by build id or by release, and in debuginfod's cache.
 * @return NULL: none.
 */
const char *build_id_installed(struct dump *d);

#endif
