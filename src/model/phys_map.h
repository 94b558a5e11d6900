// SPDX-License-Identifier: GPL-2.0-or-later
// One boot's physical memory as rows: every range with what it is, whose it is, and what was lost.
#ifndef MMWHY_MODEL_PHYS_MAP_H
#define MMWHY_MODEL_PHYS_MAP_H

#include "model/incident.h"

enum row_class {
	ROW_HOLE,     /**< no entry covers it */
	ROW_RAM,      /**< RAM that the kernel uses */
	ROW_TAKEN,    /**< RAM set aside: crash kernel, CMA, huge pages, device tree */
	ROW_LOST,     /**< RAM of the firmware's map that the kernel does not use */
	ROW_FIRMWARE, /**< ACPI tables and NVS, persistent and bad memory */
	ROW_RESERVED, /**< reserved: RAM of the firmware, or devices */
};

struct map_row {
	uint64_t start, end; /**< inclusive */
	enum row_class class;
	struct str type;   /**< the firmware's word for it; empty for a hole */
	struct str now;	   /**< the kernel's word, where that is another */
	const char *taker; /**< "crashkernel", "cma", "reserved-mem", ...; NULL: nobody */
	struct str taker_name;
	struct num node;
	struct str zone;
	bool beyond_zones; /**< lost since no zone reaches it */
	bool split; /**< touches the row before it, an entry of the same word: split by a kexec */
	const struct fact_memory_range *fact; /**< the entry; NULL for a hole */
};

struct phys_map {
	const char *map; /**< whose word the types are: "bios-e820", "firmware-memmap", ... */
	struct map_row *v;
	size_t n;
	size_t entries;	  /**< of that map */
	size_t n_damaged; /**< lines of it that are left out */
	bool cut;	  /**< there were more ranges than are drawn */
};

/** Rows of one boot in ascending order. @return false where it printed no map of any kind. */
bool phys_map_of(const struct incident *boot, struct arena *arena, struct phys_map *ret);

/** RAM that the kernel gave no zone, though it has others: rows behind the last are lost. */
void phys_map_beyond_zones(const struct incident *boot, struct arena *arena, struct phys_map *m);

const char *row_class_name(enum row_class class);

#endif
