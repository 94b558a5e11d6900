// SPDX-License-Identifier: GPL-2.0-or-later
// What an incident tells about the machine it happened on.
#ifndef MMWHY_MODEL_MACHINE_H
#define MMWHY_MODEL_MACHINE_H

#include "model/incident.h"

struct machine {
	struct str release; /**< empty if unknown */
	uint32_t version;   /**< KVER() of the release, 0 if unknown */
	int bits;	    /**< 32 or 64, 0 if unknown */
	bool bits_sure;	    /**< from the architecture's name or a 64-bit address */
	bool nommu;
	uint64_t page_size;
};

#define KVER(a, b, c) ((uint32_t)(a)*1000000u + (uint32_t)(b)*1000u + (uint32_t)(c))

/** "2.6.30-rc5-foo" as KVER(2, 6, 30); 0 if it is no release. */
uint32_t kernel_version(struct str release);

struct machine machine_of(const struct incident *in);

/** Whether some frame of the incident's traces is in @p symbol. @p ret (may be NULL) is its trace,
 * @p line the frame's line. */
bool incident_has_frame(const struct incident *in, const char *symbol,
			const struct fact_backtrace **ret, uint32_t *line);

#endif
