// SPDX-License-Identifier: GPL-2.0-or-later
// log/undress: one line in each dressing. All lines are written by hand after the formats' sources
// and manuals.
#include "log/undress.h"

#include "base/cleanup.h"
#include "unit.h"

#define TEXT "Mem-Info:"

static struct line undressed(const char *raw)
{
	struct line l;

	undress(str_c(raw), 7, &l);
	return l;
}

static void text_is(const char *raw, const char *want)
{
	struct line l = undressed(raw);

	ck_assert_msg(str_is(l.text, want), "%s: \"%.*s\"", raw, STR_ARG(l.text));
}

/* The text, and a kernel clock of 12.345678 s. */
static void clocked(const char *raw, const char *want)
{
	struct line l = undressed(raw);

	text_is(raw, want);
	ck_assert_msg(l.prefixed && l.time_ns.known && l.time_ns.v == 12345678000u, "%s: %llu", raw,
		      (unsigned long long)l.time_ns.v);
}

START_TEST(test_bare)
{
	struct line l = undressed("  dump_stack+0x63/0x88  ");

	ck_assert(str_is(l.text, "  dump_stack+0x63/0x88"));
	ck_assert(!l.prefixed && !l.time_ns.known && l.priority == -1 && l.no == 7);
	text_is("", "");
	text_is("[  108]     0   108     2986 tail", "[  108]     0   108     2986 tail");
	text_is("[ pid ]   uid  tgid", "[ pid ]   uid  tgid");
	text_is("[<c0149ea8>] f+0x1/0x2", "[<c0149ea8>] f+0x1/0x2");
	text_is("[c00000037540f730] [c00000000127ec44] f+0x1/0x2",
		"[c00000037540f730] [c00000000127ec44] f+0x1/0x2");
	text_is("<41> 81 7e 28 5f", "<41> 81 7e 28 5f");
	text_is(" <TASK>", " <TASK>");
	text_is("DMA: 1*4kB (U) = 4kB", "DMA: 1*4kB (U) = 4kB");
	text_is("Out of memory: Killed process 1 (a)", "Out of memory: Killed process 1 (a)");
}
END_TEST

START_TEST(test_kernel_clock)
{
	clocked("[   12.345678] " TEXT, TEXT);
	clocked("  [   12.345678]  f+0x1/0x2", " f+0x1/0x2");
	clocked("[   12.345678 <    0.001000>] " TEXT, TEXT);
	clocked("[   12.345678@1] " TEXT, TEXT);
	clocked("<4>[   12.345678] " TEXT, TEXT);
	clocked("kern  :warn  : [   12.345678] " TEXT, TEXT);
	clocked("myhost login: [   12.345678] " TEXT, TEXT);
	clocked("/ # [   12.345678] " TEXT, TEXT);
	clocked("[   12.345678] (0)[543:kswapd0]" TEXT, TEXT);
	clocked("[   12.345678] -(0)[543:kswapd0]" TEXT, TEXT);
	clocked("<4>[   12.345678] <1>.(1)[1647:Binder_1][name:usb20_host&]" TEXT, TEXT);
	clocked("<4>[   12.345678] c0 " TEXT, TEXT);
	clocked("[   12.345678] c3    254 " TEXT, TEXT);
	clocked("[   12.345678] c0 4e 8b 00", "c0 4e 8b 00");
	clocked("[   12.345678s][pid:1,cpu7,swapper/0]" TEXT, TEXT);
	clocked("[   12.345678s][2018:03:09 10:00:00][pid:1,cpu7,swapper/0]" TEXT, TEXT);
	clocked("<6>[   12.345678](CPU:0-pid:320:logd.auditd) " TEXT, TEXT);
	clocked("<6>[   12.345678 / 01-01 00:00:00.000][0] " TEXT, TEXT);
	clocked("[   12.345678] I[0:        kswapd0:  543] " TEXT, TEXT);
	ck_assert_uint_eq(undressed("[   12.345] x").time_ns.v, 12345000000u);
	ck_assert_int_eq(undressed("<4>[   12.345678] x").priority, 4);
	ck_assert_int_eq(undressed("kern  :warn  : [   12.345678] x").priority, 4);
	ck_assert_int_eq(undressed("<6>Mem-Info:").priority, 6);
	text_is("<6>Mem-Info:", TEXT);
}
END_TEST

