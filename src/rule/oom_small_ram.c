// SPDX-License-Identifier: GPL-2.0-or-later
// So little RAM that nothing has to be wrong.
#include <inttypes.h>

#include "rule/share.h"
#include "fact/page_size.h"

enum { SMALL = 64 * 1024 * 1024 };
enum { TINY = 24 * 1024 * 1024 }; /* hardly any kernel of this century starts in it */

/* What the machine has, by the firmware's word before the map's sum. */
static struct num there(const struct fact_boot *b)
{
	return b->mtrr_covered.known ? b->mtrr_covered : b->ram_installed;
}

/* What the kernel can have at most, where no report says what it manages. */
static struct num at_most(const struct fact_boot *b)
{
	uint64_t bytes;

	if (b->mem_total.known)
		return b->mem_total;
	if (b->last_pfn.known &&
	    !__builtin_mul_overflow(b->last_pfn.v, page_size_or_usual(b->page_size, b->arch),
				    &bytes))
		return num_at(bytes, b->last_pfn.line);
	return (struct num){ 0 };
}

static bool is_crash_kernel(const struct fact_boot *b)
{
	return str_is(str_c(b->entry), "kdump") || str_has(b->cmdline, "elfcorehdr=");
}

/* Half of the machine's RAM and more never reached this kernel. */
static bool ram_is_lost(const struct incident *in, struct verdict *v, struct num total)
{
	const struct fact_boot *b = in->boot;
	struct num machine, have;
	struct finding *f;

	if (!b || is_crash_kernel(b))
		return false;
	machine = there(b);
	have = total.known ? total : at_most(b);
	if (!machine.known || !have.known || have.v >= machine.v / 2)
		return false;
	f = fire(
		v, SEV_HIGH, LIKELY,
		"The kernel %s %s of the %s of RAM that the machine has: too little for what it runs",
		total.known ? "manages only" : "can have at most", v_human(v, have.v),
		v_human(v, machine.v));
	set_cause(
		f,
		"Most of the machine's RAM never reached this kernel; what it runs is meant for all of it. Who "
		"holds the little that is left is not the cause.");
	add_step(f, "%s there - %s here = %s lost", human(f, machine.v), human(f, have.v),
		 human(f, machine.v - have.v));
	cite(f, in->head);
	if (machine.line)
		cite_num(f, &b->head, machine);
	if (total.known && in->mem)
		cite_num(f, &in->mem->head, in->mem->ram_total);
	else
		cite_num(f, &b->head, have);
	set_margin(f, "with %s or more", human(f, machine.v / 2));
	value_num(f, "managed", have.v);
	value_num(f, "installed", machine.v);
	add_next(f, NULL, "mmwhy map LOG", "See where the RAM went; the ram_lost rules say why.");
	return true;
}

static void check(const struct incident *in, struct verdict *v)
{
	struct num total = budget_of(in) ? budget_of(in)->total : (struct num){ 0 };
	struct finding *f;
	const char *why;
	struct shares s;

	if (ram_is_lost(in, v, total))
		return;
	if (!total.known) {
		cannot_tell(v, "mem_info", "the report does not say how much RAM there is");
		return;
	}
	if (total.v >= SMALL || !shares_of(in, &s, &why))
		return;
	for (enum holder h = HOLD_ANON; h < HOLD_UNEXPLAINED; h++)
		if (share_level(&s, h) == SHARE_CERTAIN)
			return;
	f = fire(v, total.v < TINY ? SEV_HIGH : SEV_MEDIUM, LIKELY,
		 "The kernel manages only %s of RAM, and nobody holds most of it",
		 v_human(v, total.v));
	set_cause(
		f,
		"A kernel of this size needs a few MiB for itself before the first program runs; here "
		"there is hardly more than that.");
	add_step(f, "%s of RAM - %s reserved (the kernel itself) = %s managed",
		 human(f, num_or(in->mem->ram_total, 0)),
		 human(f, num_or(in->mem->ram_reserved, 0)), human(f, total.v));
	cite_num(f, &in->mem->head, in->mem->ram_total);
	cite_num(f, &in->mem->head, in->mem->ram_reserved);
	set_margin(f, "with %s or more managed", human(f, SMALL));
	value_num(f, "managed", total.v);
	add_next(f, NULL, NULL,
		 "Give it more memory, a smaller kernel configuration, or a smaller initramfs "
		 "and root file system.");
}

DEFINE_RULE(
	oom_small_ram, .title = "RAM is too small for the job",
	.doc = "Likely when the kernel manages less than 64 MiB (pages RAM - pages reserved) and no account "
	       "holds more than half of it. Also likely when it manages less than half of what the machine has, by the "
	       "boot's MTRRs, SRAT or memory map: then ram_lost* says why (because_of).",
	.refs = REFS("mm/show_mem.c:__show_mem()"), .on = NEED(oom), .applies = consumer_applies,
	.check = check);
