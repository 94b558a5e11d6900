// SPDX-License-Identifier: GPL-2.0-or-later
// A swap entry names no swap slot: __swap_info_get().
#include <inttypes.h>

#include "rule/damage.h"

static const char *const words[] = { "Bad swap file entry",	"Bad swap offset entry",
				     "Unused swap file entry",	"Unused swap offset entry",
				     "unrecognized swap entry", "swap_dup:",
				     "Bad swap entry",		NULL };

static void speak(struct verdict *v, const struct damage *d)
{
	struct finding *f =
		damage_fire(v, d, "A page table holds a swap entry that names no swap slot");

	set_cause(
		f,
		"Where a page is swapped out its page table entry holds the swap file and slot. This one is "
		"nonsense: the page table was overwritten, a bit was flipped, or the architecture's swap "
		"entry format collides with its own bits. The page it stood for is lost; its process sees "
		"a crash or wrong data.");
	add_next(f, "reboot", "memtest=4", "Rule out the memory itself.");
	add_next(
		f, NULL, NULL,
		"Compare the value with the architecture's swap entry layout "
		"(asm/pgtable.h): one wrong bit points at memory or a race, a whole wrong word at an overwrite.");
}

static void check(const struct incident *in, struct verdict *v)
{
	struct damage d = { 0 };

	while (damage_next(in->facts, words, &d))
		speak(v, &d);
}

DEFINE_RULE(
	swap_corruption, .title = "a swap entry names no swap slot",
	.doc = "Certain by the kernel's own words (\"Bad swap offset entry\", \"Unused swap file entry\" and the like): "
	       "that the entry is wrong, not who wrote it.",
	.refs = REFS("mm/swapfile.c:swap_info_get()", "mm/swapfile.c:get_swap_device()"),
	.of_log = true, .check = check);
