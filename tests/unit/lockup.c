// SPDX-License-Identifier: GPL-2.0-or-later
// log/lockup, log/oops, log/bad_page: what got stuck or broke. The lines are written after the
// printk of the files named; numbers and names are ours.
#include "feed.h"
#include "unit.h"

static void ck_task(const struct fact_lockup *k, const char *comm, int64_t pid)
{
	ck_str(k->comm, comm);
	ck_assert_int_eq(num_int_or(k->pid, -1), pid);
}

/* -1: the text does not say. */
static void ck_lockup(const struct facts *f, size_t i, const char *kind, int64_t cpu,
		      int64_t seconds, int64_t jiffies)
{
	const struct fact_lockup *k = feed_nth(f, lockup, i);

	ck_assert_str_eq(k->lockup, kind);
	ck_assert_int_eq(num_int_or(k->cpu, -1), cpu);
	ck_assert_int_eq(num_int_or(k->seconds, -1), seconds);
	ck_assert_int_eq(num_int_or(k->jiffies, -1), jiffies);
	ck_assert_uint_eq(k->head.report, k->head.id);
}

/* watchdog_timer_fn() of 6.12 and 2.6.18; watchdog_hardlockup_check() of 6.12 and 7.2, powerpc's
 * watchdog, die_nmi() of 2.6.3x */
START_TEST(test_watchdog)
{
	struct facts f;

	feed(&f, "watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [kworker/0:1:36]\n"
		 "BUG: soft lockup detected on CPU#3!\n"
		 "NMI watchdog: Watchdog detected hard LOCKUP on cpu 5\n"
		 "watchdog: CPU2: Watchdog detected hard LOCKUP on cpu 7\n"
		 "watchdog: CPU 3 detected hard LOCKUP on other CPUs 9\n"
		 "watchdog: CPU 9 Hard LOCKUP\n"
		 "BUG: NMI Watchdog detected LOCKUP on CPU1, ip ffffffff81000000, registers:\n"
		 "Kernel panic - not syncing: Hard LOCKUP\n"
		 "---[ end Kernel panic - not syncing: Watchdog detected hard LOCKUP on cpu 0\n");
	ck_assert_uint_eq(feed_count(&f, FACT_lockup), 6);
	ck_lockup(&f, 0, "soft", 1, 26, -1);
	ck_task(feed_nth(&f, lockup, 0), "kworker/0:1", 36);
	ck_lockup(&f, 1, "soft", 3, -1, -1);
	ck_lockup(&f, 2, "hard", 5, -1, -1);
	ck_lockup(&f, 3, "hard", 7, -1, -1);
	ck_lockup(&f, 4, "hard", 9, -1, -1);
	ck_lockup(&f, 5, "hard", 1, -1, -1);
	facts_deinit(&f);
}
END_TEST

/* print_other_cpu_stall(), print_cpu_stall(), synchronize_rcu_expedited_stall() of 6.12; 3.x and
 * 2.6.3x said it on one line */
START_TEST(test_rcu)
{
	struct facts f;

	feed(&f,
	     "rcu: INFO: rcu_sched self-detected stall on CPU\n"
	     "rcu: \t24-....: (2098 ticks this GP) idle=ade/1/0x4000000000000002\n"
	     "rcu: \t(t=2100 jiffies g=60946309 q=35826 ncpus=2)\n"
	     "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n"
	     "rcu: \t3-...!: (1 GPs behind) idle=0/0/0x0\n"
	     "rcu: \t(detected by 1, t=21002 jiffies, g=5, q=6 ncpus=4)\n"
	     "rcu: INFO: rcu_sched detected expedited stalls on CPUs/tasks: { 18-... 20-... } 2104 "
	     "jiffies s: 429033 root: 0x2/.\n"
	     "INFO: rcu_bh_state detected stalls on CPUs/tasks: { 0} (detected by 1, t=65000 "
	     "jiffies)\n"
	     "INFO: rcu_sched_state detected stall on CPU 4 (t=65000 jiffies)\n"
	     "rcu: INFO: Stall ended before state dump start\n"
	     "rcu: rcu_sched kthread starved for 2100 jiffies! g1 f0x0\n");
	ck_assert_uint_eq(feed_count(&f, FACT_lockup), 5);
	ck_lockup(&f, 0, "rcu", 24, -1, 2100);
	ck_lockup(&f, 1, "rcu", 3, -1, 21002);
	ck_lockup(&f, 2, "rcu", 18, -1, 2104);
	ck_lockup(&f, 3, "rcu", 0, -1, 65000);
	ck_lockup(&f, 4, "rcu", 4, -1, 65000);
	facts_deinit(&f);
}
END_TEST

