// SPDX-License-Identifier: GPL-2.0-or-later
// model/budget and the consumer rules over hand-made facts: nothing is counted twice, errors have
// their bounds, and what cannot be known is not said.
#include "model/budget.h"

#include "model/model.h"
#include "rule/engine.h"
#include "unit.h"

#define PAGE	  4096ull
#define MIB	  (1024ull * 1024)
#define MIB_PAGES (MIB / PAGE)

struct bench {
	struct facts f;
	struct fact_oom *oom;
	struct fact_mem_info *mem;
	struct fact_zone_state *zone;
	struct fact_boot *boot;
	struct diagnosis d;
};

static struct num pages(uint64_t n, uint32_t line)
{
	return num_scaled(n, PAGE, line);
}

static void set(struct bench *b, const char *name, uint64_t n)
{
	counters_set(&b->mem->totals, &b->f.arena, str_c(name), pages(n, 10));
}

static void set_zone(struct bench *b, const char *name, uint64_t n)
{
	counters_set(&b->zone->values, &b->f.arena, str_c(name), pages(n, 20));
}

/* A global OOM of a machine of 512 MiB, 496 of them managed, nearly nothing free. */
static void setup(struct bench *b)
{
	struct origin here = { .line = 1 };
	struct counters *node;

	facts_init(&b->f);
	facts_add_evidence(&b->f, "x.log", "log");
	b->boot = fact_add(&b->f, FACT_boot, here);
	b->boot->head.boot = 0;
	b->boot->cpus = num_at(2, 1);
	b->oom = fact_add(&b->f, FACT_oom, here);
	b->oom->scope = "global";
	b->oom->trigger.known = true;
	b->mem = fact_add(&b->f, FACT_mem_info, (struct origin){ .line = 5 });
	b->zone = fact_add(&b->f, FACT_zone_state, (struct origin){ .line = 20 });
	b->oom->mem = b->mem;
	b->oom->head.boot = b->mem->head.boot = b->zone->head.boot = 0;
	b->oom->head.report = b->mem->head.report = b->zone->head.report = b->oom->head.id;
	b->mem->page_size = num_at(PAGE, 5);
	b->mem->ram_total = pages(512 * MIB_PAGES, 30);
	b->mem->ram_reserved = pages(16 * MIB_PAGES, 31);
	node = arena_push(&b->f.arena, (void **)&b->mem->nodes, &b->mem->n_nodes, sizeof(*node));
	counters_set(node, &b->f.arena, STR("kernel_stack"), pages(2 * MIB_PAGES, 15));
	b->zone->zone = STR("DMA32");
	set_zone(b, "free", 4 * MIB_PAGES);
	set_zone(b, "min", 4 * MIB_PAGES);
	set_zone(b, "low", 5 * MIB_PAGES);
	set_zone(b, "high", 6 * MIB_PAGES);
	set_zone(b, "managed", 496 * MIB_PAGES);
	set(b, "free", 4 * MIB_PAGES);
	set(b, "active_anon", 10 * MIB_PAGES);
	set(b, "inactive_anon", 20 * MIB_PAGES);
	set(b, "active_file", 0);
	set(b, "inactive_file", 0);
	set(b, "unevictable", 0);
	set(b, "slab_reclaimable", 4 * MIB_PAGES);
	set(b, "slab_unreclaimable", 6 * MIB_PAGES);
	set(b, "pagetables", MIB_PAGES);
	set(b, "shmem", 0);
	set(b, "free_pcp", 0);
}

static const struct fact_budget *budget(struct bench *b)
{
	facts_finish(&b->f);
	model_run(&b->f);
	ck_assert_uint_eq(b->f.lists[FACT_budget].n, 1);
	return (const struct fact_budget *)b->f.lists[FACT_budget].v[0];
}

static const struct finding *fired(struct bench *b, const char *id)
{
	for (size_t i = 0; i < b->d.n_findings; i++)
		if (strcmp(b->d.findings[i]->rule->id, id) == 0)
			return b->d.findings[i];
	return NULL;
}

