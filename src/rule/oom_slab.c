// SPDX-License-Identifier: GPL-2.0-or-later
// (a first slice)
#include "rule/rule.h"

static void check(const struct incident *in, struct verdict *v)
{
	struct num slab = counters_get(&in->mem->totals, "slab_unreclaimable");

	if (!slab.known || !in->mem->ram_total.known)
		cannot_tell(v, "mem_info", "no slab counters");
}

DEFINE_RULE(oom_slab, .title = "slab holds the memory", .doc = "",
	    .refs = REFS("mm/slab_common.c:dump_unreclaimable_slab()"), .on = NEED(oom),
	    .needs = NEED(mem_info), .check = check);
