// SPDX-License-Identifier: GPL-2.0-or-later
// An allocation failed before the page allocator was up, or for its own tables: mm/memblock.c,
// mm/sparse-vmemmap.c vmemmap_alloc_block().
#include <inttypes.h>

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
	if (!in->fail || !in->fail->what)
		return false;
	return strcmp(in->fail->what, "memblock") == 0 || for_struct_pages(in);
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_alloc_failure *a = in->fail;
	bool memblock = strcmp(a->what, "memblock") == 0;
	struct finding *f;

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
	if (memblock)
		add_next(
			f, "reboot", "memblock=debug",
			"Boot with memblock=debug and compare the memory map with the machine's RAM.");
	else
		add_next(f, "reboot", "memory_hotplug.memmap_on_memory=1",
			 "Let added memory hold its own struct pages, or add less at once.");
}

DEFINE_RULE(
	alloc_early_boot, .title = "an allocation failed at early boot, or for struct pages",
	.doc = "memblock says itself that it could not allocate, or vmemmap_alloc_block() failed to get "
	       "struct pages for memory being added. Certain for memblock's own message.",
	.refs = REFS("mm/memblock.c:memblock_alloc_internal()",
		     "mm/sparse-vmemmap.c:vmemmap_alloc_block()"),
	.on = NEED(alloc_failure), .applies = applies, .check = check);
