// SPDX-License-Identifier: GPL-2.0-or-later
// log/reader and what is behind it: bytes in, whole clean lines out. All logs are written by hand.
#include "log/log.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "log/anchors.h"
#include "log/anchors_ops.h"
#include "log/pipeline.h"
#include "unit.h"

/* The lines of a log as "no-last: text", one a line. */
struct told {
	char buf[16384];
	size_t n;
};

static void tell(void *arg, const struct line *l)
{
	struct told *t = arg;

	t->n += (size_t)snprintf(t->buf + t->n, sizeof(t->buf) - t->n, "%u-%u:%.*s\n", l->no,
				 l->last_no, STR_ARG(l->text));
}

static bool no_head(void *arg, struct str text)
{
	(void)arg;
	return str_has(text, "oom-kill:");
}

static void lines_are(struct str in, const char *want)
{
	struct told t = { .n = 0 };
	struct pipeline_sink sink = { tell, no_head, &t };
	struct pipeline *p = pipeline_new(&sink);
	uint32_t no = 0;

	ck_assert_ptr_nonnull(p);
	while (in.n) {
		const char *nl = memchr(in.p, '\n', in.n);
		size_t n = nl ? (size_t)(nl - in.p) : in.n;

		pipeline_line(p, str_first(in, n), ++no);
		in = str_from(in, n + 1);
	}
	pipeline_flush(p);
	pipeline_free(p);
	t.buf[t.n] = 0;
	ck_assert_str_eq(t.buf, want);
}

START_TEST(test_bytes)
{
	lines_are(STR("[    1.000000] a\r\n[    1.000001] b^M\n"), "1-1:a\n2-2:b\n");
	lines_are(STR("\x1b[32m[    1.000000] \x1b[0mred \x1b[31;1mX\x1b[m\x1b(B"), "1-1:red X\n");
	lines_are(STR("[    1.000000] a\0b\x01\x7f\n"), "1-1:ab\n");
	lines_are(STR("[    1.000000] \xc2\xa0x\xe2\x80\x8by\xff\n"), "1-1: xy\xff\n");
	lines_are(STR("\xef\xbb\xbf[    1.000000] a\n"), "1-1:a\n");
	lines_are(STR("junk\r[    1.000000] a\n"), "1-1:junk\n1-1:a\n");
}
END_TEST

START_TEST(test_escapes)
{
	lines_are(STR("Aug 12 03:54:03 h kernel: [    1.000000] a#012 b#011c#015\n"),
		  "1-1:a\n1-1: b\tc\n");
	lines_are(STR("6,1,1000000,-;a\\x0a b\n"), "1-1:a\n1-1: b\n");
	lines_are(STR("6,1,1000000,-;\\xc2\\xa0a\n"), "1-1: a\n");
	lines_are(STR("{\"log\":\"[    1.000000]\\u00a0 a\\u200b\"}\n"), "1-1: a\n");
	lines_are(STR("Linux version 1 #1 SMP #0 CPU#01\n"),
		  "1-1:Linux version 1 #1 SMP #0 CPU#01\n");
}
END_TEST

START_TEST(test_quoted_printable)
{
	lines_are(STR("[    1.000000] a invoked oom-killer: gfp_mask=3D0xd0, order=3D=\n"
		      "2\n[    1.000001] b=3D1=20\n"),
		  "1-2:a invoked oom-killer: gfp_mask=0xd0, order=2\n3-3:b=1\n");
	lines_are(STR("a: order=20, mode=0x10\nb: x=\nc\n"),
		  "1-1:a: order=20, mode=0x10\n2-2:b: x=\n3-3:c\n");
}
END_TEST

START_TEST(test_quoted_printable_glue)
{
	/* a character that is cut, and a blank before the cut */
	lines_are(STR("Content-Transfer-Encoding: quoted-printable\n\n"
		      "[    1.000000] a =C2=\n=A0b &nb=\nsp; c =\nd\n"),
		  "1-1:Content-Transfer-Encoding: quoted-printable\n2-2:\n3-6:a  b   c d\n");
	/* a free list that a mailer wrapped is none */
	lines_are(
		STR("[    1.000000] Node 0 DMA: 1*4kB (U) 1*8kB (U) 0*2048kB 0*4096kB =\n1416kB\n"),
		"1-2:Node 0 DMA: 1*4kB (U) 1*8kB (U) 0*2048kB 0*4096kB = 1416kB\n");
}
END_TEST

