// SPDX-License-Identifier: GPL-2.0-or-later
// Nodes that numa=fake= makes of a machine's own (arch/x86/mm/numa_emulation.c, since 6.12
// mm/numa_emulation.c).
#ifndef MMWHY_MODEL_NUMA_FAKE_H
#define MMWHY_MODEL_NUMA_FAKE_H

#include "model/numa.h"

/**
 * numa_emulation(): splits the blocks of @p numa, which are cleaned up already.
 * @p end: max_pfn in bytes. @p how: "4", "512M", "2U".
 * @return false, and @p numa as it was: there is too little memory, or too many nodes come of it.
 */
bool numa_fake(const struct memblock *m, struct numa_info *numa, uint64_t end, struct str how);

#endif
