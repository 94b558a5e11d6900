// SPDX-License-Identifier: GPL-2.0-or-later
// Struct pages behind a node's end that the kernel never initialised.
#include <inttypes.h>

#include "model/layout.h"
#include "model/struct_pages.h"
#include "rule/rule.h"

enum behaviour { UNKNOWN, CRASHES, ODD, INITIALISED };

/* Distributions backport: the release only makes it likely. */
static enum behaviour behaviour_of(const struct fact_boot *b)
{
	struct release r = release_of(b->kernel, b->build);

	if (!r.known)
		return UNKNOWN;
	switch (hole_state_of(r)) {
	case HOLE_GARBAGE:
		return CRASHES;
	case HOLE_RESERVED_ZEROED:
	case HOLE_ZEROED:
		return ODD;
	case HOLE_ZEROED_BY_ALLOCATION:
	case HOLE_INITIALISED:
		break;
	}
	return INITIALISED;
}

/* @map, and with a zone's name. */
static bool has_map(const struct incident *in, const char *map, bool zone)
{
	const struct fact_memory_range *r;

	incident_for_each (in, memory_range, r)
		if (strcmp(r->map, map) == 0 && (!zone || r->zone.n))
			return true;
	return false;
}

/* "On node N, zone Z: K pages in unavailable ranges": the kernel says that it initialises them; 5.0
 * to 5.11 say that they zero them. */
static bool says_initialised(const struct incident *in)
{
	return has_map(in, "unavailable", false);
}

/* RAM from the first MiB on: no other architecture's. */
static bool looks_like_x86(const struct incident *in)
{
	const struct fact_memory_range *r;

	incident_for_each (in, memory_range, r)
		if (strcmp(r->map, "early-node") == 0 && r->start.known && r->start.v > 0 &&
		    r->start.v < 1 << 20)
			return true;
	return false;
}

/* The zones reach as far as RAM does, and so do the nodes' ranges, unless the log lost some. */
static bool lost_ranges(const struct incident *in)
{
	const struct fact_memory_range *r;
	uint64_t zones = 0, nodes = 0;

	incident_for_each (in, memory_range, r) {
		uint64_t end = num_or(r->end, 0);

		if (strcmp(r->map, "zone") == 0 && end > zones)
			zones = end;
		if (strcmp(r->map, "early-node") == 0 && end > nodes)
			nodes = end;
	}
	return nodes < zones;
}

static void tell(struct finding *f, const struct page_hole *h, enum behaviour b)
{
	add_step(f,
		 "node %" PRId64 " ends at pfn 0x%" PRIx64
		 "; its last section of struct pages reaches to 0x%" PRIx64 ": %" PRIu64
		 " pages in between",
		 h->node, h->start, h->end, h->end - h->start);
	if (b == CRASHES)
		add_step(
			f,
			"4.15 to 4.17 leave them as they came from the allocator: reading /proc/kpageflags over them can panic");
	if (b == ODD)
		add_step(
			f,
			"4.18 to 5.11 zero or half-initialise them: they read as pages of node 0, zone 0");
}

static void report(struct verdict *v, const struct incident *in, const struct page_hole *h,
		   enum behaviour b, bool contradicted)
{
	struct finding *f = fire(v, b == CRASHES ? SEV_HIGH : SEV_MEDIUM,
				 b == UNKNOWN || contradicted ? POSSIBLE : LIKELY,
				 "The struct pages of pfns 0x%" PRIx64 " to 0x%" PRIx64 " (%" PRIu64
				 " pages behind the end of node %" PRId64 ") are not initialised%s",
				 h->start, h->end - 1, h->end - h->start, h->node,
				 b == CRASHES ? ": reading /proc/kpageflags panics" : "");

