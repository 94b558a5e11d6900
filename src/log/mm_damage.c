// SPDX-License-Identifier: GPL-2.0-or-later
// One-line messages of damaged page tables, swap entries and counters: print_bad_pte() of
// mm/memory.c, pmd_clear_bad() of mm/pgtable-generic.c, __swap_info_get() of mm/swapfile.c,
// check_mm() of kernel/fork.c.
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
	NULL,
};

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
	return bad_level(text);
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
		  .anchors = (const char *const[]){ "Bad page map", "rss-counter state",
						    "swap file entry", "swap offset entry",
						    "unrecognized swap entry", "non-zero nr_",
						    "non-zero pgtables_bytes",
						    "Corrupted page table", ": bad pgd ",
						    ": bad p4d ", ": bad pud ", ": bad pmd ",
						    NULL },
		  .head = head);