static enum outcome outcome(struct bench *b, const char *id)
{
	for (size_t i = 0; i < b->d.n_outcomes; i++)
		if (strcmp(b->d.outcomes[i].rule->id, id) == 0)
			return b->d.outcomes[i].outcome;
	ck_abort_msg("no outcome of %s", id);
}

static void run(struct bench *b)
{
	budget(b);
	diagnose(&b->f, &b->d);
}

static void teardown(struct bench *b)
{
	if (b->d.facts)
		diagnosis_deinit(&b->d);
	facts_deinit(&b->f);
}

START_TEST(test_terms_and_rest)
{
	struct bench b = { 0 };
	const struct fact_budget *x;
	int64_t sum = 0;

	setup(&b);
	x = budget(&b);
	ck_assert_uint_eq(x->total.v, 496ull * MIB);
	ck_assert_uint_eq(x->head.report, b.oom->head.id);
	for (size_t i = 0; i < x->n_terms; i++)
		sum += (int64_t)x->terms[i].bytes.v;
	ck_assert(x->unexplained.known);
	ck_assert_int_eq(num_int_or(x->unexplained, 0), 496ll * MIB - sum);
	ck_assert_uint_eq(budget_term(x, "kernel_stack")->bytes.v, 2ull * MIB);
	teardown(&b);
}
END_TEST

/* shmem, mlocked, dirty, mapped and free_cma are inside others. */
START_TEST(test_nothing_twice)
{
	struct bench b = { 0 }, c = { 0 };
	int64_t before;

	setup(&b);
	before = num_int_or(budget(&b)->unexplained, 0);
	setup(&c);
	set(&c, "shmem", 15 * MIB_PAGES);
	set(&c, "dirty", 3 * MIB_PAGES);
	set(&c, "mapped", 3 * MIB_PAGES);
	set(&c, "free_cma", 2 * MIB_PAGES);
	set_zone(&c, "mlocked", 2 * MIB_PAGES);
	ck_assert_int_eq(num_int_or(budget(&c)->unexplained, 0), before);
	teardown(&b);
	teardown(&c);
}
END_TEST

START_TEST(test_error_is_small)
{
	static const unsigned int cpus[] = { 1, 2, 4 };

	for (size_t i = 0; i < 3; i++) {
		struct bench b = { 0 };

		setup(&b);
		b.boot->cpus = num_at(cpus[i], 1);
		ck_assert_uint_lt(budget(&b)->may_err_by.v, 512ull * MIB / 50);
		teardown(&b);
	}
}
END_TEST

START_TEST(test_threshold)
{
	/* The table in mm/vmstat.c. */
	ck_assert_uint_eq(stat_threshold(960ull * MIB, 1), 8);
	ck_assert_uint_eq(stat_threshold(960ull * MIB, 2), 16);
	ck_assert_uint_eq(stat_threshold(100ull * MIB, 2), 4);
	ck_assert_uint_eq(stat_threshold(6ull * 1024 * MIB, 64), 98);
	ck_assert_uint_eq(stat_threshold(12ull * 1024 * MIB, 1024), 125);
}
END_TEST

START_TEST(test_restricted_nodes)
{
	struct bench b = { 0 };
	const struct fact_budget *x;

	setup(&b);
	b.mem->restricted = true;
	b.mem->restricted_nodes = STR("1");
	x = budget(&b);
	ck_assert(x->total.known);
	ck_assert(!x->unexplained.known);
	ck_assert(x->unknown.n > 0);
	teardown(&b);
}
END_TEST

START_TEST(test_no_total)
{
	struct bench b = { 0 };
	const struct fact_budget *x;

	setup(&b);
	b.mem->ram_total = (struct num){ 0 };
	set_zone(&b, "free", 1 * MIB_PAGES); /* not all zones were printed */
	x = budget(&b);
	ck_assert(!x->total.known);
	ck_assert(!x->unexplained.known);
	ck_assert(x->unknown.n > 0);
	teardown(&b);
}
END_TEST

