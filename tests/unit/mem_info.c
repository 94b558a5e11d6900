// SPDX-License-Identifier: GPL-2.0-or-later
// log/mem_info: Mem-Info blocks of many kernels. The texts are written by us from the kernels'
// printk(), with numbers of our own.
#include "memcheck.h"
#include "unit.h"

static const char v7_2[] =
	"Mem-Info:\n"
	"active_anon:1000 inactive_anon:20000 isolated_anon:1\n"
	" active_file:30 inactive_file:40 isolated_file:2\n"
	" unevictable:5 dirty:6 writeback:7\n"
	" slab_reclaimable:800 slab_unreclaimable:900\n"
	" mapped:11 shmem:12 pagetables:13\n"
	" sec_pagetables:14 bounce:0\n"
	" kernel_misc_reclaimable:15\n"
	" free:3000 free_pcp:16 free_cma:0\n"
	"Node 0 active_anon:4000kB inactive_anon:80000kB active_file:120kB inactive_file:160kB"
	" unevictable:20kB isolated(anon):4kB isolated(file):8kB mapped:44kB dirty:24kB"
	" writeback:28kB shmem:48kB shmem_thp:2048kB shmem_pmdmapped:0kB anon_thp:4096kB"
	" kernel_stack:1616kB pagetables:52kB sec_pagetables:56kB all_unreclaimable? yes"
	" Balloon:64kB gpu_active:0kB gpu_reclaim:0kB\n"
	"Node 0 DMA32 free:12000kB boost:2048kB min:3000kB low:4000kB high:5000kB"
	" reserved_highatomic:1024KB free_highatomic:512KB active_anon:4000kB inactive_anon:80000kB"
	" active_file:120kB inactive_file:160kB unevictable:20kB writepending:52kB zspages:8kB"
	" present:520000kB managed:480000kB mlocked:20kB bounce:0kB free_pcp:64kB local_pcp:32kB"
	" free_cma:0kB\n"
	"lowmem_reserve[]: 0 0 0 0 0\n"
	"Node 0 DMA32: 1*4kB (U) 2*8kB (UM) 3*16kB (UMEH) 1*32kB (C) 0*64kB 0*128kB 0*256kB 1*512kB"
	" (I) 0*1024kB 1*2048kB (M) 0*4096kB = 2660kB\n"
	"Node 0 hugepages_total=3 hugepages_free=2 hugepages_surp=1 hugepages_size=2048kB\n"
	"Node 0 hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=1048576kB\n"
	"82 total pagecache pages\n"
	"17 pages in swap cache\n"
	"Free swap  = 1000kB\n"
	"Total swap = 2000kB\n"
	"130000 pages RAM\n"
	"0 pages HighMem/MovableOnly\n"
	"10000 pages reserved\n"
	"18 pages cma reserved\n"
	"19 pages hwpoisoned\n";

