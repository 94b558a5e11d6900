// SPDX-License-Identifier: GPL-2.0-or-later
// A struct page that nobody initialised was read.
#include "rule/rule.h"

/* Readers of struct pages by pfn, which meet those of holes. */
static const char *const readers[] = { "stable_page_flags", "kpageflags_read", "kpagecount_read",
				       "kpagecgroup_read",  "page_to_nid",     "dump_page" };

static bool in_reader(struct str symbol)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (str_starts(symbol, readers[i]))
			return true;
	return false;
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_oops *o;

	fact_for_each (in->facts, oops, o) {
		bool minus_two = o->address.known && o->address.v == 0xfffffffffffffffeull;
		struct finding *f;

		if (minus_two && !o->ip_symbol.n)
			cannot_tell(
				v, "oops",
				"a fault at 0xfffffffffffffffe, and the log does not say where");
		else if (!o->address.known && in_reader(o->ip_symbol))
			cannot_tell(v, "oops",
				    "an oops in %.*s, and the log does not say at which address",
				    STR_ARG(o->ip_symbol));
		if (!minus_two || !in_reader(o->ip_symbol))
			continue;
		f = fire(v, SEV_HIGH, LIKELY,
			 "A struct page that was never initialised was read: fault at "
			 "0xfffffffffffffffe in %.*s",
			 STR_ARG(o->ip_symbol));
		f->evidence = o->head.origin.evidence;
		f->boot = o->head.boot;
		value_text(f, "symbol", o->ip_symbol);
		set_cause(
			f,
			"compound_head of a struct page filled with ones is -1, so its head seems to lie at -2. The pages "
			"of a hole behind a node's end were allocated with the section's memmap and never initialised.");
		cite(f, &o->head);
		set_margin(f, "with struct pages of every hole initialised");
		add_fix(f,
			(struct finding_fix){
				.commit = "0740a50b9baa",
				.subject =
					"mm/page_alloc.c: refactor initialization of struct page for holes in memory layout",
				.release = "v5.12, 5.11.7 and 5.10 stable",
				.present = "unknown" });
		add_next(
			f, NULL, NULL,
			"Do not read /proc/kpageflags, kpagecount or kpagecgroup on this boot; give mmwhy the boot "
			"log: it names the ranges.");
	}
}

DEFINE_RULE(
	struct_page_uninitialised, .title = "an uninitialised struct page was read",
	.doc = "An oops at 0xfffffffffffffffe inside a reader of struct pages: all-ones struct pages are "
	       "CONFIG_DEBUG_VM's poison. Likely at most: the address could come from elsewhere.",
	.refs = REFS("fs/proc/page.c:stable_page_flags()",
		     "include/linux/page-flags.h:compound_head()"),
	.on = 0, .of_log = true, .check = check);
