// SPDX-License-Identifier: GPL-2.0-or-later
// A memory cgroup reached its limit: mem_cgroup_out_of_memory(), mem_cgroup_print_oom_meminfo().
#include <inttypes.h>

#include "model/budget.h"
#include "model/machine.h"
#include "rule/rule.h"
#include "rule/tasks.h"

/* What the statistics of a cgroup call memory that is charged; v2 first, v1 behind. */
static const struct {
	const char *stat, *what;
	bool kernel;
} kinds[] = {
	{ "anon", "anonymous memory", false },
	{ "file", "page cache, tmpfs included", false },
	{ "shmem", "shared memory and tmpfs", false },
	{ "kernel_stack", "kernel stacks", true },
	{ "pagetables", "page tables", true },
	{ "sec_pagetables", "secondary page tables", true },
	{ "percpu", "percpu memory", true },
	{ "sock", "socket buffers", true },
	{ "vmalloc", "vmalloc", true },
	{ "zswap", "zswap", true },
	{ "slab", "slab", true },
	{ "slab_reclaimable", "reclaimable slab", true },
	{ "slab_unreclaimable", "unreclaimable slab", true },
	{ "kernel", "kernel memory in all", true },
	{ "rss", "anonymous memory", false },
	{ "cache", "page cache, tmpfs included", false },
};

static bool applies(const struct incident *in)
{
	const struct fact_oom *o = in->oom;

	return o && !o->lowmemorykiller && (!o->scope || strcmp(o->scope, "memcg") == 0);
}

static struct str path_of(const struct fact_oom *o)
{
	return o->oom_memcg.n ? o->oom_memcg : o->memcg.n ? o->memcg : o->task_memcg;
}

/* The statistics of the cgroup itself; a v1 report lists its children too. */
static const struct fact_cgroup *stats_of(const struct incident *in, struct str path)
{
	const struct fact_cgroup *c, *found = NULL;

	incident_for_each (in, cgroup, c) {
		if (!c->stats.n)
			continue;
		if (path.n && str_eq(c->path, path))
			return c;
		if (!found)
			found = c;
	}
	return found;
}

static bool full(struct num usage, struct num limit)
{
	return usage.known && limit.known && limit.v > 0 &&
	       num_or(usage, 0) >= num_or(limit, 0) - num_or(limit, 0) / 64;
}

/* The limit that was reached: memory, or memory and swap together. */
static void pick_limit(const struct fact_oom *o, const struct fact_cgroup *c, struct num *usage,
		       struct num *limit, const char **which)
{
	*usage = o->memcg_usage;
	*limit = o->memcg_limit;
	*which = "memory";
	if (!usage->known && c) {
		*usage = c->usage;
		*limit = c->limit;
	}
	if (!full(*usage, *limit) && full(o->memsw_usage, o->memsw_limit)) {
		*usage = o->memsw_usage;
		*limit = o->memsw_limit;
		*which = "memory+swap";
	}
}

/* PAGE_COUNTER_MAX pages: no limit at all. */
static bool unlimited(struct num limit)
{
	return limit.v >= 1ull << 60 || limit.hi;
}

/* Pages that each CPU may hold charged beforehand (MEMCG_CHARGE_BATCH), for as many cgroups at once
 * (NR_MEMCG_STOCK) since 6.16. */
enum { BATCH = 64, STOCKS = 7, WAITS_ORDER = 3 };

/*
 * try_charge_memcg() refuses when usage + the request's pages exceed the limit; above order 3 it
 * kills nobody. What the CPUs held charged beforehand is drained at the same time, and may be gone
 * from the counter when the report is printed.
 */
static uint64_t gone_since(const struct incident *in)
{
	bool assumed;
	struct machine m = machine_of(in);
	uint64_t stocks = m.version >= KVER(6, 16, 0) ? STOCKS : 1;
	uint64_t order = num_or(in->oom->order, 0);

	if (order > WAITS_ORDER)
		order = WAITS_ORDER;
	return ((1ull << order) + budget_cpus(in, &assumed) * BATCH * stocks) * m.page_size;
}

/* The kernel's own counters: no charge was ever refused here, so somebody else asked for the kill
 * (a BPF program may). */
