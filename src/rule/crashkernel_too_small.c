// SPDX-License-Identifier: GPL-2.0-or-later
// A crash kernel ran out of memory: what crashkernel= reserved does not do for this machine.
// reserve_crashkernel(), parse_crashkernel().
#include <inttypes.h>

#include "model/budget.h"
#include "rule/rule.h"

enum { MUCH = 512 * 1024 * 1024 };

static bool is_crash_kernel(const struct fact_boot *b)
{
	if (!b)
		return false;
	return (b->entry && strcmp(b->entry, "kdump") == 0) || str_has(b->cmdline, "elfcorehdr=") ||
	       str_has(b->cmdline, "reset_devices");
}

/* As little memory as crash kernels have, and no line of its start that says what it is. */
static bool may_be_crash_kernel(const struct incident *in)
{
	const struct fact_budget *b = budget_of(in);

	return in->oom && b && b->total.known && b->total.v < MUCH &&
	       (!in->boot || !in->boot->cmdline.n) && !is_crash_kernel(in->boot);
}

static bool applies(const struct incident *in)
{
	return (is_crash_kernel(in->boot) || may_be_crash_kernel(in)) &&
	       !(in->oom && in->oom->sysrq);
}

/* What an earlier kernel in the same log set aside for this one. */
static const struct fact_boot *reserver(const struct incident *in)
{
	const struct fact_boot *b, *last = NULL;

	fact_for_each (in->facts, boot, b)
		if (b->head.origin.evidence == in->boot->head.origin.evidence &&
		    b->index < in->boot->index && b->crashkernel.known)
			last = b;
	return last;
}

static void add_reserved(struct finding *f, const struct incident *in)
{
	const struct fact_boot *by = reserver(in);

	if (!by)
		return;
	add_step(f, "the kernel before reserved %s for it", human(f, num_or(by->crashkernel, 0)));
	cite_num(f, &by->head, by->crashkernel);
	value_num(f, "reserved", num_or(by->crashkernel, 0));
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_budget *b = budget_of(in);
	struct num total = b ? b->total : (struct num){ 0 };
	struct finding *f;

	if (may_be_crash_kernel(in)) {
		cannot_tell(v, "boot",
			    "so small a machine may be a crash kernel; its command line is not "
			    "in the evidence");
		return;
	}
	if (!total.known)
		total = in->boot->mem_total;
	/* Where it failed for another reason than its size, the order says so. */
	if (in->fail && num_or(in->fail->order, 0) > 3 &&
	    (!in->fail->what || strcmp(in->fail->what, "page") == 0))
		return;
	f = fire(
		v, in->oom ? SEV_HIGH : SEV_MEDIUM, in->oom ? LIKELY : POSSIBLE,
		"The crash kernel ran out of memory%s%s%s: crashkernel= is too small for this machine",
		total.known ? " with " : "", total.known ? v_human(v, num_or(total, 0)) : "",
		total.known ? " in all" : "");
	set_cause(
		f,
		"A crash kernel lives in what crashkernel= set aside, and starts the drivers of the whole "
		"machine in it: the more devices, CPUs and memory the machine has, the more it takes. Without "
		"it there is no dump of the first crash.");
	cite(f, in->head);
	cite(f, &in->boot->head);
	add_reserved(f, in);
	if (total.known) {
		add_step(f, "memory it has: %s", human(f, num_or(total, 0)));
		value_num(f, "managed", num_or(total, 0));
	}
	set_margin(f, "with more memory reserved than its drivers and its initramfs need");
	add_next(f, "reboot", "crashkernel=512M",
		 "Reserve more on the first kernel's command line; on x86 and arm64 "
		 "crashkernel=1G,high keeps low memory free.");
	add_next(
		f, "reboot", "nr_cpus=1 numa=off udev.children-max=2 cgroup_disable=memory",
		"Or make the crash kernel need less (KDUMP_CMDLINE_APPEND), and leave drivers that dump nothing out "
		"of its initramfs.");
}

DEFINE_RULE(
	crashkernel_too_small, .title = "a crash kernel ran out of memory",
	.doc = "Fires for an OOM, or less surely for an allocation that failed, in a kernel that was started to "
	       "save a dump: elfcorehdr= or reset_devices on its command line, or started behind a panic in the "
	       "same log. Likely: it did run out; that more memory would have been enough is inferred.",
	.refs = REFS("kernel/crash_reserve.c:parse_crashkernel()",
		     "arch/x86/kernel/setup.c:arch_reserve_crashkernel()"),
	.on = NEED(oom) | NEED(alloc_failure), .applies = applies, .check = check);
