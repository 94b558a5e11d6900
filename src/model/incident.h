// SPDX-License-Identifier: GPL-2.0-or-later
// One report with all that belongs to it: what a rule judges.
#ifndef MMWHY_MODEL_INCIDENT_H
#define MMWHY_MODEL_INCIDENT_H

#include "fact/kinds.h"

struct fact_slice {
	struct fact *const *v;
	size_t n;
};

struct incident {
	const struct facts *facts;
	const struct fact *head;	       /**< NULL for rules that judge all facts at once */
	const struct fact_oom *oom;	       /**< the head, if it is an OOM report */
	const struct fact_alloc_failure *fail; /**< the head, if it is an allocation failure */
	const struct fact_mem_info *mem;       /**< its Mem-Info, or NULL */
	const struct fact_boot *boot;	       /**< the boot it happened in, or NULL */
	struct fact_slice of[FACT_KINDS];      /**< its other facts by kind, in print order */
	struct fact_slice ranges; /**< of a report: the memory ranges that its boot printed */
	const void **memo; /**< what wm_of() found, so that the rules ask once; may be NULL */
	const struct incidents *boots; /**< all, if the head is a boot: boots_of() made them */
};

/** Walks the incident's facts of a kind: incident_for_each(in, zone_state, z). */
#define incident_for_each(in, kind, var)                                                           \
	for (size_t i_##var = 0;                                                                   \
	     i_##var < (in)->of[FACT_##kind].n &&                                                  \
	     ((var) = (const struct fact_##kind *)(in)->of[FACT_##kind].v[i_##var]);               \
	     i_##var++)

/** All incidents of a store: every OOM report and allocation failure, and each Mem-Info without
 * one. */
struct incidents {
	struct incident *v;
	size_t n;
	const void **memo; /**< of boots: what boots_by_ram() found; may be NULL */
};
struct incidents incidents_of(const struct facts *f, struct arena *arena);

/** All boots of a store, as incidents whose head is the boot and whose facts are all that belong to
 * it. */
struct incidents boots_of(const struct facts *f, struct arena *arena);
/** The same from one of them, which knows them already, or of its facts. */
struct incidents boots_beside(const struct incident *in, struct arena *arena);

#endif