START_TEST(test_caller)
{
	clocked("[   12.345678][  T123] " TEXT, TEXT);
	clocked("[   12.345678][    C1]  <IRQ>", " <IRQ>");
	ck_assert(str_is(undressed("[   12.345678][  T123] x").caller, "T123"));
	ck_assert(str_is(undressed("[   12.345678][    C1] x").caller, "C1"));
	ck_assert(str_is(undressed("<4>[   12.345678][T12345] x").caller, "T12345"));
	ck_assert(str_is(undressed("6,1,12345678,-,caller=T7;x").caller, "T7"));
	clocked("[   12.345678] [  T123] " TEXT, TEXT);
	ck_assert(str_is(undressed("[Tue Aug 12 03:54:03 2025] [   T9] x").caller, "T9"));
	text_is("[   12.345678] [  108]     0   108 tail", "[  108]     0   108 tail");
}
END_TEST

START_TEST(test_wall_clocks)
{
	static const char *const walls[] = {
		"[Tue Aug 12 03:54:03 2025] " TEXT,
		"[Di Aug 12 03:54:03 2025] " TEXT,
		"[mar. ao\xc3\xbbt 12 03:54:03 2025] " TEXT,
		"[\xe4\xba\x8c 8\xe6\x9c\x88 12 03:54:03 2025] " TEXT,
		"[Tue Aug 12 03:54:03 2025 <    0.001000>] " TEXT,
		"[Aug12 03:54] " TEXT,
		"[  +0.000123] " TEXT,
		"[<    0.000123>] " TEXT,
		"2025-08-12T03:54:03,123456+00:00 " TEXT,
		"[2025-08-12 03:54:03.123] " TEXT,
		"2025-08-12T03:54:03.123456+02:00 host-1 kernel: " TEXT,
		"2025-08-12T03:54:03+0200 host-1 kernel: " TEXT,
		"Aug 12 03:54:03 host-1 kernel: " TEXT,
		"Aug  2 03:54:03 host-1 kernel: " TEXT,
		"Aug 12 03:54:03.123456 host-1 kernel: " TEXT,
		"Aug 12 03:54:03 host-1 " TEXT,
		"Aug 12 03:54:03 host-1 kern.warn kernel: " TEXT,
		"Aug 12 03:54:03 kernel: " TEXT,
		"Aug 12 03:54:03 host-1 kernel[0]: " TEXT,
		"Tue Aug 12 03:54:03 2025 kern.warn kernel: " TEXT,
		"Tue 2025-08-12 03:54:03 CEST host-1 kernel: " TEXT,
		"1754970843.123456 host-1 kernel: " TEXT,
		"<4>Aug 12 03:54:03 host-1 kernel: " TEXT,
		"<4>1 2025-08-12T03:54:03.123Z host-1 kernel - - - " TEXT,
		"<4>1 2025-08-12T03:54:03.123Z host-1 kernel - - [a b=\"c\"] " TEXT,
		"2025-08-12T03:54:03.123456789Z stderr F " TEXT,
		"08-12 03:54:03.123   543   543 W kernel  : " TEXT,
		"2025-08-12 03:54:03 | " TEXT,
		"03:54:03 host-1 kernel: " TEXT,
		"Nov 21, 2024 @ 03:54:03.123 " TEXT,
		"123:[Tue Aug 12 03:54:03 2025] " TEXT,
		"dmesg-1.txt-123-[Tue Aug 12 03:54:03 2025] " TEXT,
		"messages.1:123:Aug 12 03:54:03 host-1 kernel: " TEXT,
		"   123\t2025-08-12T03:54:03.123456+02:00 host-1 kernel: " TEXT,
		"Aug 12 03:54:03 host-1 logger[77]: " TEXT,
		"Aug 12 03:54:03 host-1 root: " TEXT,
		"08-12 03:54:03.123     0     0 W         : " TEXT,
		"2025-08-12 03:54:03.123456789 +0000  root     0     0 W         : " TEXT,
		"08-12 03:54:03.123 W/kernel  (    0): " TEXT,
	};

	for (size_t i = 0; i < ARRAY_SIZE(walls); i++) {
		text_is(walls[i], TEXT);
		ck_assert_msg(undressed(walls[i]).wall.n > 0, "%s", walls[i]);
	}
}
END_TEST

