// SPDX-License-Identifier: GPL-2.0-or-later
// Where every page is: show_free_areas() and show_mem() read backwards, with the error that the
// per-CPU counters of mm/vmstat.c leave.
#include "model/budget.h"

#include <inttypes.h>

#include "model/machine.h"

const char budget_not_visible[] =
	"vmalloc, percpu, alloc_pages() by drivers, GPU and DMA buffers, socket and pipe buffers, "
	"zsmalloc before 7.2, page_ext";

static const uint64_t KIB = 1024, MIB = 1024ull * 1024;

enum {
	ASSUMED_CPUS = 8,
	MAX_CPUS = 8192,
	MAX_COUNTERS = 4096, /* looked through for what the boot said */
	THRESHOLD_MAX = 125, /* pages: calculate_pressure_threshold() */
	BATCH_PAGES = 31,    /* PAGEVEC_SIZE, folio batches since 6.8; 15 before */
	CACHED_STACKS = 2,   /* NR_CACHED_STACKS of a CPU, in no counter */
	STACK_BYTES = 16 * 1024,
};

/* Where a counter is printed, and whose per-CPU parts it lacks. */
enum where { IN_TOTALS, IN_NODES };
enum drift { DRIFT_NONE, DRIFT_ZONES, DRIFT_NODES, DRIFT_LRU };

struct account {
	const char *name;
	enum where where;
	enum drift drift;
};

/*
 * Every counter that stands for pages of its own. Left out because they are inside another one:
 * shmem, mapped, dirty, writeback, unstable (LRU), mlocked (unevictable), free_cma (free), swap
 * cache and page cache (LRU). "active", "inactive" and "slab" are those of old kernels, which print
 * none of the finer ones.
 */
static const struct account accounts[] = {
	{ "free", IN_TOTALS, DRIFT_ZONES },
	{ "free_pcp", IN_TOTALS, DRIFT_NONE },
	{ "active_anon", IN_TOTALS, DRIFT_NODES },
	{ "inactive_anon", IN_TOTALS, DRIFT_LRU },
	{ "isolated_anon", IN_TOTALS, DRIFT_NODES },
	{ "active_file", IN_TOTALS, DRIFT_NODES },
	{ "inactive_file", IN_TOTALS, DRIFT_LRU },
	{ "isolated_file", IN_TOTALS, DRIFT_NODES },
	{ "active", IN_TOTALS, DRIFT_LRU },
	{ "inactive", IN_TOTALS, DRIFT_LRU },
	{ "unevictable", IN_TOTALS, DRIFT_NODES },
	{ "slab_reclaimable", IN_TOTALS, DRIFT_NODES },
	{ "slab_unreclaimable", IN_TOTALS, DRIFT_NODES },
	{ "slab", IN_TOTALS, DRIFT_NODES },
	{ "pagetables", IN_TOTALS, DRIFT_NODES },
	{ "sec_pagetables", IN_TOTALS, DRIFT_NODES },
	{ "kernel_misc_reclaimable", IN_TOTALS, DRIFT_NODES },
	{ "bounce", IN_TOTALS, DRIFT_NONE },
	{ "kernel_stack", IN_NODES, DRIFT_NODES },
	{ "shadow_call_stack", IN_NODES, DRIFT_NODES },
	{ "writeback_tmp", IN_NODES, DRIFT_NODES },
	{ "zspages", IN_NODES, DRIFT_ZONES },
	{ "gpu_active", IN_NODES, DRIFT_NODES },
	{ "gpu_reclaim", IN_NODES, DRIFT_NODES },
};

/* What one budget is made from. */
struct making {
	struct facts *f;
	const struct incident *in;
	struct fact_budget *b;
	uint64_t cpus, page;
	bool cpus_assumed;
	uint64_t node_drift, zone_drift; /* bytes */
	uint64_t guess;			 /* bytes by which estimates may be wrong */
	unsigned __int128 squares;	 /* of the counters' errors */
	unsigned __int128 sum;
	const char *missing; /* an account that must be there and is not */
};

static uint64_t clamp128(unsigned __int128 x)
{
	return x > INT64_MAX ? INT64_MAX : (uint64_t)x;
}

static unsigned int fls64(uint64_t x)
{
	unsigned int n = 0;

	for (; x; x >>= 1)
		n++;
	return n;
}