START_TEST(test_netconsole)
{
	lines_are(STR("6.12.0,4,12,1000000,-,caller=T1;a\n SUBSYSTEM=pci\n DEVICE=+pci:1\n b=1\n"
		      "4,13,1000001,-; c=1\n"),
		  "1-1:a\n5-5: c=1\n");
	lines_are(STR("4,1,1000000,-,ncfrag=0/8;abc \n4,1,1000000,-,ncfrag=4/8;defg\n"),
		  "2-2:abc defg\n");
	lines_are(STR("4,1,1000000,-,ncfrag=0/6;abc4,1,1000000,-,ncfrag=3/6;def\n"),
		  "1-1:abcdef\n");
	/* a datagram was lost */
	lines_are(
		STR("4,1,1000000,-,ncfrag=0/9;abc\n4,1,1000000,-,ncfrag=6/9;def\n4,2,1000000,-;g\n"),
		"2-2:abc\n3-3:g\n");
}
END_TEST

START_TEST(test_prefixes)
{
	lines_are(STR("kernel: a\nhost-1 kernel:  b\nthe other kernel: c\n"),
		  "1-1:a\n2-2: b\n3-3:the other kernel: c\n");
	lines_are(STR("[2-3219.1870]  a\n"), "1-1: a\n");
	lines_are(STR("May  5 07:05:06 crashlog: <6>a\n"), "1-1:a\n");
	lines_are(STR("kern: warning: [2026-01-12T20:27:31.913975631Z]: a\n"), "1-1:a\n");
	lines_are(STR("messages.1:Jun  8 11:15:43 host kernel:  a\n"), "1-1: a\n");
	lines_are(STR("| [    1.000000] a  |\n`[    1.000000] b`\n"), "1-1:a\n2-2:b\n");
	lines_are(STR("\"2024-06-08 11:15:43\",\"h\",\"kernel: [    1.000000]  a\"\n"), "1-1: a\n");
}
END_TEST

START_TEST(test_html)
{
	lines_are(STR("<p><i>[&nbsp; &nbsp; 1.000000] a &lt;TASK&gt;<br>\n"
		      "    [    1.000001] b&nbsp;\n"
		      "    c<br>\n"
		      "[    1.000002] d<br>[    1.000003] e</i></p>\n"),
		  "1-1:a <TASK>\n2-3:b  c\n4-4:d\n4-4:e\n");
	lines_are(STR("<pre>\n[    1.000000] &#91;a&#93; <b8> <IRQ>\n[    1.000001] b\n</pre>\n"),
		  "1-1:\n2-2:[a] <b8> <IRQ>\n3-3:b\n4-4:\n");
}
END_TEST

START_TEST(test_json)
{
	lines_are(
		STR("{\"_TRANSPORT\":\"kernel\",\"PRIORITY\":\"4\",\"MESSAGE\":\"a \\\"b\\\"\\n \\u0041\"}\n"),
		"1-1:a \"b\"\n1-1: A\n");
	lines_are(STR("{\"MESSAGE\":[72,105],\"_TRANSPORT\":\"kernel\"}\n"), "1-1:Hi\n");
	lines_are(STR("{\"MESSAGE\":\"x\",\"_TRANSPORT\":\"stdout\"}\n"), "");
	lines_are(
		STR("{\"log\":\"[    1.000000] a\\n\",\"stream\":\"stdout\",\"time\":\"2025\"}\n"),
		"1-1:a\n");
	lines_are(STR("{\"jsonPayload\":{\"message\":\"a\"},\"labels\":{\"k\":\"v\"}}\n"),
		  "1-1:a\n");
	lines_are(STR("{\"log\":\"{\\\"message\\\":\\\"a\\\"}\"}\n"), "1-1:a\n");
	lines_are(STR("[{\"message\":\"a\"},{\"message\":\"b\"}]\n"), "1-1:a\n1-1:b\n");
	lines_are(STR("data: {\"MESSAGE\":\"a\"}\n"), "1-1:a\n");
	lines_are(STR("{\n\t\"PRIORITY\" : \"6\",\n\t\"MESSAGE\" : \"a\"\n}\n"), "3-3:a\n");
	lines_are(STR("2025-08-12T03:54:03.1Z stdout P [    1.000000] a\n"
		      "2025-08-12T03:54:03.1Z stdout F b\n"),
		  "2-2:ab\n");
	lines_are(STR("\"echo 0 > /proc/sys/kernel/x\" disables this message.\n"),
		  "1-1:\"echo 0 > /proc/sys/kernel/x\" disables this message.\n");
}
END_TEST

