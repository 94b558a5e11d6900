// SPDX-License-Identifier: GPL-2.0-or-later
// log/task_table, log/memcg and log/lowmemorykiller. All input is written for these tests after the
// kernels' printk: no log of a machine.
#include <stdio.h>

#include "feed.h"
#include "unit.h"

#define HEAD "hog invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n"

/* dump_tasks() of v2.6.25, v2.6.36, v3.7, v4.0, v4.15, v6.8, and a vendor's. */
START_TEST(test_columns)
{
	static const struct {
		const char *header, *row;
		int64_t pgtables, swap, adj;
	} v[] = {
		{ "uid  tgid total_vm      rss cpu oom_adj name", "1000 7 500 100 3 -17 a b", -1,
		  -1, -17 },
		{ "uid  tgid total_vm      rss cpu oom_adj oom_score_adj name",
		  "1000 7 500 100 3 -17 -1000 a b", -1, -1, -1000 },
		{ "uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name",
		  "1000 7 500 100 5 9 -1000 a b", 5 * 4096ll, 9 * 4096ll, -1000 },
		{ "uid  tgid total_vm      rss nr_ptes nr_pmds swapents oom_score_adj name",
		  "1000 7 500 100 5 2 9 -1000 a b", 7 * 4096ll, 9 * 4096ll, -1000 },
		{ "uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
		  "1000 7 500 100 28672 9 -1000 a b", 28672, 9 * 4096ll, -1000 },
		{ "uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents "
		  "oom_score_adj name",
		  "1000 7 500 100 50 30 20 28672 9 -1000 a b", 28672, 9 * 4096ll, -1000 },
		{ "uid  tgid total_vm      rss nr_ptes swapents file-rss anon-rss-low file-rss-low "
		  "oom_score_adj name",
		  "1000 7 500 100 5 9 1 2 3 -1000 a b", 5 * 4096ll, 9 * 4096ll, -1000 },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct facts f;
		char text[512];
		const struct fact_task_memory *t;

		snprintf(text, sizeof(text), HEAD "[  pid  ]   %s\n[      7]  %s\n", v[i].header,
			 v[i].row);
		feed(&f, text);
		ck_assert_uint_eq(feed_count(&f, FACT_task_memory), 1);
		t = feed_nth(&f, task_memory, 0);
		ck_num(t->pid, 7);
		ck_num(t->tgid, 7);
		ck_num(t->uid, 1000);
		ck_str(t->comm, "a b");
		ck_num(t->total_vm, 500 * 4096ll);
		ck_num(t->rss, 100 * 4096ll);
		if (i == 5)
			ck_num(t->rss_shmem, 20 * 4096ll);
		ck_assert(t->pgtables.known == (v[i].pgtables >= 0));
		ck_assert(!t->pgtables.known || (int64_t)t->pgtables.v == v[i].pgtables);
		ck_assert(!t->swap.known || (int64_t)t->swap.v == v[i].swap);
		ck_num(t->oom_score_adj, v[i].adj);
		ck_assert_uint_eq(t->head.report, feed_nth(&f, oom, 0)->head.id);
		facts_deinit(&f);
	}
}
END_TEST

#define MODERN                                                                                     \
	"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name\n"

START_TEST(test_wrapped)
{
	struct facts f;

	feed(&f, HEAD "Tasks state (memory values in pages):\n"
		      "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes\n"
		      "swapents oom_score_adj name\n"
		      "[    108]     0   108     2986     2624    61440\n"
		      "1             0 tail -f\n"
		      "[     97]     0    97      724      352    32768        0             0\n"
		      "sleep\n"
		      "Out of memory: Killed process 108 (tail -f) total-vm:11944kB\n");
	ck_assert_uint_eq(feed_count(&f, FACT_task_memory), 2);
	ck_str(feed_nth(&f, task_memory, 0)->comm, "tail -f");
	ck_num(feed_nth(&f, task_memory, 0)->swap, 4096);
	ck_str(feed_nth(&f, task_memory, 1)->comm, "sleep");
	ck_assert(!feed_nth(&f, oom, 0)->tasks_cut);
	facts_deinit(&f);
}
END_TEST

