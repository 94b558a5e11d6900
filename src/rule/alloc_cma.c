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

static bool applies(const struct incident *in)
{
	return in->fail && in->fail->what && strcmp(in->fail->what, "cma") == 0;
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_alloc_failure *a = in->fail;
	struct str area = a->area.n ? a->area : STR("(unnamed)");
	struct finding *f;

	if (!a->bytes.known)
		f = fire(v, SEV_MEDIUM, a->error.known ? CERTAIN : LIKELY,
			 "CMA area %.*s could not give a contiguous range: %s", STR_ARG(area),
			 why_of(a->error));
	else
		f = fire(v, SEV_MEDIUM, a->error.known ? CERTAIN : LIKELY,
			 "CMA area %.*s could not give %s of contiguous memory: %s", STR_ARG(area),
			 v_human(v, num_or(a->bytes, 0)), why_of(a->error));
	set_cause(
		f, "%s",
		num_int_or(a->error, 0) == E_BUSY
			? "Movable pages may use a CMA area meanwhile; some of them were pinned (DMA, "
			  "long-term page pins, migration in progress) and stayed."
			: "The area is too small or too fragmented for this allocation: its other "
			  "users hold the rest.");
	cite(f, in->head);
	if (a->bytes.known)
		value_num(f, "bytes", num_or(a->bytes, 0));
	if (a->error.known) {
		value_int(f, "error_count", num_int_or(a->error, 0));
		cite_num(f, in->head, a->error);
	}
	value_text(f, "area", area);
	set_margin(f, "a free range of that length in the area");
	add_next(f, "debugfs", "grep . /sys/kernel/debug/cma/*/{count,used,maxchunk,bitmap}",
		 "Compare the area's size with what is used and with its largest free chunk.");
	add_next(f, "reboot", "cma=SIZE",
		 "Make the area larger (cma=, or linux,cma in the device "
		 "tree).");
}

DEFINE_RULE(
	alloc_cma, .title = "a CMA area could not give a contiguous range",
	.doc = "cma_alloc() says itself that it failed and with which error: -ENOMEM, no free range of "
	       "that length in the area's bitmap; -EBUSY, ranges were found but the pages in them "
	       "could not be migrated. Certain when the error is printed.",
	.refs = REFS("mm/cma.c:cma_alloc()", "mm/page_alloc.c:alloc_contig_range()"),
	.on = NEED(alloc_failure), .applies = applies, .check = check);
