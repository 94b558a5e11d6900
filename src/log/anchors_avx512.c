// SPDX-License-Identifier: GPL-2.0-or-later
// The inner loops of the anchor search with AVX-512: 64 places at a time, and all tables in
// registers. Otherwise those of anchors_avx2.c.
#include "log/anchors_ops.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,bmi,popcnt")))
#define INLINED                                                                                    \
	AVX512 static inline __attribute__((always_inline)) /* the tables stay in registers */

struct tables {
	__m512i low[SETS][WIDE], high[SETS][WIDE];
};

INLINED __m512i all_lanes(const uint8_t *v)
{
	return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)v));
}

INLINED uint64_t lowest(size_t n)
{
	return n < 64 ? (1ull << n) - 1 : UINT64_MAX;
}

/* What byte @k of the windows at 64 places leaves of the buckets of both sets. */
INLINED void narrow(const struct tables *t, int k, const char *p, size_t readable, __m512i *first,
		    __m512i *second)
{
	const __m512i nibble = _mm512_set1_epi8(0x0f);
	__m512i bytes = _mm512_maskz_loadu_epi8(lowest(readable - (size_t)k), p + k);
	__m512i low = _mm512_and_si512(bytes, nibble);
	__m512i high = _mm512_and_si512(_mm512_srli_epi16(bytes, HIGH_SHIFT), nibble);

	/* 0x80: the and of all three */
	*first = _mm512_ternarylogic_epi64(*first, _mm512_shuffle_epi8(t->low[0][k], low),
					   _mm512_shuffle_epi8(t->high[0][k], high), 0x80);
	*second = _mm512_ternarylogic_epi64(*second, _mm512_shuffle_epi8(t->low[1][k], low),
					    _mm512_shuffle_epi8(t->high[1][k], high), 0x80);
}

/* Where all five bytes agree on a bucket. Written out: no compiler need unroll it. A byte that is
 * not readable is 0: no literal goes on there. */
INLINED uint64_t places(const struct tables *t, const char *p, size_t readable)
{
	__m512i first = _mm512_set1_epi8(-1), second = first, both;

	narrow(t, 0, p, readable, &first, &second);
	narrow(t, 1, p, readable, &first, &second);
	narrow(t, 2, p, readable, &first, &second);
	narrow(t, 3, p, readable, &first, &second);
	narrow(t, 4, p, readable, &first, &second);
	both = _mm512_or_si512(first, second);
	return _mm512_test_epi8_mask(both, both);
}

AVX512 static size_t candidate(const struct anchor_tables *tables, const char *p, size_t n)
{
	struct tables t;
	size_t i = 0;

	for (int set = 0; set < SETS; set++) {
		for (int k = 0; k < WIDE; k++) {
			t.low[set][k] = all_lanes(tables->low[set][k]);
			t.high[set][k] = all_lanes(tables->high[set][k]);
		}
	}
	while (i < n) {
		size_t left = n - i;
		uint64_t hits = left >= 64 + WIDE - WINDOW
					? places(&t, p + i, 64 + WIDE - 1)
					: places(&t, p + i, left + WINDOW - 1) & lowest(left);

		for (; hits; hits &= hits - 1) {
			size_t at = i + (size_t)__builtin_ctzll(hits);

			if (in_filter(tables, p + at))
				return at;
		}
		i += 64;
	}
	return n;
}

/* The rest, too, is one masked load: clang 14 cannot build a loop over its bytes (its backend fails
 * to select the compare it makes of one). */
AVX512 static uint64_t newlines(const char *p, size_t n)
{
	const __m512i nl = _mm512_set1_epi8('\n');
	uint64_t count = 0;

	for (size_t i = 0; i < n; i += 64)
		count += (uint64_t)__builtin_popcountll(
			_mm512_cmpeq_epi8_mask(_mm512_maskz_loadu_epi8(lowest(n - i), p + i), nl));
	return count;
}

const struct anchor_ops *anchor_ops_avx512(void)
{
	static const struct anchor_ops ops = { candidate, newlines };

	return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi") &&
			       __builtin_cpu_supports("popcnt")
		       ? &ops
		       : NULL;
}

#else

const struct anchor_ops *anchor_ops_avx512(void)
{
	return NULL;
}

#endif
