// SPDX-License-Identifier: GPL-2.0-or-later
// What a dump itself lacks, from files beside it: System.map, or a vmlinux with its debuginfo.
#ifndef MMWHY_DUMP_DEBUGINFO_H
#define MMWHY_DUMP_DEBUGINFO_H

#include "dump/dump.h"

/** Files that were named; either may be NULL. */
struct debuginfo {
	const char *vmlinux, *system_map;
};

/**
 * After an opening that failed for want of symbols or types: takes them from the named files, else
 * from the vmlinux that is installed under the dump's build id, and goes on opening.
 * @param st what the opening returned.
 * @return OK: the dump can be used. Else d->why says what is missing.
 */
enum status debuginfo_complete(struct dump *d, enum status st, const struct debuginfo *given);

/** Of a dump that lacked nothing: where the named vmlinux is of another build, d->why says so. */
void debuginfo_not_needed(struct dump *d, const struct debuginfo *given);

/** A symbol of a file. */
struct plain_symbol {
	kaddr_t addr;
	const char *name;
};

/** Symbols in any order, as linked (not relocated). */
struct plain_symbols {
	struct plain_symbol *v;
	size_t n;
};

/** An ELF file's symbol table, in the dump's arena. Without libelf: ST_UNSUPPORTED. */
enum status vmlinux_symbols(struct dump *d, const char *path, struct plain_symbols *ret);

/** Types from a vmlinux' DWARF (src/dump/dwarf.c). */
struct dwarf_types;
enum status dwarf_open(const char *path, struct dwarf_types **ret);
void dwarf_close(struct dwarf_types *t);

#endif
