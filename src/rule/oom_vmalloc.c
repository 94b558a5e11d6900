// SPDX-License-Identifier: GPL-2.0-or-later
// vmalloc holds the memory: pages of __vmalloc_area_node(), which Mem-Info does not count.
#include <inttypes.h>

#include "model/machine.h"
#include "rule/callsites.h"
#include "rule/stacks.h"

static const char *const functions[] = { "__vmalloc_", "vmalloc_", "vm_area_alloc_pages",
					 "vmalloc",    "vzalloc",  NULL };

static const char cause[] =
	"vmalloc() takes single pages and maps them side by side. They are in no counter of "
	"Mem-Info, and only whoever allocated them can free them.";

static bool listed_by_caller(const struct incident *in)
{
	const struct fact_allocation_stack *a;

	incident_for_each (in, allocation_stack, a)
		if (a->source && strcmp(a->source, "allocinfo") == 0)
			return true;
	return false;
}

/* --- the list of areas, of a file or dump beside the report ---------------------------------- */

enum { CALLERS = 64 };

struct caller {
	struct str name;
	uint64_t bytes, areas;
	const struct fact_vmalloc_area *biggest;
};

struct areas {
	struct caller callers[CALLERS]; /* by name; what finds no room is in bytes only */
	size_t n;
	uint64_t bytes, count;
	const struct fact_vmalloc_area *first;
	bool mixed; /* from more than one machine or moment */
};

static void take(struct areas *a, const struct fact_vmalloc_area *area, uint64_t page)
{
	struct str name = frame_function(area->caller);
	uint64_t bytes;
	size_t i = 0;

	if (__builtin_mul_overflow(num_or(area->pages, 0), page, &bytes) ||
	    __builtin_add_overflow(a->bytes, bytes, &a->bytes))
		return;
	a->count++;
	while (i < a->n && !str_eq(a->callers[i].name, name))
		i++;
	if (i == CALLERS)
		return;
	if (i == a->n)
		a->callers[a->n++] = (struct caller){ .name = name, .biggest = area };
	a->callers[i].bytes += bytes;
	a->callers[i].areas++;
	if (area->pages.v > a->callers[i].biggest->pages.v)
		a->callers[i].biggest = area;
}

/* @return NULL where no such list was given. */
static const struct areas *areas_of(const struct incident *in, struct arena *arena)
{
	struct areas *a = arena_alloc(arena, sizeof(*a));
	const struct fact_vmalloc_area *area;
	uint64_t page = machine_of(in).page_size;

	fact_for_each (in->facts, vmalloc_area, area) {
		if (!a->first)
			a->first = area;
		a->mixed |= area->head.origin.evidence != a->first->head.origin.evidence;
		if (area->pages.known)
			take(a, area, page);
	}
	return a->first ? a : NULL;
}

static void add_callers(struct finding *f, const struct areas *a)
{
	const struct caller *top = NULL;

	for (size_t i = 0; i < a->n; i++)
		if (!top || a->callers[i].bytes > top->bytes)
			top = &a->callers[i];
	if (!top)
		return;
	add_step(f, "the largest caller, %.*s: %s in %" PRIu64 " areas",
		 STR_ARG(top->name.n ? top->name : STR("(not named)")), human(f, top->bytes),
		 top->areas);
	cite_num(f, &top->biggest->head, top->biggest->pages);
	value_text(f, "function", top->name);
}

static void say_areas(const struct incident *in, struct verdict *v, const struct shares *s,
		      const struct areas *a)
{
	struct finding *f = fire(v, s->shortage && in->oom ? SEV_HIGH : SEV_MEDIUM, LIKELY,
				 "vmalloc holds %s (%.1f %% of %s), by the list of its areas",
				 v_human(v, a->bytes), percent(a->bytes, s->whole), s->whole_name);

	set_cause(f, "%s", cause);
	cite(f, &in->mem->head);
	add_step(f, "pages of %" PRIu64 " areas: %s, of another moment than the report", a->count,
		 human(f, a->bytes));
	add_callers(f, a);
	if (s->v[HOLD_UNEXPLAINED].known)
		add_step(f, "in no account of Mem-Info: %s, may err by %s",
			 human(f, s->v[HOLD_UNEXPLAINED].bytes),
			 human(f, s->v[HOLD_UNEXPLAINED].err));
	set_margin(f, "with less than %s in it (a quarter of %s)", human(f, s->whole / 4),
		   s->whole_name);
	value_num(f, "bytes", a->bytes);
	value_num(f, "of", s->whole);
	add_next(f, "root", "sort -k2nr /proc/vmallocinfo | head -20",
		 "See whether the areas grow, and who asks for them.");
	add_next(
		f, "root", "bpftool map show; ls /sys/module",
		"BPF maps, netfilter tables and drivers are the usual owners: see which are loaded.");
}

/* @return whether the areas settle it. */
static bool check_areas(const struct incident *in, struct verdict *v)
{
	const struct areas *a = areas_of(in, v->arena);
	const char *why;
	struct shares s;

	if (!a || a->mixed || !shares_of(in, &s, &why) || a->bytes > s.whole)
		return false;
	if (a->bytes >= s.whole / 4)
		say_areas(in, v, &s, a);
	else
		clear_because(v, "the areas of vmalloc hold %s", v_human(v, a->bytes));
	return true;
}

/* --- the report's own list of call sites ----------------------------------------------------- */

static void check(const struct incident *in, struct verdict *v)
{
	struct finding *f;

	if (check_areas(in, v))
		return;
	f = callsites_check(in, v, functions, "vmalloc memory", "/proc/vmallocinfo");
	if (!f) {
		/* allocinfo lists whoever called vmalloc(), by a name of its own */
		if (!v->unknown && listed_by_caller(in) && callsites_room(in))
			cannot_tell(v, "/proc/vmallocinfo",
				    "the list names who asked for memory, not which of it is "
				    "vmalloc's");
		return;
	}
	set_cause(f, "%s", cause);
	add_next(f, "root", "sort -k2nr /proc/vmallocinfo | head -20",
		 "See the areas and who asked for them.");
}

DEFINE_RULE(
	oom_vmalloc, .title = "vmalloc holds the memory",
	.doc = "Adds up the pages of vmalloc's areas, where /proc/vmallocinfo or a dump of the machine is given "
	       "beside the report; else the call sites of vmalloc in the report's list of allocations (6.10 and newer "
	       "with memory "
	       "allocation profiling, or page_owner): a quarter of RAM, likely. Clear where what is in no account "
	       "of Mem-Info is less than a quarter of RAM, since vmalloc can only be there; cannot tell where it "
	       "is more and nothing lists who has it.",
	.refs = REFS("mm/vmalloc.c:__vmalloc_area_node()", "mm/vmalloc.c:vmalloc_info_show()"),
	.on = CONSUMER_HEADS, .needs = NEED(mem_info), .applies = consumer_applies, .check = check);
