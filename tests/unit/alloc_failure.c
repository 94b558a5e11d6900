// SPDX-License-Identifier: GPL-2.0-or-later
// log/alloc_failure and the parsers of allocators' own failures. All input is written for these
// tests after the kernels' printk: no log of a machine.
#include "feed.h"
#include "unit.h"

static const struct fact_alloc_failure *only(struct facts *f, const char *text)
{
	feed(f, text);
	ck_assert_uint_eq(feed_count(f, FACT_alloc_failure), 1);
	return feed_nth(f, alloc_failure, 0);
}

/* v2.6.18, v2.6.39, v4.6, v4.13, v5.0 and newer. */
START_TEST(test_page)
{
	static const struct {
		const char *text, *flags, *nodes, *mems;
	} v[] = {
		{ "a b: page allocation failure. order:3, mode:0x20\n", "", "", "" },
		{ "a b: page allocation failure: order:3, mode:0x20\n", "", "", "" },
		{ "a b: page allocation failure: order:3, mode:0x20(GFP_ATOMIC)\n"
		  "a b cpuset=/x mems_allowed=0-1\n",
		  "GFP_ATOMIC", "", "0-1" },
		{ "a b: page allocation failure: order:3, mode:0x20(GFP_ATOMIC), nodemask=(null)\n",
		  "GFP_ATOMIC", "(null)", "" },
		{ "a b: page allocation failure: order:3, mode:0x20(GFP_ATOMIC), "
		  "nodemask=0,2,cpuset=/x,mems_allowed=0,2-3\n",
		  "GFP_ATOMIC", "0,2", "0,2-3" },
		{ "a b: page allocation failure: order:3,\nmode:0x20(GFP_ATOMIC), "
		  "nodemask=0,2,cpuset=/x,mems_allowed=0,2-3\n",
		  "GFP_ATOMIC", "0,2", "0,2-3" },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct facts f;
		const struct fact_alloc_failure *a = only(&f, v[i].text);

		ck_assert_str_eq(a->what, "page");
		ck_str(a->comm, "a b");
		ck_num(a->order, 3);
		ck_num(a->gfp_mask, 0x20);
		ck_str(a->gfp_flags, v[i].flags);
		ck_str(a->nodemask, v[i].nodes);
		ck_str(a->mems_allowed, v[i].mems);
		ck_assert_uint_eq(a->head.report, a->head.id);
		facts_deinit(&f);
	}
}
END_TEST

START_TEST(test_pid_and_repeats)
{
	struct facts f;
	const struct fact_alloc_failure *a =
		only(&f, "warn_alloc: 96 callbacks suppressed\n"
			 "x: page allocation failure: order:0, mode:0xa20(GFP_ATOMIC)\n"
			 "CPU: 11 PID: 1642 Comm: x Tainted: G 5.4.0 #1\n");

	ck_num(a->repeats, 96);
	ck_num(a->pid, 1642);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_reasons)
{
	static const struct {
		const char *text, *what;
		int64_t bytes;
	} v[] = {
		{ "m: vmalloc: allocation failure: 4096 bytes, mode:0x1(GFP_DMA), nodemask=(null)\n",
		  "vmalloc", 4096 },
		{ "m: vmalloc: allocation failure, allocated 512 of 4096 bytes, mode:0x1(GFP_DMA)\n",
		  "vmalloc", 4096 },
		{ "m: vmalloc error: size 4096, page order 0, failed to allocate pages, mode:0x1()\n",
		  "vmalloc", 4096 },
		{ "m: vmalloc error: size 4096, exceeds total pages, mode:0x1(), nodemask=(null)\n",
		  "vmalloc", 4096 },
		{ "m: vmemmap alloc failure: order:9, mode:0x1(GFP_DMA), nodemask=(null)\n", "page",
		  0 },
		{ "m: page allocation stalls for 10014ms, order:0, mode:0x1(GFP_DMA)\n", "page",
		  0 },
		{ "Allocation of length 4096 from process 30 (m) failed\n", "page", 4096 },
		{ "nommu: Allocation of length 4096 from process 30 (m) failed\n", "page", 4096 },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct facts f;
		const struct fact_alloc_failure *a = only(&f, v[i].text);

		ck_assert_str_eq(a->what, v[i].what);
		ck_str(a->comm, "m");
		ck_assert(a->reason.n > 0);
		if (v[i].bytes)
			ck_num(a->bytes, v[i].bytes);
		else
			ck_assert(!a->bytes.known);
		ck_assert(a->stalled_ns.known == (i == 5));
		facts_deinit(&f);
	}
}
END_TEST