	value_num(f, "first_pfn", h->start);
	value_num(f, "end_pfn", h->end);
	value_num(f, "hole_pages", h->end - h->start);
	value_int(f, "node", h->node);
	set_cause(
		f,
		"Struct pages are allocated a section at a time, but since f7f99100d8d9 (v4.15) they are no longer zeroed, "
		"and only those inside a node's span are initialised. A range that ends the node early (memmap=nn!ss, a "
		"hole in the firmware's map) leaves the rest of the section as it was.");
	tell(f, h, b);
	if (contradicted)
		add_step(
			f,
			"the log also has the line of kernels that initialise them (\"pages in unavailable "
			"ranges\"), which this release does not print: unless it was backported, the log is of two kernels");
	cite(f, &h->last->head);
	cite(f, &in->boot->head);
	set_margin(f,
		   "if node %" PRId64
		   " ended on a section boundary (128 MiB), or another node covered the rest",
		   h->node);
	add_fix(f, (struct finding_fix){ .commit = "907ec5fca3dc",
					 .subject = "mm: zero remaining unavailable struct pages",
					 .release = "v4.20",
					 .present = "unknown" });
	add_fix(f,
		(struct finding_fix){
			.commit = "0740a50b9baa",
			.subject =
				"mm/page_alloc.c: refactor initialization of struct page for holes in memory layout",
			.release = "v5.12, 5.11.7 and 5.10 stable",
			.present = "unknown" });
	add_next(f, NULL, NULL,
		 "Do not read /proc/kpageflags, /proc/kpagecount or run page-types on this boot.");
	add_next(f, "reboot", "memmap=1G!ADDRESS",
		 "Choose a memmap= range that does not end a node inside a section.");
}

static void tell_harmless(struct verdict *v, const struct page_hole *holes, size_t n)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < n; i++)
		pages += holes[i].end - holes[i].start;
	if (pages)
		clear_because(v, "%" PRIu64 " pages in %s, initialised by this kernel, harmless",
			      pages, n == 1 ? "a hole" : "holes");
}

static void check(const struct incident *in, struct verdict *v)
{
	struct page_hole holes[HOLES_MAX];
	enum behaviour b = behaviour_of(in->boot);
	size_t n;
	bool known;

	n = struct_page_holes(in, holes, &known);
	if (!known) {
		cannot_tell(v, "memory_range", "the boot printed no early memory node ranges");
		return;
	}
	if (lost_ranges(in)) {
		cannot_tell(
			v, "memory_range",
			"the zones reach beyond the last of the early memory node ranges: the log "
			"lost some");
		return;
	}
	/* this kernel initialises holes, by its own words or by its release; of 4.15 to 4.17 no
	 * backport of the words is known */
	if (b == INITIALISED || (says_initialised(in) && b != CRASHES)) {
		tell_harmless(v, holes, n);
		return;
	}
	/* in between, a RAM size that is no multiple of a section is what any machine has: odd only
	 * where the command line drew the map */
	if (b == ODD && !has_map(in, "user", false))
		return;
	for (size_t i = 0; i < n; i++)
		report(v, in, &holes[i], b, has_map(in, "unavailable", true));
}

static bool applies(const struct incident *in)
{
	struct str arch = in->boot->arch;

	if (!in->of[FACT_memory_range].n)
		return false;
	return arch.n ? str_is(arch, "x86_64") : looks_like_x86(in);
}

DEFINE_RULE(
	struct_page_hole, .title = "struct pages behind a node's end were never initialised",
	.doc = "From the early memory node ranges: the tail of a node's last 128 MiB section that no node's span covers. "
	       "4.15 to 4.17 crash when such pages are read by pfn, 4.18 to 5.11 show nonsense (told only where the "
	       "command line drew the map: any RAM size has such a tail), from 5.12 on (and 5.10.y, "
	       "5.11.7) they are initialised and the kernel says so (\"pages in unavailable ranges\"): then clear. Decided by "
	       "the release, so likely at most. Of x86-64 only, whose sections these are.",
	.refs = REFS("mm/page_alloc.c:memmap_init_zone()", "mm/mm_init.c:init_unavailable_range()",
		     "mm/sparse.c"),
	.on = NEED(boot), .applies = applies, .check = check);