START_TEST(test_newest)
{
	const struct fact_hugetlb_pool *pool;
	const struct fact_zone_state *z;
	const struct fact_mem_info *m;
	struct facts f;

	read_lines(&f, v7_2);
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_assert_uint_eq(f.lists[FACT_mem_info].n, 1);
	ck_assert(!m->head.cut && !m->page_size_assumed && !m->restricted && !m->sysrq);
	ck_assert_uint_eq(m->head.report, m->head.id);
	ck_num(m->page_size, 4096);
	ck_total(m, "active_anon", 1000);
	ck_total(m, "kernel_misc_reclaimable", 15);
	ck_total(m, "sec_pagetables", 14);
	ck_total(m, "free_pcp", 16);
	ck_assert_uint_eq(m->totals.n, 20);
	ck_assert_uint_eq(counters_get(&m->totals, "free").line, 9);
	ck_num(m->ram_total, 130000 * 4096ull);
	ck_num(m->ram_reserved, 10000 * 4096ull);
	ck_num(m->cma_reserved, 18 * 4096ull);
	ck_num(m->hwpoisoned, 19 * 4096ull);
	ck_num(m->pagecache, 82 * 4096ull);
	ck_num(m->swapcache, 17 * 4096ull);
	ck_num(m->swap_free, 1000 * KB);
	ck_num(m->swap_total, 2000 * KB);
	ck_assert_uint_eq(m->n_nodes, 1);
	ck_num(counters_get(&m->nodes[0], "node"), 0);
	ck_num(counters_get(&m->nodes[0], "isolated_anon"), 4 * KB);
	ck_num(counters_get(&m->nodes[0], "kernel_stack"), 1616 * KB);
	ck_num(counters_get(&m->nodes[0], "all_unreclaimable"), 1);
	ck_num(counters_get(&m->nodes[0], "balloon"), 64 * KB);

	z = zone(&f, 0, "DMA32");
	ck_assert_uint_eq(z->head.report, m->head.id);
	ck_assert(!z->head.cut);
	ck_num(z->node, 0);
	ck_value(z, "free", 12000);
	ck_value(z, "boost", 2048);
	ck_value(z, "free_highatomic", 512);
	ck_value(z, "zspages", 8);
	ck_value(z, "free_cma", 0);
	ck_assert_uint_eq(z->n_reserve, 5);
	ck_assert(z->types_printed);
	ck_assert_uint_eq(z->n_blocks, 11);
	ck_blocks(z, 2, 3, "UMEH");
	ck_blocks(z, 4, 0, "");
	ck_blocks(z, 7, 1, "I");
	ck_num(z->blocks_total, 2660 * KB);

	ck_assert_uint_eq(f.lists[FACT_hugetlb_pool].n, 2);
	pool = nth_fact(&f, FACT_hugetlb_pool, 0);
	ck_assert_uint_eq(pool->head.report, m->head.id);
	ck_num(pool->node, 0);
	ck_num(pool->size, 2048 * KB);
	ck_num(pool->total_count, 3);
	ck_num(pool->free_count, 2);
	ck_num(pool->surplus_count, 1);
	facts_deinit(&f);
}
END_TEST

/* 4.8 to 6.1: blanks behind "shmem_thp:"; two nodes, one without memory. */
START_TEST(test_v4_19)
{
	const struct fact_mem_info *m;
	struct facts f;

	read_lines(&f, "Mem-Info:\n"
		       "active_anon:10 inactive_anon:20 isolated_anon:0\n"
		       " active_file:30 inactive_file:40 isolated_file:0\n"
		       " unevictable:0 dirty:0 writeback:0 unstable:3\n"
		       " slab_reclaimable:50 slab_unreclaimable:60\n"
		       " mapped:0 shmem:0 pagetables:70 bounce:0\n"
		       " free:80 free_pcp:0 free_cma:0\n"
		       "Node 0 active_anon:40kB inactive_anon:80kB active_file:120kB "
		       "inactive_file:160kB unevictable:0kB isolated(anon):0kB "
		       "isolated(file):0kB mapped:0kB dirty:0kB writeback:0kB shmem:0kB "
		       "shmem_thp: 8kB shmem_pmdmapped: 0kB anon_thp: 12kB writeback_tmp:0kB "
		       "unstable:12kB all_unreclaimable? no\n"
		       "Node 1 active_anon:0kB inactive_anon:0kB active_file:0kB inactive_file:0kB "
		       "unevictable:0kB isolated(anon):0kB isolated(file):0kB mapped:0kB dirty:0kB "
		       "writeback:0kB shmem:0kB writeback_tmp:0kB unstable:0kB "
		       "all_unreclaimable? yes\n"
		       "Node 0 Normal free:320kB min:44kB low:52kB high:60kB active_anon:40kB "
		       "present:4000kB managed:3000kB kernel_stack:96kB free_cma:0kB\n"
		       "lowmem_reserve[]: 0 0 0 0\n"
		       "Node 0 Normal: 80*4kB (U) 0*8kB 0*16kB = 320kB\n"
		       "1000 pages RAM\n");
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_assert_uint_eq(m->n_nodes, 2);
	ck_num(counters_get(&m->nodes[0], "shmem_thp"), 8 * KB);
	ck_num(counters_get(&m->nodes[0], "anon_thp"), 12 * KB);
	ck_num(counters_get(&m->nodes[1], "node"), 1);
	ck_num(counters_get(&m->nodes[1], "all_unreclaimable"), 1);
	ck_total(m, "unstable", 3);
	ck_assert(!m->head.cut && !m->restricted);
	facts_deinit(&f);
}
END_TEST

