// SPDX-License-Identifier: GPL-2.0-or-later
// The allocation stack that holds most of the kernel's own memory: page_owner, allocinfo, and the
// report of the greatest consumer.
#include <inttypes.h>

#include "fact/page_size.h"
#include "rule/owners.h"
#include "rule/stacks.h"

enum { MAX_LISTS = 64, SHOWN_FRAMES = 12 };

/* One list of stacks: a page_owner file, or the table of one report. */
struct list {
	const struct fact_allocation_stack *top; /* of the kernel's own */
	const char *source;
	uint32_t evidence, report;
	int32_t boot;
	uint64_t page;
	uint64_t listed, user; /* bytes */
	size_t n;
};

static struct list *list_of(struct list *lists, size_t *n, const struct fact_allocation_stack *a)
{
	for (size_t i = *n; i-- > 0;)
		if (lists[i].evidence == a->head.origin.evidence && lists[i].boot == a->head.boot &&
		    lists[i].report == a->head.report && lists[i].source == a->source)
			return &lists[i];
	if (*n == MAX_LISTS)
		return NULL;
	lists[*n] = (struct list){ .source = a->source,
				   .evidence = a->head.origin.evidence,
				   .report = a->head.report,
				   .boot = a->head.boot };
	return &lists[(*n)++];
}

/* A file of debugfs says nothing of its machine: what else was given of one run of one kernel. */
static const struct fact_mem_info *mem_beside(const struct facts *f)
{
	const struct fact_mem_info *m, *last = NULL;

	fact_for_each (f, mem_info, m) {
		if (last && (m->head.origin.evidence != last->head.origin.evidence ||
			     m->head.boot != last->head.boot))
			return NULL;
		last = m;
	}
	return last;
}

/* The Mem-Info that stands last before the list, in the same run of the kernel. */
static const struct fact_mem_info *mem_of(const struct facts *f, const struct list *l)
{
	const struct fact_mem_info *m, *last = NULL;
	uint32_t line = l->top ? l->top->head.origin.line : 0;

	if (strcmp(f->evidence[l->evidence]->kind, "log") != 0)
		return mem_beside(f);
	fact_for_each (f, mem_info, m) {
		if (m->head.origin.evidence != l->evidence || m->head.boot != l->boot)
			continue;
		if (l->report && m->head.report == l->report)
			return m;
		if (m->head.origin.line < line)
			last = m;
	}
	return last;
}

static uint64_t page_size_of(const struct facts *f, const struct fact_allocation_stack *a)
{
	const struct evidence *e = a->head.origin.evidence < f->n_evidence
					   ? f->evidence[a->head.origin.evidence]
					   : NULL;

	const struct fact_mem_info *m;

	if (e && strcmp(e->kind, "log") != 0 && (m = mem_beside(f)) && num_or(m->page_size, 0))
		return m->page_size.v;
	return page_size_or_usual(e ? e->page_size : (struct num){ 0 }, e ? e->arch : STR(""));
}

static void take(struct list *l, const struct fact_allocation_stack *a)
{
	uint64_t bytes = stack_bytes(a, l->page);
	enum stack_class class = stack_class(a);

	l->n++;
	if (class == STACK_SLAB)
		return; /* its objects are listed too */
	if (__builtin_add_overflow(l->listed, bytes, &l->listed))
		l->listed = UINT64_MAX;
	if (class == STACK_USER) {
		l->user += bytes;
		return;
	}
	if (bytes && (!l->top || bytes > stack_bytes(l->top, l->page)))
		l->top = a;
}

static bool says_itself(const struct list *l)
{
	return l->source && strcmp(l->source, "oom-report") == 0;
}

static uint64_t ram_of(const struct fact_mem_info *m)
{
	if (!m || !m->ram_total.known || !m->ram_reserved.known ||
	    m->ram_total.v <= m->ram_reserved.v)
		return 0;
	return num_or(m->ram_total, 0) - num_or(m->ram_reserved, 0);
}

static void add_slab(struct finding *f, const struct list *l, const struct fact_mem_info *m)
{
	struct num slab = m ? counters_get(&m->totals, "slab_unreclaimable") : (struct num){ 0 };
	uint64_t bytes = stack_bytes(l->top, l->page);

	if (!slab.known || !slab.v || !stack_in_slab(l->top) || bytes > slab.v)
		return;
	add_step(f, "%" PRIu64 " of the %" PRIu64 " pages of unreclaimable slab = %.1f %%",
		 bytes / l->page, slab.v / l->page, percent(bytes, slab.v));
	cite_num(f, &m->head, slab);
	value_num(f, "slab_unreclaimable", slab.v);
	value_num(f, "slab_share_percent", (uint64_t)(percent(bytes, slab.v)));
}

static void add_miss(struct finding *f, const struct list *l)
{
	if (!l->top->may_miss_pages.known)
		return;
	add_step(f,
		 "there are more stacks than can be counted at once: it may hold %" PRIu64
		 " pages more, as may others",
		 l->top->may_miss_pages.v);
	value_num(f, "may_miss_pages", l->top->may_miss_pages.v);
}

static void add_stack(struct finding *f, const struct fact_allocation_stack *a)
{
	for (size_t i = 0; i < a->n_frames && i < SHOWN_FRAMES; i++)
		add_step(f, "%s%.*s", i ? "<- " : "", STR_ARG(a->frames[i]));
}