/* The victim's row has pages where its kill line has kB. */
START_TEST(test_page_size)
{
	struct facts f;

	feed(&f, HEAD MODERN
	     "[ 177372]     0 177372      571       10    51200       96             0 x\n"
	     "Out of memory: Killed process 177372 (x) total-vm:36544kB, anon-rss:0kB\n");
	ck_num(feed_nth(&f, task_memory, 0)->rss, 10 * 65536ll);
	ck_num(feed_nth(&f, task_memory, 0)->pgtables, 51200);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_cut)
{
	static const char *const rows =
		"[      7]     0     7      500      100    28672        0    "
		"         0 a\n";
	static const struct {
		const char *before, *after;
		bool cut;
	} v[] = {
		{ HEAD MODERN, "Out of memory: Killed process 7 (a) total-vm:2000kB\n", false },
		{ HEAD MODERN, "Out of memory: Killed process 8 (b) total-vm:2000kB\n", true },
		{ HEAD MODERN, "", true },
		{ HEAD MODERN, "[...]\nOut of memory: Killed process 7 (a) total-vm:2000kB\n",
		  true },
		{ HEAD, "Out of memory: Killed process 7 (a) total-vm:2000kB\n", true },
		{ HEAD MODERN, "Kernel panic - not syncing: Out of memory: x\n", false },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct facts f;
		char text[1024];

		snprintf(text, sizeof(text), "%s%s%s", v[i].before, rows, v[i].after);
		feed(&f, text);
		ck_assert_uint_eq(feed_count(&f, FACT_oom), 1);
		ck_assert_uint_eq(feed_count(&f, FACT_task_memory), 1);
		ck_assert_msg(feed_nth(&f, oom, 0)->tasks_cut == v[i].cut, "case %zu", i);
		facts_deinit(&f);
	}
}
END_TEST

/* A name may be a number; without a header what a column is may not be known. */
START_TEST(test_without_header)
{
	struct facts f;
	const struct fact_task_memory *t;

	feed(&f,
	     "[   12]    89    12    25638        3      50      276             0 lost\n"
	     "[   13]     0    13    25638        3      50      276             0 qmgr\n"
	     "[   14]    89    14    25638        3      50      276           -17 531\n"
	     "Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled\n");
	ck_assert_uint_eq(feed_count(&f, FACT_oom), 1);
	ck_assert(feed_nth(&f, oom, 0)->tasks_cut);
	ck_assert(feed_nth(&f, oom, 0)->panicked);
	ck_assert_uint_eq(feed_count(&f, FACT_task_memory), 2);
	t = feed_nth(&f, task_memory, 1);
	ck_str(t->comm, "531");
	ck_num(t->rss, 3 * 4096ll);
	ck_num(t->oom_score_adj, -17);
	ck_assert(!t->pgtables.known && !t->swap.known);
	facts_deinit(&f);
}
END_TEST

/* mem_cgroup_print_oom_meminfo() of v5.2 and newer. */
START_TEST(test_memcg)
{
	struct facts f;
	const struct fact_oom *o;
	const struct fact_cgroup *g;

	feed(&f, HEAD "memory: usage 1024kB, limit 2048kB, failcnt 83420\n"
		      "swap: usage 0kB, limit 9007199254740988kB, failcnt 0\n"
		      "Memory cgroup stats for /a:b c:\nanon 31154200576\n    file 688283648\n"
		      "workingset_refault_anon 12\n" MODERN);
	o = feed_nth(&f, oom, 0);
	ck_assert_str_eq(o->scope, "memcg");
	ck_num(o->memcg_usage, 1024 * 1024);
	ck_num(o->memcg_limit, 2048 * 1024);
	ck_num(o->memcg_failcnt, 83420);
	ck_assert_uint_eq(o->swap_limit.v, 9007199254740988ull * 1024);
	ck_str(o->memcg, "/a:b c");
	ck_assert_uint_eq(feed_count(&f, FACT_cgroup), 1);
	g = feed_nth(&f, cgroup, 0);
	ck_str(g->path, "/a:b c");
	ck_num(g->limit, 2048 * 1024);
	ck_num(counters_get(&g->stats, "anon"), 31154200576);
	ck_num(counters_get(&g->stats, "file"), 688283648);
	ck_num(counters_get(&g->stats, "workingset_refault_anon"), 12);
	facts_deinit(&f);
}
END_TEST

/* mem_cgroup_print_oom_info() before v5.2: a line for each cgroup of the hierarchy. */
START_TEST(test_memcg_v1)
{
	struct facts f;
	const struct fact_oom *o;

	feed(&f, HEAD "Task in /a/b killed as a result of limit of /a\n"
		      "memory: usage 4kB, limit 8kB, failcnt 1\n"
		      "memory+swap: usage 5kB, limit 9kB, failcnt 0\n"
		      "kmem: usage 6kB, limit 10kB, failcnt 0\n"
		      "Memory cgroup stats for /a: cache:1KB rss:2KB mapped_file:0KB\n"
		      "Memory cgroup stats for /a/b: cache:3KB rss:4KB mapped_file:0KB\n"
		      "Memory cgroup out of memory: Kill process 7 (a) score 9 or sacrifice child\n"
		      "Killed process 7 (a) total-vm:4kB\n");
	ck_assert_uint_eq(feed_count(&f, FACT_oom), 1);
	o = feed_nth(&f, oom, 0);
	ck_str(o->task_memcg, "/a/b");
	ck_str(o->oom_memcg, "/a");
	ck_str(o->memcg, "/a");
	ck_num(o->memsw_limit, 9 * 1024);
	ck_num(o->kmem_usage, 6 * 1024);
	ck_assert_uint_eq(o->n_victims, 1);
	ck_assert_uint_eq(feed_count(&f, FACT_cgroup), 2);
	ck_num(feed_nth(&f, cgroup, 0)->usage, 4 * 1024);
	ck_num(counters_get(&feed_nth(&f, cgroup, 0)->stats, "rss"), 2 * 1024);
	ck_str(feed_nth(&f, cgroup, 1)->path, "/a/b");
	ck_assert(!feed_nth(&f, cgroup, 1)->usage.known);
	ck_num(counters_get(&feed_nth(&f, cgroup, 1)->stats, "rss"), 4 * 1024);
	facts_deinit(&f);
}
END_TEST

