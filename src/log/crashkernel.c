// SPDX-License-Identifier: GPL-2.0-or-later
// Memory set aside for a crash kernel: reserve_crashkernel() of each architecture, since 6.9
// reserve_crashkernel_generic() of kernel/crash_reserve.c.
#include "base/cleanup.h"
#include "log/boot.h"
#include "log/mem_range.h"

static void reserved(struct log_ctx *c, const struct line *l, struct printed_range r)
{
	struct fact_boot *b = log_boot(c, l);
	struct fact_memory_range *range = mem_range_add(c, l, "crashkernel", r);
	uint64_t sum;

	if (!range->damaged &&
	    !__builtin_add_overflow(num_or(b->crashkernel, 0), r.end - r.start + 1, &sum))
		b->crashkernel = num_at(sum, l->no);
}

/* "Reserving 128MB of memory at 720MB for crashkernel (System RAM: 5939MB)", "Reserving 256MB of
 * low memory at 624MB for crashkernel (System low RAM: 2047MB)". */
static bool in_megabytes(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	uint64_t size, at;

	if (!scan_past(&sc, "Reserving ", NULL) || !scan_u64(&sc, &size) ||
	    !scan_lit(&sc, "MB of ") ||
	    !(scan_lit(&sc, "memory at ") || scan_lit(&sc, "low memory at ")) ||
	    !scan_u64(&sc, &at) || !scan_lit(&sc, "MB for crashkernel"))
		return false;
	if (boot_replays(c, l) || !size || size > 1u << 30 || at > 1u << 30)
		return true;
	reserved(c, l, (struct printed_range){ at << 20, ((at + size) << 20) - 1, false });
	return true;
}

/* "crashkernel reserved: 0x00000000d7000000 - 0x00000000ef000000 (384 MB)", riscv's "crashkernel:
 * reserved 0x... - 0x...", "crashkernel low memory reserved: 0x... - 0x... (128 MB)". The end is
 * exclusive. */
static bool in_bytes(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct printed_range r;

	if (!scan_past(&sc, "crashkernel", NULL) || !scan_past(&sc, "reserved", NULL))
		return false;
	(void)scan_char(&sc, ':');
	if (!scan_blanks(&sc) || !scan_dash_range(&sc, &r))
		return false;
	if (!boot_replays(c, l))
		reserved(c, l, r);
	return true;
}

/* What a parameter that makes no sense, or no room, is answered with. */
static const char *const failures[] = {
	"crashkernel reservation failed", /* - No suitable area found., - memory is in use */
	"crashkernel low memory reservation failed",
	"crashkernel CMA reservation failed",
	"crashkernel CMA reservation not supported",
	"crashkernel allocation failed",
	"annot allocate crashkernel", /* (size:0x10000000), low memory (size:...) */
	"annot reserve crashkernel",  /* : region is not memory, of arm64 */
	"MB crashkernel low memory, please try smaller size", /* Cannot reserve ... */
	"Invalid memory region reserved for crash kernel",
	"Ignoring crashkernel for a Xen PV domain",
	"crashkernel: couldn't allocate ",
	"crashkernel: invalid size",
	"crashkernel: unrecognized char",
	"crashkernel: memory value expected",
	"crashkernel: Memory value expected",
	"crashkernel: '-' expected",
	"crashkernel: ':' expected",
	"crashkernel: end <= start",
};

static bool failed(struct log_ctx *c, const struct line *l)
{
	struct fact_boot *b;
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(failures) && !found; i++)
		found = str_has(l->text, failures[i]);
	if (!found)
		return false;
	b = log_boot(c, l);
	if (!b->crashkernel_error.n) {
		b->crashkernel_error = log_str(c, str_trim(l->text));
		b->crashkernel_error_line = l->no;
	}
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	if (str_has(l->text, "ommand line: ") || str_has(l->text, "parameters: "))
		return false;
	return in_megabytes(c, l) || in_bytes(c, l) || failed(c, l);
}

DEFINE_LOG_PARSER(crashkernel,
		  .anchors = (const char *const[]){ "crashkernel", "crash kernel", NULL },
		  .head = head);
