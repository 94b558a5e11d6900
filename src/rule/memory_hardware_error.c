// SPDX-License-Identifier: GPL-2.0-or-later
// The machine said that memory is bad: memory_failure(), action_result().
#include <inttypes.h>

#include "rule/damage.h"

static const char *const words[] = { "^Memory failure: 0x",
				     "^Injecting memory failure",
				     "^MCE 0x",
				     "^EDAC MC",
				     "Uncorrected hardware memory error",
				     NULL };

/* madvise(MADV_HWPOISON) and hwpoison-inject say so. */
static const struct fact_oops *injected(const struct damage *d)
{
	for (size_t i = 0; i < d->n && i < DAMAGE_SHOWN; i++)
		if (str_starts(d->first[i]->reason, "Injecting "))
			return d->first[i];
	return NULL;
}

static void speak(struct verdict *v, const struct damage *d)
{
	const struct fact_oops *by_hand = injected(d);
	struct finding *f = damage_fire(v, d,
					by_hand ? "Pages were called bad memory by a test"
						: "The machine reported bad memory");

	f->severity = by_hand ? SEV_LOW : SEV_HIGH;
	set_cause(
		f, "%s",
		by_hand ? "Somebody injected the error (MADV_HWPOISON, hwpoison-inject): the kernel took the pages "
			  "out of use and killed who used them, as it would for real."
			: "The memory controller met an error that it cannot correct. The kernel takes the page out of "
			  "use for good (HardwareCorrupted in /proc/meminfo) and kills who needs what was in it.");
	set_margin(f, "without such a report");
	if (by_hand) {
		add_rejected(
			f, "a fault of the hardware: the first message says that it was injected");
		return;
	}
	add_next(f, "root", "ras-mc-ctl --errors; edac-util -v; ipmitool sel list",
		 "Find the module that the errors are on, and replace it.");
	add_next(f, NULL, "grep HardwareCorrupted /proc/meminfo",
		 "See how much is out of use already.");
}

static void check(const struct incident *in, struct verdict *v)
{
	struct damage d = { 0 };

	while (damage_next(in->facts, words, &d))
		speak(v, &d);
}

DEFINE_RULE(
	memory_hardware_error, .title = "the machine reported bad memory",
	.doc = "Certain by the kernel's own words: \"Memory failure: 0x...: recovery action for ...\" (\"MCE 0x...\" "
	       "before 4.12), EDAC's uncorrected errors. Low where the log says that the error was injected.",
	.refs = REFS("mm/memory-failure.c:action_result()", "mm/madvise.c:madvise_inject_error()"),
	.of_log = true, .check = check);
