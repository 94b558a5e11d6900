// SPDX-License-Identifier: GPL-2.0-or-later
// The inner loops of the anchor search with AVX2: 32 places at a time. (The method is the one that
// Intel's Hyperscan calls Teddy.)
#include "log/anchors_ops.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi")))

struct tables {
	__m256i low[SETS][WIDE], high[SETS][WIDE];
};

AVX2 static inline __m256i both_lanes(const uint8_t *v)
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)v));
}

/* Byte @k of the windows at 32 places, as halves. */
struct halves {
	__m256i low, high;
};

AVX2 static inline struct halves split(const char *p)
{
	const __m256i nibble = _mm256_set1_epi8(0x0f);
	__m256i bytes = _mm256_loadu_si256((const __m256i *)p);

	return (struct halves){ _mm256_and_si256(bytes, nibble),
				_mm256_and_si256(_mm256_srli_epi16(bytes, HIGH_SHIFT), nibble) };
}

/* The buckets of one set that have such a byte @k. */
AVX2 static inline __m256i with(const struct tables *t, int set, int k, struct halves h)
{
	return _mm256_and_si256(_mm256_shuffle_epi8(t->low[set][k], h.low),
				_mm256_shuffle_epi8(t->high[set][k], h.high));
}

/* Where all five bytes agree on a bucket. Written out: no compiler need unroll it. */
AVX2 static inline uint32_t places(const struct tables *t, const char *p)
{
	struct halves a = split(p), b = split(p + 1), c = split(p + 2), d = split(p + 3);
	struct halves e = split(p + 4);
	__m256i first = _mm256_and_si256(_mm256_and_si256(with(t, 0, 0, a), with(t, 0, 1, b)),
					 _mm256_and_si256(with(t, 0, 2, c), with(t, 0, 3, d)));
	__m256i second = _mm256_and_si256(_mm256_and_si256(with(t, 1, 0, a), with(t, 1, 1, b)),
					  _mm256_and_si256(with(t, 1, 2, c), with(t, 1, 3, d)));
	__m256i both = _mm256_or_si256(_mm256_and_si256(first, with(t, 0, 4, e)),
				       _mm256_and_si256(second, with(t, 1, 4, e)));
	__m256i none = _mm256_cmpeq_epi8(both, _mm256_setzero_si256());

	return ~(uint32_t)_mm256_movemask_epi8(none);
}

AVX2 static size_t candidate(const struct anchor_tables *tables, const char *p, size_t n)
{
	struct tables t;
	size_t i = 0;

	for (int set = 0; set < SETS; set++) {
		for (int k = 0; k < WIDE; k++) {
			t.low[set][k] = both_lanes(tables->low[set][k]);
			t.high[set][k] = both_lanes(tables->high[set][k]);
		}
	}
	for (; i + 32 + WIDE - WINDOW <= n; i += 32) {
		for (uint32_t hits = places(&t, p + i); hits; hits &= hits - 1) {
			size_t at = i + (size_t)__builtin_ctz(hits);

			if (in_filter(tables, p + at))
				return at;
		}
	}
	for (; i < n; i++)
		if (in_filter(tables, p + i))
			return i;
	return n;
}

AVX2 static uint64_t newlines(const char *p, size_t n)
{
	const __m256i nl = _mm256_set1_epi8('\n');
	uint64_t count = 0;
	size_t i = 0;

	while (i + 32 <= n) {
		__m256i sums = _mm256_setzero_si256(), eights;

		/* each byte counts to 255 at most */
		for (int k = 0; k < 255 && i + 32 <= n; k++, i += 32)
			sums = _mm256_sub_epi8(
				sums, _mm256_cmpeq_epi8(
					      _mm256_loadu_si256((const __m256i *)(p + i)), nl));
		eights = _mm256_sad_epu8(sums, _mm256_setzero_si256());
		count += (uint64_t)_mm256_extract_epi64(eights, 0) +
			 (uint64_t)_mm256_extract_epi64(eights, 1) +
			 (uint64_t)_mm256_extract_epi64(eights, 2) +
			 (uint64_t)_mm256_extract_epi64(eights, 3);
	}
	for (; i < n; i++)
		count += p[i] == '\n';
	return count;
}

const struct anchor_ops *anchor_ops_avx2(void)
{
	static const struct anchor_ops ops = { candidate, newlines };

	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") ? &ops : NULL;
}

#else

const struct anchor_ops *anchor_ops_avx2(void)
{
	return NULL;
}

#endif
