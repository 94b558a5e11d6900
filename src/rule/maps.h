// SPDX-License-Identifier: GPL-2.0-or-later
// What the rules over memory maps share.
#ifndef MMWHY_RULE_MAPS_H
#define MMWHY_RULE_MAPS_H

#include "model/boot_map.h"
#include "model/kexec.h"
#include "model/watermark.h"
#include "rule/rule.h"

#define GIB (1ull << 30)

/** Memory for maps, too large for stacks: malloc'ed, NULL without memory. free() it. */
struct boot_map *boot_map_new(void);

/** The boots of the same evidence before and after this one that printed a map; false if none. */
bool previous_boot(const struct incident *in, struct incident *ret, struct arena *arena);

/** Pieces of RAM that touch: how many neighbours, and cites them. */
size_t cite_touching(struct finding *f, const struct boot_map *m);

/** RAM of @p from that is not RAM in @p to, as a list of ranges in the finding's arithmetic.
 * @return bytes. */
uint64_t add_lost_ranges(struct finding *f, const struct e820_table *from,
			 const struct e820_table *to);
/** The same ranges, told as what they are when @p from is the command line's. */
uint64_t add_foreign_ranges(struct finding *f, const struct e820_table *from,
			    const struct e820_table *to);
uint64_t lost_bytes(const struct e820_table *from, const struct e820_table *to);

/** Whether a boot is of x86 and its firmware map is known. */
bool has_e820(const struct incident *in);

/** Whether a boot is of x86, where the firmware's map is an e820 one, or may be. */
bool may_have_e820(const struct incident *in);
/** Says "cannot tell" if it may be x86 and its map was not read. @return whether it was read. */
bool e820_was_read(const struct incident *in, struct verdict *v);

/** Whether the map's RAM is all that the kernel counted later: no line of it was lost. T_MAYBE
 * where the boot says no number to compare with. */
enum tri map_is_whole(const struct incident *in, const struct e820_table *t);

/** Whether two boots are of one machine. */
enum same_machine { MACHINE_OTHER, MACHINE_PERHAPS, MACHINE_SAME };
/** SAME: the later was started by kexec from the earlier, in one log. PERHAPS: their firmware's
 * fixed ranges are all alike, ACPI's among them (as those of two virtual machines may be); or three
 * quarters of them, and where low RAM ends. */
enum same_machine same_machine(const struct incident *a, const struct boot_map *map_a,
			       const struct incident *b, const struct boot_map *map_b);

/** A crash kernel is meant to have little: kexec gives it the reserved range only. */
bool is_kdump_boot(const struct fact_boot *b);

/** What the size of a piece of setup_data says it is. */
const char *blob_name(uint64_t size);

/** Whether the kernels are known to lack the fixes: bits of what was seen to split RAM. */
enum split_by { SPLIT_EFI = 1, SPLIT_RNG = 2, SPLIT_ANY = 4 };

/** The rival: e820__memblock_alloc_reserved() writes the kexec table, too. */
void tell_rival(struct finding *f, const struct fact_boot *b);

/** The kexec fixes, in order of release. */
void add_kexec_fixes(struct finding *f, unsigned int split);

#endif