/* alloc_vmap_area() before v6.4 and since. */
START_TEST(test_vmap)
{
	struct facts f;
	const struct fact_alloc_failure *a = only(
		&f, "vmap allocation for size 20480 failed: use vmalloc=<size> to increase size\n");

	ck_assert_str_eq(a->what, "vmap");
	ck_num(a->bytes, 20480);
	ck_assert(!a->range.n);
	facts_deinit(&f);
	a = only(
		&f,
		"allocation failed: out of vmalloc space - use vmalloc=<size> to increase size.\n");
	ck_assert_str_eq(a->what, "vmap");
	facts_deinit(&f);
	a = only(&f, "vmalloc_node_range for size 8192 failed: Address range restricted to "
		     "0xffff800080000000 - 0xfffffbffeffff000\n");
	ck_assert_str_eq(a->what, "vmap");
	ck_str(a->range, "0xffff800080000000 - 0xfffffbffeffff000");
	ck_assert_uint_eq(a->range_end.v, 0xfffffbffeffff000);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_percpu)
{
	struct facts f;
	const struct fact_alloc_failure *a = only(
		&f,
		"PERCPU: allocation failed, size=64 align=8, alloc from reserved chunk failed\n");

	ck_assert_str_eq(a->what, "percpu");
	ck_num(a->bytes, 64);
	ck_str(a->reason, "alloc from reserved chunk failed");
	facts_deinit(&f);
	a = only(&f, "xt_x: Could not allocate 4096 bytes percpu data\n");
	ck_num(a->bytes, 4096);
	facts_deinit(&f);
	a = only(&f, "percpu: allocation failed, size=64 align=8 atomic=1, atomic alloc failed, no "
		     "space left\n");
	ck_str(a->reason, "atomic alloc failed, no space left");
	facts_deinit(&f);
}
END_TEST

