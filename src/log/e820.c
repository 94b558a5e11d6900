// SPDX-License-Identifier: GPL-2.0-or-later
// The firmware's memory map on x86, and what the kernel makes of it: e820__print_table(),
// __e820__range_update(), e820__range_remove(), e820__end_of_ram_pfn() of arch/x86/kernel/e820.c.
#include "base/cleanup.h"
#include "log/boot.h"
#include "log/mem_range.h"

/* Who printed a line of a table, and whose map that is. */
static const struct {
	const char *who, *map;
} tables[] = {
	{ "BIOS-e820:", "bios-e820" },
	{ "BIOS-e801:", "bios-e820" }, /* i386: older BIOS calls */
	{ "BIOS-88:", "bios-e820" },
	{ "Xen:", "bios-e820" }, /* 2.6.27 to 3.x: the hypervisor's */
	{ "user:", "user" },
	{ "modified:", "modified" },
	{ "extended:", "extended" },
	{ "reserve setup_data:", "extended" },
};

static const char *map_of(struct scan *sc)
{
	(void)scan_blanks(sc);
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		if (scan_lit(sc, tables[i].who))
			return tables[i].map;
	return NULL;
}

static bool is_ram(struct str type)
{
	return str_is(type, "usable") || str_is(type, "System RAM");
}

/* The number behind a word, where a word has only one: RAM may be 1 or 128 (RESERVED_KERN). */
static struct num code_of(struct str type, uint32_t line)
{
	static const struct {
		const char *word;
		uint64_t code;
	} codes[] = {
		{ "reserved", 2 }, { "device reserved", 2 }, { "ACPI data", 3 },
		{ "ACPI NVS", 4 }, { "unusable", 5 },	     { "soft reserved", 0xefffffff },
	};
	struct scan sc = scan_of(type);
	uint64_t v;

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (str_is(type, codes[i].word))
			return num_at(codes[i].code, line);
	if (scan_past(&sc, "type ", NULL) && scan_u64(&sc, &v))
		return num_at(v, line);
	return (struct num){ 0 };
}

/* "(usable)" of the old form, " System RAM" of 6.17 and newer. */
static struct str type_of(struct str s)
{
	s = str_trim(s);
	if (s.n > 1 && s.p[0] == '(' && s.p[s.n - 1] == ')' && !str_has(str_first(s, s.n - 1), ")"))
		s = (struct str){ s.p + 1, s.n - 2 };
	return s;
}

static void count(struct fact_boot *b, const struct fact_memory_range *range)
{
	uint64_t bytes = range->end.v - range->start.v + 1;

	b->e820_entries = num_at(num_or(b->e820_entries, 0) + 1, range->head.origin.line);
	if (is_ram(range->type) && !range->damaged &&
	    !__builtin_add_overflow(bytes, num_or(b->ram_usable, 0), &bytes))
		b->ram_usable = num_at(bytes, range->head.origin.line);
}

/* " BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable" and, before 3.6,
 * " BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)". */
static bool table_line(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	const char *map = map_of(&sc);
	struct fact_memory_range *range;
	struct printed_range r;

	if (!map || !scan_blanks(&sc))
		return false;
	if (scan_lit(&sc, "[gap ")) /* 6.17 and newer: what no entry covers */
		return true;
	if (!scan_mem(&sc, &r) && !scan_dash_range(&sc, &r))
		return false;
	if (boot_replays(c, l))
		return true;
	range = mem_range_add(c, l, map, r);
	range->type = log_str(c, type_of(scan_rest(&sc)));
	range->type_code = code_of(range->type, l->no);
	if (str_is(str_c(map), "bios-e820"))
		count(log_boot(c, l), range);
	return true;
}

/* "e820: update [mem 0x00000000-0x00000fff] usable ==> reserved", "e820: remove [mem ...] usable",
 * before 3.6 "e820 update range: 0000000000000000 - 0000000000001000 (usable) ==> (reserved)". */
