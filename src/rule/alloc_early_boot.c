// SPDX-License-Identifier: GPL-2.0-or-later
// An allocation failed before the page allocator was up, or for its own tables: mm/memblock.c,
// mm/sparse-vmemmap.c vmemmap_alloc_block().
#include <inttypes.h>

#include "model/machine.h"
#include "rule/request.h"

static bool for_struct_pages(const struct incident *in)
{
	return str_has(in->fail->reason, "vmemmap") || str_has(in->fail->comm, "vmemmap") ||
	       incident_has_frame(in, "vmemmap_alloc_block", NULL, NULL);
}

/* The kernel keeps the small buffer that it was built with. */
static bool done_without(const struct fact_alloc_failure *a)
{
	return str_has(a->reason, "log_buf_len");
}

static bool applies(const struct incident *in)
{
	bool empty;

	if (!in->fail || !in->fail->what)
		return false;
	return strcmp(in->fail->what, "memblock") == 0 || for_struct_pages(in) ||
	       request_before_buddy(in, &empty);
}

/* gfp_allowed_mask takes these from every request until interrupts and I/O work. */
static bool is_masked(const struct wm *w)
{
	return w->gfp.source != GFP_UNKNOWN &&
	       !(w->gfp.bits & (G_DIRECT_RECLAIM | G_KSWAPD_RECLAIM | G_IO | G_FS));
}

static void say_too_early(const struct incident *in, struct verdict *v, bool empty)
{
	const struct wm *w = wm_of(in, v->arena);
	const struct fact_backtrace *t;
	uint32_t line;
	struct finding *f =
		fire(v, SEV_HIGH, LIKELY, "%s asked for %s %s", request_who(v), request_text(v, w),
		     empty ? "before the page allocator had been given any page"
			   : "while the kernel was only starting (start_kernel)");

	set_cause(f,
		  "Until memblock hands its pages over (mem_init(), memblock_free_all()) the page "
		  "allocator has none and kmalloc() cannot work. Something asked too early: what "
		  "the call trace names, or what moved it there. No memory is short.");
	request_show(f, w, WM_MIN);
	request_values(f, w);
	if (empty)
		add_step(f, "no page free, no watermark set, no page in use: nothing is there yet");
	if (is_masked(w))
		add_step(f, "the request has none of __GFP_RECLAIM, __GFP_IO, __GFP_FS: the kernel "
			    "takes them from every request while it boots");
	if (incident_has_frame(in, "start_kernel", &t, &line))
		cite_line(f, &t->head, line);
	set_margin(f, "the same request after memblock_free_all()");
	add_rejected(f, "a shortage of RAM");
	add_next(f, NULL, NULL,
		 "Look at the caller that the trace names: it must run later, or use "
		 "memblock_alloc(). If an older kernel boots, bisect between the two.");
}

/* What the zones say about a request for a vmemmap block. */
static void show_request(const struct incident *in, struct verdict *v, struct finding *f)
{
	const struct wm *w = wm_of(in, v->arena);
	struct wm_tally t = wm_tally_of(w, WM_MIN);

	if (!w->n || !w->order_known)
		return;
	request_show(f, w, WM_MIN);
	request_values(f, w);
	if (t.no_block && !t.ok)
		add_rejected(f, "a shortage: enough is free, but no block of order %d", w->order);
	add_next(f, "root", "cat /proc/buddyinfo; echo 1 > /proc/sys/vm/compact_memory",
		 "See which block sizes are left, and compact. The kernel falls back to single "
		 "pages where it can: then this is harmless.");
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_alloc_failure *a = in->fail;
	bool memblock = strcmp(a->what, "memblock") == 0;
	struct finding *f;
	bool empty;

	if (!memblock && !for_struct_pages(in)) {
		request_before_buddy(in, &empty);
		say_too_early(in, v, empty);
		return;
	}
	if (done_without(a))
		f = fire(v, SEV_LOW, CERTAIN, "%s for the kernel's log were not to be had at boot",
			 v_human(v, num_or(a->bytes, 0)));
	else if (memblock && a->bytes.known)
		f = fire(v, SEV_HIGH, CERTAIN, "the boot allocator (memblock) could not give %s",
			 v_human(v, num_or(a->bytes, 0)));
	else if (memblock)
		f = fire(v, SEV_HIGH, CERTAIN, "the boot allocator (memblock) ran out of memory");
	else
		f = fire(v, SEV_MEDIUM, LIKELY,
			 "struct pages for new memory (vmemmap) could not be allocated");
	set_cause(
		f, "%s",
		memblock
			? "So early only what memblock has is there: the ranges of the firmware's "
			  "map below the limits of the request, less what is reserved. Too little "
			  "usable memory, a map that lost its RAM, or a huge table for memory far "
			  "apart."
			: "Memory that is added needs struct pages (64 bytes a page) from memory that "
			  "is already there, in blocks of up to 2 MiB.");
	cite(f, in->head);
	if (a->bytes.known)
		value_num(f, "bytes", num_or(a->bytes, 0));
	if (a->node.known && num_int_or(a->node, -1) >= 0)
		add_step(f, "on node %" PRId64, num_int_or(a->node, -1));
	if (in->boot && in->boot->ram_usable.known) {
		cite_num(f, &in->boot->head, in->boot->ram_usable);
		value_num(f, "ram_usable", num_or(in->boot->ram_usable, 0));
	}
	set_margin(f, "that much free memory at that moment");
	if (memblock) {
		add_next(
			f, "reboot", "memblock=debug",
			"Boot with memblock=debug and compare the memory map with the machine's RAM.");
	} else {
		show_request(in, v, f);
		add_next(f, "reboot", "memory_hotplug.memmap_on_memory=1",
			 "Let added memory hold its own struct pages, or add less at once.");
	}
}

DEFINE_RULE(
	alloc_early_boot, .title = "an allocation failed at early boot, or for struct pages",
	.doc = "memblock says itself that it could not allocate, or vmemmap_alloc_block() failed to get "
	       "struct pages for memory being added, or a page was asked for before memblock handed its pages to the page "
	       "allocator: every zone is printed with nothing free, no watermark and nothing in use, or start_kernel() "
	       "itself is in the call trace. Certain for memblock's own message, likely otherwise.",
	.refs = REFS("mm/memblock.c:memblock_alloc_internal()", "mm/mm_init.c:mm_core_init()",
		     "mm/sparse-vmemmap.c:vmemmap_alloc_block()"),
	.on = NEED(alloc_failure), .applies = applies, .check = check);
