// SPDX-License-Identifier: GPL-2.0-or-later
// Where EFI's configuration tables lie, efi_config_parse_tables() of drivers/firmware/efi/efi.c,
// and a memory attributes table that is none, efi_memattr_init() of memattr.c.
#include "log/boot.h"
#include "log/parser.h"

static void add_table(struct log_ctx *c, const struct line *l, struct str name, uint64_t at)
{
	struct fact_memory_range *range = log_fact(c, FACT_memory_range, l);

	range->head.report = 0;
	range->map = "efi-table";
	range->type = log_str(c, str_trim(name));
	range->start = num_at(at, l->no);
}

/* "efi: SMBIOS=0x3f520000 ACPI=0x3f77d000 ACPI 2.0=0x3f77d014 MEMATTR=0x3d803018", up to 5.7 with
 * two blanks between. */
static bool tables(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct str name;
	uint64_t at;
	bool any = false;

	if (!scan_lit(&sc, "efi: "))
		return false;
	while (scan_past(&sc, "=0x", &name) && name.n < 32 && scan_hex(&sc, &at)) {
		if (!boot_replays(c, l))
			add_table(c, l, name, at);
		any = true;
	}
	return any;
}

/* "efi: memattr: Unexpected EFI Memory Attributes table version 109591", since 6.13 "Corrupted EFI
 * Memory Attributes Table detected! (version == 7, desc_size == 0, num_entries == 1)". */
static bool damaged(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	uint64_t version;

	if (!scan_past(&sc, "Unexpected EFI Memory Attributes table version ", NULL) &&
	    !scan_past(&sc, "Corrupted EFI Memory Attributes Table detected! (version == ", NULL))
		return false;
	/* printed as %d by some kernels */
	(void)scan_char(&sc, '-');
	if (!scan_u64(&sc, &version))
		return false;
	log_boot(c, l)->memattr_damaged = num_at(version, l->no);
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	return damaged(c, l) || tables(c, l);
}

DEFINE_LOG_PARSER(efi_tables,
		  .anchors = (const char *const[]){ "MEMATTR=", "TPMEventLog=", "MEMRESERVE=",
						    "Memory Attributes", NULL },
		  .head = head);
