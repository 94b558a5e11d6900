// SPDX-License-Identifier: GPL-2.0-or-later
// log/backtrace, log/frame, log/regs: traces as each architecture prints them. The lines are
// written after the printk of the files named; functions and numbers are ours.
#include "feed.h"
#include "unit.h"

static void ck_frame(const struct fact_backtrace *t, size_t i, const char *symbol, uint64_t address,
		     int64_t offset, bool reliable)
{
	ck_assert_uint_gt(t->n_frames, i);
	ck_str(t->frames[i].symbol, symbol);
	ck_assert_uint_eq(num_or(t->frames[i].address, 0), address);
	ck_assert_int_eq(num_int_or(t->frames[i].offset, -1), offset);
	ck_assert_int_eq(t->frames[i].reliable, reliable);
}

static uint64_t reg(const struct fact_backtrace *t, const char *name)
{
	for (size_t i = 0; i < t->n_regs; i++)
		if (str_is(t->regs[i].name, name))
			return t->regs[i].v.v;
	ck_abort_msg("no register %s", name);
	return 0;
}

/* show_trace_log_lvl() and __show_regs() of x86, 6.12; dump_stack_print_info() */
START_TEST(test_x86_64)
{
	const struct fact_backtrace *t;
	struct facts f;

	feed(&f, "WARNING: CPU: 191 PID: 3957 at mm/gup.c:144 try_grab+0x7d/0xa0\n"
		 "Modules linked in: a b\n"
		 "CPU: 191 UID: 0 PID: 3957 Comm: CPU 0/KVM Tainted: G    B   W   6.11.0-rc5 #1\n"
		 "Tainted: [B]=BAD_PAGE, [W]=WARN\n"
		 "Hardware name: Some Machine, BIOS 1\n"
		 "Workqueue: events f_work\n"
		 "RIP: 0010:try_grab+0x7d/0xa0\n"
		 "Code: 00 48 <0f> 0b\n"
		 "RSP: 0018:ff57d354086837e0 EFLAGS: 00010246\n"
		 "RAX: 0000000000000001 RBX: 00007f869274a000 RCX: dead000000000100\n"
		 "FS:  00007fb48aa00640(0000) GS:ff1ce6da44380000(0000) knlGS:0000000000000000\n"
		 "Call Trace:\n"
		 " <IRQ>\n"
		 " ? __warn+0x91/0x140\n"
		 " </IRQ>\n"
		 " <TASK>\n"
		 "a line of another subsystem\n"
		 " svm_blocked+0xa0/0x110 [kvm_amd]\n"
		 " other+0x1/0x2 [mod 0123456789abcdef0123]\n"
		 " ? 0xffffffffc0a1b2c3\n"
		 "RIP: 0033:0x7f9a6a0d6e44\n"
		 "RAX: ffffffffffffffda RBX: 0000000000000002 RCX: 00007f9a6a0d6e44\n"
		 " </TASK>\n"
		 " stray+0x1/0x2\n");
	ck_assert_uint_eq(feed_count(&f, FACT_backtrace), 1);
	t = feed_nth(&f, backtrace, 0);
	ck_str(t->comm, "CPU 0/KVM");
	ck_num(t->pid, 3957);
	ck_num(t->cpu, 191);
	ck_str(t->reason, "WARNING: mm/gup.c:144 try_grab+0x7d/0xa0");
	ck_str(t->kernel, "6.11.0-rc5");
	ck_str(t->taint, "G    B   W");
	ck_str(t->hardware, "Some Machine, BIOS 1");
	ck_str(t->workqueue, "events f_work");
	ck_assert_uint_eq(t->n_frames, 5);
	ck_frame(t, 0, "try_grab", 0, 0x7d, true);
	ck_frame(t, 1, "__warn", 0, 0x91, false);
	ck_frame(t, 2, "svm_blocked", 0, 0xa0, true);
	ck_str(t->frames[2].module, "kvm_amd");
	ck_str(t->frames[3].module, "mod");
	ck_frame(t, 4, "0xffffffffc0a1b2c3", 0xffffffffc0a1b2c3, -1, false);
	ck_assert_uint_eq(reg(t, "RAX"), 1);
	ck_assert_uint_eq(reg(t, "RSP"), 0xff57d354086837e0);
	ck_assert_uint_eq(reg(t, "GS"), 0xff1ce6da44380000);
	facts_deinit(&f);
}
END_TEST