static bool never_refused(const struct incident *in, const char *which, struct num usage,
			  struct num limit)
{
	const struct fact_oom *o = in->oom;

	if (!usage.known || !limit.known || usage.v + gone_since(in) >= limit.v)
		return false;
	return unlimited(limit) || (!strcmp(which, "memory") && o->memcg_failcnt.known &&
				    !o->memcg_failcnt.v && !o->memsw_limit.known);
}

static enum confidence confidence(const struct incident *in, struct num usage, struct num limit)
{
	return !usage.known || !limit.known || usage.v + gone_since(in) >= limit.v ? CERTAIN
										   : LIKELY;
}

static void add_fill(struct finding *f, const struct fact_cgroup *c, uint64_t usage)
{
	uint64_t most = 0;
	size_t top = 0;
	bool any = false;

	for (size_t i = 0; c && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct num n = counters_get(&c->stats, kinds[i].stat);

		if (!n.known || !num_or(n, 0))
			continue;
		add_step(f, "%s (%s): %s%s", kinds[i].stat, kinds[i].what, human(f, num_or(n, 0)),
			 usage ? arena_printf(f->arena, ", %.1f %%", percent(num_or(n, 0), usage)).p
			       : "");
		cite_num(f, &c->head, n);
		if (num_or(n, 0) <= most)
			continue;
		most = num_or(n, 0);
		top = i;
		any = true;
	}
	if (!any)
		return;
	value_text(f, "mostly", str_c(kinds[top].stat));
	value_num(f, "mostly_bytes", most);
	if (most >= usage / 2)
		f->summary = arena_printf(f->arena, "%.*s; most of it is %s (%s)",
					  STR_ARG(f->summary), kinds[top].what, human(f, most));
}

static void add_tasks(struct finding *f, const struct incident *in, uint64_t usage)
{
	struct task_ranking r;

	if (!tasks_rank(in, f->arena, &r))
		return;
	add_step(f, "largest task: %.*s[%" PRIu64 "], resident %s", STR_ARG(r.task.comm),
		 num_or(r.task.pid, 0), human(f, r.task.rss));
	cite_line(f, r.task.fact, r.task.line);
	value_text(f, "comm", r.task.comm);
	value_num(f, "rss", r.task.rss);
	if (r.task.victim || !usage || r.rss >= usage / 4)
		return;
	add_step(f,
		 "all %" PRIu64 " tasks together are resident with %s only: killing them frees "
		 "little of %s. What is charged is kernel memory (dentries, inodes, sockets) or "
		 "files in tmpfs, which stay",
		 r.count, human(f, r.rss), human(f, usage));
}

static const char *shown_path(struct finding *f, struct str path)
{
	bool usable = path.n > 1 && path.p[0] == '/' && str_is_plain(path) && !str_has(path, "..");

	return usable ? arena_str(f->arena, path).p : "/PATH";
}

static const char *command(struct finding *f, const char *before, const char *path,
			   const char *after)
{
	return arena_printf(f->arena, "%s /sys/fs/cgroup%s/%s", before, path, after).p;
}

static void add_advice(struct finding *f, struct str memcg)
{
	const char *path = shown_path(f, memcg);

	add_next(f, "root", command(f, "cat", path, "memory.stat"),
		 "See what grows in the cgroup (v1: the same below /sys/fs/cgroup/memory).");
	add_next(
		f, "root", command(f, "echo SIZE >", path, "memory.max"),
		"Raise the limit (memory.limit_in_bytes in v1, MemoryMax= in systemd, resources.limits in "
		"Kubernetes), or find the growth inside it. More RAM changes nothing.");
	add_next(f, "root", command(f, "echo 1 >", path, "memory.oom.group"),
		 "If half a service is worse than none: kill the whole cgroup at once.");
}

/* Where all is lost but the head and its trace, mem_cgroup_out_of_memory() stands in that. */
static bool kernel_says(const struct incident *in)
{
	const struct fact_oom *o = in->oom;

	return o->constraint.n || o->memcg_usage.known || o->memsw_usage.known || o->n_victims ||
	       path_of(o).n || o->no_killable || in->of[FACT_cgroup].n;
}

