// SPDX-License-Identifier: GPL-2.0-or-later
// vmalloc() or vmap() failed, for want of addresses or of pages: mm/vmalloc.c.
#include <inttypes.h>

#include "rule/vmspace.h"

static bool applies(const struct incident *in)
{
	return vmspace_failed(in);
}

/* Behind the addresses, the pages: the kernel says which of them was missing. */
static bool wants_pages(const struct fact_alloc_failure *a)
{
	return str_has(a->reason, "allocate page") || str_has(a->reason, "allocated page") ||
	       str_has(a->reason, "page order") || str_has(a->reason, "page array") ||
	       str_has(a->reason, "allocation failure");
}

static bool is_percpu(const struct incident *in)
{
	return strcmp(in->fail->what, "percpu") == 0;
}

static void say_percpu(const struct incident *in, struct verdict *v)
{
	struct finding *f =
		fire(v, SEV_MEDIUM, LIKELY, "per-CPU memory of %s could not be had: %.*s",
		     v_human(v, num_or(in->fail->bytes, 0)), STR_ARG(in->fail->reason));

	set_cause(f,
		  "Per-CPU chunks take the same offsets in vmalloc space for every CPU, and a page "
		  "for each; either the space has no such gap or the pages were not there.");
	cite(f, in->head);
	if (in->fail->bytes.known)
		value_num(f, "bytes", num_or(in->fail->bytes, 0));
	set_margin(f, "one chunk more of vmalloc space and pages for each CPU");
	add_next(f, "root", "grep -E 'Percpu|Vmalloc' /proc/meminfo; grep pcpu /proc/vmallocinfo",
		 "See how much per-CPU memory there is.");
	add_next(f, "reboot", "percpu_alloc=page",
		 "Use page-mapped first chunks; on 32-bit, make "
		 "vmalloc space larger (vmalloc=SIZE).");
}

/* __vmalloc_area_node() prints what it got until then; other messages, what was asked for. */
static void say_pages(const struct incident *in, struct verdict *v)
{
	bool got = str_has(in->fail->reason, "failed to allocate pages");
	const char *size = v_human(v, num_or(in->fail->bytes, 0));
	struct finding *f =
		fire(v, SEV_MEDIUM, LIKELY, "vmalloc %s%s %s pages, not of addresses (%.*s)",
		     got ? "got " : "of ", size,
		     got ? "and then failed for want of" : "failed for want of",
		     STR_ARG(in->fail->reason));

	set_cause(f, "The address range was found, but the page allocator could not fill it.");
	cite(f, in->head);
	if (in->fail->bytes.known)
		value_num(f, "bytes", num_or(in->fail->bytes, 0));
	set_margin(f, "as much free memory as the request is large");
	add_next(f, "root", "sort -rnk2 /proc/vmallocinfo | head",
		 "See who holds most vmalloc memory.");
}

static void say_space(const struct incident *in, struct verdict *v, const struct machine *m)
{
	const struct fact_alloc_failure *a = in->fail;
	struct finding *f =
		fire(v, SEV_MEDIUM, a->range_start.known ? CERTAIN : LIKELY,
		     "vmalloc space has no gap of %s%s left", v_human(v, num_or(a->bytes, 0)),
		     m->bits == 32 ? " (32-bit kernels have little of it)" : "");

	set_cause(f,
		  "%s failed to find a free address range of that size: the space is used up or in "
		  "pieces. This is about kernel addresses, not about memory.",
		  a->what);
	cite(f, in->head);
	if (a->range_start.known && a->range_end.known) {
		cite_num(f, in->head, a->range_start);
		add_step(f, "range 0x%" PRIx64 " - 0x%" PRIx64 ": %s in all", a->range_start.v,
			 a->range_end.v, human(f, vmspace_size(a)));
	}
	if (a->bytes.known)
		value_num(f, "bytes", num_or(a->bytes, 0));
	set_margin(f, "a gap of %s in the range", human(f, num_or(a->bytes, 0)));
	add_rejected(f, "a shortage of RAM");
	add_next(f, "root", "sort -rnk2 /proc/vmallocinfo | head -20", "See who holds the space.");
	add_next(f, "reboot", "vmalloc=SIZE", "On 32-bit kernels: make the space larger.");
}

static void check(const struct incident *in, struct verdict *v)
{
	struct machine m = machine_of(in);

	if (vmspace_absurd(in) || vmspace_is_modules(in, &m))
		return;
	if (is_percpu(in))
		say_percpu(in, v);
	else if (wants_pages(in->fail) && !in->fail->range_start.known)
		say_pages(in, v);
	else if (!in->fail->bytes.known)
		cannot_tell(v, "alloc_failure", "the size asked for is not in the evidence");
	else
		say_space(in, v, &m);
}

DEFINE_RULE(
	alloc_vmalloc, .title = "vmalloc space is exhausted, or vmalloc got no pages",
	.doc = "vmalloc or vmap says that it failed: without a range it found no gap in its address "
	       "space (\"use vmalloc=<size>\": likely, since modules get the same words; certain where the "
	       "range that it was restricted to is printed); or it says that pages could not be allocated, which is a shortage of memory.",
	.refs = REFS("mm/vmalloc.c:alloc_vmap_area()", "mm/vmalloc.c:__vmalloc_area_node()"),
	.on = NEED(alloc_failure), .applies = applies, .check = check);