/* 3.10: per-CPU lists, isolated(anon) and all the rest in the zones, types in the free lists. */
START_TEST(test_v3_10)
{
	const struct fact_zone_state *z;
	const struct fact_mem_info *m;
	struct facts f;

	read_lines(&f, "Mem-Info:\n"
		       "Node 0 DMA32 per-cpu:\n"
		       "CPU    0: hi:  186, btch:  31 usd: 103\n"
		       "Node 1 Normal per-cpu:\n"
		       "CPU    0: hi:  186, btch:  31 usd:   0\n"
		       "active_anon:100 inactive_anon:10 isolated_anon:0\n"
		       " active_file:0 inactive_file:0 isolated_file:0\n"
		       " unevictable:0 dirty:0 writeback:0 unstable:0\n"
		       " free:500 slab_reclaimable:3 slab_unreclaimable:4\n"
		       " mapped:0 shmem:0 pagetables:0 bounce:0\n"
		       " free_cma:0\n"
		       "Node 0 DMA32 free:800kB min:80kB low:100kB high:120kB active_anon:400kB "
		       "isolated(anon):4kB isolated(file):0kB present:8000kB managed:7000kB "
		       "writeback_tmp:0kB pages_scanned:77 all_unreclaimable? yes\n"
		       "lowmem_reserve[]: 0 0 0 0\n"
		       "Node 1 Normal free:1200kB min:80kB low:100kB high:120kB active_anon:0kB "
		       "present:9000kB managed:8000kB pages_scanned:0 all_unreclaimable? no\n"
		       "lowmem_reserve[]: 0 0 0 0\n"
		       "Node 0 DMA32: 2*4kB (UEM) 99*8kB (R) = 800kB\n"
		       "Node 1 Normal: 300*4kB (MR) 0*8kB = 1200kB\n"
		       "0 total pagecache pages\n"
		       "Swap cache stats: add 1, delete 2, find 3/4\n"
		       "Free swap  = 0kB\n"
		       "Total swap = 0kB\n"
		       "5000 pages RAM\n"
		       "0 pages HighMem/MovableOnly\n"
		       "500 pages reserved\n");
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_assert(!m->head.cut && !m->restricted);
	ck_total(m, "free_cma", 0);
	z = zone(&f, 0, "DMA32");
	ck_num(z->node, 0);
	ck_value(z, "isolated_anon", 4);
	ck_num(counters_get(&z->values, "pages_scanned"), 77);
	ck_str(z->all_unreclaimable, "yes");
	ck_blocks(z, 1, 99, "R");
	z = zone(&f, 1, "Normal");
	ck_num(z->node, 1);
	ck_str(z->all_unreclaimable, "no");
	ck_assert_uint_eq(m->head.origin.last_line, 24);
	facts_deinit(&f);
}
END_TEST

