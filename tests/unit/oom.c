// SPDX-License-Identifier: GPL-2.0-or-later
// log/oom and log/oom_kill: heads, constraints and victims of OOM reports. All input is written for
// these tests after the kernels' printk: no log of a machine.
#include <stdio.h>

#include "feed.h"
#include "unit.h"

#define HEAD                                                                                       \
	"hog invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO), order=0, oom_score_adj=0\n"
#define KILLED                                                                                     \
	"Out of memory: Killed process 77 (hog) total-vm:4000kB, anon-rss:3000kB, file-rss:4kB, "  \
	"shmem-rss:8kB, UID:1000 pgtables:50kB oom_score_adj:200\n"

/* v4.19 and newer; v5.4's summary. */
START_TEST(test_whole_report)
{
	struct facts f;
	const struct fact_oom *o;

	feed(&f,
	     HEAD "CPU: 1 UID: 0 PID: 76 Comm: hog Not tainted 6.12.0 #1\n"
		  "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,2-3,"
		  "global_oom,task_memcg=/a,b/c,task=ho,g,pid=77,uid=1000\n" KILLED
		  "oom_reaper: reaped process 77 (hog), now anon-rss:0kB, file-rss:0kB, "
		  "shmem-rss:0kB\n");
	ck_assert_uint_eq(feed_count(&f, FACT_oom), 1);
	o = feed_nth(&f, oom, 0);
	ck_str(o->trigger.comm, "hog");
	ck_num(o->trigger.pid, 76);
	ck_num(o->gfp_mask, 0x140dca);
	ck_str(o->gfp_flags, "GFP_HIGHUSER_MOVABLE|__GFP_ZERO");
	ck_num(o->order, 0);
	ck_num(o->oom_score_adj, 0);
	ck_str(o->constraint, "CONSTRAINT_NONE");
	ck_assert_str_eq(o->scope, "global");
	ck_str(o->nodemask, "(null)");
	ck_str(o->mems_allowed, "0,2-3");
	ck_str(o->task_memcg, "/a,b/c");
	ck_assert_uint_eq(o->n_victims, 1);
	ck_str(o->victims[0].comm, "hog");
	ck_num(o->victims[0].pid, 77);
	ck_num(o->victims[0].uid, 1000);
	ck_num(o->victims[0].total_vm, 4000 * 1024);
	ck_num(o->victims[0].shmem_rss, 8 * 1024);
	ck_num(o->victims[0].pgtables, 50 * 1024);
	ck_num(o->victims[0].oom_score_adj, 200);
	ck_assert_str_eq(o->chosen_by, "badness");
	ck_assert(!o->head.cut && !o->panicked && !o->sysrq && !o->page_fault);
	facts_deinit(&f);
}
END_TEST

/* The order of the fields, from v2.6.18 to v4.18. */
START_TEST(test_heads)
{
	static const struct {
		const char *text, *comm, *nodemask;
		int64_t mask, order, adj;
	} heads[] = {
		{ "init invoked oom-killer: gfp_mask=0xd0, order=1, oomkilladj=-17", "init", "",
		  0xd0, 1, -17 },
		{ "a b invoked oom-killer: gfp_mask=0x201da, order=0, oom_adj=3", "a b", "",
		  0x201da, 0, 3 },
		{ "x invoked oom-killer: gfp_mask=0xd0, order=2, oom_adj=0, oom_score_adj=5", "x",
		  "", 0xd0, 2, 5 },
		{ "kworker/u8:2 invoked oom-killer: gfp_mask=0x1(GFP_DMA), nodemask=(null),  order=1, "
		  "oom_score_adj=-1000",
		  "kworker/u8:2", "(null)", 1, 1, -1000 },
		{ "y invoked oom-killer: gfp_mask=0x1(GFP_DMA), order=3, nodemask=0,2-5, "
		  "oom_score_adj=7",
		  "y", "0,2-5", 1, 3, 7 },
		{ "runc:[2:INIT] invoked oom-killer: gfp_mask=0x0(), order=-1, oom_score_adj=0",
		  "runc:[2:INIT]", "", 0, -1, 0 },
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct facts f;
		const struct fact_oom *o;

		feed(&f, heads[i].text);
		o = feed_nth(&f, oom, 0);
		ck_str(o->trigger.comm, heads[i].comm);
		ck_num(o->gfp_mask, heads[i].mask);
		ck_num(o->order, heads[i].order);
		ck_num(o->oom_score_adj, heads[i].adj);
		ck_str(o->nodemask, heads[i].nodemask);
		ck_assert(o->sysrq == (heads[i].order == -1));
		ck_assert(o->head.cut); /* nothing came behind it */
		facts_deinit(&f);
	}
}
END_TEST

