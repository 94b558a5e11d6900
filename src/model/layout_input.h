// SPDX-License-Identifier: GPL-2.0-or-later
// What a boot was given, from its facts.
#ifndef MMWHY_MODEL_LAYOUT_INPUT_H
#define MMWHY_MODEL_LAYOUT_INPUT_H

#include "model/incident.h"
#include "model/layout.h"

/** malloc'ed; NULL without memory. */
struct layout_input *layout_input_new(void);

/**
 * The boot's firmware map, table of nodes and command line. @p boot may lack a boot fact: then all
 * there is is the map that /sys/firmware/memmap shows.
 * @return false where it has no map.
 */
bool layout_input_of(const struct incident *boot, struct layout_input *ret);

#endif
