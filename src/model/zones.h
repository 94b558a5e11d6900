// SPDX-License-Identifier: GPL-2.0-or-later
// Zones: their order, which of them a kernel was built with, which one a request asks for.
#ifndef MMWHY_MODEL_ZONES_H
#define MMWHY_MODEL_ZONES_H

#include "model/gfp.h"
#include "model/machine.h"

/** In the kernel's order; a kernel is built with a subset. */
enum zone_type {
	ZONE_DMA,
	ZONE_DMA32,
	ZONE_NORMAL,
	ZONE_HIGHMEM,
	ZONE_MOVABLE,
	ZONE_DEVICE,
	ZONE_TYPES
};

/** @return the type, or ZONE_TYPES. */
enum zone_type zone_type_of(struct str name);
const char *zone_type_name(enum zone_type t);

/** A build's zones, a bit a type. */
typedef uint8_t zone_set;

/** The builds that fit what the report shows. */
struct zone_builds {
	zone_set v[32];
	size_t n;
};
struct zone_builds zone_builds_of(const struct incident *in, const struct machine *m);

/** gfp_zone(): the highest zone that a request may use in a kernel built so. */
enum zone_type zone_class(zone_set built, uint32_t gfp_bits);

/** The lowest and the highest class over all builds that fit. */
struct zone_class_range {
	enum zone_type lo, hi;
};
struct zone_class_range zone_class_of(const struct zone_builds *b, uint32_t gfp_bits);

/** Least and greatest reserve, in pages, that the fitting builds would take for a request. */
struct reserve_range {
	uint64_t lo, hi;
	bool known; /**< lowmem_reserve[] is printed */
	bool huge;  /**< one of them does not fit 64 bits in bytes: damaged */
};
struct reserve_range zone_reserve(const struct fact_zone_state *z, const struct zone_builds *b,
				  uint32_t gfp_bits, uint64_t page_size);

/** Whether @p node is in a printed list such as "0-1,4". */
bool node_in_list(struct str list, uint64_t node);
/** Whether a printed list names nodes at all; "(null)" and "" do not. */
bool node_list_given(struct str list);

#endif