/* v2.6.10: no command; v2.4 and v2.6.0 killed without a head. */
START_TEST(test_oldest)
{
	struct facts f;

	feed(&f, "oom-killer: gfp_mask=0xd2, order=0\nMem-info:\n"
		 "Out of Memory: Killed process 123 (mozilla-bin).\n");
	ck_assert_uint_eq(feed_count(&f, FACT_oom), 1);
	ck_num(feed_nth(&f, oom, 0)->gfp_mask, 0xd2);
	ck_assert(!feed_nth(&f, oom, 0)->trigger.known);
	ck_str(feed_nth(&f, oom, 0)->victims[0].comm, "mozilla-bin");
	facts_deinit(&f);
	feed(&f, "Out of Memory: Killed process 9 (a).\nOut of Memory: Killed process 10 (b).\n");
	ck_assert_uint_eq(feed_count(&f, FACT_oom), 2);
	ck_assert(feed_nth(&f, oom, 0)->head.cut);
	facts_deinit(&f);
}
END_TEST

/* The fault handlers' own kill, of someone chosen before or not. */
START_TEST(test_by_fault)
{
	struct facts f;

	feed(&f, "VM: killing process a b\nVM: killing process httpd(12)\n"
		 "Out of Memory: Killed process 9 (x).\nVM: killing process x\n");
	ck_assert_uint_eq(feed_count(&f, FACT_oom), 3);
	ck_str(feed_nth(&f, oom, 0)->victims[0].comm, "a b");
	ck_assert(feed_nth(&f, oom, 0)->page_fault);
	ck_num(feed_nth(&f, oom, 1)->victims[0].pid, 12);
	ck_str(feed_nth(&f, oom, 1)->victims[0].comm, "httpd");
	ck_assert(!feed_nth(&f, oom, 2)->page_fault);
	facts_deinit(&f);
}
END_TEST

/* v2.6.18 to v5.0 announce a victim, then kill it or its child: one victim. */
START_TEST(test_announced)
{
	static const char *const pairs[] = {
		"Out of memory: kill process 5 (sh) score 12 or a child\nKilled process 6 (hog)\n",
		"Out of memory: Kill process 5 (sh) score 12 or sacrifice child\n"
		"Killed process 6 (hog) total-vm:100kB, anon-rss:50kB, file-rss:0kB\n",
		"Out of memory: Kill process 5 (sh) score 12 or sacrifice child\n"
		"Killed process 6, UID 48, (hog) total-vm:100kB, anon-rss:50kB, file-rss:0kB\n",
		"Out of memory: kill process 5 (sh) score 12 or a child\n"
		"Killed process 6 (hog) vsz:100kB, anon-rss:50kB, file-rss:0kB\n",
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct facts f;
		const struct fact_oom *o;

		feed(&f, pairs[i]);
		ck_assert_uint_eq(feed_count(&f, FACT_oom), 1);
		o = feed_nth(&f, oom, 0);
		ck_assert_uint_eq(o->n_victims, 1);
		ck_num(o->victims[0].pid, 6);
		ck_str(o->victims[0].comm, "hog");
		if (i)
			ck_num(o->victims[0].total_vm, 100 * 1024);
		ck_assert(!o->victims[0].shmem_rss.known);
		ck_assert(o->victims[0].uid.known == (i == 2));
		facts_deinit(&f);
	}
}
END_TEST

/* Chosen, and then the log ends or tells of something else: nobody knows whether it died. */
START_TEST(test_chosen)
{
	struct facts f;
	const struct fact_oom *o;

	feed(&f, "a invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n"
		 "Out of memory: Kill process 5 (sh) score 12 or sacrifice child\n");
	o = feed_nth(&f, oom, 0);
	ck_assert_uint_eq(o->n_victims, 1);
	ck_num(o->victims[0].pid, 5);
	ck_str(o->victims[0].comm, "sh");
	ck_assert(o->head.cut);
	facts_deinit(&f);
}
END_TEST