START_TEST(test_total_of_all_zones)
{
	struct bench b = { 0 };

	setup(&b);
	b.mem->ram_reserved = (struct num){ 0 };
	ck_assert_uint_eq(budget(&b)->total.v, 496ull * MIB);
	teardown(&b);
}
END_TEST

START_TEST(test_old_kernel)
{
	struct bench b = { 0 };
	const struct fact_budget *x;

	setup(&b);
	b.mem->totals.n = 0;
	b.mem->n_nodes = 0;
	set(&b, "Active", 100 * MIB_PAGES);
	set(&b, "inactive", 50 * MIB_PAGES);
	set(&b, "free", 4 * MIB_PAGES);
	set(&b, "pagetables", MIB_PAGES);
	x = budget(&b);
	ck_assert_ptr_nonnull(budget_term(x, "active"));
	ck_assert(!x->unexplained.known); /* no slab counter */
	teardown(&b);
}
END_TEST

START_TEST(test_hostile_numbers)
{
	struct bench b = { 0 };
	struct fact_hugetlb_pool *h;

	setup(&b);
	set(&b, "slab_unreclaimable", UINT64_MAX / 2);
	set(&b, "active_anon", UINT64_MAX);
	b.mem->page_size = num_at(UINT64_MAX, 5);
	b.boot->cpus = num_at(UINT64_MAX, 1);
	h = fact_add(&b.f, FACT_hugetlb_pool, b.mem->head.origin);
	h->head.report = b.oom->head.id;
	h->size = h->total_count = h->free_count = num_at(UINT64_MAX, 5);
	run(&b);
	ck_assert_ptr_null(fired(&b, "oom_slab"));
	ck_assert_ptr_null(fired(&b, "oom_process"));
	ck_assert_ptr_null(fired(&b, "oom_unaccounted"));
	teardown(&b);
}
END_TEST

START_TEST(test_unaccounted)
{
	struct bench b = { 0 };
	struct fact_hugetlb_pool *h;
	const struct finding *f;

	setup(&b); /* some 450 MiB are nowhere */
	run(&b);
	f = fired(&b, "oom_unaccounted");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq((int)f->confidence, (int)LIKELY); /* huge pages are not told */
	teardown(&b);
	b = (struct bench){ 0 };
	setup(&b);
	h = fact_add(&b.f, FACT_hugetlb_pool, b.mem->head.origin);
	h->head.report = b.oom->head.id;
	h->size = num_at(2 << 20, 1);
	h->total_count = num_at(0, 1);
	h->free_count = num_at(0, 1);
	run(&b);
	f = fired(&b, "oom_unaccounted");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq((int)f->severity, (int)SEV_HIGH);
	ck_assert_int_eq((int)f->confidence, (int)CERTAIN);
	ck_assert_ptr_null(fired(&b, "oom_process"));
	teardown(&b);
}
END_TEST

START_TEST(test_one_owner_each)
{
	static const struct {
		const char *counter, *rule;
	} owners[] = {
		{ "slab_unreclaimable", "oom_slab" }, { "active_anon", "oom_process" },
		{ "pagetables", "oom_pagetables" },   { "inactive_file", "oom_page_cache" },
		{ "unevictable", "oom_unevictable" },
	};

	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
		struct bench b = { 0 };

		setup(&b);
		set(&b, owners[i].counter, 440 * MIB_PAGES);
		run(&b);
		ck_assert_msg(fired(&b, owners[i].rule) != NULL, "%s", owners[i].rule);
		ck_assert_ptr_null(fired(&b, "oom_unaccounted"));
		ck_assert_int_eq((int)outcome(&b, "oom_unaccounted"), (int)OUTCOME_CLEAR);
		for (size_t k = 0; k < sizeof(owners) / sizeof(owners[0]); k++)
			if (k != i)
				ck_assert_msg(!fired(&b, owners[k].rule), "%s", owners[k].rule);
		teardown(&b);
	}
}
END_TEST

