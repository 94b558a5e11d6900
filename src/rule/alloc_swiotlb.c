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

/* No device asked: setting the pool up at boot failed. */
static void speak_of_boot(const struct incident *in, struct verdict *v)
{
	struct finding *f = fire(v, SEV_LOW, LIKELY,
				 "The pool of bounce buffers for DMA could not be set up: %.*s",
				 STR_ARG(in->fail->reason));

	set_cause(
		f,
		"The pool needs memory that every device can reach, side by side, early in the boot. "
		"Without it a device that cannot reach all memory will fail when it first maps "
		"some; the others will never notice.");
	cite(f, in->head);
	set_margin(f, "if the boot had found the memory");
	add_next(f, "reboot", "swiotlb=SLOTS", "Ask for a smaller pool (slots of 2 KiB).");
}

static void speak_of_map(const struct incident *in, struct verdict *v)
{
	const struct fact_alloc_failure *a = in->fail;
	uint64_t total = num_or(a->swiotlb_total_slots_count, 0);
	uint64_t used = num_or(a->swiotlb_used_slots_count, 0);
	bool counted = a->swiotlb_total_slots_count.known && a->swiotlb_used_slots_count.known;
	bool never = str_has(a->reason, "earlier");
	struct finding *f = fire(
		v, SEV_MEDIUM, LIKELY, "%.*s found no bounce buffer for DMA%s", STR_ARG(a->device),
		counted ? arena_printf(v->arena, ": %" PRIu64 " of %" PRIu64 " slots are in use",
				       used, total)
				  .p
		: never ? ": there is no pool"
			: "");

	set_cause(f,
		  "The device cannot reach the memory that it was given (or the guest's memory is "
		  "encrypted), so each transfer goes through the swiotlb pool%s",
		  counted && used < total - total / 8
			  ? ". Slots are free, but not enough of them side by side."
		  : never ? ", which was not set up at boot."
			  : ", which is used up.");
	cite(f, in->head);
	if (a->bytes.known)
		value_num(f, "bytes", num_or(a->bytes, 0));
	if (counted) {
		cite_num(f, in->head, a->swiotlb_used_slots_count);
		value_num(f, "used_count", used);
		value_num(f, "total_count", total);
	}
	value_num(f, "alike_count", alike(in));
	if (a->bytes.known)
		set_margin(f, "free slots for %s side by side", human(f, num_or(a->bytes, 0)));
	else
		set_margin(f, "a pool with free slots");
	add_next(f, "reboot", "swiotlb=SLOTS", "Make the pool larger (slots of 2 KiB).");
	add_next(f, "root", "grep . /sys/kernel/debug/swiotlb/*",
		 "See how much of it is used; a driver that maps without unmapping leaks it.");
}

static void check(const struct incident *in, struct verdict *v)
{
	if (!in->fail->device.n)
		speak_of_boot(in, v);
	else if (num_or(in->fail->bytes, 0) <= MOST) /* no pool could serve more: another rule's */
		speak_of_map(in, v);
}

DEFINE_RULE(
	alloc_swiotlb, .title = "the bounce buffers for DMA are used up",
	.doc = "swiotlb says that its buffer is full. With the slots printed the finding tells whether "
	       "they are used up or merely scattered. A pool that could not be set up at boot is told too: "
	       "low, since most devices need none. Never certain: whether slots leak or are just "
	       "busy, the line does not say.",
	.refs = REFS("kernel/dma/swiotlb.c:swiotlb_tbl_map_single()"), .on = NEED(alloc_failure),
	.applies = applies, .check = check);