/* The kernel's words in a mail that quotes its source. */
START_TEST(test_quoted_source)
{
	struct facts f;

	feed(&f, "+\t\tpr_warn(\"Out of memory and no killable processes...\\n\");\n");
	ck_assert_uint_eq(feed_count(&f, FACT_oom), 0);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_messages)
{
	static const struct {
		const char *text, *scope, *chosen_by;
	} v[] = {
		{ "Memory cgroup out of memory: Killed process 1 (a) total-vm:4kB\n", "memcg",
		  "badness" },
		{ "Memory cgroup out of memory: Kill process 1 (a) score 9 or sacrifice child\n"
		  "Killed process 1 (a) total-vm:4kB\n",
		  "memcg", "badness" },
		{ "Out of memory (oom_kill_allocating_task): Killed process 1 (a) total-vm:4kB\n",
		  "global", "allocating_task" },
		{ "No available memory (MPOL_BIND): kill process 1 (a) score 0 or a child\n"
		  "Killed process 1 (a)\n",
		  "mempolicy", "allocating_task" },
		{ "No available memory in cpuset: kill process 1 (a) score 0 or a child\n"
		  "Killed process 1 (a)\n",
		  "cpuset", "allocating_task" },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct facts f;

		feed(&f, v[i].text);
		ck_assert_uint_eq(feed_count(&f, FACT_oom), 1);
		ck_assert_str_eq(feed_nth(&f, oom, 0)->scope, v[i].scope);
		ck_assert_str_eq(feed_nth(&f, oom, 0)->chosen_by, v[i].chosen_by);
		facts_deinit(&f);
	}
}
END_TEST

START_TEST(test_constraints)
{
	static const char *const v[][2] = { { "NONE", "global" },
					    { "CPUSET", "cpuset" },
					    { "MEMORY_POLICY", "mempolicy" },
					    { "MEMCG", "memcg" } };

	for (size_t i = 0; i < 4; i++) {
		struct facts f;
		char text[256];

		snprintf(text, sizeof(text), HEAD "oom-kill:constraint=CONSTRAINT_%s,nodemask=1\n",
			 v[i][0]);
		feed(&f, text);
		ck_assert_str_eq(feed_nth(&f, oom, 0)->scope, v[i][1]);
		ck_str(feed_nth(&f, oom, 0)->nodemask, "1");
		facts_deinit(&f);
	}
}
END_TEST

/* __oom_kill_process() of every task of the group, the victim once more among them (v4.19). */
START_TEST(test_group)
{
	struct facts f;
	const struct fact_oom *o;

	feed(&f, HEAD "Memory cgroup out of memory: Killed process 77 (a) total-vm:1kB\n"
		      "Tasks in /grp are going to be killed due to memory.oom.group set\n"
		      "Memory cgroup out of memory: Killed process 77 (a) total-vm:1kB\n"
		      "Memory cgroup out of memory: Killed process 78 (b) total-vm:2kB\n");
	ck_assert_uint_eq(feed_count(&f, FACT_oom), 1);
	o = feed_nth(&f, oom, 0);
	ck_assert_uint_eq(o->n_victims, 2);
	ck_assert_str_eq(o->chosen_by, "group");
	ck_assert_str_eq(o->scope, "memcg");
	ck_str(o->memcg, "/grp");
	facts_deinit(&f);
}
END_TEST

/* Whatever the head's rate limit leaves of later kills. */
START_TEST(test_headless_kills_come_last)
{
	struct facts f;

	feed(&f, "Out of memory: Killed process 1 (a) total-vm:4kB\n" HEAD KILLED
		 "Out of memory: Killed process 3 (c) total-vm:4kB\n"
		 "oom_kill_process: 4 callbacks suppressed\n" HEAD KILLED);
	ck_assert_uint_eq(feed_count(&f, FACT_oom), 4);
	ck_assert(feed_nth(&f, oom, 0)->trigger.known);
	ck_assert(feed_nth(&f, oom, 1)->trigger.known);
	ck_assert_uint_eq(feed_nth(&f, oom, 1)->missed_before, 4);
	ck_num(feed_nth(&f, oom, 2)->victims[0].pid, 1);
	ck_num(feed_nth(&f, oom, 3)->victims[0].pid, 3);
	facts_deinit(&f);
}
END_TEST