/* show_registers(), printk_address() of x86-64 3.10 and 2.6.32, of 2.6.16 */
START_TEST(test_old_x86_64)
{
	const struct fact_backtrace *t;
	struct facts f;

	feed(&f, "Pid: 23105, comm: apt-check Tainted: G    B   W  2.6.30 #11\n"
		 "Call Trace:\n"
		 " <IRQ>  [<ffffffff810861fd>] ? cpuset_print+0x8d/0xa0\n"
		 " [<ffffffff810b984e>] oom_kill+0x17e/0x290\n"
		 " [<ffffffffa0b984e0>] :ext3:f+0x1/0x2\n"
		 " <EOI>  [<00007f19a9e9194c>] 0x7f19a9e9194b\n"
		 "Call Trace:<ffffffff8015d5b5>{out_of_memory+53} <ffffffff8015e6d5>{__alloc+533}\n"
		 "       <ffffffff88015e6d>{:ext3:ext3_get+12}\n");
	ck_assert_uint_eq(feed_count(&f, FACT_backtrace), 2);
	t = feed_nth(&f, backtrace, 0);
	ck_frame(t, 0, "cpuset_print", 0xffffffff810861fd, 0x8d, false);
	ck_frame(t, 1, "oom_kill", 0xffffffff810b984e, 0x17e, true);
	ck_str(t->comm, "apt-check");
	t = feed_nth(&f, backtrace, 1);
	ck_assert_uint_eq(t->n_frames, 3);
	ck_frame(t, 0, "out_of_memory", 0xffffffff8015d5b5, 53, true);
	ck_frame(t, 2, "ext3_get", 0xffffffff88015e6d, 12, true);
	ck_str(t->frames[2].module, "ext3");
	facts_deinit(&f);
}
END_TEST

/* i386 up to 2.6.24: no "Call Trace:" before the frames */
START_TEST(test_i386_without_head)
{
	const struct fact_backtrace *t;
	struct facts f;

	feed(&f, "init invoked oom-killer: gfp_mask=0xd0, order=0, oomkilladj=0\n"
		 "host [<c0149ea8>] out_of_memory+0x158/0x1b0\n"
		 " [<c014b7b0>] __alloc_pages+0x2a0/0x300 [<c01729aa>] core+0x1fa/0x2f0\n"
		 " =======================\n"
		 "lock at: [<c014b7b0>] elsewhere+0x1/0x2\n");
	t = feed_nth(&f, backtrace, 0);
	ck_assert_uint_eq(feed_count(&f, FACT_backtrace), 1);
	ck_assert_uint_eq(t->n_frames, 3);
	ck_frame(t, 0, "out_of_memory", 0xc0149ea8, 0x158, true);
	ck_str(t->reason, "oom");
	ck_assert_uint_eq(t->head.report, feed_nth(&f, oom, 0)->head.id);
	facts_deinit(&f);
}
END_TEST

/* Frames that nobody announced are no trace: page_owner's text, lockdep's */
START_TEST(test_not_a_trace)
{
	struct facts f;

	feed(&f, " [<ffffffff8115a1de>] __alloc+0x1de/0xb00\n"
		 "initcall trace_init+0x0/0x13 returned 0 after 0 usecs\n"
		 " __alloc+0x1de/0xb00\n"
		 "#0: ffffffff8e1b8340 (lock){....}-{1:2}, at: debug+0x7f/0x390\n");
	ck_assert_uint_eq(feed_count(&f, FACT_backtrace), 0);
	facts_deinit(&f);
}
END_TEST

#define OOM "x invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n"

