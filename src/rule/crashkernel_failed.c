// SPDX-License-Identifier: GPL-2.0-or-later
// crashkernel= could not be reserved.
#include "rule/maps.h"

/* Neither word of it: the line is lost, or this kernel found nothing to ask for in the words. */
static void check_silent(const struct fact_boot *b, struct verdict *v)
{
	if (!b->cmdline.n)
		cannot_tell(v, "boot", "the log of this boot does not hold its command line");
	else if (str_has(b->cmdline, "crashkernel=") && !b->crashkernel.known && !is_kdump_boot(b))
		cannot_tell(
			v, "boot",
			"crashkernel= is on the command line, and the log does not say what came "
			"of it; /sys/kernel/kexec_crash_size does");
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_boot *b = in->boot;
	struct finding *f;

	if (!b->crashkernel_error.n) {
		check_silent(b, v);
		return;
	}
	f = fire(v, SEV_MEDIUM, CERTAIN, "%s: %.*s",
		 b->crashkernel.known ? "Part of what crashkernel= asks for was not reserved"
				      : "No memory was reserved for a crash kernel",
		 STR_ARG(b->crashkernel_error));
	value_text(f, "error", b->crashkernel_error);
	set_cause(
		f,
		"The range asked for by crashkernel= was not free, not there, or badly written. %s",
		b->crashkernel.known ? "What was reserved may not be enough for a dump."
				     : "A panic will leave no dump.");
	cite_line(f, &b->head, b->crashkernel_error_line);
	set_margin(f, "with a free range of that size below the limit");
	add_next(f, "reboot", "crashkernel=512M",
		 "Ask for a size without an address, or a smaller one.");
	add_next(f, NULL, "kdumpctl estimate || cat /sys/kernel/kexec_crash_size",
		 "See what is reserved.");
}

DEFINE_RULE(
	crashkernel_failed, .title = "crashkernel= could not be reserved",
	.doc = "Certain by the kernel's own words (\"crashkernel reservation failed\" and its variants). Cannot tell where it is on the command line and the log says nothing of it.",
	.refs = REFS("kernel/crash_reserve.c:reserve_crashkernel_generic()",
		     "arch/x86/kernel/setup.c:arch_reserve_crashkernel()"),
	.on = NEED(boot), .check = check);