/* An allocation failure of another CPU cuts into the report. */
START_TEST(test_resumed)
{
	struct facts f;
	const struct fact_oom *o;

	feed(&f, HEAD "x: page allocation failure: order:0, mode:0x20\n" KILLED);
	ck_assert_uint_eq(feed_count(&f, FACT_oom), 1);
	o = feed_nth(&f, oom, 0);
	ck_assert_uint_eq(o->n_victims, 1);
	ck_assert_uint_eq(feed_count(&f, FACT_alloc_failure), 1);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_wrapped)
{
	struct facts f;
	const struct fact_oom *o;

	feed(&f, "init invoked oom-killer: gfp_mask=0xd0,\norder=0, oomkilladj=0\n"
		 "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
		 "oom_memcg=/a/lo\nng,task_memcg=/a/long,task=hog,pid=77,uid=0\n"
		 "Memory cgroup out of memory: Killed process 77 (hog)\n"
		 "total-vm:11944kB, anon-rss:9216kB, file-rss:0kB, shmem-rss:1280kB,\nUID:0 "
		 "pgtables:8kB oom_score_adj:0\n");
	o = feed_nth(&f, oom, 0);
	ck_num(o->order, 0);
	ck_num(o->oom_score_adj, 0);
	ck_str(o->oom_memcg, "/a/long");
	ck_num(o->victims[0].total_vm, 11944 * 1024);
	ck_num(o->victims[0].shmem_rss, 1280 * 1024);
	ck_num(o->victims[0].uid, 0);
	ck_num(o->victims[0].pgtables, 8 * 1024);
	facts_deinit(&f);
}
END_TEST

/* pr_cont() in pieces, and the blanks of someone who wrapped it by hand. */
START_TEST(test_summary_in_pieces)
{
	static const char *const v[] = {
		"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null)\n,cpuset=/,mems_allowed=0\n"
		",oom_memcg=/a,task_memcg=/a/b\n,task=hog,pid=77,uid=5\n",
		"oom-kill:constraint=CONSTRAINT_MEMCG, nodemask=(null), cpuset=/, mems_allowed=0,\n"
		"    oom_memcg=/a, task_memcg=/a/b,\n    task=hog, pid=77, uid=5\n",
	};

	for (size_t i = 0; i < 2; i++) {
		struct facts f;
		const struct fact_oom *o;

		feed(&f, v[i]);
		ck_assert_uint_eq(feed_count(&f, FACT_oom), 1);
		o = feed_nth(&f, oom, 0);
		ck_str(o->constraint, "CONSTRAINT_MEMCG");
		ck_str(o->nodemask, "(null)");
		ck_str(o->cpuset, "/");
		ck_str(o->mems_allowed, "0");
		ck_str(o->oom_memcg, "/a");
		ck_str(o->task_memcg, "/a/b");
		ck_str(o->victims[0].comm, "hog");
		ck_num(o->victims[0].pid, 77);
		ck_num(o->victims[0].uid, 5);
		facts_deinit(&f);
	}
}
END_TEST

START_TEST(test_cut)
{
	struct facts f;
	const struct fact_oom *o;

	feed(&f, HEAD "Out of memory: Killed process 537 (login) total-vm:27584kB, anon-rss:860kB, "
		      "file-rss:0kB, shmem-rss:00\n");
	o = feed_nth(&f, oom, 0);
	ck_num(o->victims[0].file_rss, 0);
	ck_assert(!o->victims[0].shmem_rss.known);
	facts_deinit(&f);
	feed(&f, HEAD "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,"
		      "global_oom,task_memcg=/,task=hog,pid=77,uid=3\n");
	o = feed_nth(&f, oom, 0);
	ck_assert(o->head.cut);
	ck_num(o->victims[0].pid, 77);
	ck_num(o->victims[0].uid, 3);
	ck_str(o->victims[0].comm, "hog");
	ck_assert(!o->victims[0].total_vm.known);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_nobody_left)
{
	struct facts f;
	const struct fact_oom *o;

	feed(&f, HEAD "Out of memory and no killable processes...\n"
		      "Kernel panic - not syncing: System is deadlocked on memory\n"
		      "---[ end Kernel panic - not syncing: System is deadlocked on memory ]---\n");
	ck_assert_uint_eq(feed_count(&f, FACT_oom), 1);
	o = feed_nth(&f, oom, 0);
	ck_assert(o->no_killable && o->panicked && !o->head.cut);
	ck_assert_uint_eq(o->no_killable_line, 2);
	ck_assert_uint_eq(o->panic_line, 3);
	ck_str(o->panic, "System is deadlocked on memory");
	facts_deinit(&f);
	feed(&f, "Kernel panic - not syncing: Out of memory and no killable processes...\n");
	o = feed_nth(&f, oom, 0);
	ck_assert(o->no_killable && o->panicked);
	facts_deinit(&f);
	feed(&f, HEAD KILLED "Kernel panic - not syncing: Attempted to kill init!\n");
	ck_assert(!feed_nth(&f, oom, 0)->panicked);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_panic_on_oom)
{
	static const char *const words[] = {
		"Out of memory: system-wide panic_on_oom is enabled",
		"Out of memory: compulsory panic_on_oom is enabled",
		"out of memory. panic_on_oom is selected",
		"out of memory. Compulsory panic_on_oom is selected.",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct facts f;
		char text[128];

		snprintf(text, sizeof(text), "Kernel panic - not syncing: %s\n", words[i]);
		feed(&f, text);
		ck_assert_uint_eq(feed_count(&f, FACT_oom), 1);
		ck_assert(feed_nth(&f, oom, 0)->panicked);
		ck_str(feed_nth(&f, oom, 0)->panic, words[i]);
		facts_deinit(&f);
	}
}
END_TEST

