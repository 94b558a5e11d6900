// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel was told to panic instead of killing: vm.panic_on_oom. check_panic_on_oom().
#include "rule/rule.h"

static bool applies(const struct incident *in)
{
	return in->oom && !in->oom->lowmemorykiller;
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_oom *o = in->oom;
	bool always = str_has(o->panic, "compulsory");
	struct finding *f;

	/* 2.6: "out of memory. panic_on_oom is selected" */
	if (!str_has(o->panic, "panic_on_oom")) {
		if (o->head.cut && !o->n_victims && !o->panicked)
			cannot_tell(v, "oom", "the report breaks off before a kill or a panic");
		return;
	}
	f = fire(v, SEV_HIGH, CERTAIN,
		 "The kernel panicked by policy: vm.panic_on_oom is %s, so nothing was killed",
		 always ? "2" : "set");
	set_cause(
		f,
		"With vm.panic_on_oom=1 a global shortage panics the machine, with 2 one of a cgroup, "
		"cpuset or memory policy does too. Killing one process might have been enough.");
	cite_line(f, &o->head, o->panic_line);
	cite(f, &o->head);
	value_text(f, "panic", o->panic);
	set_margin(f, "with vm.panic_on_oom=0");
	add_next(f, "root", "sysctl vm.panic_on_oom=0",
		 "Kill the largest task instead, unless a reboot is wanted "
		 "(a cluster node that must fail over whole).");
	add_next(f, NULL, "grep -r panic_on_oom /etc/sysctl.conf /etc/sysctl.d /usr/lib/sysctl.d",
		 "Find who set it.");
}

DEFINE_RULE(
	oom_policy_panic, .title = "the kernel was told to panic instead of killing",
	.doc = "Certain by the panic's own words: \"panic_on_oom is enabled\" (\"selected\" in old kernels), "
	       "\"compulsory\" where the value is 2. Why memory was short is for the other rules.",
	.refs = REFS("mm/oom_kill.c:check_panic_on_oom()"), .on = NEED(oom), .applies = applies,
	.check = check);
