// SPDX-License-Identifier: GPL-2.0-or-later
// Where every page is: the accounts of a Mem-Info, what they leave unexplained, and by how much
// each may be wrong.
#ifndef MMWHY_MODEL_BUDGET_H
#define MMWHY_MODEL_BUDGET_H

#include "model/incident.h"

/** Adds the budget of an incident that has a Mem-Info to the facts. */
void budget_add(struct facts *f, const struct incident *in);

/** The budget of an incident, or NULL. */
const struct fact_budget *budget_of(const struct incident *in);
/** The term of that name, or NULL. */
const struct budget_term *budget_term(const struct fact_budget *b, const char *name);

/** What the boot said it would manage: "Memory: xK/yK available" less its reserved part. The first
 * number alone leaves out what deferred initialisation adds. */
struct num boot_managed(const struct fact_boot *b);

/** How many CPUs the kernel had; *assumed is set where nothing in the evidence tells. */
uint64_t budget_cpus(const struct incident *in, bool *assumed);

/** Pages by which one CPU's share of a counter may lag behind: calculate_normal_threshold(). */
uint64_t stat_threshold(uint64_t zone_bytes, uint64_t cpus);

/** What no line of a Mem-Info counts, for people. */
extern const char budget_not_visible[];

#endif
