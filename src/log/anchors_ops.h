// SPDX-License-Identifier: GPL-2.0-or-later
// The inner loops of the anchor search, one set for each kind of processor.
#ifndef MMWHY_LOG_ANCHORS_OPS_H
#define MMWHY_LOG_ANCHORS_OPS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { WINDOW = 4, WIDE = 5, FILTER_BITS = 16, SETS = 2, HIGH_SHIFT = 3 };

/**
 * Each literal is looked for by four bytes of it, its window, and belongs to one of two times eight
 * buckets. For each byte of the window and the one behind it, the low half of a byte and four of
 * its upper bits (the highest, which text lacks, is not among them) give the buckets that have a
 * literal with such a part there; a place where all agree on a bucket is looked up in the filter.
 */
struct anchor_tables {
	uint8_t low[SETS][WIDE][16], high[SETS][WIDE][16];
	uint64_t filter[(1u << FILTER_BITS) / 64];
	uint64_t shorts[(1u << 16) / 64]; /* first two bytes of literals shorter than the window */
};

static inline uint32_t window_at(const char *p)
{
	uint32_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

static inline uint32_t window_hash(uint32_t w)
{
	return w * 2654435761u >> (32 - FILTER_BITS);
}

static inline int in_filter(const struct anchor_tables *t, const char *p)
{
	uint32_t w = window_at(p), h = window_hash(w);
	uint16_t pair;

	memcpy(&pair, p, sizeof(pair));
	return (t->filter[h / 64] >> (h % 64) & 1) || (t->shorts[pair / 64] >> (pair % 64) & 1);
}

struct anchor_ops {
	/** First i < @p n whose window may be an anchor's, or @p n; p[n + WINDOW - 2] is readable.
	 */
	size_t (*candidate)(const struct anchor_tables *t, const char *p, size_t n);
	uint64_t (*newlines)(const char *p, size_t n);
};

extern const struct anchor_ops anchor_ops_portable;
/** NULL where the processor has no AVX2, or no AVX-512 for bytes. */
const struct anchor_ops *anchor_ops_avx2(void);
const struct anchor_ops *anchor_ops_avx512(void);

struct anchors;
/** Fills the tables for inner loops that need them; nothing for NULL. */
void anchors_prepare_for(struct anchors *a, const struct anchor_ops *ops);

#endif
