// SPDX-License-Identifier: GPL-2.0-or-later
// /proc/allocinfo (6.10 and newer): memory by the source line that asked for it: allocinfo_show()
// and alloc_tag_to_text() of lib/alloc_tag.c.
#include "proc/proc.h"

static bool probe(struct str sample)
{
	return str_starts(sample, "allocinfo - version: ");
}

/* "    4096        1 kernel/fork.c:307 [module] func:alloc_thread_stack_node accurate:no " */
static bool line(struct proc_ctx *c, struct str text, uint32_t no)
{
	struct scan sc = scan_of(text);
	struct fact_allocation_stack *stack;
	struct str place, module = { "", 0 }, function, *frame;
	uint64_t calls;
	int64_t bytes;

	(void)scan_blanks(&sc);
	if (!scan_i64(&sc, &bytes) || !scan_blanks(&sc) || !scan_u64(&sc, &calls) ||
	    !scan_blanks(&sc) || !scan_until_any(&sc, " ", &place) || !scan_blanks(&sc))
		return false;
	if (scan_char(&sc, '[') && (!scan_past(&sc, "]", &module) || !scan_blanks(&sc)))
		return false;
	if (!scan_lit(&sc, "func:") || !scan_name(&sc, ".", &function))
		return false;
	/* counters of each CPU are added up while they change: a sum below zero is none */
	if (bytes <= 0)
		return true;
	stack = proc_fact(c, FACT_allocation_stack, text, no);
	stack->bytes = num_at((uint64_t)bytes, no);
	stack->allocations = num_at(calls, no);
	stack->module = proc_str(c, module);
	stack->source = "allocinfo";
	frame = arena_push(&c->facts->arena, (void **)&stack->frames, &stack->n_frames,
			   sizeof(*frame));
	*frame = arena_printf(&c->facts->arena, "%.*s (%.*s)", STR_ARG(function), STR_ARG(place));
	return true;
}

DEFINE_PROC_FILE(allocinfo, .evidence = "snapshot", .probe = probe, .line = line);
