// SPDX-License-Identifier: GPL-2.0-or-later
// A process ended and its page counts were not zero: check_mm().
#include <inttypes.h>

#include "rule/damage.h"

static const char *const words[] = { "Bad rss-counter state", NULL };

static void speak(struct verdict *v, const struct damage *d)
{
	struct finding *f = damage_fire(v, d, "A process ended with page counts that are not zero");

	set_cause(
		f,
		"When an address space goes, its counts of anonymous, file, shmem and swapped pages must be zero. "
		"They are not: pages were mapped or unmapped without being counted, which is what remains of "
		"a damaged page table or of a bug in counting.");
	add_next(
		f, NULL, NULL,
		"Look above for \"Bad page map\" or bad swap entries of the same process: the counts follow "
		"from them. Alone, it is a bug in whoever maps pages (a driver, huge pages, userfaultfd).");
}

static void check(const struct incident *in, struct verdict *v)
{
	struct damage d = { 0 };

	while (damage_next(in->facts, words, &d))
		speak(v, &d);
}

DEFINE_RULE(rss_counter, .title = "a process ended with page counts that are not zero",
	    .doc = "Certain by the kernel's own words, \"Bad rss-counter state\".",
	    .refs = REFS("kernel/fork.c:check_mm()"), .of_log = true, .check = check);
