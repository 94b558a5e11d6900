// SPDX-License-Identifier: GPL-2.0-or-later
// A number that knows whether the evidence holds it, and where.
#ifndef MMWHY_FACT_NUM_H
#define MMWHY_FACT_NUM_H

#include <stdbool.h>
#include <stdint.h>

/**
 * One cited number. A number the evidence does not hold has known == false: never treat its 0 as a
 * value. `line` is where it stands in the evidence of the fact that holds it (0: the fact's own
 * origin). Signed numbers are kept in two's complement. `hi` holds bits 64 and up of the rare value
 * that 64 bits cannot (an underflowed watermark in bytes); num_bytes() saturates for those.
 */
struct num {
	uint64_t v;
	uint32_t line;
	uint16_t hi;
	bool known;
};

static inline struct num num_at(uint64_t v, uint32_t line)
{
	return (struct num){ .v = v, .line = line, .known = true };
}

static inline struct num num_int(int64_t v, uint32_t line)
{
	return num_at((uint64_t)v, line);
}

/** @p v units of @p unit, exact up to 80 bits: 4096-byte pages, 1024-byte kB. */
static inline struct num num_scaled(uint64_t v, uint64_t unit, uint32_t line)
{
	unsigned __int128 x = (unsigned __int128)v * unit;

	return (struct num){
		.v = (uint64_t)x, .hi = (uint16_t)(x >> 64), .line = line, .known = true
	};
}

/** The value, or @p dflt where the evidence has none; saturated at 64 bits. */
static inline uint64_t num_or(struct num n, uint64_t dflt)
{
	if (!n.known)
		return dflt;
	return n.hi ? UINT64_MAX : n.v;
}

static inline int64_t num_int_or(struct num n, int64_t dflt)
{
	return n.known ? (int64_t)n.v : dflt;
}

#endif
