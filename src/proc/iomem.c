// SPDX-License-Identifier: GPL-2.0-or-later
// /proc/iomem: r_show() of kernel/resource.c. Ranges of memory, and what the kernel keeps in them.
#include "proc/map_facts.h"
#include "proc/proc.h"

struct state {
	bool in_ram; /* the last range without indent is System RAM */
	bool any;
	bool hidden; /* all addresses are 0: read without the right to see them */
	struct fact_boot *boot;
};

static bool scan_range(struct scan *sc, uint64_t *start, uint64_t *end)
{
	return scan_hex(sc, start) && scan_char(sc, '-') && scan_hex(sc, end) &&
	       scan_lit(sc, " : ");
}

static bool probe(struct str sample)
{
	struct scan sc = scan_of(sample);
	uint64_t start, end;

	return sample.n > 20 && sample.p[0] != ' ' && (sample.p[8] == '-' || sample.p[16] == '-') &&
	       scan_range(&sc, &start, &end) && str_has(sample, " : System RAM\n");
}

/* "00100000-bfffffff : System RAM", "  01000000-022090c7 : Kernel code" */
static bool line(struct proc_ctx *c, struct str text, uint32_t no)
{
	struct state *s = c->state;
	struct scan sc = scan_of(text);
	struct fact_memory_range *r;
	const char *map = "iomem";
	uint64_t start, end;
	struct str what;
	size_t indent;

	(void)scan_blanks(&sc);
	indent = text.n - scan_rest(&sc).n;
	if (!scan_range(&sc, &start, &end))
		return false;
	what = str_trim(scan_rest(&sc));
	if (!indent)
		s->in_ram = str_is(what, "System RAM");
	else if (indent > 2 || !s->in_ram)
		return false;
	else
		map = str_is(what, "Crash kernel") ? "crashkernel" : "reserved-mem";
	if (!start && !end) {
		s->hidden = true;
		return true;
	}
	if (!s->any)
		s->boot = map_boot(c->facts, c->evidence, no);
	s->any = true;
	r = proc_fact(c, FACT_memory_range, text, no);
	map_fact(r, map, start, end, no);
	r->type = proc_str(c, what);
	s->boot->last_line = no;
	return true;
}

static void end(struct proc_ctx *c)
{
	const struct state *s = c->state;

	if (s->hidden && !s->any)
		c->facts->evidence[c->evidence]->note =
			STR("every address is 0: /proc/iomem must be read as root");
}

DEFINE_PROC_FILE(iomem, .evidence = "snapshot", .probe = probe, .line = line, .end = end,
		 .state_size = sizeof(struct state));
