// SPDX-License-Identifier: GPL-2.0-or-later
// What the tests of Mem-Info blocks ask of facts.
#ifndef MMWHY_TESTS_MEMCHECK_H
#define MMWHY_TESTS_MEMCHECK_H

#include "loglines.h"

#define KB 1024ull

static inline struct fact_zone_state *zone(const struct facts *f, size_t i, const char *name)
{
	struct fact_zone_state *z = nth_fact(f, FACT_zone_state, i);

	ck_str(z->zone, name);
	return z;
}

static inline void ck_value(const struct fact_zone_state *z, const char *name, uint64_t kb)
{
	ck_num(counters_get(&z->values, name), kb * KB);
}

static inline void ck_total(const struct fact_mem_info *m, const char *name, uint64_t pages)
{
	ck_num(counters_get(&m->totals, name), pages * m->page_size.v);
}

static inline void ck_blocks(const struct fact_zone_state *z, uint32_t order, uint64_t count,
			     const char *types)
{
	for (size_t i = 0; i < z->n_blocks; i++) {
		if (z->blocks[i].order != order)
			continue;
		ck_num(z->blocks[i].count, count);
		ck_str(z->blocks[i].types, types);
		return;
	}
	ck_abort_msg("no order %u", order);
}

#endif
