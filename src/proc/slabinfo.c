// SPDX-License-Identifier: GPL-2.0-or-later
// /proc/slabinfo: slab_show() and cache_show() of mm/slab_common.c, s_show() of mm/slab.c before
// 3.7.
#include "proc/proc.h"

static bool probe(struct str sample)
{
	return str_starts(sample, "slabinfo - version: ");
}

/* "dentry  43011 43011 192 21 1 : tunables 0 0 0 : slabdata 2048 2048 0" */
static bool line(struct proc_ctx *c, struct str text, uint32_t no)
{
	struct str name, rest = text;
	struct scan sc;
	struct fact_slab_cache *s;
	uint64_t active, objects, size, active_slabs, slabs, bytes;

	name = str_word(&rest);
	sc = scan_of(rest);
	if (!name.n || name.p[0] == '#' || !scan_blanks(&sc) || !scan_u64(&sc, &active) ||
	    !scan_blanks(&sc) || !scan_u64(&sc, &objects) || !scan_blanks(&sc) ||
	    !scan_u64(&sc, &size) || !scan_blanks(&sc) || !scan_past(&sc, ": slabdata", NULL) ||
	    !scan_blanks(&sc) || !scan_u64(&sc, &active_slabs) || !scan_blanks(&sc) ||
	    !scan_u64(&sc, &slabs))
		return false;
	s = proc_fact(c, FACT_slab_cache, text, no);
	s->name = proc_str(c, name);
	s->active = num_at(active, no);
	s->objects = num_at(objects, no);
	s->size = num_at(size, no);
	s->slabs_count = num_at(slabs, no);
	/* the size of its pages is not told: what its objects take, with their padding */
	if (!__builtin_mul_overflow(objects, size, &bytes))
		s->bytes = num_at(bytes, no);
	if (!__builtin_mul_overflow(active, size, &bytes))
		s->used_bytes = num_at(bytes, no);
	return true;
}

DEFINE_PROC_FILE(slabinfo, .evidence = "snapshot", .probe = probe, .line = line);
