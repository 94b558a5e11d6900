// SPDX-License-Identifier: GPL-2.0-or-later
// What became of a boot's RAM: installed = usable + every loss, nothing left over.
#ifndef MMWHY_MODEL_ACCOUNT_H
#define MMWHY_MODEL_ACCOUNT_H

#include "model/incident.h"

enum { ACCOUNT_TERMS = 36, ACCOUNT_CITES = 6 };

struct account_cite {
	const struct fact *fact;
	uint32_t line;
};

/** One loss. The terms are disjoint, and their sum with `usable` is `installed`. */
struct account_term {
	const char *name;
	const char *key; /**< for scripts: "lost_acpi", "lost_cmdline", ... */
	uint64_t bytes;
	bool unknown;	  /**< what is left where the log does not say who has it */
	bool computed;	  /**< follows from other numbers, no line prints it */
	const char *note; /**< a half sentence, or NULL */
	struct account_cite cites[ACCOUNT_CITES];
	size_t n_cites;
};

struct account {
	bool known; /**< false: no line of the boot tells how much RAM there is */
	uint64_t installed, usable;
	const char *installed_by; /**< whose word that is: "SRAT", "the MTRRs", ... */
	const char *usable_by;
	struct account_cite installed_cite, usable_cite;
	uint64_t managed; /**< what the nodes got, before the kernel took its share; 0: unknown */
	struct account_term terms[ACCOUNT_TERMS];
	size_t n_terms;
	/** The kernel's own figures contradict each other by this much: some line is damaged. The
	 * sum is then made to fit by the term "the lines disagree". */
	uint64_t disagree;
};

/** Reckons one boot. Scratch memory is @p arena's. */
struct account account_of(const struct incident *boot, struct arena *arena);

/** The term of that name, or NULL. */
const struct account_term *account_term(const struct account *a, const char *name);

/** Whether "total RAM covered" by the MTRRs tells of RAM that the map lacks. A firmware sets them
 * in powers of two, and often far beyond what is fitted: only several times all RAM, with none of
 * it above 4 GiB, means something. */
bool mtrrs_tell_ram(const struct fact_boot *b);

#endif
