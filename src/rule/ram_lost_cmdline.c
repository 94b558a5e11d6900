// SPDX-License-Identifier: GPL-2.0-or-later
// RAM that mem= or memmap= took away.
#include <stdlib.h>

#include "rule/maps.h"

static enum severity severity_of(uint64_t lost, uint64_t ram)
{
	if (lost >= ram / 4)
		return SEV_MEDIUM;
	return lost >= ram / 20 ? SEV_LOW : SEV_INFO;
}

/* Whether the command line turns the one map into the other: no line of either is damaged. */
static bool explains(const struct incident *in, const struct boot_map *bios,
		     const struct boot_map *user)
{
	struct boot_map *made = boot_map_new();
	enum e820_param worst = E820_PARAM_TAKEN;
	bool same;

	if (!made)
		return false;
	made->e820 = bios->e820;
	(void)e820_sanitize(&made->e820);
	(void)e820_cmdline(&made->e820, in->boot->cmdline, &worst);
	(void)e820_sanitize(&made->e820);
	same = !lost_bytes(&made->e820, &user->e820) && !lost_bytes(&user->e820, &made->e820);
	free(made);
	return same;
}

static void report(const struct incident *in, struct verdict *v, const struct boot_map *bios,
		   const struct boot_map *user)
{
	uint64_t ram = e820_ram(&bios->e820), lost = lost_bytes(&bios->e820, &user->e820);
	struct str words = in->boot->cmdline, word;
	struct finding *f;

	if (!lost)
		return;
	if (map_is_whole(in, &user->e820) == T_NO) {
		cannot_tell(
			v, "memory_range",
			"the kernel counted more memory than the user-defined map lists: lines of "
			"it are lost");
		return;
	}
	f = fire(v, severity_of(lost, ram),
		 map_is_whole(in, &user->e820) == T_YES && explains(in, bios, user) ? CERTAIN
										    : LIKELY,
		 "The command line takes %s of the firmware's %s of RAM away", v_human(v, lost),
		 v_human(v, ram));
	value_num(f, "ram_lost", lost);
	value_num(f, "ram_firmware", ram);
	set_cause(
		f,
		"mem= and memmap= change the e820 map before anything else reads it: the kernel prints the result "
		"as the user-defined physical RAM map.");
	add_lost_ranges(f, &bios->e820, &user->e820);
	while ((word = str_word(&words)).n)
		if (str_starts(word, "mem=") || str_starts(word, "memmap="))
			add_step(f, "on the command line: %.*s", STR_ARG(word));
	cite(f, &user->fact[0]->head);
	cite(f, &bios->fact[0]->head);
	set_margin(f, "without the parameter");
	add_next(
		f, NULL, "tr ' ' '\\n' < /proc/cmdline | grep -E '^mem(map)?='",
		"Find who set it (boot loader configuration, or CONFIG_CMDLINE built into the kernel).");
}

/* Whether a word of the command line changes the map. */
static bool changes_map(struct str words)
{
	struct str word;

	while ((word = str_word(&words)).n)
		if (str_starts(word, "mem=") || str_starts(word, "memmap="))
			return true;
	return false;
}

/* Both maps, or the word that there is no second one. */
static bool can_compare(const struct incident *in, struct verdict *v)
{
	const struct fact_memory_range *r;

	incident_for_each (in, memory_range, r)
		if (strcmp(r->map, "user") == 0)
			return e820_was_read(in, v);
	if (changes_map(in->boot->cmdline))
		cannot_tell(
			v, "memory_range",
			"the command line changes the map, and the log does not hold the result "
			"(\"user-defined physical RAM map\")");
	else if (!in->boot->cmdline.n && !has_e820(in))
		cannot_tell(v, "boot", "the log of this boot does not hold its command line");
	return false;
}

static void check(const struct incident *in, struct verdict *v)
{
	struct boot_map *bios = boot_map_new(), *user = boot_map_new();

	if (can_compare(in, v) && bios && user && map_of_boot(in, bios) && map_of(in, "user", user))
		report(in, v, bios, user);
	free(bios);
	free(user);
}

DEFINE_RULE(
	ram_lost_cmdline, .title = "mem= or memmap= takes RAM away",
	.doc = "Arithmetic over two maps that the same boot printed: RAM of the firmware's map that is not RAM in "
	       "the user-defined one. Cannot tell where the command line has mem= or memmap= and one of the maps is not in the log. Likely only where no line (\"Memory: ... available\") shows that the second map is whole, or the words of the command line do not make it of the first.",
	.refs = REFS("arch/x86/kernel/e820.c:parse_memmap_one()",
		     "arch/x86/kernel/e820.c:parse_memopt()"),
	.on = NEED(boot), .applies = may_have_e820, .check = check);