/* dump_backtrace_entry() and __show_regs() of arm, 4.14 and 5.16 */
START_TEST(test_arm)
{
	const struct fact_backtrace *t;
	struct facts f;

	feed(&f, OOM "CPU: 0 PID: 56 Comm: kworker/u8:2 Tainted: P           O  4.14.65 #606\n"
		     "PC is at do_f+0x10/0x20\n"
		     "LR is at g+0x1/0x2\n"
		     "pc : [<c034a094>]    lr : [<c034af24>]    psr: 60000013\n"
		     "sp : c0a01f50  ip : 00000000  fp : c0a01f7c\n"
		     "r10: 00000001  r9 : c12169bc  r8 : 00000041\n"
		     "[<c034a094>] (do_f) from [<c034af24>] (out_of_memory+0x140/0x368)\n"
		     " r10:00000001 r9:c12169bc r8:00000041\n"
		     "[<c034ade4>] (out_of_memory) from [<c03519ac>] (alloc [mod])\n"
		     "Function entered at [<c03519ac>] from [<c03519b0>]\n");
	ck_assert_uint_eq(feed_count(&f, FACT_backtrace), 1);
	t = feed_nth(&f, backtrace, 0);
	ck_frame(t, 0, "do_f", 0, 0x10, true);
	ck_frame(t, 1, "out_of_memory", 0xc034af24, 0x140, true);
	ck_frame(t, 2, "alloc", 0xc03519ac, -1, true);
	ck_str(t->frames[2].module, "mod");
	ck_assert_uint_eq(reg(t, "fp"), 0xc0a01f7c);
	ck_assert_uint_eq(reg(t, "lr"), 0xc034af24);
	facts_deinit(&f);
	feed(&f, OOM "Call trace: \n"
		     " unwind_backtrace from show_stack+0x18/0x1c\n"
		     " show_stack from dump_stack_lvl+0x40/0x4c\n");
	t = feed_nth(&f, backtrace, 0);
	ck_assert_uint_eq(t->n_frames, 3);
	ck_frame(t, 0, "unwind_backtrace", 0, -1, true);
	ck_frame(t, 2, "dump_stack_lvl", 0, 0x40, true);
	facts_deinit(&f);
}
END_TEST

/* __show_regs(), dump_backtrace_entry() of arm64, 5.10 and 7.2 */
START_TEST(test_arm64)
{
	const struct fact_backtrace *t;
	struct facts f;

	feed(&f, "Unable to handle kernel paging request at virtual address dead000000000108\n"
		 "Internal error: Oops: 96000044 [#1] SMP\n"
		 "CPU: 3 PID: 1 Comm: x Not tainted 6.1.0 #1\n"
		 "pstate: 60400005 (nZCv daif +PAN -UAO -TCO -DIT -SSBS BTYPE=--)\n"
		 "pc : list_del+0x20/0x70\n"
		 "lr : free+0x1/0x2\n"
		 "sp : ffff80000a1b3c00\n"
		 "x29: ffff80000a1b3c00 x28: 0000000000000000 x27: 0000000000000001\n"
		 "Call trace:\n"
		 " list_del+0x20/0x70 (P)\n"
		 " free+0x1/0x2 (L)\n"
		 " dump_backtrace+0x0/0x200\n"
		 "Code: f9400000 (f9000001)\n");
	t = feed_nth(&f, backtrace, 0);
	ck_assert_uint_eq(t->n_frames, 3);
	ck_frame(t, 0, "list_del", 0, 0x20, true);
	ck_frame(t, 2, "dump_backtrace", 0, 0, true);
	ck_assert_uint_eq(reg(t, "x27"), 1);
	ck_assert_uint_eq(reg(t, "pstate"), 0x60400005);
	ck_str(feed_nth(&f, oops, 0)->ip_symbol, "list_del+0x20/0x70");
	ck_num(feed_nth(&f, oops, 0)->address, (int64_t)0xdead000000000108);
	ck_str(feed_nth(&f, oops, 0)->code, "f9400000 (f9000001)");
	ck_assert_ptr_eq(feed_nth(&f, oops, 0)->trace, t);
	ck_assert_uint_eq(feed_count(&f, FACT_oops), 1);
	facts_deinit(&f);
}
END_TEST

