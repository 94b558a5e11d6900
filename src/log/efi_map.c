// SPDX-License-Identifier: GPL-2.0-or-later
// The EFI memory map: efi_print_memmap() of x86 (efi=debug since 4.x), reserve_regions() of arm,
// arm64, riscv and loongarch (efi=debug, before 5.7 uefi_debug).
#include "log/boot.h"
#include "log/mem_range.h"

static void add(struct log_ctx *c, const struct line *l, struct printed_range r, struct str type)
{
	if (boot_replays(c, l))
		return;
	type = str_trim(type);
	if (type.n && type.p[0] == '[') /* "[Conventional Memory|   |  |  |WB|WT|WC|UC]" */
		type = str_from(type, 1);
	if (str_find(type, "|", 0) > 0)
		type = str_first(type, (size_t)str_find(type, "|", 0));
	mem_range_add(c, l, "efi", r)->type = log_str(c, str_trim(type));
}

/* "efi: mem00: [Boot Data|...] range=[0x0000000000000000-0x0000000000000fff] (0MB)"; up to 4.2
 * "efi: mem00: type=3, attr=0xf, range=[0x0000000000000000-0x0000000000001000) (0MB)". */
static bool x86(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct printed_range r = { 0 };
	struct str type;
	uint64_t n;

	if (!scan_past(&sc, "efi: mem", NULL) || !scan_u64(&sc, &n) || !scan_lit(&sc, ": ") ||
	    !scan_past(&sc, " range=[", &type) || !scan_hex(&sc, &r.start) ||
	    !scan_char(&sc, '-') || !scan_hex(&sc, &r.end))
		return false;
	if (scan_char(&sc, ')')) {
		r.damaged = r.end <= r.start;
		r.end -= !r.damaged;
	} else {
		r.damaged = r.end < r.start;
	}
	add(c, l, r, type);
	return true;
}

/* "efi:   0x000040000000-0x00004007ffff [Loader Data|...]" */
static bool others(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct printed_range r = { 0 };

	if (!scan_lit(&sc, "efi: ") || !scan_blanks(&sc) || !str_starts(scan_rest(&sc), "0x") ||
	    !scan_hex(&sc, &r.start) || !scan_char(&sc, '-') || !scan_hex(&sc, &r.end) ||
	    !scan_lit(&sc, " ["))
		return false;
	r.damaged = r.end < r.start;
	add(c, l, r, scan_rest(&sc));
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	return x86(c, l) || others(c, l);
}

DEFINE_LOG_PARSER(efi_map, .anchors = (const char *const[]){ "efi: mem", "efi:   0x", NULL },
		  .head = head);