uint64_t stat_threshold(uint64_t zone_bytes, uint64_t cpus)
{
	uint64_t t = 2ull * fls64(cpus) * (1 + fls64(zone_bytes >> 27));

	return t < THRESHOLD_MAX ? t : THRESHOLD_MAX;
}

static uint64_t square_root(unsigned __int128 x)
{
	uint64_t lo = 0, hi = INT64_MAX;

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2 + 1;

		if ((unsigned __int128)mid * mid <= x)
			lo = mid;
		else
			hi = mid - 1;
	}
	return lo;
}

const struct fact_budget *budget_of(const struct incident *in)
{
	return in->of[FACT_budget].n ? (const struct fact_budget *)in->of[FACT_budget].v[0] : NULL;
}

const struct budget_term *budget_term(const struct fact_budget *b, const char *name)
{
	for (size_t i = 0; b && i < b->n_terms; i++)
		if (strcmp(b->terms[i].name, name) == 0)
			return &b->terms[i];
	return NULL;
}

struct num boot_managed(const struct fact_boot *b)
{
	if (!b || !b->mem_available.known)
		return (struct num){ 0 };
	if (b->mem_total.known && b->mem_reserved.known && b->mem_total.v > b->mem_reserved.v)
		return num_at(b->mem_total.v - b->mem_reserved.v, b->mem_total.line);
	return b->mem_available;
}

uint64_t budget_cpus(const struct incident *in, bool *assumed)
{
	const struct fact_backtrace *t;
	uint64_t cpus = 0;

	*assumed = false;
	if (in->boot && in->boot->cpus.known && in->boot->cpus.v)
		return in->boot->cpus.v < MAX_CPUS ? in->boot->cpus.v : MAX_CPUS;
	*assumed = true;
	incident_for_each (in, backtrace, t)
		if (t->cpu.known && t->cpu.v < MAX_CPUS && t->cpu.v >= cpus)
			cpus = t->cpu.v + 1;
	return cpus > ASSUMED_CPUS ? cpus : ASSUMED_CPUS;
}

/* "Active:" of old kernels, whichever way it was kept. */
static struct num total_of(const struct fact_mem_info *mem, const char *name)
{
	struct num n = counters_get(&mem->totals, name);
	char other[64];

	if (n.known || strlen(name) >= sizeof(other))
		return n;
	memcpy(other, name, strlen(name) + 1);
	other[0] = (char)(other[0] - 'a' + 'A');
	return counters_get(&mem->totals, other);
}

static void sum_into(struct num *sum, struct num n)
{
	if (!n.known)
		return;
	if (!sum->known)
		*sum = n;
	else if (__builtin_add_overflow(sum->v, num_or(n, 0), &sum->v))
		sum->v = UINT64_MAX;
}

/* Newer kernels print it for each node, older ones for each zone. */
static struct num parts_of(const struct incident *in, const char *name)
{
	const struct fact_zone_state *z;
	struct num sum = { 0 };

	for (size_t i = 0; i < in->mem->n_nodes; i++)
		sum_into(&sum, counters_get(&in->mem->nodes[i], name));
	if (sum.known)
		return sum;
	incident_for_each (in, zone_state, z)
		sum_into(&sum, counters_get(&z->values, name));
	return sum;
}

static struct budget_term *add_term(struct making *m, const char *name, struct num bytes,
				    uint64_t err)
{
	struct budget_term *t = arena_push(&m->f->arena, (void **)&m->b->terms, &m->b->n_terms,
					   sizeof(*m->b->terms));

	t->name = name;
	t->bytes = bytes;
	t->may_err_by = num_at(err, 0);
	m->sum += num_or(bytes, 0);
	return t;
}

static uint64_t drift_of(const struct making *m, const struct account *a)
{
	switch (a->drift) {
	case DRIFT_NONE:
		return 0;
	case DRIFT_ZONES:
		return m->zone_drift;
	case DRIFT_NODES:
		return m->node_drift;
	case DRIFT_LRU:
		return m->node_drift + m->cpus * BATCH_PAGES * m->page;
	}
	return 0;
}

static void add_account(struct making *m, const struct account *a)
{
	struct num n =
		a->where == IN_TOTALS ? total_of(m->in->mem, a->name) : parts_of(m->in, a->name);
	uint64_t err = drift_of(m, a);

	if (!n.known)
		return;
	if (strcmp(a->name, "kernel_stack") == 0)
		err += m->cpus * CACHED_STACKS * STACK_BYTES;
	m->squares += (unsigned __int128)err * err;
	add_term(m, a->name, n, err);
}