START_TEST(test_rows)
{
	lines_are(STR("@timestamp\tmessage\thost.name\n"
		      "Nov 21, 2024 @ 12:00:00.123\ta\thost-1\n"),
		  "1-1:@timestamp\tmessage\thost.name\n2-2:a\n");
	lines_are(STR("2024-11-21T12:00:00.123Z\thost-1\tkernel\ta: 1\n"
		      "2024-11-21T12:00:00.123Z\thost-1\tkernel\tb\tc\n"
		      "2024-11-21T12:00:00.123Z\thost-1\tkernel\t\n"
		      "2024-11-21T12:00:00.123Z\thost-1\tsshd[1]:\td\n"),
		  "1-1:a: 1\n2-2:b\tc\n3-3:\n");
	lines_are(STR("\"Nov 21, 2024 @ 12:00:00.123\",host-1,kernel,\"a, \"\"b\"\"\"\n"
		      "1732190400123,host-1,kernel,\" c\"\n"),
		  "1-1:a, \"b\"\n2-2: c\n");
	lines_are(STR("a\tb\n\"x\",\"y\"\n"), "1-1:a\tb\n2-2:x\",\"y\n");
}
END_TEST

START_TEST(test_logcat)
{
	lines_are(STR("08-12 03:54:03.123     0     0 W         : a\n"
		      "08-12 03:54:03.123     0     0 W Mem-Info: \n"
		      "08-12 03:54:03.123     0     0 W DMA     : 1*4kB (U) = 4kB\n"
		      "08-12 03:54:03.123     0     0 W DMA free: 15kB min:68kB\n"
		      "08-12 03:54:03.123     0     0 W lowmem_reserve[]: 0 12\n"
		      "08-12 03:54:03.123 W/free_cma(    0): 12\n"
		      "08-12 03:54:03.123  root     0     0 W kworker/0: 2 b\n"
		      "08-12 03:54:03.123   543   543 W kernel  : c\n"),
		  "1-1:a\n2-2:Mem-Info:\n3-3:DMA: 1*4kB (U) = 4kB\n4-4:DMA free:15kB min:68kB\n"
		  "5-5:lowmem_reserve[]: 0 12\n6-6:free_cma:12\n7-7:kworker/0:2 b\n8-8:c\n");
}
END_TEST

START_TEST(test_spelled_tabs)
{
	lines_are(STR("[    1.000000]\\ta\\tb \\tc\n"), "1-1:\ta\\tb \tc\n");
	lines_are(STR("printk(\"\\t%s\\n\");\n"), "1-1:printk(\"\\t%s\\n\");\n");
}
END_TEST

START_TEST(test_journal)
{
	lines_are(STR("__CURSOR=s=1\n__MONOTONIC_TIMESTAMP=5\n_TRANSPORT=kernel\nMESSAGE=a\n\n"),
		  "4-4:a\n");
	lines_are(STR("Tue 2025-08-12 03:54:03.123456 UTC [s=1;i=2;b=3]\n"
		      "    _TRANSPORT=kernel\n    MESSAGE=a\n    _BOOT_ID=1\n"),
		  "3-3:a\n");
}
END_TEST

START_TEST(test_wrapped)
{
	lines_are(STR("> [    1.000000] swapper/0: page allocation failure: order:6,\n"
		      "> mode:0x1(GFP_DMA), nodemask=(null),cpuset=/,mems_allowed=0\n"
		      "> [    1.000001] CPU: 0\n"),
		  "1-2:swapper/0: page allocation failure: order:6, mode:0x1(GFP_DMA), "
		  "nodemask=(null),cpuset=/,mems_allowed=0\n3-3:CPU: 0\n");
	lines_are(STR("[    1.000000] [    108]     0   108     2986     2624    61440\n"
		      "0             0 tail\n"),
		  "1-2:[    108]     0   108     2986     2624    61440 0             0 tail\n");
	lines_are(STR("a: page allocation failure: order:0, mode:0x10c0d0(GFP_KERNEL),\n"
		      "nodemask=(null),cpuset=/\nb\n"),
		  "1-2:a: page allocation failure: order:0, mode:0x10c0d0(GFP_KERNEL), "
		  "nodemask=(null),cpuset=/\n3-3:b\n");
	lines_are(STR(">> [    1.000000]  __alloc_pages_slowpath.constprop.111+0xb10/0\n>> xb50\n"),
		  "1-2: __alloc_pages_slowpath.constprop.111+0xb10/0xb50\n");
	/* quoted, then wrapped */
	lines_are(STR("> [    1.000000] active_anon:262759 inactive_anon:143768 isolated_anon:0\n"
		      "active_file:156164\n"),
		  "1-2:active_anon:262759 inactive_anon:143768 isolated_anon:0 "
		  "active_file:156164\n");
}
END_TEST