/* Two reports whose heads are lost. */
START_TEST(test_memcg_headless)
{
	struct facts f;

	feed(&f, "memory: usage 4kB, limit 8kB, failcnt 54\n"
		 "memory+swap: usage 4kB, limit 8kB, failcnt 0\n"
		 "memory: usage 5kB, limit 8kB, failcnt 116\n"
		 "Memory cgroup out of memory: Killed process 7 (a) total-vm:4kB\n"
		 "memory: usage 6kB, limit 8kB, failcnt 117\n");
	ck_assert_uint_eq(feed_count(&f, FACT_oom), 3);
	ck_num(feed_nth(&f, oom, 1)->memcg_usage, 5 * 1024);
	ck_assert_uint_eq(feed_nth(&f, oom, 0)->n_victims, 0);
	ck_assert_uint_eq(feed_nth(&f, oom, 1)->n_victims, 1);
	facts_deinit(&f);
}
END_TEST

/* lowmem_shrink() of v3.10, v4.4 and a vendor's; a record whose head is lost comes last. */
START_TEST(test_lowmemorykiller)
{
	static const char *const heads[] = {
		"lowmemorykiller: Killing 'a 'b (c)' (6924), adj 705,\n",
		"lowmemorykiller: Killing 'a 'b (c)' (6924) (tgid 6924), adj 705,\n",
		"I/lowmemorykiller(   55): Killing 'a 'b (c)' (6924), adj 11, score_adj 705,\n",
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct facts f;
		char text[1024];
		const struct fact_oom *o;

		snprintf(text, sizeof(text),
			 "   cache 7kB is below limit 8kB for oom_score_adj 529\n"
			 "   Free memory is -5kB above reserved\n%s"
			 "   to free 20968kB on behalf of 'kswapd0' (543) because\n"
			 "   cache 16240kB is below limit 16384kB for oom_score_adj 529\n"
			 "   Free memory is -2192kB above reserved\n",
			 heads[i]);
		feed(&f, text);
		ck_assert_uint_eq(feed_count(&f, FACT_oom), 2);
		o = feed_nth(&f, oom, 0);
		ck_assert(o->lowmemorykiller);
		ck_str(o->victims[0].comm, "a 'b (c)");
		ck_num(o->victims[0].pid, 6924);
		ck_num(o->victims[0].oom_score_adj, 705);
		ck_str(o->trigger.comm, "kswapd0");
		ck_num(o->trigger.pid, 543);
		ck_num(o->lmk_freed, 20968 * 1024);
		ck_num(o->lmk_cache, 16240 * 1024);
		ck_num(o->lmk_limit, 16384 * 1024);
		ck_num(o->lmk_free, -2192 * 1024);
		ck_num(o->lmk_min_adj, 529);
		o = feed_nth(&f, oom, 1);
		ck_assert(o->head.cut);
		ck_num(o->lmk_free, -5 * 1024);
		facts_deinit(&f);
	}
}
END_TEST

/* v2.6.29 to v3.10, and lmkd. */
START_TEST(test_lowmemorykiller_lines)
{
	struct facts f;
	const struct fact_oom *o;

	feed(&f,
	     "send sigkill to 1234 (droid.x), adj 12, size 3456\n"
	     "lowmemorykiller: Kill 'com.x.y' (99), uid 10100, oom_score_adj 900 to free 66048kB "
	     "rss, 4kB swap; reason: low watermark is breached\n");
	ck_assert_uint_eq(feed_count(&f, FACT_oom), 2);
	o = feed_nth(&f, oom, 0);
	ck_str(o->victims[0].comm, "droid.x");
	ck_num(o->victims[0].oom_score_adj, 12);
	ck_num(o->lmk_freed, 3456 * 4096ll);
	o = feed_nth(&f, oom, 1);
	ck_num(o->victims[0].uid, 10100);
	ck_num(o->victims[0].oom_score_adj, 900);
	ck_num(o->lmk_freed, 66048 * 1024);
	ck_str(o->lmk_reason, "low watermark is breached");
	facts_deinit(&f);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("task_table", test_columns, test_wrapped, test_page_size, test_cut,
		       test_without_header, test_memcg, test_memcg_v1, test_memcg_headless,
		       test_lowmemorykiller, test_lowmemorykiller_lines);
}
