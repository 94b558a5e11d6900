// SPDX-License-Identifier: GPL-2.0-or-later
// x86's memory map tables and what the kernel does to them (arch/x86/kernel/e820.c).
#ifndef MMWHY_MODEL_E820_H
#define MMWHY_MODEL_E820_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/** enum e820_type. The larger number wins where ranges overlap. */
enum {
	E820_RAM = 1,
	E820_RESERVED = 2,
	E820_ACPI = 3,
	E820_NVS = 4,
	E820_UNUSABLE = 5,
	E820_PMEM = 7,
	E820_PRAM = 12,		  /**< memmap=nn!ss: "persistent (type 12)" */
	E820_RESERVED_KERN = 128, /**< setup_data; printed as "usable", counts as RAM */
};
#define E820_SOFT_RESERVED 0xefffffffu

enum {
	E820_MAX_ZEROPAGE = 128,   /**< E820_MAX_ENTRIES_ZEROPAGE: what struct boot_params holds */
	E820_MAX = 128 + 3 * 1024, /**< E820_MAX_ENTRIES with CONFIG_NODES_SHIFT=10 */
};

struct e820_entry {
	uint64_t addr, size;
	uint32_t type;
};

/** About 75 KiB: keep it off small stacks. */
struct e820_table {
	size_t n;
	struct e820_entry v[E820_MAX];
};

/** __e820__range_add(): false when the table is full. */
bool e820_add(struct e820_table *t, uint64_t start, uint64_t size, uint32_t type);
/** __e820__range_update(): @p from becomes @p to inside the range. @return bytes changed. */
uint64_t e820_range_update(struct e820_table *t, uint64_t start, uint64_t size, uint32_t from,
			   uint32_t to);
/** e820__range_remove(): @p type 0 removes whatever is there. @return bytes removed. */
uint64_t e820_range_remove(struct e820_table *t, uint64_t start, uint64_t size, uint32_t type);
/** e820__update_table(): sorts, resolves overlaps, merges equal neighbours; entries it may not
 * merge stay. @return false where it does nothing: fewer than two entries, or one that wraps. */
bool e820_sanitize(struct e820_table *t);
/** e820__setup_pci_gap()'s opposite: bytes that the kernel counts as RAM (RAM and RESERVED_KERN).
 */
uint64_t e820_ram(const struct e820_table *t);
/** First byte beyond the highest RAM: e820__end_of_ram_pfn() times the page size. */
uint64_t e820_end_of_ram(const struct e820_table *t);

/** How the kernel prints a type: "usable", "reserved", "persistent (type 12)", ... */
const char *e820_type_text(uint32_t type);
/** The same with the number of any other type; @p modern: as 6.17 and newer print it. */
const char *e820_type_print(uint32_t type, bool modern, char ret[static 32]);
/** The type of the kernel's word; 0 if it is none. "usable" is RAM. */
uint32_t e820_type_of(struct str word);

/** What the kernel makes of a parameter's value. */
enum e820_param {
	E820_PARAM_TAKEN,   /**< as meant */
	E820_PARAM_IGNORED, /**< nothing is done */
	E820_PARAM_ODD,	    /**< malformed, but acted upon: a missing start is 0, what is left over
			       behind the number is dropped */
};

/**
 * parse_memmap_opt(): the value of "memmap=", comma-separated "1G!4G", "nn@ss", "nn#ss", "nn$ss",
 * "nn%ss-from+to", "exactmap", "nn". @return the worst of the list.
 */
enum e820_param e820_memmap_param(struct e820_table *t, struct str value);
/** parse_memopt(): the value of "mem=". */
enum e820_param e820_mem_param(struct e820_table *t, struct str value);
/** memparse(): number with K, M, G, T, P, E suffix; as the kernel's, it takes octal, wraps, and is
 * 0 without a digit. @return whether it took a character. */
bool memparse(struct scan *s, uint64_t *ret);
/** next_arg(): takes the next parameter off a command line. */
struct str e820_next_param(struct str *cmdline);

/**
 * All of a command line's mem= and memmap=, in order, on the table that parse_early_param() sees;
 * not sanitised yet. @return whether the kernel then takes the map for user-defined.
 */
bool e820_cmdline(struct e820_table *t, struct str cmdline, enum e820_param *ret_worst);

#endif