START_TEST(test_not_wrapped)
{
	/* the next word would have fitted */
	lines_are(STR("[    1.000000] Mem-Info:\nprose\n"), "1-1:Mem-Info:\n2-2:prose\n");
	/* a blank line, another depth of quotation, a reply */
	lines_are(
		STR("[    1.000000] aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbb\n\ncc\n"),
		"1-1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbb\n2-2:\n3-3:cc\n");
	lines_are(
		STR("> [    1.000000] aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbb\n> > cc\n"
		    "> [    1.000000] aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbb\n"
		    "Why would it print this?\n"),
		"1-1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbb\n2-2:cc\n"
		"3-3:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbb\n"
		"4-4:Why would it print this?\n");
	/* a row of registers, behind a line that ends in a blank */
	lines_are(STR("[    1.000000] CFAR: c000000000145700 IRQMASK: 1 \n"
		      "               GPR00: c0000000001b0a24 c0000000285b7750\n"),
		  "1-1:CFAR: c000000000145700 IRQMASK: 1\n"
		  "2-2:               GPR00: c0000000001b0a24 c0000000285b7750\n");
	/* getty */
	lines_are(
		STR("[    1.000000] [  396]     0   396      572       16    45056        0\nPassword: \n"),
		"1-1:[  396]     0   396      572       16    45056        0\n2-2:Password:\n");
	/* printk's own second line, indented */
	lines_are(STR("[    1.000000] active_anon:262759 inactive_anon:143768 isolated_anon:0\n"
		      "                active_file:156164\n"),
		  "1-1:active_anon:262759 inactive_anon:143768 isolated_anon:0\n"
		  "2-2:                active_file:156164\n");
	/* without prefixes: lines that begin as messages do */
	lines_are(
		STR("Node 0 hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB\n"
		    "123 total pagecache pages\n"),
		"1-1:Node 0 hugepages_total=0 hugepages_free=0 hugepages_surp=0 "
		"hugepages_size=2048kB\n2-2:123 total pagecache pages\n");
	lines_are(
		STR("[ 177372]     0 177372      571        0        0    51200       96      0 test\n"
		    "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null)\n"),
		"1-1:[ 177372]     0 177372      571        0        0    51200       96      0 test\n"
		"2-2:oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null)\n");
}
END_TEST

/* What all of a log tells, fed in pieces of @p piece bytes. */
struct outcome {
	uint64_t lines, taken;
	size_t boots, cited;
	uint32_t last_cited;
};

static struct outcome outcome_of(struct str in, size_t piece)
{
	struct outcome o;
	struct facts f;
	struct log *log;

	facts_init(&f);
	log = log_new(&f, facts_add_evidence(&f, "x", "log"), in.p, in.n < 65536 ? in.n : 65536);
	for (size_t at = 0; at < in.n; at += piece)
		ck_assert_int_eq(log_feed(log, in.p + at, piece < in.n - at ? piece : in.n - at),
				 OK);
	ck_assert_int_eq(log_finish(log, &o.lines, &o.taken), OK);
	facts_finish(&f);
	o.boots = f.lists[FACT_boot].n;
	o.cited = f.n_cited;
	o.last_cited = f.n_cited ? f.cited[f.n_cited - 1].line : 0;
	log_free(log);
	facts_deinit(&f);
	return o;
}

static const char boot[] = "[    0.000000] Linux version 6.1.0 (a@b) (gcc) #1 SMP\n";

