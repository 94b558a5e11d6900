// SPDX-License-Identifier: GPL-2.0-or-later
// log/mem_info, log/mem_home, log/mem_block: Mem-Info blocks that are cut, mixed, restricted or
// none at all. The texts are written by us from the kernels' printk().
#include <stdio.h>

#include "memcheck.h"
#include "unit.h"

/* A console of fixed width loses the ends of lines; what is left of a number is not one. */
START_TEST(test_console_cut)
{
	const struct fact_zone_state *z;
	const struct fact_mem_info *m;
	struct facts f;

	read_lines(&f, "Mem-Info:\n"
		       "active_anon:10 inactive_anon:20 isolated_anon:0\n"
		       " free:80 free_pcp:0 free_cma:0\n"
		       "Node 0 active_anon:40kB inactive_anon:80kB unevictable:12\n"
		       "Node 0 DMA free:320kB min:99395541895224kB low:73886371836733356kB "
		       "high:147673348131571488kB managed:30\n"
		       "lowmem_reserve[]: 0 72057594037927865 18446744073709551615\n"
		       "Node 0 Normal free:320kB min:44kB low:5\n"
		       "Node 0 DMA: 8*4kB (U) 36*8kB (UE) 5*16k\n"
		       "Node 0 Normal: 8*4kB (U) 3*8kB (B\n"
		       "1000 pages RAM\n");
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_assert(m->head.cut && !m->restricted);
	ck_assert(!counters_get(&m->nodes[0], "unevictable").known);
	z = zone(&f, 0, "DMA");
	ck_assert(z->head.cut);
	ck_assert_uint_eq(counters_get(&z->values, "high").hi, 147673348131571488ull >> 54);
	ck_assert_uint_eq(counters_get(&z->values, "high").v, 147673348131571488ull << 10);
	ck_assert(!counters_get(&z->values, "managed").known);
	ck_assert_uint_eq(z->lowmem_reserve[1].hi, 72057594037927865ull >> 52);
	ck_assert_uint_eq(z->n_blocks, 2);
	ck_assert(!z->blocks_total.known);
	z = zone(&f, 1, "Normal");
	ck_assert(z->head.cut);
	ck_assert(!counters_get(&z->values, "low").known);
	ck_blocks(z, 1, 3, "");
	facts_deinit(&f);
}
END_TEST

/* The head was quoted away: the totals begin it, or a zone does. */
START_TEST(test_headless)
{
	const struct fact_mem_info *m;
	struct facts f;

	read_lines(&f, "[...]\n"
		       "active_anon:10 inactive_anon:20 isolated_anon:0\n"
		       " free:80 free_pcp:0 free_cma:0\n"
		       "[...]\n"
		       "Node 3 Normal free:320kB min:44kB low:52kB high:60kB\n");
	ck_assert_uint_eq(f.lists[FACT_mem_info].n, 1);
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_assert(m->head.cut);
	ck_total(m, "free", 80);
	ck_num(zone(&f, 0, "Normal")->node, 3);
	facts_deinit(&f);

	read_lines(&f, "DMA free:320kB min:44kB low:52kB high:60kB active_anon:0kB\n"
		       "So this is the only usable zone.\n"
		       "DMA: 80*4kB (EH) 0*8kB = 320kB\n"
		       "DMA free:320kB min:44kB low:52kB high:60kB active_anon:0kB\n");
	ck_assert_uint_eq(f.lists[FACT_mem_info].n, 1);
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_assert(m->head.cut && !m->page_size_assumed);
	ck_assert_uint_eq(f.lists[FACT_zone_state].n, 1);
	facts_deinit(&f);
}
END_TEST

/* /proc/meminfo, a cgroup's statistics and prose are none. */
START_TEST(test_look_alikes)
{
	struct facts f;

	read_lines(&f, "Active:         627896 kB\n"
		       "Active(anon):   627896 kB\n"
		       "Memory cgroup stats for /a: cache:0KB rss:4KB inactive_anon:0KB "
		       "active_anon:4KB inactive_file:0KB active_file:0KB unevictable:0KB\n"
		       "active_anon:4KB inactive_file:0KB\n"
		       "active_anon 12345\n"
		       "see Mem-Info: it says\n"
		       "Interrupt free: 12 lines\n"
		       "Normal free: memory\n"
		       "SysRq : HELP : show-memory-usage(m)\n");
	ck_assert_uint_eq(f.lists[FACT_mem_info].n, 0);
	ck_assert_uint_eq(f.lists[FACT_zone_state].n, 0);
	facts_deinit(&f);
}
END_TEST

#define SMALL(n, free)                                                                             \
	"active_anon:" #n " inactive_anon:20 isolated_anon:0\n"                                    \
	" free:" #free " free_pcp:0 free_cma:0\n"

