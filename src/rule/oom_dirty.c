// SPDX-License-Identifier: GPL-2.0-or-later
// Dirty pages wait to be written: NR_FILE_DIRTY, NR_WRITEBACK.
#include <inttypes.h>

#include "rule/share.h"

static const char *const counters[] = { "dirty", "writeback", "unstable" };

static void check(const struct incident *in, struct verdict *v)
{
	uint64_t bytes = 0, file;
	struct finding *f;
	struct shares s;
	const char *why;

	if (!counters_get(&in->mem->totals, "dirty").known || !shares_of(in, &s, &why)) {
		cannot_tell(v, "mem_info", "the report has no counters of dirty pages to compare");
		return;
	}
	for (size_t i = 0; i < 3; i++)
		bytes += num_or(counters_get(&in->mem->totals, counters[i]), 0) / 2;
	bytes = bytes > INT64_MAX ? INT64_MAX : bytes * 2;
	file = s.v[HOLD_FILE].bytes;
	if (bytes > s.whole || bytes < s.whole / 10 || bytes < file / 2)
		return;
	f = fire(
		v, s.shortage && in->oom ? SEV_MEDIUM : SEV_LOW, LIKELY,
		"%s of page cache (%.1f %% of %s) is dirty or being written: reclaim has to wait for it",
		v_human(v, bytes), percent(bytes, s.whole), s.whole_name);
	set_cause(
		f,
		"Dirty pages must reach their device before they can be freed. Either the device or "
		"server is slow or gone, or the dirty limits are too high for it.");
	for (size_t i = 0; i < 3; i++) {
		struct num n = counters_get(&in->mem->totals, counters[i]);

		if (!n.known)
			continue;
		add_step(f, "%s = %s", counters[i], human(f, num_or(n, 0)));
		cite_num(f, &in->mem->head, n);
	}
	add_step(f, "file LRU = %s", human(f, file));
	set_margin(f, "if less than %s (a tenth of %s) were dirty or in writeback",
		   human(f, s.whole / 10), s.whole_name);
	value_num(f, "dirty", bytes);
	value_num(f, "of", s.whole);
	add_next(f, NULL, "grep -E 'Dirty|Writeback|NFS' /proc/meminfo; iostat -x 1",
		 "See which device lags.");
	add_next(f, "root", "sysctl vm.dirty_bytes=268435456 vm.dirty_background_bytes=67108864",
		 "Bound dirty memory by what the device writes in a second or two.");
}

DEFINE_RULE(
	oom_dirty, .title = "dirty pages wait to be written",
	.doc = "Adds dirty, writeback and unstable. Likely when they are a tenth of RAM or more, and at "
	       "least half of the file LRU: then reclaim has little clean page cache to take.",
	.refs = REFS("mm/page-writeback.c:balance_dirty_pages()",
		     "mm/vmscan.c:shrink_folio_list()"),
	.on = CONSUMER_HEADS, .needs = NEED(mem_info), .applies = consumer_applies, .check = check);