/* Three times: much of nothing, a line that is too long, a banner. */
static char *long_log(size_t *ret_n, uint32_t *ret_last)
{
	size_t size = 4u << 20, n = 0;
	char *p = malloc(size);
	uint32_t lines = 0;

	ck_assert_ptr_nonnull(p);
	for (int part = 0; part < 3; part++) {
		while (n < (size_t)(part + 1) * 600000) {
			n += (size_t)sprintf(p + n, "Aug 12 03:54:03 h cron[%u]: nothing\n", lines);
			lines++;
		}
		memset(p + n, 'x', 200000);
		memcpy(p + n + 100000, boot, sizeof(boot) - 2); /* where no line reaches */
		p[n + 200000] = '\n';
		n += 200001;
		memcpy(p + n, boot, sizeof(boot) - 1);
		n += sizeof(boot) - 1;
		lines += 2;
	}
	*ret_n = n;
	*ret_last = lines;
	return p;
}

START_TEST(test_skipping)
{
	static const size_t pieces[] = { 1u << 30, 1 << 20, 65536, 40000, 4099, 211 };
	uint32_t last;
	size_t n;
	char *log = long_log(&n, &last);

	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		struct outcome o = outcome_of((struct str){ log, n }, pieces[i]);

		ck_assert_uint_eq(o.lines, last);
		ck_assert_uint_eq(o.boots, 3);
		ck_assert_uint_eq(o.last_cited, last);
		ck_assert_uint_eq(o.taken, 3);
	}
	free(log);
}
END_TEST

/* Far behind the beginning, among lines that hold an anchor by chance. */
START_TEST(test_other_tags)
{
	static const char *const told[] = {
		"Aug 12 03:54:03 h root[77]: Out of memory: Killed process 5 (java)\n",
		"Aug 12 03:54:03 h root[77]: BUG: Bad page state in process java  pfn:12345\n",
		"Aug 12 03:54:03 h logger[7]: java invoked oom-killer: gfp_mask=0xd0, order=0\n",
		"Aug 12 03:54:03 h kubelet[7]: [    1.000000] Linux version 6.1.0 (a@b)\n",
		"Aug 12 03:54:03 h kernel[0]: Linux version 6.1.0 (a@b)\n",
	};
	static const size_t pieces[] = { 1u << 30, 40000, 211 };
	char *p = malloc(1u << 20);

	ck_assert_ptr_nonnull(p);
	for (size_t i = 0; i < ARRAY_SIZE(told) * ARRAY_SIZE(pieces); i++) {
		struct outcome o;
		uint32_t lines = 0;
		size_t n = 0;

		for (int part = 0; part < 2; part++) {
			for (; n < 400000 + 400000 * (size_t)part; lines++)
				n += (size_t)sprintf(p + n,
						     "Aug %2u 03:54:03 h sql[%u]: free: 3 pages\n",
						     1 + lines / 100 % 28, lines);
			if (!part)
				n += (size_t)sprintf(p + n, "%s", told[i % ARRAY_SIZE(told)]);
		}
		o = outcome_of((struct str){ p, n }, pieces[i / ARRAY_SIZE(told)]);
		ck_assert_uint_eq(o.lines, lines + 1);
		ck_assert_uint_eq(o.taken, 1);
	}
	free(p);
}
END_TEST

START_TEST(test_binary_field)
{
	static const char log[] =
		"__CURSOR=s=1\n_TRANSPORT=kernel\nMESSAGE\n"
		"\x1d\0\0\0\0\0\0\0Linux version 6.1.0\nmore\x01text\nPRIORITY=4\n\n"
		"__CURSOR=s=2\n_TRANSPORT=kernel\nMESSAGE=Linux version 6.2.0 x\n\n";

	for (size_t piece = 1; piece < sizeof(log); piece += 3) {
		struct outcome o = outcome_of((struct str){ log, sizeof(log) - 1 }, piece);

		ck_assert_uint_eq(o.boots, 2);
		ck_assert_uint_eq(o.lines, 11);
	}
}
END_TEST

START_TEST(test_utf16)
{
	char wide[2 * sizeof(boot) + 2] = "\xff\xfe";

	for (size_t i = 0; i + 1 < sizeof(boot); i++)
		wide[2 + 2 * i] = boot[i];
	ck_assert_uint_eq(outcome_of((struct str){ wide, 2 * sizeof(boot) }, 5).boots, 1);
}
END_TEST

