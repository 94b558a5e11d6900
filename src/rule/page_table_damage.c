// SPDX-License-Identifier: GPL-2.0-or-later
// A page table entry that cannot be: print_bad_pte(), pmd_clear_bad().
#include <inttypes.h>

#include "rule/damage.h"

static const char *const words[] = { "Bad page map",
				     "bad pgd",
				     "bad p4d",
				     "bad pud",
				     "bad pmd",
				     "Corrupted page table",
				     "non-zero nr_ptes",
				     "non-zero nr_pmds",
				     "non-zero pgtables_bytes",
				     "Bad pagetable",
				     NULL };

static void speak(struct verdict *v, const struct damage *d)
{
	struct finding *f = damage_fire(v, d, "A page table holds an entry that cannot be");

	set_cause(
		f,
		"The kernel walked a process' page table and met an entry that maps no valid page, or tables that "
		"outlive it. It was overwritten, its page was freed under it, or memory flipped a bit.");
	add_next(f, "reboot", "memtest=4", "Rule out the memory itself.");
	add_next(
		f, "reboot", "page_table_check=on page_owner=on",
		"Boot with these (CONFIG_PAGE_TABLE_CHECK): a wrong mapping is caught when it is made.");
}

static void check(const struct incident *in, struct verdict *v)
{
	struct damage d = { 0 };

	while (damage_next(in->facts, words, &d))
		speak(v, &d);
}

DEFINE_RULE(
	page_table_damage, .title = "a page table entry that cannot be",
	.doc = "Certain by the kernel's own words (\"Bad page map\", \"bad pmd\", \"Corrupted page table\" and the like): that "
	       "the entry is wrong, not who wrote it.",
	.refs = REFS("mm/memory.c:print_bad_pte()", "mm/pgtable-generic.c:pmd_clear_bad()"),
	.of_log = true, .check = check);