START_TEST(test_both_clocks)
{
	clocked("Aug 12 03:54:03 host-1 kernel: [   12.345678] " TEXT, TEXT);
	clocked("Aug 12 03:54:03 host-1 kernel: [   12.345678]  f+0x1/0x2", " f+0x1/0x2");
	clocked("Aug 12 03:54:03 host-1 crashlog[12]: [   12.345678] " TEXT, TEXT);
	clocked("2025-08-12T03:54:03.123456Z stdout F [   12.345678] " TEXT, TEXT);
	clocked("[   12.345678] host-1 kernel: " TEXT, TEXT);
	clocked("[   12.345678] kernel: " TEXT, TEXT);
	clocked("[2025-08-12 03:54:03] [   12.345678][   T12] " TEXT, TEXT);
	clocked("2025-08-12 03:54:03,123 INFO console: [   12.345678] " TEXT, TEXT);
	clocked("6.12.0,6,1234,12345678,-,caller=C1;" TEXT, TEXT);
	clocked("6,1234,12345678,-;" TEXT, TEXT);
}
END_TEST

/* Another program's line keeps its tag, so that no parser takes it for the kernel's. */
START_TEST(test_foreign)
{
	struct undressed u;

	text_is("Aug 12 03:54:03 host-1 sshd[12]: Mem-Info:", "sshd[12]: Mem-Info:");
	undress_all(str_c("Aug 12 03:54:03 host-1 sshd[12]: x"), 1, &u);
	ck_assert(u.foreign && !u.kernel);
	undress_all(str_c("Aug 12 03:54:03 host-1 kernel: x"), 1, &u);
	ck_assert(!u.foreign && u.kernel);
	text_is("2025-08-12T03:54:03,123456+00:00 Call Trace:", "Call Trace:");
	text_is("2025-08-12T03:54:03,123456+00:00 usb 1-1: new device", "usb 1-1: new device");
}
END_TEST

START_TEST(test_quotes)
{
	struct undressed u;

	clocked("> [   12.345678] " TEXT, TEXT);
	clocked(">>>>>>>>>>>> [   12.345678]  f+0x1/0x2", " f+0x1/0x2");
	clocked("> > >> > [   12.345678] " TEXT, TEXT);
	clocked("| [   12.345678] " TEXT, TEXT);
	clocked(": [   12.345678] " TEXT, TEXT);
	clocked("  > [   12.345678] " TEXT, TEXT);
	text_is(">  f+0x1/0x2", " f+0x1/0x2");
	text_is("> Aug 12 03:54:03 host-1 [<c0149ea8>] f+0x1/0x2", "[<c0149ea8>] f+0x1/0x2");
	undress_all(str_c("> >> x"), 1, &u);
	ck_assert_uint_eq(u.quotes, 3);
}
END_TEST

START_TEST(test_lost_newline)
{
	struct undressed u;

	undress_all(str_c("[   12.345678]  r6:0 r5:1 > [   12.345679]  r4:2"), 1, &u);
	ck_assert(str_is(u.line.text, " r6:0 r5:1"));
	ck_assert(str_is(u.rest, "[   12.345679]  r4:2"));
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("undress", test_bare, test_kernel_clock, test_caller, test_wall_clocks,
		       test_both_clocks, test_foreign, test_quotes, test_lost_newline);
}
