// SPDX-License-Identifier: GPL-2.0-or-later
// The memory maps of one boot, gathered from its facts.
#ifndef MMWHY_MODEL_BOOT_MAP_H
#define MMWHY_MODEL_BOOT_MAP_H

#include "model/e820.h"
#include "model/incident.h"

/** How certain the type of each entry is: a printed "usable" may be RAM (1) or RESERVED_KERN (128).
 */
struct boot_map {
	struct e820_table
		e820; /**< the firmware's map as printed, types guessed by map_of_boot() */
	const struct fact_memory_range *fact[E820_MAX]; /**< of each entry */
	size_t n_kern;	  /**< entries taken for RESERVED_KERN: beside touching RAM */
	size_t n_damaged; /**< lines left out */
	bool lacks_lines; /**< the kernel had more RAM than the lines that are left list */
};

/** The name of the boot's map as the firmware (or kexec) gave it: "bios-e820" of its log, else
 * "firmware-memmap" of its /sys, else "e820_table_firmware" of its dump; NULL: none. */
const char *firmware_map_of(const struct incident *boot);
/**
 * Fills @p ret from the facts of that map. Two touching "usable" entries can only be RAM
 * beside RESERVED_KERN, since equal neighbours are merged: in a run of them they take turns, and
 * the largest is RAM. @return false where the boot printed no such map.
 */
bool map_of_boot(const struct incident *boot, struct boot_map *ret);
/** The same of any other map of the contract's list ("user", "modified", "extended", ...). */
bool map_of(const struct incident *boot, const char *map, struct boot_map *ret);

/** Where there is no such map: the one in use, with what the kernel and its parameters changed:
 * the user-defined one of a log, a dump's table, memory of /proc/iomem. */
bool map_in_use(const struct incident *boot, struct boot_map *ret);

/** Whether entries i and i + 1 are both printed "usable" and touch. */
bool map_touches(const struct boot_map *m, size_t i);

#endif
