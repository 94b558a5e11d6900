// SPDX-License-Identifier: GPL-2.0-or-later
// A kexec put something where the firmware or the kernel before had a table that nobody reserved in
// the map for the next kernel: efi_memattr_init(), efi_tpm_eventlog_init().
#include <inttypes.h>
#include <stdlib.h>

#include "rule/maps.h"

/* Tables that lie in boot or loader data: the kernel before reserved them for itself only. */
static const char *const loose[] = { "MEMATTR", "TPMEventLog", "TPMFinalLog", "MEMRESERVE" };

static bool is_loose(struct str name)
{
	for (size_t i = 0; i < sizeof(loose) / sizeof(loose[0]); i++)
		if (str_is(name, loose[i]))
			return true;
	return false;
}

/* The entry of RAM, free for the taking, that an address lies in. */
static const struct fact_memory_range *ram_at(const struct boot_map *m, uint64_t at)
{
	for (size_t i = 0; i < m->e820.n; i++)
		if (m->e820.v[i].type == E820_RAM && at >= m->e820.v[i].addr &&
		    at - m->e820.v[i].addr < m->e820.v[i].size)
			return m->fact[i];
	return NULL;
}

static const struct fact_memory_range *table_of(const struct incident *in, const char *name)
{
	const struct fact_memory_range *r;

	incident_for_each (in, memory_range, r)
		if (strcmp(r->map, "efi-table") == 0 && str_is(r->type, name) && r->start.known)
			return r;
	return NULL;
}

/* The boot from firmware in the same log that found the table in order. */
static const struct fact_boot *sound_boot(const struct incident *in)
{
	const struct fact_boot *b, *found = NULL;

	fact_for_each (in->facts, boot, b)
		if (b->head.origin.evidence == in->head->origin.evidence &&
		    b->index < in->boot->index && str_is(str_c(b->entry), "firmware") &&
		    b->e820_entries.known)
			found = b->memattr_damaged.known ? NULL : b;
	return found;
}

static void tell_others(struct finding *f, const struct incident *in, const struct boot_map *m)
{
	const struct fact_memory_range *r;

	incident_for_each (in, memory_range, r) {
		if (strcmp(r->map, "efi-table") != 0 || !is_loose(r->type) || !r->start.known ||
		    str_is(r->type, "MEMATTR") || !ram_at(m, r->start.v))
			continue;
		add_step(f, "at the same risk: %.*s at 0x%" PRIx64 ", in usable RAM, too",
			 STR_ARG(r->type), r->start.v);
	}
}

static void report(const struct incident *in, struct verdict *v, const struct boot_map *m,
		   const struct fact_memory_range *table, const struct fact_memory_range *entry)
{
	const struct fact_boot *b = in->boot, *sound = sound_boot(in);
	struct finding *f = fire(
		v, SEV_MEDIUM, LIKELY,
		"The kexec that started this kernel overwrote EFI's memory attributes table at "
		"0x%" PRIx64 ": its version reads %" PRIu64,
		table->start.v, b->memattr_damaged.v);

	value_num(f, "address", table->start.v);
	value_num(f, "version_count", b->memattr_damaged.v);
	set_cause(
		f,
		"The table lies in memory that the firmware gave up. The kernel that it started reserved it for "
		"itself, but not in the map for the next kernel, so kexec was free to load something there, or "
		"the kernel before to use it.");
	add_step(f,
		 "0x%" PRIx64 " lies in [mem 0x%016" PRIx64 "-0x%016" PRIx64
		 "], which kexec passed as usable; versions 1 and 2 exist",
		 table->start.v, entry->start.v, entry->end.v);
	tell_others(f, in, m);
	cite_num(f, &b->head, b->memattr_damaged);
	cite(f, &table->head);
	cite(f, &entry->head);
	if (sound) {
		add_step(f, "line %u: the boot from firmware found the table in order",
			 sound->head.origin.line);
		cite(f, &sound->head);
	}
	set_margin(f, "with a map that reserves the table, or a boot through the firmware");
	add_fix(f,
		(struct finding_fix){
			.commit = "8fbe4c49c0cc",
			.subject = "efi/memattr: Ignore table if the size is clearly bogus",
			.release = "v6.13",
			.present = "unknown",
			.how = STR("it only ignores the table; without it a damaged one may take "
				   "gigabytes of memory") });
	add_fix(f,
		(struct finding_fix){ .commit = "77d48d39e991",
				      .subject = "efistub/tpm: Use ACPI reclaim memory for event "
						 "log to avoid corruption",
				      .release = "v6.12",
				      .present = "unknown",
				      .how = STR("of the TPM's event log, not of this table") });
	add_next(f, "reboot", "systemctl reboot",
		 "Reboot through the firmware: it writes the tables anew.");
	add_next(f, NULL, "mmwhy map LOG", "See what the map says of the address.");
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_memory_range *table = table_of(in, "MEMATTR"), *entry;
	struct boot_map *m = boot_map_new();

	if (m && map_of_boot(in, m) && table) {
		entry = ram_at(m, table->start.v);
		if (entry)
			report(in, v, m, table, entry);
	} else {
		cannot_tell(v, "memory_range",
			    "the boot does not print where the table lies, or no memory map");
	}
	free(m);
}

static bool applies(const struct incident *in)
{
	return str_is(str_c(in->boot->entry), "kexec") && in->boot->memattr_damaged.known;
}

DEFINE_RULE(
	kexec_overwrote_reserved,
	.title = "a kexec overwrote a firmware table that nobody reserved",
	.doc = "Of a boot started by kexec: the kernel says that EFI's memory attributes table has a version that does "
	       "not exist, and the table's address lies in a range that the map which kexec passed calls usable. Likely: "
	       "the garbage is certain, that a kexec wrote it is inferred (a boot from firmware in the same log that found "
	       "the table in order is cited). A boot from firmware with the same words has a firmware bug and is clear. A "
	       "table in usable memory that still reads well is no finding.",
	.refs = REFS("drivers/firmware/efi/memattr.c:efi_memattr_init()",
		     "drivers/firmware/efi/efi.c:efi_config_parse_tables()",
		     "arch/x86/kernel/kexec-bzimage64.c:setup_e820_entries()"),
	.on = NEED(boot), .applies = applies, .check = check);