/* Two CPUs: told apart by caller, or, without callers, by what a Mem-Info already has. */
START_TEST(test_two_at_once)
{
	const struct fact_mem_info *a, *b;
	struct facts f;

	read_lines(&f, "[T1] Mem-Info:\n"
		       "[T2] Mem-Info:\n"
		       "[T1] active_anon:10 inactive_anon:20 isolated_anon:0\n"
		       "[T2] active_anon:30 inactive_anon:20 isolated_anon:0\n"
		       "[T1]  free:80 free_pcp:0 free_cma:0\n"
		       "[T2]  free:90 free_pcp:0 free_cma:0\n"
		       "[T1] DMA free:320kB min:44kB low:52kB high:60kB\n"
		       "[T2] DMA free:360kB min:44kB low:52kB high:60kB\n");
	a = nth_fact(&f, FACT_mem_info, 0);
	b = nth_fact(&f, FACT_mem_info, 1);
	ck_total(a, "free", 80);
	ck_total(b, "free", 90);
	ck_assert_uint_eq(zone(&f, 0, "DMA")->head.report, a->head.id);
	ck_assert_uint_eq(zone(&f, 1, "DMA")->head.report, b->head.id);
	facts_deinit(&f);

	read_lines(&f,
		   "Mem-Info:\n" SMALL(
			   10, 80) "Mem-Info:\n"
				   "DMA free:320kB min:44kB low:52kB high:60kB\n" SMALL(
					   30, 90) "DMA free:360kB min:44kB low:52kB high:60kB\n");
	ck_assert_uint_eq(f.lists[FACT_mem_info].n, 2);
	a = nth_fact(&f, FACT_mem_info, 0);
	b = nth_fact(&f, FACT_mem_info, 1);
	ck_assert_uint_eq(f.lists[FACT_zone_state].n, 2);
	ck_assert_uint_eq(zone(&f, 1, "DMA")->head.report, a->head.id);
	ck_assert(a->head.cut && b->head.cut);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_in_reports)
{
	const struct fact_mem_info *m;
	const struct fact_oom *oom;
	struct facts f;

	read_lines(&f, "foo invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n"
		       "Mem-Info:\n" SMALL(10, 80) "1000 pages RAM\n"
						   "SysRq : Show Memory\n"
						   "Mem-Info:\n" SMALL(30, 90));
	oom = nth_fact(&f, FACT_oom, 0);
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_assert_ptr_eq(oom->mem, m);
	ck_assert_uint_eq(m->head.report, oom->head.id);
	m = nth_fact(&f, FACT_mem_info, 1);
	ck_assert(m->sysrq);
	ck_assert_uint_eq(m->head.report, m->head.id);
	facts_deinit(&f);

	/* the same report twice, both without "Mem-Info:" */
	read_lines(&f, "foo invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n" SMALL(
			       10, 80) "foo invoked oom-killer: gfp_mask=0xd0, order=0, "
				       "oom_score_adj=0\n" SMALL(10, 80));
	ck_assert_uint_eq(f.lists[FACT_oom].n, 2);
	ck_assert_uint_eq(f.lists[FACT_mem_info].n, 2);
	ck_assert_ptr_eq(((struct fact_oom *)nth_fact(&f, FACT_oom, 1))->mem,
			 nth_fact(&f, FACT_mem_info, 1));
	facts_deinit(&f);

	read_lines(&f, SMALL(10, 80) "DMA free:320kB min:44kB low:52kB high:60kB\n"
				     "Out of memory: Killed process 12 (foo) total-vm:40kB, "
				     "anon-rss:20kB, file-rss:8kB, shmem-rss:0kB\n");
	oom = nth_fact(&f, FACT_oom, 0);
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_assert_ptr_eq(oom->mem, m);
	ck_assert(oom->head.cut);
	ck_assert_uint_eq(m->head.report, oom->head.id);
	ck_assert_uint_eq(zone(&f, 0, "DMA")->head.report, oom->head.id);
	facts_deinit(&f);
}
END_TEST

static uint64_t page_size_of(const char *text, bool *assumed)
{
	const struct fact_mem_info *m;
	uint64_t size;
	struct facts f;

	read_lines(&f, text);
	m = nth_fact(&f, FACT_mem_info, 0);
	size = m->page_size.v;
	*assumed = m->page_size_assumed;
	facts_deinit(&f);
	return size;
}

START_TEST(test_page_size)
{
	bool assumed;

	/* by the order-0 block */
	ck_assert_uint_eq(page_size_of("Mem-Info:\n" SMALL(10, 80) "DMA: 3*64kB (U) 1*128kB (M) 0*"
								   "256kB = 320kB\n",
				       &assumed),
			  65536);
	ck_assert(!assumed);
	ck_assert_uint_eq(
		page_size_of("Mem-Info:\n" SMALL(10, 80) "Normal: 3*8kB 1*16kB = 40kB\n", &assumed),
		8192);
	/* by the nodes, which print in kB */
	ck_assert_uint_eq(page_size_of("Mem-Info:\n"
				       "active_anon:100 inactive_anon:0 isolated_anon:0\n"
				       " active_file:10 inactive_file:20 isolated_file:0\n"
				       "Node 0 active_anon:1600kB inactive_anon:0kB "
				       "active_file:160kB inactive_file:320kB\n",
				       &assumed),
			  16384);
	ck_assert(!assumed);
	/* by the zones' free pages */
	ck_assert_uint_eq(page_size_of("Mem-Info:\n" SMALL(10, 8000) "DMA free:510000kB min:44kB\n",
				       &assumed),
			  65536);
	ck_assert(!assumed);
	/* by the architecture */
	ck_assert_uint_eq(page_size_of("Linux version 5.7.0 (a@b) (gcc) #1 SMP\n"
				       "Booting Linux on physical CPU 0x0\n"
				       "Mem-Info:\n" SMALL(10, 80),
				       &assumed),
			  4096);
	ck_assert_uint_eq(page_size_of("Mem-Info:\n" SMALL(10, 80), &assumed), 4096);
	ck_assert(assumed);
}
END_TEST