/* v3.5 with its name in front of the function's, v5.14 with the area's. */
START_TEST(test_cma)
{
	struct facts f;
	const struct fact_alloc_failure *a =
		only(&f, "cma: cma_alloc: alloc failed, req-size: 64 pages, ret: -12\n"
			 "cma: number of available pages: 3@5+4@9=> 7 free of 4096 total pages\n");

	ck_assert_str_eq(a->what, "cma");
	ck_num(a->pages_count, 64);
	ck_num(a->error, -12);
	ck_num(a->area_free_pages_count, 7);
	ck_num(a->area_total_pages_count, 4096);
	ck_assert_uint_eq(a->area.n, 0);
	facts_deinit(&f);
	a = only(&f, "cma: __cma_alloc: linux,cma: alloc failed, req-size: 1 pages, ret: -16\n"
		     "cma: number of available pages: \ncma: range 0: 3@5+4@9\n"
		     "cma: => 7 free of 4096 total pages\n");
	ck_num(a->area_free_pages_count, 7);
	ck_str(a->area, "linux,cma");
	ck_num(a->error, -16);
	facts_deinit(&f);
	a = only(&f, "cma: Failed to reserve 512 MiB on node 1\n");
	ck_num(a->bytes, 512ll << 20);
	ck_num(a->node, 1);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_dma)
{
	static const struct {
		const char *text, *what, *device;
		int64_t bytes;
	} v[] = {
		{ "DMA: failed to allocate 128 KiB GFP_KERNEL|GFP_DMA pool for atomic allocation\n",
		  "dma_pool", "", 128 << 10 },
		{ "DMA: failed to allocate 256 KiB pool for atomic coherent allocation\n",
		  "dma_pool", "", 256 << 10 },
		{ "ahci 0000:00:1f.2: swiotlb buffer is full (sz: 65536 bytes), total 32768 (slots), "
		  "used 17 (slots)\n",
		  "swiotlb", "ahci 0000:00:1f.2", 65536 },
		{ "ahci 0000:00:1f.2: swiotlb buffer is full (sz: 65536 bytes)\n", "swiotlb",
		  "ahci 0000:00:1f.2", 65536 },
		{ "ahci 0000:00:1f.2: Can not allocate SWIOTLB buffer earlier and can't now provide you "
		  "with the DMA bounce buffer\n",
		  "swiotlb", "ahci 0000:00:1f.2", -1 },
		{ "software IO TLB: Cannot allocate buffer\n", "swiotlb", "", -1 },
		{ "DMA: Out of SW-IOMMU space for 65536 bytes at device 0000:00:1f.2\n", "swiotlb",
		  "0000:00:1f.2", 65536 },
		{ "swiotlb: coherent allocation failed for device 0000:00:1f.2 size=65536\n",
		  "swiotlb", "0000:00:1f.2", 65536 },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct facts f;
		const struct fact_alloc_failure *a = only(&f, v[i].text);

		ck_assert_str_eq(a->what, v[i].what);
		ck_str(a->device, v[i].device);
		ck_assert_int_eq(a->bytes.known, v[i].bytes >= 0);
		if (a->bytes.known)
			ck_num(a->bytes, v[i].bytes);
		if (i == 2) {
			ck_num(a->swiotlb_total_slots_count, 32768);
			ck_num(a->swiotlb_used_slots_count, 17);
		}
		facts_deinit(&f);
	}
}
END_TEST

/* What swiotlb_print_info() says where there is no pool, wanted or not, is no failure. */
START_TEST(test_no_pool_wanted)
{
	struct facts f;

	feed(&f, "software IO TLB: No low mem\nLinux version 6.18.44\n");
	ck_assert_uint_eq(feed_count(&f, FACT_alloc_failure), 0);
	ck_assert_uint_eq(feed_count(&f, FACT_boot), 1);
	facts_deinit(&f);
}
END_TEST

/* slab_out_of_memory() of v3.0, v4.6 and v6.9; mm/slab.c's until v6.4. */
START_TEST(test_slub)
{
	static const char *const v[] = {
		"SLUB: Unable to allocate memory on node -1 (gfp=0x20)\n"
		"  cache: x-1, object size: 40, buffer size: 448, default order: 1, min order: 0\n"
		"  node 0: slabs: 1822, objs: 16398, free: 0\n",
		"SLUB: Unable to allocate memory on node -1, gfp=0x20(GFP_ATOMIC)\n"
		"  cache: x-1, object size: 40, buffer size: 448, default order:\n1, min order: 0\n",
		"SLUB: Unable to allocate memory on node -1,\ngfp=0x20(GFP_ATOMIC)\n"
		"  cache: x-1, object size: 40, buffer\nsize: 448, default order: 1, min order: 0\n",
		"SLUB: Unable to allocate memory on CPU 1 (of node 0) on node -1, "
		"gfp=0x20(GFP_ATOMIC)\n"
		"  cache: x-1, object size: 40, buffer size: 448, default order: 1, min order: 0\n",
		"SLAB: Unable to allocate memory on node -1, gfp=0x20(GFP_ATOMIC)\n"
		"  cache: x-1, object size: 40, order: 1\n"
		"  node 0: slabs: 1/2, objs: 3/4\n",
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct facts f;
		const struct fact_alloc_failure *a = only(&f, v[i]);

		ck_assert_str_eq(a->what, "slub");
		ck_str(a->cache, "x-1");
		ck_num(a->node, -1);
		ck_num(a->gfp_mask, 0x20);
		ck_num(a->object_size, 40);
		ck_num(i < 4 ? a->default_order : a->order, 1);
		if (i < 4) {
			ck_num(a->buffer_size, 448);
			ck_num(a->min_order, 0);
		}
		facts_deinit(&f);
	}
}
END_TEST