/* Shmem is taken out of the anonymous LRU that it is listed in. */
START_TEST(test_shmem_is_not_anonymous)
{
	struct bench b = { 0 };

	setup(&b);
	set(&b, "inactive_anon", 440 * MIB_PAGES);
	set(&b, "shmem", 430 * MIB_PAGES);
	run(&b);
	ck_assert_ptr_nonnull(fired(&b, "oom_shmem"));
	ck_assert_ptr_null(fired(&b, "oom_process"));
	teardown(&b);
}
END_TEST

/* With most memory free, who holds the rest is no reason. */
START_TEST(test_no_shortage)
{
	struct bench b = { 0 };
	const struct finding *f;

	setup(&b);
	set(&b, "free", 200 * MIB_PAGES);
	set_zone(&b, "free", 200 * MIB_PAGES);
	set(&b, "active_anon", 260 * MIB_PAGES);
	run(&b);
	f = fired(&b, "oom_process");
	ck_assert(!f || (f->severity <= SEV_LOW && f->confidence < CERTAIN));
	teardown(&b);
}
END_TEST

START_TEST(test_memcg_is_not_the_machine)
{
	struct bench b = { 0 };

	setup(&b);
	set(&b, "slab_unreclaimable", 440 * MIB_PAGES);
	b.oom->scope = "memcg";
	b.oom->memcg = STR("/a");
	b.oom->memcg_usage = b.oom->memcg_limit = num_at(10 * MIB, 3);
	run(&b);
	ck_assert_ptr_null(fired(&b, "oom_slab"));
	ck_assert_ptr_nonnull(fired(&b, "oom_memcg_limit"));
	ck_assert_int_eq((int)fired(&b, "oom_memcg_limit")->confidence, (int)CERTAIN);
	teardown(&b);
}
END_TEST

static void add_stack(struct bench *b, uint64_t n, const char *const *frames)
{
	struct fact_allocation_stack *a =
		fact_add(&b->f, FACT_allocation_stack, (struct origin){ .line = 50 });

	a->pages = num_at(n, 50);
	a->source = "page_owner";
	for (; *frames; frames++)
		*(struct str *)arena_push(&b->f.arena, (void **)&a->frames, &a->n_frames,
					  sizeof(*a->frames)) = str_c(*frames);
}

START_TEST(test_greatest_consumer)
{
	static const char *const anon[] = { "__alloc_pages+0x1", "do_anonymous_page+0x2",
					    "handle_mm_fault+0x3", NULL };
	static const char *const driver[] = { "__alloc_pages+0x1", "dma_alloc_attrs+0x4e/0x90",
					      "ring_fill+0x5/0x10", "handle_mm_fault+0x3", NULL };
	struct bench b = { 0 };
	const struct finding *f;

	facts_init(&b.f);
	facts_add_evidence(&b.f, "page_owner", "page_owner");
	add_stack(&b, 1000, anon);
	add_stack(&b, 800, driver);
	facts_finish(&b.f);
	diagnose(&b.f, &b.d);
	f = fired(&b, "greatest_consumer");
	ck_assert_ptr_nonnull(f);
	ck_assert(str_has(f->summary, "ring_fill"));
	ck_assert(str_has(f->summary, "800 pages"));
	teardown(&b);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("budget", test_terms_and_rest, test_nothing_twice, test_error_is_small,
		       test_threshold, test_restricted_nodes, test_no_total,
		       test_total_of_all_zones, test_old_kernel, test_hostile_numbers,
		       test_unaccounted, test_one_owner_each, test_shmem_is_not_anonymous,
		       test_no_shortage, test_memcg_is_not_the_machine, test_greatest_consumer);
}