/* check_hung_task(), debug_show_blocker() of 6.12 and 7.2; the trace's head before 5.8 */
START_TEST(test_hung_task)
{
	const struct fact_lockup *k;
	struct facts f;

	feed(&f, "INFO: task jbd2/dm-0-8:1197 blocked for more than 122 seconds.\n"
		 "      Not tainted 5.10.3 #1\n"
		 "\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" disables this message.\n"
		 "jbd2/dm-0-8     D ffff880  0  1197      2 0x00000000\n"
		 "Call Trace:\n"
		 " schedule+0x40/0xe0\n"
		 "INFO: task a b:c:7 blocked in I/O wait for more than 120 seconds.\n"
		 "INFO: task a b:c:7 is blocked on a mutex likely owned by task d:8.\n"
		 "INFO: task e:9 is blocked on\n"
		 "INFO: lockdep is turned off.\n");
	ck_assert_uint_eq(feed_count(&f, FACT_lockup), 2);
	ck_lockup(&f, 0, "hung_task", -1, 122, -1);
	ck_task(feed_nth(&f, lockup, 0), "jbd2/dm-0-8", 1197);
	ck_lockup(&f, 1, "hung_task", -1, 120, -1);
	ck_task(feed_nth(&f, lockup, 1), "a b:c", 7);
	k = feed_nth(&f, lockup, 0);
	ck_assert_ptr_nonnull(k->trace);
	ck_str(k->trace->comm, "jbd2/dm-0-8");
	ck_num(k->trace->pid, 1197);
	ck_assert_uint_eq(k->trace->head.report, k->head.id);
	ck_str(feed_nth(&f, lockup, 1)->waits_on, "mutex likely owned by task d:8.");
	facts_deinit(&f);
}
END_TEST

/* wq_watchdog_timer_fn(), csd_lock_wait_toolong() */
START_TEST(test_workqueue_csd)
{
	struct facts f;

	feed(&f, "BUG: workqueue lockup - pool cpus=3 node=0 flags=0x0 nice=0 stuck for 35s!\n"
		 "csd: Detected non-responsive CSD lock (#1) on CPU#2, waiting 5000000006 ns for "
		 "CPU#00 do_nothing+0x0/0x10(do_nothing).\n"
		 "csd: Continued non-responsive CSD lock (#1) on CPU#2, waiting 10000000006 ns for "
		 "CPU#00 do_nothing+0x0/0x10(do_nothing).\n");
	ck_assert_uint_eq(feed_count(&f, FACT_lockup), 2);
	ck_lockup(&f, 0, "workqueue", 3, 35, -1);
	ck_lockup(&f, 1, "csd", 0, 5, -1);
	facts_deinit(&f);
}
END_TEST

/* show_fault_oops(), __die(), exc_general_protection() of x86: 2.6.18, 3.10, 5.4, 6.12;
 * report_bug()
 */
START_TEST(test_oops)
{
	const struct fact_oops *o;
	struct facts f;

	feed(&f, "BUG: unable to handle kernel paging request at 0000000201a14dc0\n"
		 "IP: [<ffffffff810ad2c0>] load+0x10/0x50\n"
		 "PGD 140fb3067 PUD 0 \n"
		 "Oops: 0000 [#1] SMP \n"
		 "CPU: 2 PID: 3 Comm: x Not tainted 3.10.0 #1\n"
		 "RIP: 0010:[<ffffffff810ad2c0>]  [<ffffffff810ad2c0>] load+0x10/0x50\n"
		 "Call Trace:\n"
		 " [<ffffffff810ae640>] ? select+0x420/0x6f0\n"
		 "Code: c0 08 <48> 8b\n"
		 "RIP  [<ffffffff810ad2c0>] load+0x10/0x50\n"
		 "BUG: kernel NULL pointer dereference, address: 0000000000000038\n"
		 "Oops: 0000 [#2] SMP NOPTI\n"
		 "Oops: general protection fault, probably for non-canonical address "
		 "0xdead000000000108: 0000 [#3] PREEMPT SMP\n"
		 "kernel BUG at mm/slub.c:379!\n"
		 "invalid opcode: 0000 [#4] SMP\n"
		 "Code: Unable to access opcode bytes at 0x36.\n"
		 "stack segment: 0000 [#5] SMP\n"
		 "traps: polkitd[881] general protection ip:7f0cb613fcf2 sp:7fffc4b973f0 error:0\n"
		 "Oops#1 Part1\n");
	ck_assert_uint_eq(feed_count(&f, FACT_oops), 5);
	o = feed_nth(&f, oops, 0);
	ck_str(o->reason, "unable to handle kernel paging request at 0000000201a14dc0");
	ck_num(o->address, 0x201a14dc0);
	ck_str(o->ip_symbol, "load+0x10/0x50");
	ck_str(o->code, "c0 08 <48> 8b");
	ck_assert_ptr_nonnull(o->trace);
	ck_assert_uint_eq(o->trace->n_frames, 2);
	ck_num(feed_nth(&f, oops, 1)->address, 0x38);
	ck_num(feed_nth(&f, oops, 2)->address, (int64_t)0xdead000000000108);
	ck_str(feed_nth(&f, oops, 3)->reason, "kernel BUG at mm/slub.c:379!");
	ck_assert(!feed_nth(&f, oops, 3)->address.known);
	ck_assert_uint_eq(feed_nth(&f, oops, 3)->code.n, 0);
	ck_str(feed_nth(&f, oops, 4)->reason, "stack segment: 0000 [#5] SMP");
	facts_deinit(&f);
}
END_TEST