START_TEST(test_shape)
{
	static const char up[] = "[    1.000000] a\n[    2.000000] b\n[    3.000000] c\n"
				 "[    4.000000] d\n";
	static const char down[] = "[    4.000000] a\n[    3.000000] b\n[    2.000000] c\n"
				   "[    1.000000] d\n";
	static const char wall[] = "Aug 12 03:54:03 h kernel: a\nAug 12 03:54:02 h kernel: b\n"
				   "Aug 12 03:54:01 h kernel: b\n";
	static const char zeros[4096];

	ck_assert(log_look(up, sizeof(up) - 1).looks_like_text);
	ck_assert(!log_look(up, sizeof(up) - 1).newest_first);
	ck_assert(log_look(down, sizeof(down) - 1).newest_first);
	ck_assert(log_look(wall, sizeof(wall) - 1).newest_first);
	ck_assert(!log_look(zeros, sizeof(zeros)).looks_like_text);
	ck_assert(!log_look("\x01\x02\x03\x04\x05\x06", 6).looks_like_text);
	ck_assert(!log_look("", 0).looks_like_text);
}
END_TEST

START_TEST(test_anchors)
{
	static const struct anchor v[] = {
		{ "Out of memory", 0 }, { "memory", 1 }, { "[<", 2 }, { "BUG: Bad page", 3 }
	};
	static const char text[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx[<c01>] Out of "
				   "memory, BUG: Bad pag";
	struct anchors *a = anchors_new(v, ARRAY_SIZE(v));

	for (int prepared = 0; prepared < 2; prepared++) {
		bool owners[4] = { 0 };

		ck_assert_uint_eq(anchors_find(a, str_c(text), 0), 47);
		ck_assert_uint_eq(
			anchors_find(a, str_c("nothing at all here to be found, nothing"), 0), 40);
		ck_assert(anchors_owners(a, str_c(text), owners));
		ck_assert(owners[0] && owners[1] && owners[2] && !owners[3]);
		ck_assert_uint_eq(
			count_newlines(a, "\n1234567890123456789012345678901234567890\n", 42), 2);
		anchors_prepare(a);
	}
	anchors_free(a);
}
END_TEST

/* Pieces of words that are nearly anchors, of every length up to some 200 bytes: what each
 * processor's loops find is what the portable ones do. */
START_TEST(test_anchor_loops)
{
	static const char *const words[] = { "Call Trace:",
					     "Call Trac",
					     "invoked oom-",
					     "killer: ",
					     "active_anon",
					     ":",
					     " ",
					     "x",
					     "\n",
					     "[<",
					     "Mem-Info:",
					     "\xff\x80",
					     "BUG: Bad page",
					     "lowmem_reserve[]:" };
	const struct anchor_ops *ops[] = { anchor_ops_avx2(), anchor_ops_avx512() };
	struct anchors *a = anchors_of_parsers(), *b[ARRAY_SIZE(ops)];
	uint32_t seed = 1;

	for (size_t k = 0; k < ARRAY_SIZE(ops); k++) {
		b[k] = anchors_of_parsers();
		anchors_prepare_for(b[k], ops[k]);
	}
	for (int round = 0; round < 20000; round++) {
		char text[256];
		struct str s = { text, 0 };
		size_t want = (size_t)round % 200;

		while (s.n < want) {
			const char *w;

			seed = seed * 1664525 + 1013904223;
			w = words[(seed >> 16) % ARRAY_SIZE(words)];
			memcpy(text + s.n, w, strlen(w));
			s.n += strlen(w);
		}
		for (size_t k = 0; k < ARRAY_SIZE(ops); k++) {
			ck_assert_uint_eq(count_newlines(b[k], s.p, s.n),
					  count_newlines(a, s.p, s.n));
			for (size_t from = 0; from <= s.n; from += 1 + from / 8)
				ck_assert_uint_eq(anchors_find(b[k], s, from),
						  anchors_find(a, s, from));
		}
	}
	for (size_t k = 0; k < ARRAY_SIZE(ops); k++)
		anchors_free(b[k]);
	anchors_free(a);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("reader", test_bytes, test_escapes, test_quoted_printable, test_html,
		       test_json, test_rows, test_logcat, test_spelled_tabs, test_journal,
		       test_quoted_printable_glue, test_netconsole, test_prefixes, test_wrapped,
		       test_not_wrapped, test_skipping, test_other_tags, test_binary_field,
		       test_utf16, test_shape, test_anchors, test_anchor_loops);
}
