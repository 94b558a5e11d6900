// SPDX-License-Identifier: GPL-2.0-or-later
// memmap= that does more than it was meant to.
#include <inttypes.h>
#include <stdlib.h>

#include "model/struct_pages.h"
#include "fact/page_size.h"
#include "rule/maps.h"

/* The memmap= of the command line that makes RAM persistent at or behind an address; empty if none.
 */
static struct str culprit(struct str cmdline, uint64_t at)
{
	struct str word;

	while ((word = str_word(&cmdline)).n) {
		struct scan s = scan_of(word);
		uint64_t size, start;

		if (!scan_lit(&s, "memmap=") || !memparse(&s, &size))
			continue;
		if ((scan_char(&s, '!') || scan_char(&s, '$')) && memparse(&s, &start) &&
		    start >= at)
			return word;
	}
	return (struct str){ "", 0 };
}

/* The node's end moves into a section of struct pages. */
static void check_nodes(const struct incident *in, struct verdict *v)
{
	struct page_hole holes[HOLES_MAX];
	uint64_t page = page_size_or_usual(in->boot->page_size, in->boot->arch);
	bool known;
	size_t n = struct_page_holes(in, holes, &known);

	for (size_t i = 0; i < n; i++) {
		struct str word = culprit(in->boot->cmdline, holes[i].start * page);
		struct finding *f;

		if (!word.n)
			continue;
		f = fire(v, SEV_LOW, LIKELY,
			 "%.*s ends node %" PRId64 " at pfn 0x%" PRIx64
			 ", inside a section of struct pages",
			 STR_ARG(word), holes[i].node, holes[i].start);
		value_text(f, "parameter", word);
		set_cause(
			f,
			"The range taken out was the node's last RAM, so the node now ends before it; the struct pages up to "
			"the section's end belong to no node.");
		cite(f, &holes[i].last->head);
		cite(f, &in->boot->head);
		set_margin(f, "with a range that leaves RAM of the same node behind it");
		add_next(f, NULL, "mmwhy simulate memmap LOG --add 'memmap=SIZE!START'",
			 "Try other places before rebooting.");
	}
}

/* A word of the command line that the kernel acts upon as nobody meant: what follows the number is
 * dropped. A shell or boot loader that takes $ for its own leaves such words. */
static void check_words(const struct incident *in, struct verdict *v, struct boot_map *scratch)
{
	struct str words = in->boot->cmdline, word;

	while ((word = e820_next_param(&words)).n && !str_is(word, "--")) {
		struct finding *f;

		scratch->e820.n = 0;
		if (!str_starts(word, "memmap=") ||
		    e820_memmap_param(&scratch->e820, str_from(word, 7)) != E820_PARAM_ODD)
			continue;
		f = fire(v, SEV_MEDIUM, LIKELY,
			 "%.*s is malformed, and the kernel acts on what it understands of it",
			 STR_ARG(word));
		value_text(f, "parameter", word);
		set_cause(
			f,
			"parse_memmap_one() changes the map before it finds the rest of the word wrong: without one of the signs "
			"@ # $ ! %% behind the size it removes all RAM from that address on, without a number behind the sign it "
			"means address 0. An unquoted $ and what is behind it is eaten by shells and by GRUB's configuration.");
		cite(f, &in->boot->head);
		set_margin(f, "with memmap=SIZE$START as one word");
		add_next(
			f, "reboot", "GRUB_CMDLINE_LINUX='memmap=SIZE\\\\\\$START'",
			"Escape the $ for the boot loader's configuration and look at /proc/cmdline after the reboot.");
	}
}

static bool is_ram(uint32_t type)
{
	return type == E820_RAM || type == E820_RESERVED_KERN;
}

/* Whether RAM of one map is listed as something else in the other: no line that a log lost explains
 * that. */
static bool contradicts(const struct boot_map *user, const struct boot_map *bios)
{
	for (size_t i = 0; i < user->e820.n; i++) {
		const struct e820_entry *a = &user->e820.v[i];

		for (size_t k = 0; k < bios->e820.n && is_ram(a->type); k++) {
			const struct e820_entry *b = &bios->e820.v[k];

			if (!is_ram(b->type) && a->addr < b->addr + b->size &&
			    b->addr < a->addr + a->size)
				return !user->n_damaged && !bios->n_damaged;
		}
	}
	return false;
}

/* RAM by the command line's word only. The first MiB is the kernel's own business. */
static void check_foreign(const struct incident *in, struct verdict *v, struct boot_map *bios,
			  struct boot_map *user)
{
	struct finding *f;
	uint64_t bytes;

	if (!map_of_boot(in, bios) || !map_of(in, "user", user))
		return;
	e820_range_remove(&bios->e820, 0, 1 << 20, 0);
	e820_range_remove(&user->e820, 0, 1 << 20, 0);
	bytes = lost_bytes(&user->e820, &bios->e820);
	if (bytes < 4096)
		return;
	f = fire(v, SEV_HIGH, contradicts(user, bios) ? CERTAIN : LIKELY,
		 "The command line makes %s RAM that is no RAM in the firmware's map",
		 v_human(v, bytes));
	value_num(f, "bytes", bytes);
	set_cause(
		f,
		"memmap=nn@ss (behind memmap=exactmap) is believed: the kernel writes to tables of the firmware, to device "
		"memory, or to addresses where there is nothing.");
	add_foreign_ranges(f, &user->e820, &bios->e820);
	cite(f, &user->fact[user->e820.n - 1]->head);
	cite(f, &bios->fact[bios->e820.n - 1]->head);
	cite(f, &in->boot->head);
	set_margin(f, "with ranges that the firmware's map calls usable");
	add_next(f, "reboot", NULL,
		 "Boot without the parameter, and name only ranges of \"BIOS-e820: ... usable\".");
}

/* What memmap= made of the map is told by the maps only. */
static void check_known(const struct incident *in, struct verdict *v)
{
	const struct fact_memory_range *r;

	if (!e820_was_read(in, v))
		return;
	incident_for_each (in, memory_range, r)
		if (strcmp(r->map, "user") == 0)
			return;
	cannot_tell(
		v, "memory_range",
		"the log does not hold what memmap= made of the map (\"user-defined physical RAM "
		"map\")");
}

static void check(const struct incident *in, struct verdict *v)
{
	struct boot_map *bios = boot_map_new(), *user = boot_map_new();

	check_known(in, v);
	check_nodes(in, v);
	if (bios && user) {
		check_words(in, v, bios);
		check_foreign(in, v, bios, user);
	}
	free(bios);
	free(user);
}

static bool applies(const struct incident *in)
{
	return may_have_e820(in) && str_has(in->boot->cmdline, "memmap=");
}

DEFINE_RULE(
	memmap_param_harm, .title = "memmap= does more than it was meant to",
	.doc = "A memmap= that is malformed and acted upon all the same; RAM that only the command line calls RAM (certain where "
	       "the firmware's map of the same boot calls it something else); and a memmap=nn!ss or nn$ss whose range lies behind a node's end that is not on a section boundary. Harmless on "
	       "kernels that initialise holes; struct_page_hole says whether this one does.",
	.refs = REFS("arch/x86/kernel/e820.c:parse_memmap_one()"), .on = NEED(boot),
	.applies = applies, .check = check);
