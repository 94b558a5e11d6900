// SPDX-License-Identifier: GPL-2.0-or-later
// What the MTRRs cover (arch/x86/kernel/cpu/mtrr/cleanup.c, mtrr_trim_uncached_memory()).
#include "log/parser.h"

static uint64_t mib(uint64_t n)
{
	return n > UINT64_MAX >> 20 ? UINT64_MAX : n << 20;
}

/* "total RAM covered: 262080M": the memory under write-back MTRRs. */
static bool covered(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	uint64_t n;

	if (!scan_past(&sc, "total RAM covered: ", NULL) || !scan_u64(&sc, &n) ||
	    !scan_char(&sc, 'M'))
		return false;
	log_boot(c, l)->mtrr_covered = num_at(mib(n), l->no);
	return true;
}

/* "WARNING: BIOS bug: CPU MTRRs don't cover all of memory, losing 3000MB of RAM." */
static bool losing(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	uint64_t n;

	if (!scan_past(&sc, "cover all of memory, losing ", NULL) || !scan_u64(&sc, &n) ||
	    !scan_lit(&sc, "MB"))
		return false;
	log_boot(c, l)->mtrr_lost = num_at(mib(n), l->no);
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	return covered(c, l) || losing(c, l);
}

DEFINE_LOG_PARSER(mtrr,
		  .anchors = (const char *const[]){ "total RAM covered", "cover all of memory",
						    NULL },
		  .head = head);
