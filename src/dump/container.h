// SPDX-License-Identifier: GPL-2.0-or-later
// What a dump format is: physical pages and notes.
//
// To add one: a file src/dump/NAME.c that ends in a const struct container_ops, and a line in
// containers.def, in probe order.
#ifndef MMWHY_DUMP_CONTAINER_H
#define MMWHY_DUMP_CONTAINER_H

#include "base/arena.h"
#include "base/status.h"
#include "dump/bytes.h"

typedef uint64_t paddr_t;
typedef uint64_t kaddr_t;

/** Three different absences, and a presence. */
enum page_state {
	PAGE_PRESENT,
	PAGE_EXCLUDED, /**< RAM that the dump's filter left out */
	PAGE_MISSING,  /**< not RAM, or not in this dump at all */
	PAGE_DAMAGED,  /**< should be there, but the file is cut or the data does not unpack */
};

struct note {
	const char *name;
	size_t n_name;
	uint32_t type;
	const unsigned char *desc;
	size_t n_desc;
};

struct container {
	const struct container_ops *ops;
	int fd; /**< the file's; stays the caller's */
	struct bytes *bytes;
	struct arena *arena;
	uint32_t page_size;
	uint64_t max_pfn; /**< one past the highest page that may be there */
	struct note *notes;
	size_t n_notes;
	const char *format;    /**< "ELF", "kdump-compressed" */
	struct str detail;     /**< "version 6, flattened, dump level 31" */
	uint16_t machine;      /**< ELF machine number, 0 unknown */
	struct str release;    /**< utsname of the header, empty if none */
	struct str vmcoreinfo; /**< as the format carries it outside the notes, else empty */
	struct str why;	       /**< what stopped open(), if it can be said better than "damaged" */
	struct str warning;    /**< what of an open dump is missing: "truncated: N of M bytes" */
	bool cut;	       /**< it ends before its end, or lacks a part */
	bool zeros_only;       /**< its filter left out nothing but zero pages */
	bool is_part;	       /**< of a split dump: only these pages are in it */
	uint64_t start_pfn, end_pfn;
	void *priv;
};

struct container_ops {
	const char *name;
	/** @return ST_UNSUPPORTED: not mine; OK: open; else mine, but broken. */
	enum status (*open)(struct container *c);
	/** Copies @p n bytes within one page at @p addr. */
	enum page_state (*read)(struct container *c, paddr_t addr, void *buf, size_t n);
	/** A pointer to bytes within one page, good until the next call, or NULL with the reason in
	 * *ret. */
	const void *(*ptr)(struct container *c, paddr_t addr, size_t n, enum page_state *ret);
	/** Whether a page is there, without unpacking it. */
	enum page_state (*state)(struct container *c, paddr_t addr);
	/** The first page from @p pfn on that is there; UINT64_MAX: none. For going over all that
	 * is there in ascending order, however wide the gaps. */
	uint64_t (*next)(struct container *c, uint64_t pfn);
	void (*close)(struct container *c);
};

/** Says that pages which should be there are not: PAGE_DAMAGED means cut off. */
void container_cut(struct container *c, struct str text);
/** Says that the file should have @p size bytes, or at least so many, if it has not. */
void container_check_size(struct container *c, uint64_t size, bool at_least);
/** Adds to what the dump lacks. */
void container_warn(struct container *c, struct str text);

/** Cuts a PT_NOTE segment or note blob into notes, behind those there are. A damaged one ends it.
 */
void container_add_notes(struct container *c, const unsigned char *p, size_t n);

#endif
