// SPDX-License-Identifier: GPL-2.0-or-later
// One-line messages of damaged page tables, swap entries, counters, slab objects and bad memory:
// print_bad_pte() of mm/memory.c, pmd_clear_bad() of mm/pgtable-generic.c, __swap_info_get() of
// mm/swapfile.c, check_mm() of kernel/fork.c, slab_bug() of mm/slub.c, action_result() of
// mm/memory-failure.c.
#include "log/backtrace.h"

static const char *const messages[] = {
	"Bad page map in process ",
	"Bad page map: ",
	"Bad rss-counter state ",
	"Bad swap file entry ",
	"Bad swap offset entry ",
	"Unused swap file entry ",
	"Unused swap offset entry ",
	"unrecognized swap entry ",
	"non-zero nr_ptes on ",
	"non-zero nr_pmds on ",
	"non-zero pgtables_bytes on ",
	"Corrupted page table at ",
	"Slab corruption",
	"slab error in ",
	NULL,
};

/* "BUG kmalloc-64 (Tainted: G    B): Right Redzone overwritten" */
static bool slub_bug(struct str text)
{
	static const char *const found[] = { " overwritten",	 " corrupt",
					     "already free",	 "pointer check fails",
					     "object count",	 "Invalid object pointer",
					     "not a valid slab", NULL };
	ptrdiff_t at = str_find(text, "): ", 0);

	if (!str_starts(text, "BUG ") || at < 0)
		return false;
	for (size_t i = 0; found[i]; i++)
		if (str_has(str_from(text, (size_t)at), found[i]))
			return true;
	return false;
}

/* "Memory failure: 0x17dc9: recovery action for dirty LRU page: Recovered"; before 4.12 "MCE
 * 0x17dc9: dirty LRU page recovery: Recovered". Who injects an error says so, too. */
static bool memory_failure(struct str text)
{
	if (str_starts(text, "Memory failure: 0x"))
		return str_has(text, "recovery action") || str_has(text, " recovery: ");
	return (str_starts(text, "MCE 0x") && str_has(text, " recovery: ")) ||
	       str_starts(text, "Injecting memory failure ") ||
	       (str_starts(text, "EDAC MC") && str_has(text, " UE ")) ||
	       str_has(text, "Uncorrected hardware memory error");
}

/* "mm/memory.c:1234: bad pmd 00000000abcd(0000000012345678)" */
static bool bad_level(struct str text)
{
	static const char *const levels[] = { ": bad pgd ", ": bad p4d ", ": bad pud ",
					      ": bad pmd ", NULL };

	for (size_t i = 0; levels[i]; i++)
		if (str_has(text, levels[i]) && str_has(text, ".c:"))
			return true;
	return false;
}

static bool is_message(struct str text)
{
	for (size_t i = 0; messages[i]; i++)
		if (str_has(text, messages[i]))
			return true;
	return bad_level(text) || slub_bug(text) || memory_failure(text);
}

static bool head(struct log_ctx *c, const struct line *l)
{
	struct str text = str_trim(l->text);
	struct fact_oops *f;

	if (!is_message(text))
		return false;
	f = log_fact(c, FACT_oops, l);
	f->head.report = f->head.id;
	f->reason = log_str(c, str_first(text, 200));
	if (str_has(text, "Bad page map in process "))
		backtrace_expect(
			c, l,
			&(struct trace_cause){ .reason = STR("bad page map"), .fact = &f->head });
	return true;
}

DEFINE_LOG_PARSER(mm_damage,
		  .anchors = (const char *const[]){ "Bad page map",
						    "rss-counter state",
						    "swap file entry",
						    "swap offset entry",
						    "unrecognized swap entry",
						    "non-zero nr_",
						    "non-zero pgtables_bytes",
						    "Corrupted page table",
						    ": bad pgd ",
						    ": bad p4d ",
						    ": bad pud ",
						    ": bad pmd ",
						    "Slab corruption",
						    "slab error in ",
						    "BUG ",
						    "emory failure",
						    "MCE 0x",
						    "EDAC MC",
						    "Uncorrected hardware memory error",
						    NULL },
		  .head = head);
