// SPDX-License-Identifier: GPL-2.0-or-later
// What a kernel does, as far as it makes new facts from old ones.
#ifndef MMWHY_MODEL_MODEL_H
#define MMWHY_MODEL_MODEL_H

#include "fact/fact.h"

/** Adds what follows from the facts read: a budget for each report with a Mem-Info. Call once,
 * before the rules. */
void model_run(struct facts *f);

#endif