/* Several CPUs at once: the caches come in the order of the failures. */
START_TEST(test_slub_interleaved)
{
	struct facts f;

	feed(&f, "slab_out_of_memory: 66 callbacks suppressed\n"
		 "SLUB: Unable to allocate memory on node 0, gfp=0x20(GFP_ATOMIC)\n"
		 "SLUB: Unable to allocate memory on node 1, gfp=0x20(GFP_ATOMIC)\n"
		 "  cache: a, object size: 1, buffer size: 2, default order: 0, min order: 0\n"
		 "  cache: b, object size: 3, buffer size: 4, default order: 0, min order: 0\n"
		 "  node 0: slabs: 1, objs: 1, free: 0\n");
	ck_assert_uint_eq(feed_count(&f, FACT_alloc_failure), 2);
	ck_num(feed_nth(&f, alloc_failure, 0)->repeats, 66);
	ck_str(feed_nth(&f, alloc_failure, 0)->cache, "a");
	ck_str(feed_nth(&f, alloc_failure, 1)->cache, "b");
	ck_assert(!feed_nth(&f, alloc_failure, 1)->repeats.known);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_memblock)
{
	struct facts f;
	const struct fact_alloc_failure *a = only(
		&f, "Kernel panic - not syncing: sparse_init_nid: Failed to allocate 4096 bytes "
		    "align=0x1000 nid=1 from=0x0 max_addr=0x100000\n");

	ck_assert_str_eq(a->what, "memblock");
	ck_num(a->bytes, 4096);
	ck_num(a->node, 1);
	ck_num(a->range_end, 0x100000);
	facts_deinit(&f);
	a = only(&f,
		 "Kernel panic - not syncing: Failed to allocate 64 bytes for node 2 memory map\n");
	ck_num(a->bytes, 64);
	ck_num(a->node, 2);
	facts_deinit(&f);
}
END_TEST

/* A line of its own does not end the report that it stands in. */
START_TEST(test_one_liners_inside)
{
	struct facts f;

	feed(&f, "x: page allocation failure: order:0, mode:0x20\n"
		 "cma: cma_alloc: alloc failed, req-size: 64 pages, ret: -12\n"
		 "SLUB: Unable to allocate memory on node 0, gfp=0x20(GFP_ATOMIC)\n"
		 "CPU: 1 PID: 5 Comm: x Not tainted 5.4.0 #1\n");
	ck_assert_uint_eq(feed_count(&f, FACT_alloc_failure), 3);
	ck_num(feed_nth(&f, alloc_failure, 0)->pid, 5);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(feed_nth(&f, alloc_failure, i)->head.report,
				  feed_nth(&f, alloc_failure, i)->head.id);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_prose)
{
	struct facts f;

	feed(&f, "I see a page allocation failure now and then\n"
		 "page allocation failure: what is it?\n"
		 "percpu: Embedded 44 pages/cpu s141912 r8192 d30120 u524288\n"
		 "DMA: preallocated 128 KiB GFP_KERNEL pool for atomic allocations\n"
		 "software IO TLB: mapped [mem 0x1-0x2] (64MB)\n");
	ck_assert_uint_eq(feed_count(&f, FACT_alloc_failure), 0);
	facts_deinit(&f);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("alloc_failure", test_page, test_pid_and_repeats, test_reasons, test_vmap,
		       test_percpu, test_cma, test_dma, test_no_pool_wanted, test_slub,
		       test_slub_interleaved, test_memblock, test_one_liners_inside, test_prose);
}
