// SPDX-License-Identifier: GPL-2.0-or-later
// RAM that no MTRR covers is given up: mtrr_trim_uncached_memory().
#include "rule/maps.h"

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_boot *b = in->boot;
	struct finding *f;

	/* the line stands behind the firmware's map */
	if (!b->mtrr_lost.known && !has_e820(in))
		cannot_tell(v, "boot",
			    "the log of this boot begins behind the line on RAM without MTRRs");
	if (!b->mtrr_lost.known || !b->mtrr_lost.v)
		return;
	f = fire(v, b->mtrr_lost.v >= GIB ? SEV_HIGH : SEV_MEDIUM, CERTAIN,
		 "%s of RAM is not used: the firmware's MTRRs do not cover it",
		 v_human(v, b->mtrr_lost.v));
	value_num(f, "ram_lost", b->mtrr_lost.v);
	set_cause(
		f,
		"Memory without a write-back MTRR would be uncached and unbearably slow, so the kernel removes "
		"it from the map.");
	cite_num(f, &b->head, b->mtrr_lost);
	if (b->mtrr_covered.known)
		cite_num(f, &b->head, b->mtrr_covered);
	set_margin(f, "with MTRRs that cover all RAM");
	add_next(f, NULL, "cat /proc/mtrr; dmesg | grep -iE 'mtrr|e820: update'",
		 "See what the firmware covers, and which ranges the kernel gave up.");
	add_next(f, "reboot", NULL,
		 "Update the firmware, or set its memory remapping or MTRR option to continuous.");
	add_next(f, "reboot", "enable_mtrr_cleanup mtrr_spare_reg_nr=1",
		 "Or let the kernel rearrange them, by these boot parameters.");
}

DEFINE_RULE(
	ram_lost_mtrr, .title = "RAM that no MTRR covers was given up",
	.doc = "The kernel's own statement: \"CPU MTRRs don't cover all of memory, losing N MB of RAM\". Cannot tell where the firmware's map, behind which it stands, is not in the log.",
	.refs = REFS("arch/x86/kernel/cpu/mtrr/cleanup.c:mtrr_trim_uncached_memory()"),
	.on = NEED(boot), .applies = may_have_e820, .check = check);