/* 2.6.28 to .30, and 2.6.24 with SysRq and one "slab". */
START_TEST(test_v2_6)
{
	const struct fact_mem_info *m;
	const struct fact_zone_state *z;
	struct facts f;

	read_lines(&f,
		   "SysRq : Show Memory\n"
		   "Mem-info:\n"
		   "DMA per-cpu:\n"
		   "CPU    0: Hot: hi:    0, btch:   1 usd:   0   Cold: hi:    0, btch:   1 usd:  "
		   " 0\n"
		   "Active:100 inactive:200 dirty:3 writeback:0 unstable:0\n"
		   " free:400 slab:50 mapped:6 pagetables:7 bounce:0\n"
		   "DMA free:1600kB min:68kB low:84kB high:100kB active:400kB inactive:800kB "
		   "present:16256kB pages_scanned:5 all_unreclaimable? no\n"
		   "lowmem_reserve[]: 0 873 0 0\n"
		   "HighMem: empty\n"
		   "DMA: 400*4kB 0*8kB = 1600kB\n"
		   "Swap cache: add 1, delete 2, find 3/4, race 0+0\n"
		   "Free swap  = 2004216kB\n"
		   "Total swap = 2008116kB\n"
		   "Free swap:       2004216kB\n"
		   "4064 pages of RAM\n"
		   "0 pages of HIGHMEM\n"
		   "64 reserved pages\n"
		   "8 pages shared\n"
		   "9 pages swap cached\n"
		   "Mem-Info:\n"
		   "Active_anon:11 active_file:22 inactive_anon:33\n"
		   " inactive_file:44 unevictable:55 dirty:0 writeback:0 unstable:0\n"
		   " free:66 slab:77 mapped:88 pagetables:99 bounce:0\n");
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_assert(m->sysrq && !m->head.cut);
	ck_assert_uint_eq(m->head.origin.line, 1);
	ck_total(m, "active", 100);
	ck_total(m, "inactive", 200);
	ck_total(m, "slab", 50);
	ck_num(m->ram_total, 4064 * 4096ull);
	ck_num(m->ram_reserved, 64 * 4096ull);
	ck_num(m->swapcache, 9 * 4096ull);
	ck_num(m->swap_free, 2004216 * KB);
	ck_num(m->swap_total, 2008116 * KB);
	z = zone(&f, 0, "DMA");
	ck_assert(!z->types_printed && !z->node.known);
	ck_num(z->lowmem_reserve[1], 873 * 4096ull);

	m = nth_fact(&f, FACT_mem_info, 1);
	ck_assert(!m->sysrq && m->head.cut && m->page_size_assumed);
	ck_total(m, "active_anon", 11);
	ck_total(m, "inactive_file", 44);
	ck_total(m, "slab", 77);
	facts_deinit(&f);
}
END_TEST

/* 2.6.0 to .12, and 2.4, whose free lists have no names. */
START_TEST(test_v2_4)
{
	const struct fact_mem_info *m;
	const struct fact_zone_state *z;
	struct facts f;

	read_lines(&f, "SysRq : Show Memory\n"
		       "Mem-info:\n"
		       "DMA per-cpu:\n"
		       "cpu 0 hot: low 2, high 6, batch 1\n"
		       "cpu 0 cold: low 0, high 2, batch 1\n"
		       "\n"
		       "Free pages:        3276kB (512kB HighMem)\n"
		       "Active:820 inactive:195 dirty:0 writeback:0 unstable:0 free:819\n"
		       "DMA free:2764kB min:16kB low:32kB high:48kB active:316kB inactive:0kB\n"
		       "protections[]: 8 476 732\n"
		       "DMA: 691*4kB 0*8kB = 2764kB\n"
		       "SysRq : Show Memory\n"
		       "Mem-info:\n"
		       "Free pages:        4076kB (     0kB HighMem)\n"
		       "Zone:DMA freepages:  2936kB min:   128kB low:   256kB high:   384kB\n"
		       "Zone:Normal freepages:  1140kB min:   508kB low:  1016kB high:  1524kB\n"
		       "( Active: 1000, inactive: 2000, free: 1019 )\n"
		       "734*4kB 0*8kB = 2936kB)\n"
		       "285*4kB 0*8kB = 1140kB)\n"
		       "Swap cache: add 0, delete 0, find 0/0, race 0+0\n"
		       "Free swap:       136512kB\n"
		       "32768 pages of RAM\n"
		       "0 pages of HIGHMEM\n"
		       "1000 reserved pages\n");
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_total(m, "free", 819);
	ck_num(counters_get(&m->totals, "free_highmem"), 512 * KB);
	z = zone(&f, 0, "DMA");
	ck_num(z->lowmem_reserve[2], 732 * 4096ull);
	ck_assert(!m->restricted);

	ck_assert_uint_eq(f.lists[FACT_mem_info].n, 2);
	m = nth_fact(&f, FACT_mem_info, 1);
	ck_total(m, "active", 1000);
	ck_total(m, "free", 1019);
	ck_num(m->swap_free, 136512 * KB);
	z = zone(&f, 1, "DMA");
	ck_value(z, "free", 2936);
	ck_value(z, "high", 384);
	ck_blocks(z, 0, 734, "");
	z = zone(&f, 2, "Normal");
	ck_value(z, "free", 1140);
	ck_num(z->blocks_total, 1140 * KB);
	facts_deinit(&f);
}
END_TEST

