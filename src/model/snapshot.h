// SPDX-License-Identifier: GPL-2.0-or-later
// One machine from the files of one tree.
#ifndef MMWHY_MODEL_SNAPSHOT_H
#define MMWHY_MODEL_SNAPSHOT_H

#include "fact/kinds.h"

/**
 * Joins /sys/firmware/memmap, /proc/iomem, /proc/zoneinfo, /proc/cmdline and /proc/version of one
 * tree to one boot, and that to the boot of a log below the tree whose firmware map is the same.
 * Two files of one kind are two machines. Call once, before anything asks for boots.
 */
void snapshots_join(struct facts *f);

#endif
