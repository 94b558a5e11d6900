// SPDX-License-Identifier: GPL-2.0-or-later
// Every number looks fine, and the memory is gone: what Mem-Info does not count.
#include <inttypes.h>

#include "rule/owners.h"
#include "rule/share.h"
#include "rule/stacks.h"

static void add_whole(struct finding *f, const struct shares *s)
{
	if (!s->whole_parts[0].known || !s->whole_parts[1].known) {
		add_step(f, "RAM = what all zones manage = %s", human(f, s->whole));
		return;
	}
	add_step(f, "RAM = %s - %s reserved = %s", human(f, num_or(s->whole_parts[0], 0)),
		 human(f, num_or(s->whole_parts[1], 0)), human(f, s->whole));
	cite_num(f, &s->in->mem->head, s->whole_parts[0]);
	cite_num(f, &s->in->mem->head, s->whole_parts[1]);
}

static void add_terms(struct finding *f, const struct shares *s)
{
	const struct fact_budget *b = s->budget;
	uint64_t small = 0;

	for (size_t i = 0; i < b->n_terms; i++) {
		const struct budget_term *t = &b->terms[i];

		if (num_or(t->bytes, 0) < s->whole / 200) {
			small += num_or(t->bytes, 0);
			continue;
		}
		add_step(f, "- %s: %s%s%.*s%s", t->name, human(f, num_or(t->bytes, 0)),
			 t->note.n ? " (" : "", STR_ARG(t->note), t->note.n ? ")" : "");
		if (t->bytes.line)
			cite_num(f, &s->in->mem->head, t->bytes);
	}
	add_step(f, "- all smaller accounts: %s", human(f, small));
	add_step(f, "= %s in no account, may err by %s", human(f, s->v[HOLD_UNEXPLAINED].bytes),
		 human(f, num_or(b->may_err_by, 0)));
}

static void add_owner_steps(struct finding *f, const struct incident *in)
{
	add_next(f, "root",
		 "grep -E 'VmallocUsed|Percpu' /proc/meminfo; sort -k2nr /proc/vmallocinfo | head",
		 "While it is happening: vmalloc and per-CPU memory name their callers.");
	add_page_tracing(f, in);
	add_next(
		f, "root",
		"bpftrace -e 'tracepoint:kmem:mm_page_alloc { @[kstack(8)] = count(); } interval:s:30 { exit(); }'",
		"Without a reboot: see who allocates pages while the gap grows (allocations, not what "
		"is kept).");
}

/* Compressed pages are in no counter of Mem-Info before 7.2, and take a fifth of RAM by default. */
static void add_zswap(struct finding *f, const struct incident *in)
{
	const struct fact_mem_info *mem = in->mem;
	uint64_t used = num_or(mem->swap_total, 0) - num_or(mem->swap_free, 0);

	if (!mem->swap_total.known || !mem->swap_free.known ||
	    mem->swap_free.v > mem->swap_total.v || !used)
		return;
	add_step(
		f,
		"swap in use: %s; where zswap or zram compresses it in RAM, its pool is part of this",
		human(f, used));
	cite_num(f, &mem->head, mem->swap_free);
	add_next(
		f, "root",
		"grep -i zswap /proc/meminfo; grep . /sys/module/zswap/parameters/*; zramctl",
		"Swap is in use: see first whether zswap (a fifth of RAM by default, max_pool_percent) or "
		"zram holds it.");
}

static bool cleared_by_stack(const struct incident *in)
{
	const struct fact_allocation_stack *a = stack_of_report(in);

	return a && stack_in_slab(a);
}

/* Kernels before 3.10 print no line on huge page pools, which may hold most of RAM, and a log may
 * lose it. */
static bool pools_told(const struct incident *in)
{
	return in->of[FACT_hugetlb_pool].n;
}

static void speak(const struct incident *in, struct verdict *v, const struct shares *s)
{
	const struct holding *h = &s->v[HOLD_UNEXPLAINED];
	bool most = h->bytes - h->err > s->whole / 2 && !in->mem->head.cut,
	     largest = share_level(s, HOLD_UNEXPLAINED) >= SHARE_LIKELY;
	enum severity sev = !s->shortage ? SEV_LOW
			    : !in->oom	 ? SEV_MEDIUM
			    : largest	 ? SEV_HIGH
					 : SEV_MEDIUM;
	struct finding *f =
		fire(v, sev, most && s->shortage && pools_told(in) ? CERTAIN : LIKELY,
		     "%s of %s RAM (%.1f %%) is in no account of the report: the kernel "
		     "allocated it without counting it",
		     v_human(v, h->bytes), v_human(v, s->whole), percent(h->bytes, s->whole));

	set_cause(f,
		  "Mem-Info counts free pages, the LRU lists, slab, page tables and kernel stacks. "
		  "Pages that code takes directly are in none of them: %s. Their sum is RAM less "
		  "all that is counted.",
		  budget_not_visible);
	add_whole(f, s);
	add_terms(f, s);
	set_margin(f, "if %s more of it were in some account (a tenth of RAM may be without)",
		   human(f, h->bytes - h->err - s->whole / 10));
	add_zswap(f, in);
	if (!in->of[FACT_hugetlb_pool].n)
		add_next(f, NULL, "grep Huge /proc/meminfo",
			 "The report has no line about huge pages: see that there is no pool.");
	add_owner_steps(f, in);
	value_num(f, "unexplained", h->bytes);
	value_num(f, "may_err_by", h->err);
	value_num(f, "of", s->whole);
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct holding *h;
	struct shares s;
	const char *why;

	if (!shares_of(in, &s, &why)) {
		cannot_tell(v, "mem_info", "%s", why);
		return;
	}
	h = &s.v[HOLD_UNEXPLAINED];
	if (!h->known && cleared_by_stack(in))
		return;
	if (!h->known) {
		cannot_tell(v, "mem_info", "%.*s", STR_ARG(s.budget->unknown));
		return;
	}
	if (h->bytes > h->err && h->bytes - h->err > s.whole / 10)
		speak(in, v, &s);
}

DEFINE_RULE(
	oom_unaccounted, .title = "memory is missing from every account",
	.doc = "Subtracts from RAM (pages RAM - pages reserved) every counter that stands for pages of "
	       "its own: free lists with the per-CPU ones, LRU lists, slab, page tables, kernel stacks, "
	       "huge page pools, what drivers count, and an estimate for what a bare kernel takes. Shmem, "
	       "mlocked, free_cma, dirty and mapped are inside others and never subtracted twice.\n"
	       "Fires when what is left, less its error, exceeds a tenth of RAM: healthy machines leave "
	       "one to four percent to drivers, per-CPU data and modules. Certain when it exceeds half "
	       "of RAM and the report has its lines on huge pages (3.10 and newer); else likely. Clear, "
	       "too, when the report names the stack that holds most pages and that stack fills slab, "
	       "which is an account. Cannot tell when nodes or zones were left "
	       "out of the report, or it does not say how much RAM there is.",
	.refs = REFS("mm/show_mem.c:__show_mem()", "mm/show_mem.c:show_free_areas()",
		     "mm/vmstat.c:calculate_normal_threshold()"),
	.on = CONSUMER_HEADS, .needs = NEED(mem_info), .applies = consumer_applies, .check = check);
