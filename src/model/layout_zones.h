// SPDX-License-Identifier: GPL-2.0-or-later
// From nodes to zones and struct pages: the second half of layout_run().
#ifndef MMWHY_MODEL_LAYOUT_ZONES_H
#define MMWHY_MODEL_LAYOUT_ZONES_H

#include "model/layout.h"

/** free_area_init() and memmap_init() over memory that has its nodes. */
void layout_zones(const struct layout_input *in, struct layout *l);

/** layout_movable(): kernelcore=, movablecore=, movable_node: find_zone_movable_pfns_for_nodes().
 */
void layout_movable(const struct layout_input *in, struct layout *l, uint64_t usable_start);

/** The last value of a parameter; false if it is not there. */
bool layout_param(struct str cmdline, const char *name, struct str *ret);

#endif