START_TEST(test_callers)
{
	struct facts f;

	feed(&f, HEAD "Call Trace:\n out_of_memory+0x1/0x2\n pagefault_out_of_memory+0x1/0x2\n");
	ck_assert(feed_nth(&f, oom, 0)->page_fault);
	facts_deinit(&f);
	feed(&f, HEAD "Call Trace:\n ? pagefault_out_of_memory+0x1/0x2\n"
		      " mem_cgroup_out_of_memory+0x1/0x2\n");
	ck_assert(!feed_nth(&f, oom, 0)->page_fault);
	ck_assert_str_eq(feed_nth(&f, oom, 0)->scope, "memcg");
	facts_deinit(&f);
	feed(&f, HEAD "Call Trace:\n [<c01>] moom_callback+0x1/0x2\n" KILLED);
	ck_assert(feed_nth(&f, oom, 0)->sysrq);
	ck_assert_str_eq(feed_nth(&f, oom, 0)->chosen_by, "sysrq");
	facts_deinit(&f);
}
END_TEST

/* The stack that follows may be another task's: only the same command counts. */
START_TEST(test_trigger_pid)
{
	struct facts f;

	feed(&f, HEAD "CPU: 0 PID: 9 Comm: hogger Not tainted 4.4.0 #1\n"
		      "CPU: 0 PID: 76 Comm: hog Tainted: G 4.4.0 #1\n");
	ck_num(feed_nth(&f, oom, 0)->trigger.pid, 76);
	facts_deinit(&f);
	feed(&f, HEAD "Pid: 5, comm: hog Not tainted 2.6.32 #1\n");
	ck_num(feed_nth(&f, oom, 0)->trigger.pid, 5);
	facts_deinit(&f);
}
END_TEST

/* cpuset_print_current_mems_allowed(), before v5.0 */
START_TEST(test_mems_allowed)
{
	struct facts f;

	feed(&f, HEAD "hog cpuset=/a b mems_allowed=0-7\n");
	ck_str(feed_nth(&f, oom, 0)->cpuset, "/a b");
	ck_str(feed_nth(&f, oom, 0)->mems_allowed, "0-7");
	facts_deinit(&f);
	feed(&f, HEAD "hog cpuset=\n/a/b\n mems_allowed=0\n");
	ck_str(feed_nth(&f, oom, 0)->cpuset, "/a/b");
	ck_str(feed_nth(&f, oom, 0)->mems_allowed, "0");
	facts_deinit(&f);
}
END_TEST

START_TEST(test_prose)
{
	struct facts f;

	feed(&f, "I wonder why the kernel invoked oom-killer: it had memory\n"
		 "it then Killed process 5 (x) and we should Kill process 6 (y) too\n"
		 "how do I stop the oom-killer: any ideas?\n");
	ck_assert_uint_eq(feed_count(&f, FACT_oom), 0);
	facts_deinit(&f);
}
END_TEST

/* A name of a victim may hold anything. */
START_TEST(test_names)
{
	struct facts f;

	feed(&f, "Out of memory: Killed process 1 ((sd-pam)) total-vm:4kB, anon-rss:4kB\n"
		 "Out of memory: Kill process 2 (a) b) score 5 or sacrifice child\n"
		 "Killed process 2 (a) b) total-vm:4kB\n");
	ck_str(feed_nth(&f, oom, 0)->victims[0].comm, "(sd-pam)");
	ck_str(feed_nth(&f, oom, 1)->victims[0].comm, "a) b");
	facts_deinit(&f);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("oom", test_whole_report, test_heads, test_oldest, test_by_fault,
		       test_announced, test_chosen, test_quoted_source, test_messages,
		       test_constraints, test_group, test_headless_kills_come_last, test_resumed,
		       test_wrapped, test_summary_in_pieces, test_cut, test_nobody_left,
		       test_panic_on_oom, test_callers, test_trigger_pid, test_mems_allowed,
		       test_prose, test_names);
}