/* show_regs(), show_stack() of powerpc, 6.12; dot symbols of the first ABI */
START_TEST(test_ppc)
{
	const struct fact_backtrace *t;
	struct facts f;

	feed(&f,
	     "BUG: Unable to handle kernel data access on read at 0x00000008\n"
	     "Oops: Kernel access of bad area, sig: 11 [#1]\n"
	     "CPU: 1 PID: 7 Comm: x Not tainted 6.12.0 #1\n"
	     "NIP:  c000000000014ac8 LR: c000000000014b00 CTR: 0000000000000000\n"
	     "REGS: c0000003d0d3b8d0 TRAP: 0300   Not tainted  (6.12.0)\n"
	     "MSR:  800000000280b033 <SF,VEC,VSX,EE,FP,ME,IR,DR,RI,LE>  CR: 24002448  XER: 20040000\n"
	     "CFAR: c00000000000dfc4 DAR: 0000000000000008 DSISR: 40000000 IRQMASK: 0 \n"
	     "GPR00: c000000000014b00 c0000003d0d3bb70 c000000001a2b300 0000000000000000 \n"
	     "NIP [c000000000014ac8] f+0x88/0xc4\n"
	     "LR [c000000000014b00] g+0x10/0x20\n"
	     "Call Trace:\n"
	     "[c00000037540f730] [c00000000127ec44] dump_stack_lvl+0x88/0xc4 (unreliable)\n"
	     "[c00000037540f760] [c0000000005cc594] .h+0x5c/0x1e4\n"
	     "[c00000037540f790] [c0000000005cc594] traced+0x5c/0x1e4 (real+0x1/0x2)\n"
	     "--- interrupt: c00 at 0x7fff8a1b2c3d\n"
	     "[c7857d90] [c0014ac8] ppc32+0x58/0x1a4\n");
	t = feed_nth(&f, backtrace, 0);
	ck_assert_uint_eq(t->n_frames, 5);
	ck_frame(t, 0, "f", 0xc000000000014ac8, 0x88, true);
	ck_frame(t, 1, "dump_stack_lvl", 0xc00000000127ec44, 0x88, false);
	ck_frame(t, 2, "h", 0xc0000000005cc594, 0x5c, true);
	ck_frame(t, 3, "traced", 0xc0000000005cc594, 0x5c, true);
	ck_frame(t, 4, "ppc32", 0xc0014ac8, 0x58, true);
	ck_assert_uint_eq(reg(t, "r2"), 0xc000000001a2b300);
	ck_assert_uint_eq(reg(t, "DAR"), 8);
	ck_num(feed_nth(&f, oops, 0)->address, 8);
	ck_assert_uint_eq(feed_count(&f, FACT_oops), 1);
	facts_deinit(&f);
}
END_TEST

/* show_regs(), show_backtrace() of mips */
START_TEST(test_mips)
{
	const struct fact_backtrace *t;
	struct facts f;

	feed(&f, "CPU 0 Unable to handle kernel paging request at virtual address 00000004, epc == "
		 "80101234, ra == 80105678\n"
		 "Oops[#1]:\n"
		 "CPU: 0 PID: 1 Comm: init Not tainted 5.4.0 #0\n"
		 "$ 0   : 00000000 00000001 80500000 00000003\n"
		 "$ 4   : 8fc0a000 00000005\n"
		 "Hi    : 0000000a\n"
		 "epc   : 80101234 do_f+0x34/0x80\n"
		 "ra    : 80105678 g+0x1/0x2\n"
		 "Status: 1100fc03\tKERNEL EXL IE \n"
		 "Cause : 00800008 (ExcCode 02)\n"
		 "BadVA : 00000004\n"
		 "Call Trace:\n"
		 "[<80101234>] do_f+0x34/0x80\n"
		 "[<80105678>] g+0x10/0x20\n");
	t = feed_nth(&f, backtrace, 0);
	ck_assert_uint_eq(t->n_frames, 2);
	ck_frame(t, 0, "do_f", 0x80101234, 0x34, true);
	ck_frame(t, 1, "g", 0x80105678, 0x10, true);
	ck_assert_uint_eq(reg(t, "r2"), 0x80500000);
	ck_assert_uint_eq(reg(t, "r5"), 5);
	ck_assert_uint_eq(reg(t, "Hi"), 10);
	ck_num(feed_nth(&f, oops, 0)->address, 4);
	ck_assert_uint_eq(feed_count(&f, FACT_oops), 1);
	facts_deinit(&f);
}
END_TEST

/* show_registers(), show_stack() of s390 */
START_TEST(test_s390)
{
	const struct fact_backtrace *t;
	struct facts f;

	feed(&f, "Unable to handle kernel pointer dereference in virtual kernel address space\n"
		 "Oops: 0004 ilc:3 [#1] SMP \n"
		 "CPU: 0 PID: 1 Comm: x Not tainted 6.1.0 #1\n"
		 "Krnl PSW : 0704c00180000000 000000000012a3b4 (do_f+0x12/0x80)\n"
		 "Call Trace:\n"
		 " [<000000000012a3b4>] do_f+0x12/0x80 \n"
		 "([<0000000000112b0a>] g+0x16/0x24)\n");
	t = feed_nth(&f, backtrace, 0);
	ck_assert_uint_eq(t->n_frames, 2);
	ck_frame(t, 0, "do_f", 0, 0x12, true);
	ck_frame(t, 1, "g", 0x112b0a, 0x16, false);
	facts_deinit(&f);
}
END_TEST

