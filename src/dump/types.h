// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's types, from BTF in the dump's own memory, else from a vmlinux' DWARF.
#ifndef MMWHY_DUMP_TYPES_H
#define MMWHY_DUMP_TYPES_H

#include "dump/dump.h"

struct types;

/** Where a member lies in its struct. */
struct member {
	bool found;
	uint32_t offset;	      /**< bytes */
	uint32_t size;		      /**< bytes */
	uint8_t bit_offset, bit_size; /**< bit_size 0: no bit field */
};

/** Finds __start_BTF, checks every type's bounds, and indexes the names. Missing BTF: d->why. */
enum status types_open(struct dump *d);
void types_close(struct types *t);
/** The types of a vmlinux instead; they become the dump's own. */
struct dwarf_types;
enum status types_use_dwarf(struct dump *d, struct dwarf_types *dwarf);

/**
 * Size of a struct, union or typedef of that name; 0 if unknown. Types of a module (its split BTF):
 * "module:name".
 */
uint32_t types_size(const struct types *t, const char *type);
/** A member by path ("thread.sp"), also inside anonymous structs and unions. */
struct member types_member(const struct types *t, const char *type, const char *path);
/** Value of an enumerator in whatever enum. */
bool types_enum(const struct types *t, const char *name, int64_t *ret);

#endif
