// SPDX-License-Identifier: GPL-2.0-or-later
// An absurd size: mm/vmalloc.c "exceeds total pages", mm/page_alloc.c orders beyond MAX_PAGE_ORDER.
#include <inttypes.h>

#include "rule/request.h"
#include "rule/vmspace.h"

/* Whether the blocks come to the sum behind them: of a wrapped line, pieces may be lost. */
static bool adds_up(const struct fact_zone_state *z, uint64_t page)
{
	uint64_t sum = 0, bytes;

	for (size_t i = 0; i < z->n_blocks; i++)
		if (z->blocks[i].order > 30 ||
		    __builtin_mul_overflow(num_or(z->blocks[i].count, 0),
					   page << z->blocks[i].order, &bytes) ||
		    __builtin_add_overflow(sum, bytes, &sum))
			return false;
	return sum && sum == num_or(z->blocks_total, 0);
}

/* Orders that the kernel keeps lists for; 0 if no free list is printed whole. */
static size_t orders_of(const struct incident *in)
{
	uint64_t page = machine_of(in).page_size;
	const struct fact_zone_state *z;
	size_t n = 0;

	incident_for_each (in, zone_state, z)
		if (!z->head.cut && z->n_blocks > n && adds_up(z, page))
			n = z->n_blocks;
	return n;
}

static void finish(struct finding *f, const struct incident *in)
{
	cite(f, in->head);
	add_rejected(f, "a shortage: no machine of this size could serve it");
	add_next(
		f, NULL, NULL,
		"Look at the caller in the trace: a length that was computed wrong, went negative, or "
		"came unchecked from user space or a device.");
}

/* What the report itself counts, and a request that takes pages: vmap also maps what is no RAM (a
 * device's), and memory may have been added since the start. */
static bool ram_is_of_now(const struct incident *in)
{
	if (strcmp(in->fail->what, "vmap") == 0)
		return false;
	return (in->mem && in->mem->ram_total.known) || strcmp(in->fail->what, "cma") == 0 ||
	       strcmp(in->fail->what, "memblock") == 0;
}

static void say_bytes(const struct incident *in, struct verdict *v, uint64_t ram)
{
	bool said = str_has(in->fail->reason, "exceeds total pages");
	struct finding *f;

	if (ram && in->fail->bytes.known)
		f = fire(v, SEV_MEDIUM, said || ram_is_of_now(in) ? CERTAIN : LIKELY,
			 "%s of %s was asked for, on a machine with %s of RAM", in->fail->what,
			 v_human(v, num_or(in->fail->bytes, 0)), v_human(v, ram));
	else
		f = fire(v, SEV_MEDIUM, CERTAIN, "%s of %s was asked for, more than all RAM",
			 in->fail->what, v_human(v, num_or(in->fail->bytes, 0)));
	set_cause(f, "%s",
		  said ? "The kernel refuses a vmalloc of more pages than the machine has "
			 "(\"exceeds total pages\"): a wrong size, not a shortage."
		       : "The size exceeds the machine's memory: a wrong size, not a shortage.");
	if (in->fail->bytes.known)
		value_num(f, "bytes", num_or(in->fail->bytes, 0));
	if (ram) {
		value_num(f, "ram", ram);
		set_margin(f, "a size below %s", human(f, ram));
	}
	if (ram && in->mem && in->mem->ram_total.known)
		cite_num(f, &in->mem->head, in->mem->ram_total);
	else if (ram && in->boot)
		cite_num(f, &in->boot->head, in->boot->mem_total);
	finish(f, in);
}

enum { SWIOTLB_MOST = 256 * 1024 }; /* IO_TLB_SEGSIZE slots of 2 KiB */

static bool beyond_swiotlb(const struct incident *in)
{
	return strcmp(in->fail->what, "swiotlb") == 0 && in->fail->bytes.known &&
	       num_or(in->fail->bytes, 0) > SWIOTLB_MOST && str_has(in->fail->reason, "full");
}

static void say_swiotlb(const struct incident *in, struct verdict *v)
{
	struct finding *f =
		fire(v, SEV_MEDIUM, LIKELY,
		     "a device driver mapped %s at once; one bounce buffer holds at most 256 KiB",
		     v_human(v, num_or(in->fail->bytes, 0)));

	set_cause(f, "swiotlb gives out contiguous slots from segments of 128 slots of 2 KiB, so a "
		     "larger mapping can never be bounced, however empty the pool is.");
	value_num(f, "bytes", num_or(in->fail->bytes, 0));
	set_margin(f, "a mapping of at most 256 KiB");
	cite(f, in->head);
	add_next(
		f, NULL, NULL,
		"The driver must split its requests (dma_max_mapping_size()); an IOMMU, or a wider DMA "
		"mask, avoids bouncing.");
}

static void say_order(const struct incident *in, struct verdict *v, int64_t order, size_t orders)
{
	struct finding *f = fire(v, SEV_MEDIUM, CERTAIN,
				 "order %" PRId64
				 " was asked for, and this kernel's largest block is order %zu",
				 order, orders - 1);

	set_cause(f, "The page allocator has no blocks of that size at all: the request can never "
		     "succeed.");
	value_int(f, "order_count", order);
	cite_num(f, in->head, in->fail->order);
	set_margin(f, "an order up to %zu", orders - 1);
	finish(f, in);
}

static void say_nothing(const struct incident *in, struct verdict *v)
{
	struct finding *f = fire(v, SEV_MEDIUM, LIKELY,
				 "vmalloc of 0 bytes was asked for: a wrong size, not a shortage");

	set_cause(f,
		  "__vmalloc_node_range() refuses a size of nothing before it looks for addresses "
		  "or pages.");
	value_num(f, "bytes", 0);
	set_margin(f, "a size above 0");
	finish(f, in);
}

static bool sized(const struct incident *in)
{
	return in->fail && in->fail->what && !request_killer(in);
}

static void check(const struct incident *in, struct verdict *v)
{
	uint64_t ram = vmspace_ram(in);
	int64_t order = num_int_or(in->fail->order, 0);
	size_t orders = orders_of(in);

	if (str_has(in->fail->reason, "exceeds total pages") ||
	    (ram && in->fail->bytes.known && num_or(in->fail->bytes, 0) > ram))
		say_bytes(in, v, ram);
	else if (orders && in->fail->order.known && order >= (int64_t)orders)
		say_order(in, v, order, orders);
	else if (vmspace_of_nothing(in))
		say_nothing(in, v);
	else if (beyond_swiotlb(in))
		say_swiotlb(in, v);
	else if (!orders && order > 10)
		cannot_tell(v, "zone_state", "the largest order of this kernel is not printed");
}

DEFINE_RULE(
	alloc_too_large, .title = "the size asked for is absurd",
	.doc = "The request is larger than all RAM, the kernel says that it \"exceeds total pages\", or "
	       "its order is beyond the largest that the free lists have. That is a caller with a "
	       "wrong size, not a shortage. Certain where the kernel says so or the report itself counts "
	       "the RAM; likely for vmap, which also maps devices, and where only the start told it.",
	.refs = REFS("mm/vmalloc.c:__vmalloc_node_range()", "mm/page_alloc.c:__alloc_pages()"),
	.on = NEED(alloc_failure), .applies = sized, .check = check);