static bool change_line(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct fact_memory_range *range;
	struct printed_range r;
	bool update;

	if (!scan_past(&sc, "e820", NULL))
		return false;
	(void)scan_char(&sc, ':');
	if (!scan_char(&sc, ' '))
		return false;
	update = scan_lit(&sc, "update ");
	if (!update && !scan_lit(&sc, "remove "))
		return false;
	(void)scan_lit(&sc, "range: ");
	if (!scan_mem(&sc, &r) && !scan_dash_range(&sc, &r))
		return false;
	if (boot_replays(c, l))
		return true;
	range = mem_range_add(c, l, update ? "e820-update" : "e820-remove", r);
	range->type = log_str(c, type_of(scan_rest(&sc)));
	return true;
}

/* "e820: reserve RAM buffer [mem 0x0009fc00-0x0009ffff]", before 3.6 "reserve RAM buffer:
 * 000000000009fc00 - 000000000009ffff ", its end the last byte: e820__reserve_resources_late(). No
 * RAM, but gaps behind it that no device shall have. */
static bool buffer_line(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct fact_memory_range *range;
	struct printed_range r;

	if (!scan_past(&sc, "reserve RAM buffer", NULL))
		return false;
	if (scan_char(&sc, ':')) {
		if (!scan_blanks(&sc) || !scan_dash_range(&sc, &r))
			return false;
		r.end++;
	} else if (!scan_blanks(&sc) || !scan_mem(&sc, &r)) {
		return false;
	}
	if (boot_replays(c, l))
		return true;
	range = mem_range_add(c, l, "e820-reserve", r);
	range->type = STR("RAM buffer");
	return true;
}

/* "last_pfn = 0x36f6e max_arch_pfn = 0x400000000"; a second line, below 4 GiB, follows. */
static bool last_pfn(struct log_ctx *c, const struct line *l)
{
	struct fact_boot *b = log_boot(c, l);
	struct scan sc = scan_of(l->text);
	uint64_t pfn;

	if (!scan_past(&sc, "last_pfn = ", NULL) || !scan_hex(&sc, &pfn))
		return false;
	if (!b->last_pfn.known)
		b->last_pfn = num_at(pfn, l->no);
	return true;
}

/* "e820: update e820_table_kexec for e820__memblock_alloc_reserved()", before 4.13 "e820: update
 * e820_saved for early_reserve_e820": the other writer of the table for the next kernel. */
static bool kexec_table(struct log_ctx *c, const struct line *l)
{
	if (!str_has(l->text, "update e820_table_kexec for e820__memblock_alloc_reserved") &&
	    !str_has(l->text, "update e820_saved for early_reserve_e820"))
		return false;
	log_boot(c, l)->kexec_table_line = num_at(1, l->no);
	return true;
}

/* "BIOS-provided physical RAM map:", "user-defined physical RAM map:" */
static bool heading(struct log_ctx *c, const struct line *l)
{
	if (str_has(l->text, "BIOS-provided physical RAM map"))
		mem_range_heading(c, l, "bios-e820");
	else if (str_has(l->text, "user-defined physical RAM map"))
		mem_range_heading(c, l, "user");
	else
		return false;
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	return heading(c, l) || table_line(c, l) || kexec_table(c, l) || change_line(c, l) ||
	       buffer_line(c, l) || last_pfn(c, l);
}

DEFINE_LOG_PARSER(e820,
		  .anchors = (const char *const[]){ "BIOS-e820:", "BIOS-e801:", "BIOS-88:", "Xen: ",
						    "user: [mem", "modified: [mem",
						    "extended: [mem", "user: 0", "modified: 0",
						    "extended: 0",
						    "reserve setup_data:", "reserve RAM buffer",
						    "e820: ", "e820 update", "e820 remove",
						    "last_pfn = ", "physical RAM map", NULL },
		  .head = head);
