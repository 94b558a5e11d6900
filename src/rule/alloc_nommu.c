// SPDX-License-Identifier: GPL-2.0-or-later
// Without an MMU, each mapping needs contiguous memory: mm/nommu.c do_mmap_private().
#include <inttypes.h>

#include "rule/request.h"

static bool said_so(const struct incident *in)
{
	return str_starts(in->fail->reason, "Allocation of length");
}

static bool applies(const struct incident *in)
{
	return request_failed_page(in) && (num_int_or(in->fail->order, 0) > 0 || said_so(in));
}

/* The kernel rounds a length up to a power of two pages. */
static int order_of(const struct incident *in, const struct wm *w)
{
	uint64_t bytes = num_or(in->fail->bytes, 0);
	int order = 0;

	if (w->order_known)
		return w->order < 30 ? w->order : 30;
	while (order < 30 && (w->m.page_size << order) < bytes)
		order++;
	return order;
}

static int largest_of(const struct wm *w)
{
	int largest = -1;

	for (size_t i = 0; i < w->n; i++)
		if (w->zones[i].largest > largest)
			largest = w->zones[i].largest;
	return largest;
}

/* The order at which the free lists end; -1 if none are printed. */
static int last_list(const struct wm *w)
{
	int last = -1;

	for (size_t i = 0; i < w->n; i++) {
		const struct fact_zone_state *z = w->zones[i].z;

		if (z->n_blocks && (int)z->blocks[z->n_blocks - 1].order > last)
			last = (int)z->blocks[z->n_blocks - 1].order;
	}
	return last;
}

/* Of a length: no order is printed, so the watermarks are of no request. */
static void show_length(struct finding *f, const struct incident *in, const struct wm *w, int order)
{
	int last = last_list(w);

	cite(f, in->head);
	add_step(f, "%" PRIu64 " bytes, rounded up to a power of two pages of %s: order %d",
		 num_or(in->fail->bytes, 0), human(f, w->m.page_size), order);
	for (size_t i = 0; i < w->n; i++)
		if (w->zones[i].z->n_blocks)
			cite(f, &w->zones[i].z->head);
	if (last >= 0 && order > last)
		add_step(f, "the free lists end at order %d: no larger block can exist", last);
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct wm *w = wm_of(in, v->arena);
	struct wm_tally t = wm_tally_of(w, WM_MIN);
	int largest = largest_of(w), order = order_of(in, w);
	bool sure = w->n && w->order_known && !t.may_ok && w->sure;
	struct finding *f;

	if (!w->m.nommu && !said_so(in))
		return;
	f = fire(v, SEV_HIGH, sure ? CERTAIN : LIKELY,
		 "no MMU: %s needs %s in one contiguous block, and the largest free one is %s",
		 request_who(v), v_human(v, w->m.page_size << order),
		 largest >= 0 ? v_human(v, w->m.page_size << largest) : "not printed");
	set_cause(f,
		  "Without an MMU a program's text, data, heap and stack are each one physically "
		  "contiguous allocation, rounded up to a power of two pages. It fails when no "
		  "such block is left, whatever the total.");
	if (w->order_known)
		request_show(f, w, WM_MIN);
	else
		show_length(f, in, w, order);
	if (in->boot)
		cite(f, &in->boot->head);
	request_values(f, w);
	if (largest >= 0)
		value_int(f, "largest_order_count", largest);
	set_margin(f, "one free block of order %d", order);
	add_next(
		f, NULL, NULL,
		"Build smaller programs (FLAT with a smaller stack, -Wl,-z,stack-size, shared text), "
		"start the large ones first, or use a machine with more memory.");
	add_next(f, "root", "cat /proc/buddyinfo; sysctl vm.nr_trim_pages",
		 "See which block sizes are left.");
}

DEFINE_RULE(
	alloc_nommu, .title = "a kernel without MMU found no contiguous block",
	.doc = "The boot says that the kernel has no MMU and a request of order 1 or more failed, or "
	       "mm/nommu.c itself reports a failed allocation of a length: each "
	       "mapping of a program must be contiguous there. Certain when the zones' free lists "
	       "show no such block.",
	.refs = REFS("mm/nommu.c:do_mmap_private()", "fs/binfmt_flat.c:load_flat_file()"),
	.on = NEED(alloc_failure), .applies = applies, .check = check);