/* __show_regs(), dump_backtrace() of riscv; a kernel without kallsyms */
START_TEST(test_riscv)
{
	const struct fact_backtrace *t;
	struct facts f;

	feed(&f,
	     "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000008\n"
	     "Oops [#1]\n"
	     "CPU: 0 PID: 1 Comm: x Not tainted 6.1.0 #1\n"
	     "epc : do_f+0x1e/0x30\n"
	     " ra : g+0x1/0x2\n"
	     "epc : ffffffff80005a9a ra : ffffffff80005b00 sp : ff20000000013b40\n"
	     "status: 0000000200000120 badaddr: 0000000000000008 cause: 000000000000000d\n"
	     "[<ffffffff80005a9a>] do_f+0x1e/0x30\n"
	     "[<ffffffe000043992>] walk_stackframe+0x0/0xaa\n"
	     "[<000000008011c2f2>] 0x000000008011c2f2\n");
	t = feed_nth(&f, backtrace, 0);
	ck_assert_uint_eq(t->n_frames, 3);
	ck_frame(t, 0, "do_f", 0, 0x1e, true);
	ck_frame(t, 1, "walk_stackframe", 0xffffffe000043992, 0, true);
	ck_frame(t, 2, "0x000000008011c2f2", 0x8011c2f2, -1, true);
	ck_assert_uint_eq(reg(t, "badaddr"), 8);
	facts_deinit(&f);
}
END_TEST

/* show_regs(), show_stack() of sparc64; parisc; alpha */
START_TEST(test_others)
{
	const struct fact_backtrace *t;
	struct facts f;

	feed(&f, OOM "Call Trace:\n"
		     " [0000000000456789] f+0x1c/0x40\n"
		     " [<0000000000af0ae0>] schedule+0x40/0xe0\n");
	ck_frame(feed_nth(&f, backtrace, 0), 0, "f", 0x456789, 0x1c, true);
	ck_frame(feed_nth(&f, backtrace, 0), 1, "schedule", 0xaf0ae0, 0x40, true);
	facts_deinit(&f);
	feed(&f, OOM "TSTATE: 0000004480001606 TPC: 00000000004aad90 TNPC: 00000000004aad94 Y: "
		     "00000000    Not tainted\n"
		     "TPC: <do_f+0x10/0x60>\n"
		     "g0: 0000000000000001 g1: 0000000000000002\n"
		     "Call Trace:\n"
		     "[<00000000004aad90>] h+0x10/0x60\n");
	t = feed_nth(&f, backtrace, 0);
	ck_frame(t, 0, "do_f", 0, 0x10, true);
	ck_assert_uint_eq(reg(t, "g1"), 2);
	facts_deinit(&f);
	feed(&f,
	     OOM "r00-03  000000ff0804ff0f 0000000040b1b590 0000000040205f78 00000000bff70840\n"
		 "IASQ: 0000000000000000 0000000000000000 IAOQ: 0000000040205f78 0000000040205f7c\n"
		 " IAOQ[0]: do_f+0x1/0x2\n"
		 "Backtrace:\n"
		 " [<1011f7a8>] show_stack+0x24/0x30\n");
	ck_frame(feed_nth(&f, backtrace, 0), 1, "show_stack", 0x1011f7a8, 0x24, true);
	facts_deinit(&f);
	feed(&f, OOM "CPU: 0 PID: 0 Comm: swapper Not tainted 5.7.0 #26\n"
		     "       fffffc0001b5bd68 fffffc0001b5be80\n"
		     "Trace:\n"
		     "[<fffffc00011cd148>] bad_page+0x168/0x1b0\n"
		     "[<(____ptrval____)>] f+0x168/0x1b0\n");
	ck_frame(feed_nth(&f, backtrace, 0), 0, "bad_page", 0xfffffc00011cd148, 0x168, true);
	ck_frame(feed_nth(&f, backtrace, 0), 1, "f", 0, 0x168, true);
	facts_deinit(&f);
}
END_TEST

