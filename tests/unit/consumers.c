// SPDX-License-Identifier: GPL-2.0-or-later
// log/slab_table, log/alloc_table, log/page_owner: who holds the memory. The texts are written by
// us from the kernels' printk() and page_owner_sort's fprintf(); the greatest consumer's stack is
// the sample of the patch that printed it.
#include "loglines.h"
#include "unit.h"

#define KB 1024ull

static const struct fact_allocation_stack *stack(const struct facts *f, size_t i)
{
	return nth_fact(f, FACT_allocation_stack, i);
}

START_TEST(test_slab_table)
{
	const struct fact_slab_cache *cache;
	struct facts f;

	read_lines(&f, "task_struct              516KB        516KB\n"
		       "Unreclaimable slab info:\n"
		       "Name                      Used          Total\n"
		       "tcp_bind_bucket           29KB         32KB\n"
		       "btrfs_delayed_extent_op         75KB         76KB\n"
		       "kmalloc-64(7:a b)          0KB          4KB\n"
		       "cut_here                   5KB\n"
		       "wrong                     50KB         32KB\n"
		       "some other message\n"
		       "RAW                      240KB        240KB\n");
	ck_assert_uint_eq(f.lists[FACT_slab_cache].n, 4);
	cache = nth_fact(&f, FACT_slab_cache, 0);
	ck_str(cache->name, "tcp_bind_bucket");
	ck_num(cache->used_bytes, 29 * KB);
	ck_num(cache->bytes, 32 * KB);
	ck_num(cache->reclaimable, 0);
	ck_assert_uint_eq(cache->bytes.line, 4);
	cache = nth_fact(&f, FACT_slab_cache, 2);
	ck_str(cache->name, "kmalloc-64(7:a b)");
	facts_deinit(&f);
}
END_TEST

START_TEST(test_allocinfo)
{
	struct facts f;

	read_lines(&f, "Memory allocations:\n"
		       "  3176243200   247900 mm/slub.c:2264 func:alloc_slab_page\n"
		       "     999 MiB   511334 fs/xfs/xfs_icache.c:82 [xfs] func:xfs_inode_alloc\n"
		       "    84.5 KiB        9 mm/execmem.c:31 func:__execmem_alloc\n"
		       "    1.05 GiB        1 kernel/fork.c:180 func:alloc_task_struct_node\n"
		       "       512 B        1 a.c:1 func:f\n"
		       "     12 apples 3 b.c:1 func:g\n"
		       "         0 B        0 init/main.c:1311 func:do_initcalls\n"
		       "Memory allocations (profiling is currently turned off):\n"
		       "    4.00 KiB        1 c.c:2 func:h.isra.0\n"
		       "Memory allocations are slow\n");
	ck_assert_uint_eq(f.lists[FACT_allocation_stack].n, 6);
	ck_num(stack(&f, 0)->bytes, 3176243200);
	ck_num(stack(&f, 0)->allocations, 247900);
	ck_assert_str_eq(stack(&f, 0)->source, "allocinfo");
	ck_assert_uint_eq(stack(&f, 0)->n_frames, 1);
	ck_str(stack(&f, 0)->frames[0], "alloc_slab_page (mm/slub.c:2264)");
	ck_num(stack(&f, 1)->bytes, 999 * KB * KB);
	ck_str(stack(&f, 1)->module, "xfs");
	ck_num(stack(&f, 2)->bytes, 86528);
	ck_num(stack(&f, 3)->bytes, 1127428915);
	ck_num(stack(&f, 4)->bytes, 512);
	ck_str(stack(&f, 5)->frames[0], "h.isra.0 (c.c:2)");
	facts_deinit(&f);
}
END_TEST

