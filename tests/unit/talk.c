// SPDX-License-Identifier: GPL-2.0-or-later
// log/talk: messages of kernels against people's words about them. The messages are those of real
// kernels, the talk is of the kind found around them in mails.
#include "log/talk.h"

#include "unit.h"

static bool talk(const char *text, const char *anchor)
{
	struct str s = str_c(text);
	ptrdiff_t at = str_find(s, anchor, 0);

	ck_assert_int_ge(at, 0);
	return is_talk(s, (size_t)at);
}

START_TEST(test_code_and_quotations)
{
	ck_assert(
		talk("\tpr_warn(\"cannot allocate crashkernel (size:0x%llx)\\n\",", "crashkernel"));
	ck_assert(talk("-\tprintk(KERN_ERR \"BUG: Bad page map in process %s\",", "Bad page map"));
	ck_assert(talk("+\t\t\"Out of memory: Killed process %d (%s)\\n\",", "Killed process"));
	ck_assert(talk("\tpanic(\"Out of memory: system-wide panic_on_oom is enabled\\n\");",
		       "Out of memory"));
	ck_assert(talk("and caused a lot of \"BUG: Bad page state in process init\" reports.",
		       "Bad page"));
	ck_assert(talk("Means I still get to see the 'kswapd0: page allocation failure' in",
		       "page allocation failure"));
	ck_assert(talk("#regzbot title: kswapd0: page allocation failure", "page allocation"));
	ck_assert(talk("Subject: Re: kswapd0: page allocation failure: order:0, mode:0x820",
		       "page allocation failure"));
}
END_TEST

START_TEST(test_messages)
{
	ck_assert(!talk("BUG: Bad page state in process init  pfn:20165", "Bad page"));
	ck_assert(!talk("Command line: dyndbg=\"file x +p\" crashkernel=256M", "crashkernel"));
	ck_assert(!talk("init invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0", "invoked"));
	ck_assert(!talk("it's a 'b' comm: page allocation failure: order:0, mode:0x820",
			"page allocation failure"));
	ck_assert(!talk("a %s comm: page allocation failure: order:0, mode:0x820",
			"page allocation failure"));
	ck_assert(
		!talk("\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" disables this message.",
		      "hung_task_timeout_secs"));
	ck_assert(!talk("panic(8) invoked oom-killer: gfp_mask=0x0, order=0", "invoked"));
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("talk", test_code_and_quotations, test_messages);
}