/* RHEL 5's 2.6.18, and 4.9, which prints every piece on a line of its own. */
START_TEST(test_pieces)
{
	const struct fact_zone_state *z;
	const struct fact_mem_info *m;
	struct facts f;

	read_lines(&f, "Mem-info:\n"
		       "Node 0 DMA per-cpu:\n"
		       "cpu 0 hot: high 0, batch 1 used:0\n"
		       "Node 0 HighMem per-cpu: empty\n"
		       "Free pages:        1600kB (0kB HighMem)\n"
		       "Active:100 inactive:200 dirty:3 writeback:0 unstable:0 free:400 slab:50 "
		       "mapped-file:6 mapped-anon:7 pagetables:8\n"
		       "Node 0 DMA free:1600kB min:68kB low:84kB high:100kB active:400kB "
		       "inactive:800kB present:10360kB pages_scanned:0 all_unreclaimable? yes\n"
		       "Node 0 HighMem: empty\n"
		       "2345 pagecache pages\n"
		       "Mem-Info:\n"
		       "active_anon:10 inactive_anon:20 isolated_anon:0\n"
		       " free:80 free_pcp:0 free_cma:0\n"
		       "Node 1 active_anon:40kB inactive_anon:80kB\n"
		       "Node 1 \n"
		       "DMA free:320kB min:44kB low:52kB high:60kB\n"
		       "lowmem_reserve[]:\n"
		       " 0\n"
		       " 2939\n"
		       " 11906\n"
		       "12 monkeys\n"
		       "Node 1 \n"
		       "DMA: \n"
		       "64*4kB \n"
		       "(U) \n"
		       "8*8kB \n"
		       "(UM) \n"
		       "0*16kB \n"
		       "= 320kB\n");
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_total(m, "mapped-anon", 7);
	ck_num(m->pagecache, 2345 * 4096ull);
	z = zone(&f, 1, "DMA");
	ck_num(z->node, 1);
	ck_assert_uint_eq(z->n_reserve, 3);
	ck_num(z->lowmem_reserve[2], 11906 * 4096ull);
	ck_blocks(z, 0, 64, "U");
	ck_blocks(z, 1, 8, "UM");
	ck_num(z->blocks_total, 320 * KB);
	ck_assert_uint_eq(f.lists[FACT_zone_state].n, 2);
	facts_deinit(&f);
}
END_TEST

