// SPDX-License-Identifier: GPL-2.0-or-later
// Struct pages in a state that cannot be: bad_page().
#include <inttypes.h>

#include "rule/rule.h"

enum { SHOWN = 8 };

static bool same_run(const struct fact *a, const struct fact *b)
{
	return a->boot == b->boot && a->origin.evidence == b->origin.evidence;
}

/* A console that prints a line twice makes no second page of it. */
static bool is_echo(const struct fact_bad_page *p, const struct fact_bad_page *last)
{
	return last && same_run(&p->head, &last->head) && p->pfn.known && last->pfn.known &&
	       p->pfn.v == last->pfn.v && str_eq(p->comm, last->comm) &&
	       (!p->head.time_ns.known || !last->head.time_ns.known ||
		p->head.time_ns.v == last->head.time_ns.v);
}

static void add_page(struct finding *f, const struct fact_bad_page *p)
{
	add_step(f,
		 "pfn %#" PRIx64 " in %.*s: %.*s; refcount %" PRId64 ", mapcount %" PRId64
		 ", flags %.*s",
		 num_or(p->pfn, 0), STR_ARG(p->comm), STR_ARG(p->reason),
		 num_int_or(p->refcount, 0), num_int_or(p->mapcount, 0), STR_ARG(p->flags));
	cite(f, &p->head);
}

static void add_advice(struct finding *f)
{
	add_next(
		f, "reboot", "page_owner=on debug_pagealloc=on",
		"Boot with these: the next report says who allocated and freed the page, and a write after "
		"free faults at once.");
	add_next(f, "reboot", "memtest=4",
		 "Rule out the memory itself (or run memtest86+), if pfns and reasons "
		 "differ from time to time.");
	add_next(f, NULL, "cat /proc/sys/kernel/tainted; lsmod",
		 "See whether modules from elsewhere are loaded.");
}

static void speak(struct verdict *v, const struct facts *facts, const struct fact_bad_page *first,
		  size_t n)
{
	struct finding *f =
		fire(v, SEV_HIGH, CERTAIN,
		     "The kernel found %zu page%s in a state that cannot be (%.*s), "
		     "the first in %.*s",
		     n, n == 1 ? "" : "s",
		     STR_ARG(first->reason.n ? first->reason : STR("no reason printed")),
		     STR_ARG(first->comm));
	const struct fact_bad_page *p;
	size_t shown = 0;

	f->evidence = first->head.origin.evidence;
	f->boot = first->head.boot;
	set_cause(
		f,
		"When a page is allocated or freed its struct page must be clean: no references, no mapping, "
		"no flags of use. It was not, so somebody freed it while using it, counted wrong, wrote "
		"over it, or it never was set up. The task named is who met it, not who did it.");
	fact_for_each (facts, bad_page, p)
		if (same_run(&p->head, &first->head) && shown++ < SHOWN)
			add_page(f, p);
	value_num(f, "pages_count", n);
	value_num(f, "pfn", num_or(first->pfn, 0));
	value_text(f, "comm", first->comm);
	value_text(f, "reason", first->reason);
	add_advice(f);
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_bad_page *p, *first = NULL, *last = NULL;
	size_t n = 0;

	fact_for_each (in->facts, bad_page, p) {
		if (first && !same_run(&p->head, &first->head)) {
			speak(v, in->facts, first, n);
			first = NULL;
			n = 0;
		}
		first = first ? first : p;
		n += !is_echo(p, last);
		last = p;
	}
	if (first)
		speak(v, in->facts, first, n);
}

DEFINE_RULE(
	bad_page, .title = "pages are in a state that cannot be",
	.doc = "Certain by the kernel's own words, \"BUG: Bad page state\": that the page is damaged. Who did it is "
	       "not in the report.",
	.refs = REFS("mm/page_alloc.c:bad_page()", "mm/page_alloc.c:free_page_is_bad_report()"),
	.of_log = true, .check = check);
