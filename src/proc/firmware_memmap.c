// SPDX-License-Identifier: GPL-2.0-or-later
// /sys/firmware/memmap/N/{start,end,type}: firmware_map_add_entry() of drivers/firmware/memmap.c.
// Which of x86's tables it shows changed: e820__reserve_resources_late() and its like register
// e820_table_firmware from 4.13 (12df216c61c8) on, before and since 2025 (a2498e5c453b) the table
// for the next kexec.
#include "proc/map_facts.h"

struct fact_boot *map_boot(struct facts *f, uint32_t evidence, uint32_t line)
{
	struct fact_boot *b =
		fact_add(f, FACT_boot, (struct origin){ .evidence = evidence, .line = line });

	b->head.boot = 0;
	b->entry = "unknown";
	b->first_line = b->last_line = line;
	return b;
}

void map_fact(struct fact_memory_range *r, const char *map, uint64_t start, uint64_t end,
	      uint32_t line)
{
	r->head.boot = 0;
	r->map = map;
	r->start = num_at(start, line);
	r->end = num_at(end, line);
	r->damaged = end < start;
}

/* "0x9efff\n" */
static bool number(struct str s, uint64_t *ret)
{
	struct scan sc = scan_of(str_trim(s));

	return scan_hex(&sc, ret) && scan_end(&sc);
}

bool firmware_memmap_entry(struct facts *f, uint32_t evidence, uint32_t no, struct str start,
			   struct str end, struct str type)
{
	struct fact_memory_range *r;
	struct str text;
	uint64_t from, to;

	if (!number(start, &from) || !number(end, &to))
		return false;
	type = str_trim(type);
	if (no == 1)
		(void)map_boot(f, evidence, no);
	text = arena_printf(&f->arena, "%u: 0x%llx-0x%llx %.*s", no - 1, (unsigned long long)from,
			    (unsigned long long)to, STR_ARG(type));
	facts_cite(f, evidence, no, text);
	r = fact_add(f, FACT_memory_range, (struct origin){ .evidence = evidence, .line = no });
	map_fact(r, "firmware-memmap", from, to, no);
	r->type = arena_str(&f->arena, type);
	return true;
}

static bool is_ram(const struct fact_memory_range *r)
{
	return str_is(r->type, "System RAM");
}

void firmware_memmap_end(struct facts *f, uint32_t evidence)
{
	const struct fact_memory_range *r, *last = NULL;
	bool split = false;

	fact_for_each (f, memory_range, r) {
		if (r->head.origin.evidence != evidence)
			continue;
		split |= last && is_ram(last) && is_ram(r) && last->end.v + 1 == r->start.v;
		last = r;
	}
	f->evidence[evidence]->note =
		split ? STR("touching System RAM entries: split around setup_data of a kexec. Kernels 4.13 to 6.x show "
			    "the table that this kernel was given, older and newer ones the table for the next kexec")
		      : STR("the table that the firmware or a kexec gave (kernels 4.13 to 6.x), or the one for the next "
			    "kexec (before 4.13, and since 2025)");
}