/* Wrapped by a mailer, not rejoined by anybody. */
START_TEST(test_wrapped)
{
	const struct fact_zone_state *z;
	const struct fact_mem_info *m;
	struct facts f;

	read_lines(&f, "Mem-Info:\n"
		       "active_anon:10 inactive_anon:20\n"
		       "isolated_anon:3\n"
		       " active_file:30 inactive_file:\n"
		       "40 isolated_file:0\n"
		       " free:80 slab:5#012 mapped:7\n"
		       "Node 0 active_anon:40kB inactive_anon:80kB\n"
		       "active_file: 120kB inactive_file:160kB all_unreclaimable?\n"
		       "no\n"
		       "Node 0 DMA32 free:320kB min:44kB low:52kB high:\n"
		       "60kB active_anon:40kB\n"
		       "present:4000kB managed:3000kB\n"
		       "lowmem_reserve[]: 0 0\n"
		       "12 13\n"
		       "Node 0 DMA32: 0*4kB 0*8kB 20*16kB\n"
		       "(UM) 0*32kB\n"
		       "0*64kB =\n"
		       "320kB\n"
		       "Node 0 hugepages_total=4 hugepages_free=3\n"
		       "hugepages_surp=0 hugepages_size=2048kB\n"
		       "1000 pages RAM\n");
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_total(m, "isolated_anon", 3);
	ck_total(m, "inactive_file", 40);
	ck_total(m, "slab", 5);
	ck_total(m, "mapped", 7);
	ck_num(counters_get(&m->nodes[0], "active_file"), 120 * KB);
	ck_num(counters_get(&m->nodes[0], "all_unreclaimable"), 0);
	ck_assert(!m->head.cut);
	z = zone(&f, 0, "DMA32");
	ck_value(z, "high", 60);
	ck_value(z, "managed", 3000);
	ck_assert_uint_eq(z->n_reserve, 4);
	ck_num(z->lowmem_reserve[3], 13 * 4096ull);
	ck_blocks(z, 2, 20, "UM");
	ck_num(z->blocks_total, 320 * KB);
	ck_assert(!z->head.cut);
	ck_num(((struct fact_hugetlb_pool *)nth_fact(&f, FACT_hugetlb_pool, 0))->size, 2048 * KB);
	facts_deinit(&f);
}
END_TEST

/* A text without its newlines. */
START_TEST(test_one_line)
{
	const struct fact_mem_info *m;
	struct facts f;

	read_lines(&f, "Mem-Info: active_anon:10 inactive_anon:20 isolated_anon:3 free:80 "
		       "free_pcp:0 free_cma:0 Node 0 active_anon:40kB inactive_anon:80kB\n");
	ck_assert_uint_eq(f.lists[FACT_mem_info].n, 1);
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_total(m, "active_anon", 10);
	ck_total(m, "free", 80);
	facts_deinit(&f);
}
END_TEST

/* Whether what was read of a part is what was read of the whole. */
static bool known_before(const struct counters *all, const struct counters *part, bool last_too)
{
	for (size_t i = 0; i + !last_too < part->n; i++)
		if (counters_get(all, part->v[i].name.p).v != part->v[i].n.v)
			return false;
	return true;
}

/* Cut anywhere: what is there is right. Only the totals' last number, which has no unit, may have
 * lost digits. */
START_TEST(test_cut_anywhere)
{
	const struct fact_zone_state *whole_z, *z;
	const struct fact_mem_info *whole, *m;
	struct facts all, f;

	read_lines(&all, v7_2);
	whole = nth_fact(&all, FACT_mem_info, 0);
	whole_z = zone(&all, 0, "DMA32");
	for (size_t n = 10; n < sizeof(v7_2) - 1; n += 3) {
		facts_init(&f);
		read_bytes(&f, v7_2, n);
		m = nth_fact(&f, FACT_mem_info, 0);
		ck_assert_uint_eq(f.lists[FACT_mem_info].n, 1);
		ck_num(m->page_size, 4096);
		ck_assert(known_before(&whole->totals, &m->totals, m->n_nodes > 0));
		ck_assert(!m->n_nodes || known_before(&whole->nodes[0], &m->nodes[0], true));
		ck_assert(!m->ram_total.known || m->ram_total.v == whole->ram_total.v);
		ck_assert(m->ram_total.known || m->head.cut);
		if (f.lists[FACT_zone_state].n) {
			z = zone(&f, 0, "DMA32");
			ck_assert(known_before(&whole_z->values, &z->values, true));
			for (size_t i = 0; i < z->n_blocks; i++)
				ck_assert_uint_eq(z->blocks[i].count.v, whole_z->blocks[i].count.v);
			ck_assert(z->blocks_total.known || z->head.cut || !z->n_blocks);
		}
		facts_deinit(&f);
	}
	facts_deinit(&all);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("mem_info", test_newest, test_v4_19, test_v3_10, test_v2_6, test_v2_4,
		       test_pieces, test_wrapped, test_one_line, test_cut_anywhere);
}
