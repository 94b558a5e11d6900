// SPDX-License-Identifier: GPL-2.0-or-later
// Somebody asked for it: SysRq-f. sysrq_handle_moom(), moom_callback().
#include <inttypes.h>

#include "rule/rule.h"

static bool applies(const struct incident *in)
{
	return in->oom && !in->oom->lowmemorykiller;
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_oom *o = in->oom;
	struct finding *f;

	if (!o->sysrq) {
		if (!o->order.known && !in->of[FACT_backtrace].n)
			cannot_tell(v, "backtrace",
				    "neither the request nor the stack that led to it is there");
		return;
	}
	f = fire(v, SEV_HIGH, CERTAIN,
		 "The OOM killer was called by hand (SysRq-f), not for want of memory");
	set_cause(
		f,
		"SysRq-f, from a keyboard, a serial console or /proc/sysrq-trigger, kills the largest "
		"task at once, however much memory is free.");
	cite(f, &o->head);
	if (o->order.known && num_int_or(o->order, 0) == -1)
		add_step(f, "order=-1: only SysRq-f asks with it");
	set_margin(f, "if the report had a request's order and no moom_callback() in its stack");
	add_next(f, "root", "sysctl kernel.sysrq=0", "Forbid it, if nobody meant it.");
	add_next(f, "root", "ausearch -f sysrq-trigger; journalctl -b | grep -i sysrq",
		 "Find who did it.");
}

DEFINE_RULE(
	oom_manual, .title = "somebody called the OOM killer by hand",
	.doc = "Certain by the kernel's own words: order=-1, which nothing else prints, or moom_callback() in "
	       "the report's stack (kernels before 4.3 print order=0).",
	.refs = REFS("drivers/tty/sysrq.c:moom_callback()", "mm/oom_kill.c:is_sysrq_oom()"),
	.on = NEED(oom), .applies = applies, .check = check);