/* for_each_hstate: total pages times size, of every node. */
static void add_hugetlb(struct making *m)
{
	const struct fact_hugetlb_pool *h;
	unsigned __int128 bytes = 0;
	uint32_t line = 0;
	bool any = false;

	incident_for_each (m->in, hugetlb_pool, h) {
		if (!h->size.known || !h->total_count.known)
			continue;
		bytes += (unsigned __int128)num_or(h->size, 0) * num_or(h->total_count, 0);
		if (!any || h->total_count.v)
			line = h->total_count.line;
		any = true;
	}
	if (any)
		add_term(m, "hugetlb", num_at(clamp128(bytes), line), 0)->note =
			STR("pages of the pool times their size; in no other counter");
}

static uint64_t next_power_of_two(uint64_t x)
{
	uint64_t p = 1;

	while (p < x)
		p *= 2;
	return p;
}

/*
 * What a kernel without any load takes from the page allocator and counts nowhere: BPF and module
 * text, tables of the core, and the map of a percpu chunk, which is 2 MiB shared out among the CPUs
 * (pcpu_alloc_chunk(): obj_cgroups). Bare Debian 5.10 to 7.2 guests of 1 to 4 CPUs have 2.2 to 8.3
 * MiB of it beside the chunk.
 */
static void add_base(struct making *m)
{
	uint64_t total = m->b->total.v, bytes, err;

	bytes = 6 * MIB + 256 * KIB + 4 * MIB / next_power_of_two(m->cpus) + m->cpus * 64 * KIB;
	err = 5 * MIB;
	if (bytes > total / 32) {
		bytes = total / 64;
		err = bytes;
	}
	err += total / 400;
	m->guess += err;
	add_term(m, "kernel_base", num_at(bytes, 0), err)->note =
		STR("an estimate: what a kernel without load takes that no counter holds");
}

/* What the boot said it took for struct page_ext (page_owner=on and the like). */
static void add_page_ext(struct making *m)
{
	const struct fact_counter *c;

	if (!m->in->boot || m->f->lists[FACT_counter].n > MAX_COUNTERS)
		return;
	fact_for_each (m->f, counter, c) {
		if (!str_is(c->name, "page_ext") || c->head.boot != m->in->head->boot ||
		    c->head.origin.evidence != m->in->head->origin.evidence)
			continue;
		add_term(m, "page_ext", c->value, 0)->note =
			STR("said at boot: what page_owner and others keep for each page");
		return;
	}
}

/* All zones are printed when their free pages are all the free pages there are. */
static struct num total_of_zones(struct making *m)
{
	const struct fact_zone_state *z;
	struct num free = { 0 }, managed = { 0 }, all = total_of(m->in->mem, "free");
	uint64_t gap;

	incident_for_each (m->in, zone_state, z) {
		struct num n = counters_get(&z->values, "managed");

		if (!n.known)
			return n;
		sum_into(&managed, n);
		sum_into(&free, counters_get(&z->values, "free"));
	}
	if (!managed.known || !free.known || !all.known || m->in->mem->restricted ||
	    m->in->mem->head.cut)
		return (struct num){ 0 };
	gap = free.v > all.v ? free.v - all.v : all.v - free.v;
	return gap <= m->zone_drift + all.v / 100 ? managed : (struct num){ 0 };
}

static void set_total(struct making *m)
{
	const struct fact_mem_info *mem = m->in->mem;

	if (mem->ram_total.known && mem->ram_reserved.known &&
	    mem->ram_total.v > mem->ram_reserved.v)
		m->b->total =
			num_at(mem->ram_total.v - mem->ram_reserved.v, mem->ram_reserved.line);
	else
		m->b->total = total_of_zones(m);
}

/* The counters' lag: zone counters may use calculate_pressure_threshold() while kswapd runs. */
static void set_drift(struct making *m)
{
	const struct fact_zone_state *z;
	uint64_t largest = num_or(m->in->mem->ram_total, 0), zones = 0, nodes = m->in->mem->n_nodes;

	incident_for_each (m->in, zone_state, z) {
		uint64_t size = num_or(counters_get(&z->values, "managed"),
				       num_or(counters_get(&z->values, "present"), 0));
		uint64_t min = num_or(counters_get(&z->values, "min"), 0);
		uint64_t low = num_or(counters_get(&z->values, "low"), 0);
		uint64_t pressed = low > min ? (low - min) / m->page / m->cpus : 1;
		uint64_t t = stat_threshold(size, m->cpus);

		if (pressed > THRESHOLD_MAX)
			pressed = THRESHOLD_MAX;
		zones += m->cpus * (t > pressed ? t : pressed) * m->page;
		largest = size > largest ? size : largest;
	}
	m->zone_drift = zones ? zones : m->cpus * THRESHOLD_MAX * m->page;
	m->node_drift = m->cpus * stat_threshold(largest, m->cpus) * (nodes ? nodes : 1) * m->page;
}