static void add_advice(struct finding *f, const struct incident *in, const struct list *l)
{
	const char *who = l->top->module.n ? "The module's maintainers" : "Its maintainers";

	add_next(
		f, "debugfs",
		"cat /sys/kernel/debug/page_owner > before; sleep 600; cat /sys/kernel/debug/page_owner > after",
		"Take the list twice: a leak is the stack that grows (page_owner=on at boot; "
		"page_owner_stacks/show_stacks since 6.9).");
	if (stack_in_slab(l->top))
		add_object_tracing(f, in, STR(""));
	add_next(f, NULL, NULL, "%s need this stack, the page counts and the kernel release.", who);
}

static void speak(struct verdict *v, const struct list *l, const struct fact_mem_info *m)
{
	uint64_t bytes = stack_bytes(l->top, l->page), ram = ram_of(m);
	struct str name = stack_function(l->top);
	bool itself = says_itself(l);
	struct finding *f;

	if (!name.n && l->top->n_frames)
		name = frame_function(l->top->frames[l->top->n_frames - 1]);
	f = fire(v, ram && bytes > ram / 2 ? SEV_HIGH : SEV_MEDIUM, itself ? CERTAIN : LIKELY,
		 "%s%.*s%s%.*s%s holds %s (%" PRIu64 " pages), more than any other %s",
		 name.n ? "" : "One stack", STR_ARG(name), l->top->module.n ? " [" : "",
		 STR_ARG(l->top->module), l->top->module.n ? "]" : "", v_human(v, bytes),
		 bytes / l->page,
		 itself ? "allocation stack, the kernel says"
			: "of the kernel's own allocation stacks");
	f->evidence = l->evidence;
	f->boot = l->boot;
	f->report = l->report;
	set_cause(
		f,
		"These pages were allocated by this one stack and not freed. That is a leak if the "
		"number grows without its users growing, and a size to reconsider if not.");
	cite(f, &l->top->head);
	if (l->listed > bytes)
		add_step(
			f,
			"%s of %s listed in %zu stacks = %.1f %%; memory of processes and page cache, "
			"which the LRU counts: %s",
			human(f, bytes), human(f, l->listed), l->n, percent(bytes, l->listed),
			human(f, l->user));
	if (ram)
		add_step(f, "of %s RAM = %.1f %%", human(f, ram), percent(bytes, ram));
	add_slab(f, l, m);
	add_miss(f, l);
	add_stack(f, l->top);
	value_num(f, "held_pages", bytes / l->page);
	value_num(f, "bytes", bytes);
	value_text(f, "function", name);
	if (l->top->module.n)
		value_text(f, "module", l->top->module);
	set_margin(f, "if another stack held more");
	add_advice(f, v->incident, l);
}

/* Worth naming: the kernel named it, or it holds a tenth of RAM or of all that is listed. */
static bool great(const struct list *l, const struct fact_mem_info *m)
{
	uint64_t bytes = l->top ? stack_bytes(l->top, l->page) : 0, ram = ram_of(m);

	if (!bytes)
		return false;
	return says_itself(l) || bytes > (ram ? ram : l->listed) / 10;
}

/* A budget with a hole of a quarter of RAM. */
static bool owner_missing(const struct facts *facts)
{
	const struct fact_budget *b;

	fact_for_each (facts, budget, b)
		if (b->unexplained.known && b->total.known && num_int_or(b->unexplained, 0) > 0 &&
		    b->unexplained.v > b->total.v / 4)
			return true;
	return false;
}

static void check(const struct incident *in, struct verdict *v)
{
	struct list *lists = arena_alloc(v->arena, MAX_LISTS * sizeof(*lists));
	const struct fact_allocation_stack *a;
	size_t n = 0;

	fact_for_each (in->facts, allocation_stack, a) {
		struct list *l = list_of(lists, &n, a);

		if (!l)
			continue;
		l->page = page_size_of(in->facts, a);
		take(l, a);
	}
	if (!n && owner_missing(in->facts))
		cannot_tell(v, "allocation_stack",
			    "memory is in no account, and no list of allocation stacks says whose "
			    "it is");
	for (size_t i = 0; i < n; i++) {
		const struct fact_mem_info *m = mem_of(in->facts, &lists[i]);

		if (great(&lists[i], m))
			speak(v, &lists[i], m);
	}
}

DEFINE_RULE(
	greatest_consumer, .title = "one allocation stack holds most of the kernel's memory",
	.doc = "Reads lists of allocation stacks: page_owner text (sorted or not), page_owner_stacks, the "
	       "\"Memory allocations:\" table of an OOM report, and \"greatest memory consumer\". Leaves "
	       "out what the LRU lists account for (anonymous memory, page cache, swap-in), and in "
	       "allocinfo the slab allocator's own pages, since the objects in them are listed by whoever "
	       "asked for them. Names the first function outside the allocators.\n"
	       "Certain when the kernel itself called it the greatest; likely when it was found by that "
	       "sorting. Fires when it holds a tenth of RAM, or of all listed where RAM is not known.",
	.refs = REFS("mm/page_owner.c:print_page_owner()", "mm/page_owner.c:stack_print()",
		     "mm/show_mem.c:__show_mem()", "lib/alloc_tag.c:alloc_tag_to_text()"),
	.check = check);
