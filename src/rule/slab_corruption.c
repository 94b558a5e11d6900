// SPDX-License-Identifier: GPL-2.0-or-later
// The slab allocator's own checks found an object or its list written over: slab_bug(),
// check_object().
#include <inttypes.h>

#include "rule/damage.h"

static const char *const words[] = { "^BUG ", "Slab corruption", "slab error in ", NULL };

static void speak(struct verdict *v, const struct damage *d)
{
	struct finding *f = damage_fire(v, d, "Slab objects are damaged");

	f->severity = SEV_HIGH;
	set_cause(
		f,
		"The allocator keeps known patterns around and in free objects, and found them changed: somebody "
		"wrote past the end of an object, used one after it was freed, or freed it twice. The task named "
		"is who met it, not always who did it; the object's own \"Allocated in\" and \"Freed in\" stacks "
		"come nearer.");
	set_margin(f, "with the patterns as the allocator left them");
	add_next(
		f, "reboot", "slub_debug=FZPU",
		"Boot with this (slab_debug is its newer name): each report then tells who allocated and freed the object.");
	add_next(f, "reboot", "kfence.sample_interval=10",
		 "Or catch the write itself: KFENCE now and then, KASAN always, at a price.");
	add_next(f, NULL, "cat /proc/sys/kernel/tainted; lsmod",
		 "See whether modules from elsewhere are loaded.");
}

static void check(const struct incident *in, struct verdict *v)
{
	struct damage d = { 0 };

	while (damage_next(in->facts, words, &d))
		speak(v, &d);
}

DEFINE_RULE(
	slab_corruption, .title = "slab objects are damaged",
	.doc = "Certain by the kernel's own words: SLUB's \"BUG kmalloc-64 (...): Right Redzone overwritten\" and its "
	       "like, SLAB's \"Slab corruption\" and \"slab error in\". Who did it is inferred by nobody.",
	.refs = REFS("mm/slub.c:slab_bug()", "mm/slub.c:check_object()"), .of_log = true,
	.check = check);