/* Without these, what is left over means nothing. */
static bool accounts_complete(struct making *m)
{
	const struct fact_budget *b = m->b;

	if (!budget_term(b, "free"))
		m->missing = "free pages";
	else if (!budget_term(b, "active_anon") && !budget_term(b, "active"))
		m->missing = "LRU lists";
	else if (!budget_term(b, "slab_unreclaimable") && !budget_term(b, "slab"))
		m->missing = "slab";
	else if (!budget_term(b, "pagetables"))
		m->missing = "page tables";
	return !m->missing;
}

/* Memory in zones above the request's, whose per-CPU lists were left out. */
static uint64_t hidden_zones(const struct making *m)
{
	const struct fact_zone_state *z;
	uint64_t shown = 0, total = m->b->total.v;

	incident_for_each (m->in, zone_state, z)
		if (__builtin_add_overflow(shown, num_or(counters_get(&z->values, "managed"), 0),
					   &shown))
			return total;
	return shown < total ? total - shown : 0;
}

/* Accounts that this kernel does not print, or not for all nodes and zones: wider error. */
static void widen(struct making *m)
{
	const struct fact_mem_info *mem = m->in->mem;
	uint64_t total = m->b->total.v;

	if (!budget_term(m->b, "kernel_stack"))
		m->guess += total / 100;
	if (!budget_term(m->b, "free_pcp"))
		m->guess += m->cpus * 2 * 6 * BATCH_PAGES * m->page;
	if (mem->restricted && mem->highest_zone.n)
		m->guess += hidden_zones(m) / 8; /* MIN_PERCPU_PAGELIST_HIGH_FRACTION */
}

static void set_unexplained(struct making *m)
{
	struct fact_budget *b = m->b;
	const struct fact_mem_info *mem = m->in->mem;
	struct arena *a = &m->f->arena;

	widen(m);
	b->may_err_by = num_at(clamp128((unsigned __int128)m->guess + square_root(m->squares)), 0);
	if (!accounts_complete(m))
		b->unknown = arena_printf(a, "the report has no line with its %s", m->missing);
	else if (mem->restricted_nodes.n)
		b->unknown =
			arena_printf(a,
				     "only node %.*s was printed: the other nodes' kernel stacks, "
				     "free lists and huge pages are not known; SysRq-m prints all",
				     STR_ARG(mem->restricted_nodes));
	else if (m->sum > INT64_MAX || b->total.v > INT64_MAX || b->total.hi)
		b->unknown = STR("the numbers are damaged: they exceed any memory");
	else
		b->unexplained = num_int((int64_t)b->total.v - (int64_t)m->sum, 0);
}

void budget_add(struct facts *f, const struct incident *in)
{
	struct making m = { .f = f, .in = in };
	uint32_t id;

	if (!in->mem)
		return;
	m.b = fact_add(f, FACT_budget, in->mem->head.origin);
	id = m.b->head.id;
	m.b->head.boot = in->head->boot;
	m.b->head.time_ns = in->mem->head.time_ns;
	m.b->head.wall = in->mem->head.wall;
	m.b->head.cut = in->mem->head.cut;
	m.b->head.report = id ? in->head->id : 0;
	m.page = machine_of(in).page_size;
	m.cpus = budget_cpus(in, &m.cpus_assumed);
	set_drift(&m);
	set_total(&m);
	for (size_t i = 0; i < sizeof(accounts) / sizeof(accounts[0]); i++)
		add_account(&m, &accounts[i]);
	add_hugetlb(&m);
	if (!m.b->total.known) {
		m.b->unknown = STR("how much RAM there is was not printed (\"pages RAM\" and "
				   "\"pages reserved\"), and not every zone was");
		return;
	}
	add_page_ext(&m);
	add_base(&m);
	set_unexplained(&m);
}