/* show_mem_node_skip(), and the zones above the request's (6.1 and newer). */
START_TEST(test_restricted)
{
	const struct fact_mem_info *m;
	struct facts f;

	read_lines(
		&f,
		"Mem-Info:\n" SMALL(
			10,
			40000000) "Node 4 active_anon:40kB inactive_anon:80kB\n"
				  "Node 5 active_anon:0kB inactive_anon:0kB\n"
				  "Node 4 Movable free:800kB min:8kB low:9kB high:10kB present:9000kB\n"
				  "lowmem_reserve[]: 0 0 0 0 0\n"
				  "Node 5 Movable free:800kB min:8kB low:9kB high:10kB present:9000kB\n"
				  "lowmem_reserve[]: 0 0 0 0 0\n"
				  "Node 4 Movable: 200*4kB (M) 0*8kB = 800kB\n"
				  "Node 5 Movable: 200*4kB (M) 0*8kB = 800kB\n"
				  "50000000 pages RAM\n");
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_assert(m->restricted);
	ck_str(m->restricted_nodes, "4-5");
	ck_assert_uint_eq(m->highest_zone.n, 0);
	facts_deinit(&f);

	read_lines(
		&f,
		"Mem-Info:\n" SMALL(
			10,
			40000000) "Node 0 active_anon:40kB inactive_anon:80kB\n"
				  "Node 0 DMA free:800kB min:8kB low:9kB high:10kB present:9000kB\n"
				  "lowmem_reserve[]: 0 1845 3179 0 0\n"
				  "Node 0 DMA: 200*4kB (M) 0*8kB = 800kB\n"
				  "50000000 pages RAM\n");
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_assert(m->restricted);
	ck_str(m->highest_zone, "DMA");
	ck_assert_uint_eq(m->restricted_nodes.n, 0);
	facts_deinit(&f);

	/* none of the nodes allowed has a zone that is */
	read_lines(
		&f,
		"Mem-Info:\n" SMALL(
			10, 40000000) "Node 1 hugepages_total=0 hugepages_free=0 hugepages_surp=0 "
				      "hugepages_size=2048kB\n"
				      "50000000 pages RAM\n");
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_assert(m->restricted && !m->head.cut);
	facts_deinit(&f);

	/* somebody left lines out */
	read_lines(&f, "Mem-Info:\n" SMALL(10, 40000000) "[...]\n"
							 "50000000 pages RAM\n");
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_assert(!m->restricted && m->head.cut);
	facts_deinit(&f);

	/* a line was lost: the same numbers prove nothing */
	read_lines(
		&f,
		"Mem-Info:\n" SMALL(
			10,
			40000000) "Node 0 DMA free:800kB min:8kB low:9kB high:10kB present:9000kB\n"
				  "lowmem_reserve[]: 0 1845 3179 0 0\n"
				  "Node 0 DMA: 200*4kB (M) 0*8kB = 800kB\n"
				  "Node 0 DMA32: 200*4kB (M) 0*8kB = 800kB\n"
				  "50000000 pages RAM\n");
	m = nth_fact(&f, FACT_mem_info, 0);
	ck_assert(!m->restricted);
	facts_deinit(&f);
}
END_TEST

/* Many zones and lines of nonsense: bounded, and no crash. */
START_TEST(test_hostile)
{
	struct facts f;
	char line[128];

	facts_init(&f);
	{
		struct dispatch *d = dispatch_new(&f, facts_add_evidence(&f, "x", "log"));

		for (uint32_t no = 1; no < 8000; no++) {
			struct line l = { .no = no, .last_no = no, .priority = -1 };
			int n = snprintf(line, sizeof(line),
					 no % 2 ? "Node %u Normal free:%ukB min:1kB x%u:%ukB"
						: "Node %u Normal: %u*4kB (%u) %u*8kB",
					 no / 2, no, no, no);

			l.text = (struct str){ line, (size_t)n };
			l.raw = l.text;
			dispatch_line(d, &l);
		}
		dispatch_finish(d, 20000);
		dispatch_free(d);
	}
	ck_assert_uint_gt(f.lists[FACT_zone_state].n, 500);
	facts_deinit(&f);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("mem_info_odd", test_console_cut, test_headless, test_look_alikes,
		       test_two_at_once, test_in_reports, test_page_size, test_restricted,
		       test_hostile);
}