static void speak(const struct incident *in, struct verdict *v, const struct fact_cgroup *c)
{
	const struct fact_oom *o = in->oom;
	struct num usage, limit;
	struct str path = path_of(o);
	const char *which;
	struct finding *f;

	pick_limit(o, c, &usage, &limit, &which);
	if (never_refused(in, which, usage, limit)) {
		cannot_tell(v, "cgroup",
			    "the kernel killed in a memory cgroup that holds %s, %s: "
			    "the limit was not what was short",
			    v_human(v, num_or(usage, 0)),
			    unlimited(limit) ? "without any limit"
					     : "and no charge to it was ever refused (failcnt 0)");
		return;
	}
	if (usage.known && limit.known)
		f = fire(v, SEV_HIGH, confidence(in, usage, limit),
			 "The memory cgroup %.*s %s its %s limit: %s used of %s",
			 STR_ARG(path.n ? path : STR("(not named)")),
			 confidence(in, usage, limit) == CERTAIN ? "is at" : "ran into", which,
			 v_human(v, num_or(usage, 0)), v_human(v, num_or(limit, 0)));
	else
		f = fire(v, SEV_HIGH, kernel_says(in) ? CERTAIN : LIKELY,
			 "The memory cgroup %.*s is at its limit, the %s",
			 STR_ARG(path.n ? path : STR("(not named)")),
			 kernel_says(in) ? "kernel says" : "call trace tells");
	set_cause(
		f,
		"The limit of this cgroup was reached and reclaim inside it found nothing more to "
		"take, so the OOM killer chose among its tasks. The machine's own memory was not short: "
		"its zones and free lists say nothing about this kill.");
	cite(f, &o->head);
	if (o->constraint_line)
		cite_line(f, &o->head, o->constraint_line);
	if (path.n)
		value_text(f, "memcg", path);
	if (usage.known && limit.known) {
		add_step(f, "%s usage %" PRIu64 " kB / limit %" PRIu64 " kB = %.1f %%", which,
			 num_or(usage, 0) / 1024, num_or(limit, 0) / 1024,
			 percent(num_or(usage, 0), num_or(limit, 0)));
		cite_num(f, usage.v == o->memcg_usage.v || !c ? &o->head : &c->head, usage);
		value_num(f, "usage", num_or(usage, 0));
		value_num(f, "limit", num_or(limit, 0));
		if (confidence(in, usage, limit) != CERTAIN)
			add_step(
				f,
				"%s below the limit when the report was printed: more than CPUs hold "
				"charged beforehand (%s), so a task gave memory back meanwhile, or a "
				"program asked for the kill",
				human(f, limit.v - usage.v), human(f, gone_since(in)));
		set_margin(f, "with a limit above what the cgroup needs, %s at least",
			   human(f, num_or(limit, 0)));
	}
	add_fill(f, c, num_or(usage, 0));
	add_tasks(f, in, num_or(usage, 0));
	add_advice(f, o->oom_memcg.n ? o->oom_memcg : o->memcg);
}

static void check(const struct incident *in, struct verdict *v)
{
	if (in->oom->scope)
		speak(in, v, stats_of(in, path_of(in->oom)));
	else
		cannot_tell(v, "oom", "the report breaks off before it says what was short");
}

DEFINE_RULE(
	oom_memcg_limit, .title = "a memory cgroup reached its limit",
	.doc = "Fires when the kernel says so: CONSTRAINT_MEMCG, \"Memory cgroup out of memory\", \"Task in "
	       "... killed as a result of limit of ...\". Certain, by the kernel's own statement, where the counters "
	       "that it prints stand at the limit, less the request and what each CPU may have held charged beforehand (64 pages, "
	       "seven times that since 6.16); likely where they are further below; cannot tell where there is no limit, or its failcnt is 0. Names the "
	       "cgroup, the limit that was reached (memory, or memory and swap), what fills it by its own "
	       "statistics, and its largest task; and says so when its tasks hold little of what is charged, "
	       "since then a kill frees little.",
	.refs = REFS("mm/memcontrol.c:mem_cgroup_out_of_memory()",
		     "mm/memcontrol.c:mem_cgroup_print_oom_meminfo()",
		     "mm/oom_kill.c:constrained_alloc()"),
	.on = NEED(oom), .applies = applies, .check = check);