/* bad_page(), __dump_page() of 6.12, 5.10, 4.x and 2.6.2x */
START_TEST(test_bad_page)
{
	const struct fact_bad_page *b;
	struct facts f;

	feed(&f, "BUG: Bad page state in process a b  pfn:404740a\n"
		 "page: refcount:0 mapcount:-1 mapping:0000000000000000 index:0x7f8 pfn:0x404740a\n"
		 "anon flags: 0x17ffffc0020819(locked|uptodate)\n"
		 "raw: 0017ffffc0020819 dead000000000100 dead000000000122 0000000000000000\n"
		 "page dumped because: PAGE_FLAGS_CHECK_AT_FREE flag(s) set\n"
		 "CPU: 1 UID: 0 PID: 1594 Comm: a b Not tainted 6.11.0 #1\n"
		 "Call Trace:\n"
		 " bad_page+0x71/0x100\n"
		 "BUG: Bad page state in process init  pfn:00012\n"
		 "page:f6c3b000 count:1 mapcount:-127 mapping:  (null) index:0x3\n"
		 "page flags: 0x40000000()\n"
		 "Bad page state in process 'swapper'\n"
		 "page:c10001e0 flags:0x00000400 mapping:00000000 mapcount:1 count:2\n"
		 "BUG: Bad page state: 12 messages suppressed\n"
		 "BUG: Bad page map in process x  pte:ffffffe008c50080 pmd:22393c01\n");
	ck_assert_uint_eq(feed_count(&f, FACT_bad_page), 3);
	b = feed_nth(&f, bad_page, 0);
	ck_str(b->comm, "a b");
	ck_num(b->pfn, 0x404740a);
	ck_num(b->refcount, 0);
	ck_num(b->mapcount, -1);
	ck_str(b->mapping, "0000000000000000");
	ck_str(b->flags, "0x17ffffc0020819(locked|uptodate)");
	ck_str(b->reason, "PAGE_FLAGS_CHECK_AT_FREE flag(s) set");
	ck_assert_uint_eq(feed_nth(&f, backtrace, 0)->head.report, b->head.id);
	ck_str(feed_nth(&f, backtrace, 0)->reason, "bad page");
	b = feed_nth(&f, bad_page, 1);
	ck_num(b->pfn, 0x12);
	ck_num(b->refcount, 1);
	ck_num(b->mapcount, -127);
	ck_str(b->flags, "0x40000000()");
	b = feed_nth(&f, bad_page, 2);
	ck_str(b->comm, "swapper");
	ck_assert(!b->pfn.known);
	ck_num(b->refcount, 2);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_hostile)
{
	struct facts f;

	feed(&f, "BUG: soft lockup\nBUG: soft lockup - CPU#99999999999999999999 stuck for s! [\n"
		 "INFO: task \nINFO: task :\nINFO: task x blocked for more than\n"
		 "rcu: INFO: rcu\nINFO: rcu_x detected stalls on\nLOCKUP\n[#\n[#]\nOops [#x]\n"
		 "Bad page state in process \npfn:\npage:count:\nflags: \n"
		 "csd: Detected non-responsive CSD lock, waiting  ns\nBUG: workqueue lockup\n"
		 "Unable to handle kernel \ngeneral protection fault\nkernel BUG at \n");
	ck_assert_uint_eq(feed_count(&f, FACT_bad_page), 1);
	facts_deinit(&f);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("lockup", test_watchdog, test_rcu, test_hung_task, test_workqueue_csd,
		       test_oops, test_bad_page, test_hostile);
}
