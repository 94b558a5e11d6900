// SPDX-License-Identifier: GPL-2.0-or-later
// What the rules over memory maps share.
#ifndef MMWHY_RULE_MAPS_H
#define MMWHY_RULE_MAPS_H

#include "model/boot_map.h"
#include "model/kexec.h"
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
uint64_t lost_bytes(const struct e820_table *from, const struct e820_table *to);

/** Whether a boot is of x86 and its firmware map is known. */
bool has_e820(const struct incident *in);

/** The kexec fixes, in order of release. */
void add_kexec_fixes(struct finding *f, const char *present);

#endif
