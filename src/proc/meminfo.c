// SPDX-License-Identifier: GPL-2.0-or-later
// /proc/meminfo: meminfo_proc_show() of fs/proc/meminfo.c.
#include "proc/proc.h"

static bool probe(struct str sample)
{
	return str_starts(sample, "MemTotal: ") && str_has(sample, "\nMemFree: ");
}

/* "MemTotal:        8150120 kB", "HugePages_Total:       0" */
static bool line(struct proc_ctx *c, struct str text, uint32_t no)
{
	struct scan sc = scan_of(text);
	struct fact_counter *counter;
	struct str name;
	uint64_t v;
	bool kib;

	if (!scan_until_any(&sc, ": ", &name) || !scan_char(&sc, ':') || !scan_blanks(&sc) ||
	    !scan_u64(&sc, &v))
		return false;
	kib = scan_lit(&sc, " kB");
	if (!scan_blanks(&sc) || !scan_end(&sc))
		return false;
	counter = proc_fact(c, FACT_counter, text, no);
	counter->file = STR("meminfo");
	counter->name = proc_str(c, name);
	counter->unit = kib ? "bytes" : "entries";
	counter->value = kib ? num_scaled(v, 1024, no) : num_at(v, no);
	return true;
}

DEFINE_PROC_FILE(meminfo, .evidence = "snapshot", .probe = probe, .line = line);
