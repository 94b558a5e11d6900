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

/* Words on low memory or CMA are of a part: of the rest another line tells, if it is not lost. */
static bool of_a_part(const struct fact_boot *b)
{
	return b->crashkernel.known || str_has(b->crashkernel_error, " low memory") ||
	       str_has(b->crashkernel_error, " CMA ");
}

/* get_last_crashkernel(), parse_crashkernel_mem() and _simple(): a kernel tries several in turn. */
static bool of_a_parser(struct str error)
{
	return str_has(error, "crashkernel: ") &&
	       (str_has(error, " expected") || str_has(error, ": invalid size") ||
		str_has(error, ": unrecognized char") || str_has(error, ": end <= start"));
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_boot *b = in->boot;
	struct finding *f;
	bool part = of_a_part(b);

	if (!b->crashkernel_error.n) {
		check_silent(b, v);
		return;
	}
	/* one of them did not know the words, another did */
	if (b->crashkernel.known && of_a_parser(b->crashkernel_error))
		return;
	if (!b->mem_available.known && of_a_parser(b->crashkernel_error)) {
		cannot_tell(v, "boot",
			    "crashkernel= was not understood by one parser, and the log ends "
			    "before the others had their turn");
		return;
	}
	f = fire(v, SEV_MEDIUM, of_a_parser(b->crashkernel_error) ? LIKELY : CERTAIN, "%s: %.*s",
		 part ? "Part of what crashkernel= asks for was not reserved"
		      : "No memory was reserved for a crash kernel",
		 STR_ARG(b->crashkernel_error));
	value_text(f, "error", b->crashkernel_error);
	set_cause(
		f,
		"The range asked for by crashkernel= was not free, not there, or badly written. %s",
		part ? "What was reserved, if anything, may not be enough for a dump."
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
	.doc = "Certain by the kernel's own words (\"crashkernel reservation failed\" and its variants); likely where one of its parsers did not understand the words: another may have. Cannot tell where it is on the command line and the log says nothing of it.",
	.refs = REFS("kernel/crash_reserve.c:reserve_crashkernel_generic()",
		     "arch/x86/kernel/setup.c:arch_reserve_crashkernel()"),
	.on = NEED(boot), .check = check);
