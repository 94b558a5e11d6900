// SPDX-License-Identifier: GPL-2.0-or-later
// The bounce buffers for DMA are used up: kernel/dma/swiotlb.c swiotlb_tbl_map_single().
#include <inttypes.h>

#include "rule/request.h"

enum { MOST = 256 * 1024 };

static bool same_kind(const struct fact_alloc_failure *a, const struct fact_alloc_failure *b)
{
	return a->what && strcmp(a->what, "swiotlb") == 0 && a->head.boot == b->head.boot &&
	       a->head.origin.evidence == b->head.origin.evidence && str_eq(a->device, b->device);
}

/* The first of many alike speaks for them all. */
static size_t alike(const struct incident *in)
{
	const struct fact_alloc_failure *a;
	size_t n = 0;

	fact_for_each (in->facts, alloc_failure, a) {
		if (!same_kind(a, in->fail))
			continue;
		if (a->head.id < in->fail->head.id)
			return 0;
		n++;
	}
	return n;
}

static bool applies(const struct incident *in)
{
	return in->fail && in->fail->what && strcmp(in->fail->what, "swiotlb") == 0 && alike(in);
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_alloc_failure *a = in->fail;
	struct str device = a->device.n ? a->device : STR("a device");
	uint64_t total = num_or(a->swiotlb_total_slots_count, 0);
	uint64_t used = num_or(a->swiotlb_used_slots_count, 0);
	bool counted = a->swiotlb_total_slots_count.known && a->swiotlb_used_slots_count.known;
	struct finding *f;

	if (num_or(a->bytes, 0) > MOST) /* no pool could serve that: another rule's */
		return;
	if (counted)
		f = fire(v, SEV_MEDIUM, LIKELY,
			 "%.*s found no bounce buffer for DMA: %" PRIu64 " of %" PRIu64
			 " slots are in use",
			 STR_ARG(device), used, total);
	else
		f = fire(v, SEV_MEDIUM, LIKELY, "%.*s found no bounce buffer for DMA",
			 STR_ARG(device));
	set_cause(
		f, "%s",
		counted && used < total - total / 8
			? "Slots are free, but not enough of them side by side."
			: "The device cannot reach the memory that it was given (or the guest's memory "
			  "is encrypted), so each transfer goes through the swiotlb pool, which is "
			  "used up.");
	cite(f, in->head);
	if (a->bytes.known)
		value_num(f, "bytes", num_or(a->bytes, 0));
	if (counted) {
		cite_num(f, in->head, a->swiotlb_used_slots_count);
		value_num(f, "used_count", used);
		value_num(f, "total_count", total);
	}
	value_num(f, "alike_count", alike(in));
	set_margin(f, "free slots for %s side by side", human(f, num_or(a->bytes, 0)));
	add_next(f, "reboot", "swiotlb=SLOTS", "Make the pool larger (slots of 2 KiB).");
	add_next(f, "root", "grep . /sys/kernel/debug/swiotlb/*",
		 "See how much of it is used; a driver that maps without unmapping leaks it.");
}

DEFINE_RULE(
	alloc_swiotlb, .title = "the bounce buffers for DMA are used up",
	.doc = "swiotlb says that its buffer is full. With the slots printed the finding tells whether "
	       "they are used up or merely scattered. Never certain: whether they leak or are just "
	       "busy, the line does not say.",
	.refs = REFS("kernel/dma/swiotlb.c:swiotlb_tbl_map_single()"), .on = NEED(alloc_failure),
	.applies = applies, .check = check);