/* scripts/decode_stacktrace.sh, syzbot's reports */
START_TEST(test_decoded)
{
	const struct fact_backtrace *t;
	struct facts f;

	feed(&f, "INFO: task x:9 blocked for more than 143 seconds.\n"
		 "task:x state:D stack:28096 pid:9 tgid:9 ppid:1 flags:0x00004006\n"
		 "Call Trace:\n"
		 " <TASK>\n"
		 " context_switch kernel/sched/core.c:5322 [inline]\n"
		 " __schedule+0xef5/0x5750 kernel/sched/core.c:6682\n"
		 " ? dump_stack_lvl (lib/dump_stack.c:107 (discriminator 4))\n"
		 " nfs_f (fs/nfs/x.c:1 fs/nfs/y.c:22) nfs\n"
		 " </TASK>\n");
	t = feed_nth(&f, backtrace, 0);
	ck_assert_uint_eq(t->n_frames, 4);
	ck_str(t->frames[3].module, "nfs");
	ck_frame(t, 0, "context_switch", 0, -1, true);
	ck_frame(t, 1, "__schedule", 0, 0xef5, true);
	ck_frame(t, 2, "dump_stack_lvl", 0, -1, false);
	ck_str(t->comm, "x");
	ck_num(t->pid, 9);
	ck_str(t->reason, "hung task");
	ck_assert_ptr_eq(feed_nth(&f, lockup, 0)->trace, t);
	facts_deinit(&f);
}
END_TEST

/* A panic inside an OOM report; a lockup after one: whose is the trace? */
START_TEST(test_reasons)
{
	struct facts f;

	feed(&f, OOM "Call Trace:\n a+0x1/0x2\n"
		     "Kernel panic - not syncing: Out of memory\n"
		     "CPU: 0 PID: 1 Comm: x Not tainted 5.4.0 #1\n"
		     "Call Trace:\n b+0x1/0x2\n"
		     "watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [y:2]\n"
		     "Call Trace:\n c+0x1/0x2\n"
		     "WARNING: CPU: 1 PID: 1 at mm/x.c:1 f+0x1/0x2\n"
		     "Call Trace:\n w+0x1/0x2\n"
		     "sysrq: Show Blocked State\n"
		     "task:z state:D stack:0 pid:3 ppid:1 flags:0x1\n"
		     "Call Trace:\n d+0x1/0x2\n");
	ck_assert_uint_eq(feed_count(&f, FACT_backtrace), 5);
	ck_str(feed_nth(&f, backtrace, 0)->reason, "oom");
	ck_str(feed_nth(&f, backtrace, 1)->reason, "panic");
	ck_assert_uint_eq(feed_nth(&f, backtrace, 1)->head.report, feed_nth(&f, oom, 0)->head.id);
	ck_str(feed_nth(&f, backtrace, 2)->reason, "soft lockup");
	ck_str(feed_nth(&f, backtrace, 2)->comm, "y");
	ck_assert_uint_eq(feed_nth(&f, backtrace, 2)->head.report,
			  feed_nth(&f, lockup, 0)->head.id);
	ck_assert_uint_eq(feed_nth(&f, backtrace, 3)->head.report, 0);
	ck_str(feed_nth(&f, backtrace, 4)->reason, "SysRq");
	ck_str(feed_nth(&f, backtrace, 4)->comm, "z");
	facts_deinit(&f);
}
END_TEST

/* Text that only looks like it. */
START_TEST(test_hostile)
{
	struct facts f;

	feed(&f,
	     OOM "Call Trace:\n"
		 " [<\n [<>] f\n [<ffffffffffffffffffffff>] f+0x1/0x2\n f+0x/0x\n ?\n <\n ([<\n"
		 " [] []\n (from) from \n from from from\n x from [<\n f+0x1/0x2 [\n"
		 " f+0x1/0x2 (\n <ffffffff>{\n <ff>{:a\nGPR00:\n$ 99   : 1\nRAX:\nRIP: \nRIP: zz:\n"
		 "task: state:\ntask:\nKrnl PSW : (\nNIP [\nCPU: PID: Comm: \nPid: , comm: \n"
		 " f+0xffffffffffffffffffff/0x1\n");
	ck_assert_uint_eq(feed_count(&f, FACT_backtrace), 1);
	facts_deinit(&f);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("backtrace", test_x86_64, test_old_x86_64, test_i386_without_head,
		       test_not_a_trace, test_arm, test_arm64, test_ppc, test_mips, test_s390,
		       test_riscv, test_others, test_decoded, test_reasons, test_hostile);
}