START_TEST(test_greatest_consumer)
{
	struct facts f;

	read_lines(&f, "Mem-Info:\n"
		       "active_anon:5144 inactive_anon:16120 isolated_anon:0\n"
		       "DMA: 1*4kB (U) 0*8kB = 4kB\n"
		       "2000 pages RAM\n"
		       "OOM: greatest memory consumer: 431376 pages are allocated from:\n"
		       " prep_new_page+0x50/0x180\n"
		       " get_page_from_freelist+0x20c/0x248\n"
		       " kmem_cache_alloc+0x244/0x250 [leaky]\n"
		       " el0_svc_common+0x98/0x150\n"
		       "Kernel panic - not syncing: System is deadlocked on memory\n"
		       " foreign+0x98/0x150\n");
	ck_assert_uint_eq(f.lists[FACT_allocation_stack].n, 1);
	ck_num(stack(&f, 0)->pages, 431376);
	ck_num(stack(&f, 0)->bytes, 431376 * 4096ull);
	ck_assert_str_eq(stack(&f, 0)->source, "oom-report");
	ck_assert_uint_eq(stack(&f, 0)->n_frames, 4);
	ck_str(stack(&f, 0)->frames[0], "prep_new_page+0x50/0x180");
	ck_str(stack(&f, 0)->frames[3], "el0_svc_common+0x98/0x150");
	ck_str(stack(&f, 0)->module, "leaky");
	ck_assert_uint_eq(f.lists[FACT_oom].n, 1);
	ck_assert_uint_eq(stack(&f, 0)->head.report,
			  ((struct fact *)nth_fact(&f, FACT_oom, 0))->id);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_page_owner_sort)
{
	struct facts f;

	read_lines(
		&f,
		"7 times:\n"
		"Page allocated via order 3, mask 0x280da\n"
		" [<ffffffff8116147e>] __alloc_pages_nodemask+0x1de/0xb00\n"
		" [<ffffffffa0427d72>] ttm_dma_populate+0x502/0x900 [ttm]\n"
		" [<ffffffffa046bf26>] radeon_ttm_tt_populate+0x216/0x2b0 [radeon]\n"
		" [<ffffffffffffffff>] 0xffffffffffffffff\n"
		"\n"
		"5 times:\n"
		"Page allocated via order 0, mask 0x1100cca(GFP_HIGHUSER_MOVABLE), pid 1, ts 9\n"
		"PFN 4096 type Movable Block 8 type Movable Flags 0x1(locked)\n"
		" shmem_alloc_page+0x1/0x2\n"
		"Page has been migrated, last migrate reason: compaction\n"
		"\n"
		"6 times, 24 pages:\n"
		"Page allocated via order 2, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (a b), ts 1 ns\n"
		" post_alloc_hook+0x1/0x2\n"
		"\n"
		"2 times, 2 pages, PID 1, task_comm_name: x:\n"
		" get_page_from_freelist+0x1/0x2\n"
		"\n"
		"3 times:\n"
		"is what I tried this\n"
		" odd+0x1/0x2\n");
	ck_assert_uint_eq(f.lists[FACT_allocation_stack].n, 4);
	ck_num(stack(&f, 0)->allocations, 7);
	ck_num(stack(&f, 0)->pages, 56);
	ck_num(stack(&f, 0)->order, 3);
	ck_num(stack(&f, 0)->gfp_mask, 0x280da);
	ck_assert_uint_eq(stack(&f, 0)->n_frames, 3);
	ck_str(stack(&f, 0)->frames[1], "ttm_dma_populate+0x502/0x900 [ttm]");
	ck_str(stack(&f, 0)->module, "ttm");
	ck_assert_uint_eq(stack(&f, 0)->head.origin.line, 1);
	ck_num(stack(&f, 1)->pages, 5);
	ck_assert_uint_eq(stack(&f, 1)->n_frames, 1);
	ck_num(stack(&f, 2)->pages, 24);
	ck_num(stack(&f, 2)->allocations, 6);
	ck_num(stack(&f, 2)->order, 2);
	ck_num(stack(&f, 3)->pages, 2);
	ck_assert_uint_eq(stack(&f, 3)->n_frames, 1);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_page_owner_stacks)
{
	struct facts f;

	read_lines(&f, " post_alloc_hook+0x177/0x1a0\n"
		       " get_page_from_freelist+0xd01/0xd80\n"
		       " xfs_file_read_iter+0x1f0/0x380 [xfs]\n"
		       "nr_base_pages: 20824\n"
		       "\n"
		       " prep_new_page+0x1/0x2\n"
		       " sk_alloc+0x32/0x4f0\n"
		       "stack_count: 16\n"
		       "\n"
		       "Call Trace:\n"
		       " get_page_from_freelist+0xd01/0xd80\n"
		       " foo+0x1/0x2\n"
		       "something else\n"
		       "nr_base_pages: 1\n");
	ck_assert_uint_eq(f.lists[FACT_allocation_stack].n, 2);
	ck_num(stack(&f, 0)->pages, 20824);
	ck_assert(!stack(&f, 0)->allocations.known);
	ck_assert_uint_eq(stack(&f, 0)->n_frames, 3);
	ck_str(stack(&f, 0)->module, "xfs");
	ck_assert_uint_eq(stack(&f, 0)->head.origin.line, 1);
	ck_assert_str_eq(stack(&f, 0)->source, "page_owner_stacks");
	ck_num(stack(&f, 1)->allocations, 16);
	ck_assert(!stack(&f, 1)->pages.known);
	ck_str(stack(&f, 1)->frames[1], "sk_alloc+0x32/0x4f0");
	facts_deinit(&f);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("consumers", test_slab_table, test_allocinfo, test_greatest_consumer,
		       test_page_owner_sort, test_page_owner_stacks);
}
