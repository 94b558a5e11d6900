// SPDX-License-Identifier: GPL-2.0-or-later
// A CMA area could not give a contiguous range: mm/cma.c cma_alloc().
#include <inttypes.h>

#include "rule/request.h"

enum { E_AGAIN = -11, E_NOMEM = -12, E_BUSY = -16, E_INTR = -4 };

static const char *why_of(struct num error)
{
	if (!error.known)
		return "for a reason it does not print";
	switch (num_int_or(error, 0)) {
	case E_NOMEM:
		return "no free range of that length is left in the area (-ENOMEM)";
	case E_BUSY:
		return "pages in the way could not be moved out (-EBUSY)";
	case E_AGAIN:
		return "pages in the way could not be moved out in time (-EAGAIN)";
	case E_INTR:
		return "the caller was killed meanwhile (-EINTR)";
	}
	return "with an unusual error";
}

/* The first of many alike speaks for them all. */
static bool is_first(const struct incident *in, size_t *alike)
{
	const struct fact_alloc_failure *a, *me = in->fail;

	*alike = 0;
	fact_for_each (in->facts, alloc_failure, a) {
		if (!a->what || strcmp(a->what, "cma") != 0 || a->head.boot != me->head.boot ||
		    a->head.origin.evidence != me->head.origin.evidence)
			continue;
		if (!str_eq(a->area, me->area) || a->error.v != me->error.v ||
		    str_eq(a->reason, STR("")) != str_eq(me->reason, STR("")))
			continue;
		if (a->head.id < me->head.id)
			return false;
		++*alike;
	}
	return true;
}

static bool applies(const struct incident *in)
{
	size_t alike;

	return in->fail && in->fail->what && strcmp(in->fail->what, "cma") == 0 &&
	       is_first(in, &alike);
}

/* "Failed to reserve N MiB": at boot, before there is an area. */
static void say_not_reserved(const struct incident *in, struct verdict *v)
{
	struct finding *f = fire(v, SEV_MEDIUM, CERTAIN,
				 "%s for a CMA area could not be reserved at "
				 "boot",
				 v_human(v, num_or(in->fail->bytes, 0)));

	set_cause(f, "No free range of that size was left below the area's limits when the kernel "
		     "reserved it: too large for the machine (or for the memory below 4 GiB).");
	cite(f, in->head);
	value_num(f, "bytes", num_or(in->fail->bytes, 0));
	set_margin(f, "a free range of that size at boot");
	add_next(f, "reboot", "cma=SIZE",
		 "Ask for less, or let it lie anywhere (cma=SIZE@0-LIMIT).");
}

static void say_state(struct finding *f, const struct fact_alloc_failure *a)
{
	if (!a->area_total_pages_count.known || !a->area_free_pages_count.known)
		return;
	cite_num(f, &a->head, a->area_free_pages_count);
	add_step(f, "the area: %" PRIu64 " of %" PRIu64 " pages free, in pieces; asked: %" PRIu64,
		 a->area_free_pages_count.v, a->area_total_pages_count.v,
		 num_or(a->pages_count, 0));
	value_num(f, "area_free_pages", a->area_free_pages_count.v);
	value_num(f, "area_total_pages", a->area_total_pages_count.v);
}

static void say_failed(const struct incident *in, struct verdict *v)
{
	const struct fact_alloc_failure *a = in->fail;
	struct str area = a->area.n ? a->area : STR("(unnamed)");
	size_t alike = 0;
	struct finding *f;

	(void)is_first(in, &alike);
	f = fire(v, SEV_MEDIUM, a->error.known ? CERTAIN : LIKELY,
		 "CMA area %.*s could not give %" PRIu64 " contiguous pages: %s", STR_ARG(area),
		 num_or(a->pages_count, 0), why_of(a->error));
	set_cause(
		f, "%s",
		num_int_or(a->error, 0) == E_BUSY
			? "Movable pages may use a CMA area meanwhile; some of them were pinned (DMA, "
			  "long-term page pins, migration in progress) and stayed."
			: "The area is too small or too fragmented for this allocation: its other "
			  "users hold the rest.");
	cite(f, in->head);
	if (a->pages_count.known)
		value_num(f, "asked_pages", num_or(a->pages_count, 0));
	if (a->error.known) {
		value_int(f, "error_count", num_int_or(a->error, 0));
		cite_num(f, in->head, a->error);
	}
	say_state(f, a);
	if (alike > 1)
		value_num(f, "alike_count", alike);
	value_text(f, "area", area);
	set_margin(f, "a free range of that length in the area");
	add_next(f, "debugfs", "grep . /sys/kernel/debug/cma/*/{count,used,maxchunk,bitmap}",
		 "Compare the area's size with what is used and with its largest free chunk.");
	add_next(f, "reboot", "cma=SIZE",
		 "Make the area larger (cma=, or linux,cma in the device "
		 "tree).");
}

static void check(const struct incident *in, struct verdict *v)
{
	if (str_has(in->fail->reason, "Failed to reserve"))
		say_not_reserved(in, v);
	else
		say_failed(in, v);
}

DEFINE_RULE(
	alloc_cma, .title = "a CMA area could not give a contiguous range",
	.doc = "cma_alloc() says itself that it failed and with which error: -ENOMEM, no free range of "
	       "that length in the area's bitmap; -EBUSY, ranges were found but the pages in them "
	       "could not be migrated. Certain when the error is printed.",
	.refs = REFS("mm/cma.c:cma_alloc()", "mm/page_alloc.c:alloc_contig_range()"),
	.on = NEED(alloc_failure), .applies = applies, .check = check);
