// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's own symbol table, read from its memory (kernel/kallsyms.c, scripts/kallsyms.c).
#ifndef MMWHY_DUMP_KALLSYMS_H
#define MMWHY_DUMP_KALLSYMS_H

#include "dump/dump.h"

/** How kallsyms_offsets[] gives an address; found by trying, not by version. */
enum kallsyms_scheme {
	KALLSYMS_ABSOLUTE,	  /**< kallsyms_addresses[]: up to 6.11 */
	KALLSYMS_BASE_RELATIVE,	  /**< base + u32 */
	KALLSYMS_ABSOLUTE_PERCPU, /**< >= 0: absolute; < 0: base - 1 - offset: x86-64 up to 6.14 */
	KALLSYMS_PLACE_RELATIVE,  /**< &offsets[i] + s32: 7.0 and newer */
};

struct kallsyms {
	uint32_t n;
	enum kallsyms_scheme scheme;
	uint64_t base;
	kaddr_t offsets_at; /**< place-relative */
	const int32_t *offsets;
	const uint64_t *addresses;
	const uint8_t *names;
	size_t names_size;
	const uint32_t *markers; /**< offset of every 256th name */
	size_t n_markers;
	const char *tokens;
	size_t tokens_size;
	const uint16_t *token_index;
	bool long_names; /**< two-byte lengths: 6.1 and newer */
	bool searched;	 /**< found by searching memory, not by VMCOREINFO */
	const struct plain_symbol
		*plain; /**< of a file, ascending; then nothing above is set but n */
};

/** Reads the tables into the dump's arena. d->why says what is missing. */
enum status kallsyms_open(struct dump *d);
/** Where VMCOREINFO has no keys (5.10): finds the tables by their shape. */
enum status kallsyms_search(struct dump *d, struct kallsyms *k);

/**
 * Symbols of a file, relocated and ascending (they stay the caller's): where the dump has none of
 * its own, these are all there are; else they add what is missing in d->sym.
 */
void kallsyms_add_plain(struct dump *d, const struct plain_symbol *v, size_t n);

/** Address of a symbol by index. */
kaddr_t kallsyms_address(const struct kallsyms *k, uint32_t i);
/** Name of a symbol by index, without its type letter. @return its length; 0 if damaged. */
size_t kallsyms_name(const struct kallsyms *k, uint32_t i, char *buf, size_t size);

/** Symbol at or before an address: "name", offset into it; false if none. */
bool kallsyms_lookup(const struct kallsyms *k, kaddr_t addr, char *buf, size_t size,
		     uint64_t *ret_offset, uint64_t *ret_size);

#endif
