// SPDX-License-Identifier: GPL-2.0-or-later
// memmap= that does more than it was meant to.
#include <inttypes.h>
#include <stdlib.h>

#include "model/struct_pages.h"
#include "rule/maps.h"

/* The memmap= of the command line that makes RAM persistent at or behind an address; empty if none.
 */
static struct str culprit(struct str cmdline, uint64_t at)
{
	struct str word;

	while ((word = str_word(&cmdline)).n) {
		struct scan s = scan_of(word);
		uint64_t size, start;

		if (!scan_lit(&s, "memmap=") || !memparse(&s, &size))
			continue;
		if ((scan_char(&s, '!') || scan_char(&s, '$')) && memparse(&s, &start) &&
		    start >= at)
			return word;
	}
	return (struct str){ "", 0 };
}

static void check(const struct incident *in, struct verdict *v)
{
	struct page_hole holes[HOLES_MAX];
	uint64_t page = num_or(in->boot->page_size, 4096);
	bool known;
	size_t n = struct_page_holes(in, holes, &known);

	for (size_t i = 0; i < n; i++) {
		struct str word = culprit(in->boot->cmdline, holes[i].start * page);
		struct finding *f;

		if (!word.n)
			continue;
		f = fire(v, SEV_LOW, LIKELY,
			 "%.*s ends node %" PRId64 " at pfn 0x%" PRIx64
			 ", inside a section of struct pages",
			 STR_ARG(word), holes[i].node, holes[i].start);
		value_text(f, "parameter", word);
		set_cause(
			f,
			"The range taken out was the node's last RAM, so the node now ends before it; the struct pages up to "
			"the section's end belong to no node.");
		cite(f, &holes[i].last->head);
		cite(f, &in->boot->head);
		set_margin(f, "with a range that leaves RAM of the same node behind it");
		add_next(f, NULL, "mmwhy simulate memmap LOG --add 'memmap=SIZE!START'",
			 "Try other places before rebooting.");
	}
}

static bool applies(const struct incident *in)
{
	return str_has(in->boot->cmdline, "memmap=");
}

DEFINE_RULE(
	memmap_param_harm, .title = "memmap= cut a node short",
	.doc = "A memmap=nn!ss or nn$ss whose range lies behind a node's end that is not on a section boundary. Harmless on "
	       "kernels that initialise holes; struct_page_hole says whether this one does.",
	.refs = REFS("arch/x86/kernel/e820.c:parse_memmap_one()"), .on = NEED(boot),
	.applies = applies, .check = check);
