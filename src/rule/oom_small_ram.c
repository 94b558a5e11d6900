// SPDX-License-Identifier: GPL-2.0-or-later
// So little RAM that nothing has to be wrong.
#include <inttypes.h>

#include "rule/share.h"

enum { SMALL = 64 * 1024 * 1024 };
enum { TINY = 24 * 1024 * 1024 }; /* hardly any kernel of this century starts in it */

static void check(const struct incident *in, struct verdict *v)
{
	struct num total = budget_of(in) ? budget_of(in)->total : (struct num){ 0 };
	struct finding *f;
	const char *why;
	struct shares s;

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
	       "holds more than half of it.",
	.refs = REFS("mm/show_mem.c:__show_mem()"), .on = NEED(oom), .needs = NEED(mem_info),
	.applies = consumer_applies, .check = check);
