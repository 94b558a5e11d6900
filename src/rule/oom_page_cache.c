// SPDX-License-Identifier: GPL-2.0-or-later
// Page cache fills RAM and was not reclaimed: the file LRU.
#include "rule/share.h"

static void check(const struct incident *in, struct verdict *v)
{
	struct finding *f;
	struct shares s;

	/* Kernels with one list for all LRU pages print no file LRU. */
	if (!counters_get(&in->mem->totals, "active_file").known) {
		cannot_tell(v, "mem_info", "the report has no counter of the file LRU");
		return;
	}
	f = consumer_check(in, v, HOLD_FILE, &s);
	if (!f)
		return;
	f->confidence = f->confidence == CERTAIN ? LIKELY : f->confidence;
	if (f->severity > SEV_MEDIUM)
		f->severity = SEV_MEDIUM;
	set_cause(
		f,
		"Page cache is what reclaim takes first, so RAM full of it is no shortage by itself: "
		"something kept it from being reclaimed (dirty pages that wait for a slow or dead "
		"device, pages in use or mapped, an allocation that may not wait or enter the file "
		"system, a zone or node without any), or it was reclaimed too slowly.");
	add_next(f, NULL, "cat /proc/pressure/memory /proc/pressure/io; vmstat 1",
		 "See whether reclaim waits for the disk.");
	add_next(f, NULL, NULL,
		 "Read the findings about this request first: its flags, zone and node decide "
		 "what reclaim could do for it.");
}

DEFINE_RULE(
	oom_page_cache, .title = "page cache fills RAM and was not reclaimed",
	.doc = "Compares the file LRU (active, inactive, isolated) with RAM. Never certain, since page cache "
	       "can be reclaimed: that it was not has another cause, which this rule does not see.",
	.refs = REFS("mm/vmscan.c:shrink_folio_list()", "mm/page_alloc.c:should_reclaim_retry()"),
	.on = NEED(oom) | NEED(alloc_failure), .needs = NEED(mem_info), .applies = consumer_applies,
	.check = check);
