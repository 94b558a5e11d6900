// SPDX-License-Identifier: GPL-2.0-or-later
// Loaded modules: where they lie, their symbols and unwind tables (include/linux/module.h).
#ifndef MMWHY_DUMP_MODULES_H
#define MMWHY_DUMP_MODULES_H

#include "dump/dump.h"

enum { MODULE_AREAS = 7 };

struct dump_module {
	kaddr_t addr; /**< struct module */
	struct str name;
	struct {
		kaddr_t start;
		uint64_t size;
	} areas[MODULE_AREAS]; /**< text first, where known */
	size_t n_areas;
	uint32_t state;
	kaddr_t symtab, strtab; /**< struct mod_kallsyms */
	uint32_t n_symbols;
	struct module_symbol *symbols; /**< ascending; read at the first look-up */
	size_t n_sorted;
	bool symbols_read;
	kaddr_t orc_ip, orc;
	uint32_t n_orc;
};

struct dump_modules {
	struct dump_module *v;
	size_t n;
	enum status status; /**< ST_LOOP, ST_FAULT...: the list was cut; there are at least n */
	kaddr_t bad;	    /**< where */
};

/** Walks the kernel's list once; later calls return the same. */
struct dump_modules *dump_modules(struct dump *d);
/** The module that an address belongs to, or NULL. */
struct dump_module *module_at(struct dump *d, kaddr_t addr);
/** The module's symbol at or before an address. */
bool module_lookup(struct dump *d, struct dump_module *m, kaddr_t addr, struct str *ret_name,
		   uint64_t *ret_offset, uint64_t *ret_size);

/** Symbol of any kernel address, of the kernel or of a module. */
bool dump_symbol(struct dump *d, kaddr_t addr, struct str *ret_name, uint64_t *ret_offset,
		 uint64_t *ret_size, struct str *ret_module);

#endif
