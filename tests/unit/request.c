// SPDX-License-Identifier: GPL-2.0-or-later
// The rules about one request: each fires, is clear by a little, and cannot tell, on reports put
// together by hand.
#include "rule/request.h"

#include "hand.h"
#include "rule/engine.h"
#include "unit.h"

struct world {
	struct facts f;
	struct diagnosis d;
};

static void start(struct world *w)
{
	facts_init(&w->f);
	facts_add_evidence(&w->f, "hand", "log");
}

static void stop(struct world *w)
{
	diagnosis_deinit(&w->d);
	facts_deinit(&w->f);
}

/* The confidence with which a rule fired; -1: clear, -2: cannot tell. */
static int says(struct world *w, const char *id)
{
	for (size_t i = 0; i < w->d.n_findings; i++)
		if (strcmp(w->d.findings[i]->rule->id, id) == 0)
			return (int)w->d.findings[i]->confidence;
	for (size_t i = 0; i < w->d.n_outcomes; i++)
		if (strcmp(w->d.outcomes[i].rule->id, id) == 0)
			return w->d.outcomes[i].outcome == OUTCOME_CANNOT_TELL ? -2 : -1;
	return -3;
}

static void run(struct world *w)
{
	facts_finish(&w->f);
	diagnose(&w->f, &w->d);
	for (size_t i = 0; i < w->d.n_findings; i++)
		ck_assert_msg(w->d.findings[i]->n_cites > 0, "%s", w->d.findings[i]->rule->id);
}

/* A zone of x86-64 with free pages in blocks of up to a given order. */
struct made {
	int node;
	const char *name;
	uint64_t free, high, managed; /**< kB; min is half of high */
	int largest;		      /**< order of the largest free block */
	uint64_t reserve;	      /**< pages, against requests for higher zones */
};

static struct fact_zone_state *put(struct world *w, const struct fact *head, struct made m)
{
	struct fact_zone_state *z = hand_zone(&w->f, head, m.node, m.name);
	enum zone_type t = zone_type_of(str_c(m.name));
	uint64_t reserve[4] = { 0 }, counts[11] = { 0 };
	const char *types[11] = { NULL };
	size_t index = t == ZONE_MOVABLE ? 3 : (size_t)t;

	hand_marks(&w->f, z, m.free, m.high / 2, m.high * 3 / 4, m.high);
	hand_set(&w->f, z, "managed", m.managed);
	hand_set(&w->f, z, "present", m.managed);
	hand_set(&w->f, z, "free_cma", 0);
	hand_set(&w->f, z, "reserved_highatomic", 0);
	for (size_t i = index + 1; i < 4; i++)
		reserve[i] = m.reserve;
	hand_reserve(&w->f, z, reserve, 4);
	for (int o = 0; o <= m.largest; o++) {
		counts[o] = 10;
		types[o] = "UM";
	}
	hand_blocks(&w->f, z, counts, types, 11);
	return z;
}

static struct fact_oom *oom(struct world *w, const char *flags, int order)
{
	struct fact_oom *o = hand_oom(&w->f, 0xcc0, order);

	o->gfp_flags = str_c(flags);
	o->nodemask = STR("(null)");
	o->mems_allowed = STR("0");
	o->constraint = STR("CONSTRAINT_NONE");
	o->trigger.comm = STR("asker");
	o->mem->ram_total = num_scaled(4ull << 20, 1024, 1);
	return o;
}

static struct fact_alloc_failure *failure(struct world *w, const char *flags, int order)
{
	struct fact_alloc_failure *a = hand_fail(&w->f, 0xcc0, order);

	a->gfp_flags = str_c(flags);
	a->nodemask = STR("(null)");
	a->mems_allowed = STR("0");
	a->comm = STR("asker");
	a->mem->ram_total = num_scaled(4ull << 20, 1024, 1);
	return a;
}

static int one_oom(const char *id, const char *flags, int order, struct made m)
{
	struct fact_oom *o;
	struct world w;
	int got;

	start(&w);
	o = oom(&w, flags, order);
	put(&w, &o->head, (struct made){ 0, "DMA", 100, 40, 15360, 2, 3000 });
	put(&w, &o->head, m);
	run(&w);
	got = says(&w, id);
	stop(&w);
	return got;
}

START_TEST(test_fragmentation)
{
	static const char id[] = "oom_fragmentation";
	struct made m = { 0, "DMA32", 900000, 10000, 3000000, 1, 0 };

	ck_assert_int_eq(one_oom(id, "GFP_KERNEL", 2, m), CERTAIN);
	m.largest = 2; /* one block more */
	ck_assert_int_eq(one_oom(id, "GFP_KERNEL", 2, m), -1);
	m.largest = 1;
	m.free = 4000; /* too few single pages as well */
	ck_assert_int_eq(one_oom(id, "GFP_KERNEL", 2, m), -1);
	ck_assert_int_eq(one_oom(id, "GFP_KERNEL", 0, m), -1);
	m.free = 900000;
	ck_assert_int_eq(one_oom(id, "GFP_NONSENSE", 2, m), CERTAIN); /* the number says it, too */
}
END_TEST

START_TEST(test_false)
{
	static const char id[] = "oom_false";
	struct made m = { 0, "DMA32", 900000, 10000, 3000000, 3, 0 };

	ck_assert_int_eq(one_oom(id, "GFP_KERNEL", 0, m), LIKELY);
	ck_assert_int_eq(one_oom(id, "GFP_KERNEL", 3, m), LIKELY);
	ck_assert_int_eq(one_oom(id, "GFP_KERNEL", 4, m), -1);
	m.free = 90000; /* above high, but it may have come back meanwhile */
	ck_assert_int_eq(one_oom(id, "GFP_KERNEL", 0, m), -2);
	m.free = 8000; /* between min and high */
	ck_assert_int_eq(one_oom(id, "GFP_KERNEL", 0, m), -2);
	m.free = 4000;
	ck_assert_int_eq(one_oom(id, "GFP_KERNEL", 0, m), -1);
}
END_TEST

START_TEST(test_false_after_another_kill)
{
	struct fact_oom *o;
	struct world w;

	start(&w);
	o = oom(&w, "GFP_KERNEL", 0);
	o->head.time_ns = num_at(1000000000, 1);
	put(&w, &o->head, (struct made){ 0, "DMA32", 100, 10000, 3000000, 0, 0 });
	o = oom(&w, "GFP_KERNEL", 0);
	o->head.time_ns = num_at(2000000000, 1);
	put(&w, &o->head, (struct made){ 0, "DMA32", 900000, 10000, 3000000, 3, 0 });
	run(&w);
	ck_assert_int_eq(says(&w, "oom_false"), LIKELY);
	stop(&w);
}
END_TEST

START_TEST(test_page_fault)
{
	struct fact_oom *o;
	struct world w;

	for (int free = 0; free < 2; free++) {
		start(&w);
		o = oom(&w, "", 0);
		o->gfp_mask = num_at(0, 1);
		put(&w, &o->head,
		    (struct made){ 0, "DMA32", free ? 900000 : 4000, 10000, 3000000, 3, 0 });
		run(&w);
		ck_assert_int_eq(says(&w, "oom_false"), free ? CERTAIN : -1);
		ck_assert_int_eq(says(&w, "oom_memcg_spill"), free ? -2 : -1);
		stop(&w);
	}
}
END_TEST

START_TEST(test_memcg_spill)
{
	struct fact_oom *o;
	struct world w;

	start(&w);
	o = oom(&w, "GFP_KERNEL", 0);
	o->scope = "memcg";
	o->oom_memcg = STR("/job");
	o = oom(&w, "", 0);
	o->gfp_mask = num_at(0, 1);
	o->task_memcg = STR("/job/a");
	put(&w, &o->head, (struct made){ 0, "DMA32", 900000, 10000, 3000000, 3, 0 });
	run(&w);
	ck_assert_int_eq(says(&w, "oom_memcg_spill"), LIKELY);
	ck_assert_int_eq(says(&w, "oom_false"), LIKELY); /* the first kill may have freed it */
	stop(&w);
}
END_TEST

static int lowmem(uint64_t movable_free, uint64_t low_free)
{
	struct fact_oom *o;
	struct world w;
	int got;

	start(&w);
	o = oom(&w, "GFP_KERNEL", 0);
	put(&w, &o->head, (struct made){ 0, "DMA32", low_free, 4000, 200000, 0, 0 });
	put(&w, &o->head, (struct made){ 0, "Movable", movable_free, 8000, 3000000, 9, 0 });
	run(&w);
	got = says(&w, "oom_lowmem");
	stop(&w);
	return got;
}

START_TEST(test_lowmem)
{
	ck_assert_int_eq(lowmem(2000000, 1000), CERTAIN);
	ck_assert_int_eq(lowmem(2000000, 2500), LIKELY); /* between min and high */
	ck_assert_int_eq(lowmem(2000000, 9000), -1);
	ck_assert_int_eq(lowmem(9000, 1000), -1);
	ck_assert_int_eq(one_oom("oom_lowmem", "GFP_HIGHUSER_MOVABLE", 0,
				 (struct made){ 0, "DMA32", 100, 10000, 3000000, 0, 0 }),
			 -1);
}
END_TEST

static int policy(const char *constraint, const char *mems, uint64_t here, uint64_t there)
{
	struct fact_oom *o;
	struct world w;
	int got;

	start(&w);
	o = oom(&w, "GFP_HIGHUSER_MOVABLE", 0);
	o->constraint = str_c(constraint);
	o->mems_allowed = str_c(mems);
	put(&w, &o->head, (struct made){ 0, "Normal", there, 10000, 2000000, 9, 0 });
	put(&w, &o->head, (struct made){ 1, "Normal", here, 10000, 2000000, 9, 0 });
	run(&w);
	got = says(&w, "oom_numa_policy");
	stop(&w);
	return got;
}

START_TEST(test_numa_policy)
{
	ck_assert_int_eq(policy("CONSTRAINT_CPUSET", "1", 4000, 1500000), CERTAIN);
	ck_assert_int_eq(policy("CONSTRAINT_CPUSET", "1", 4000, 9000), -1);
	ck_assert_int_eq(policy("CONSTRAINT_CPUSET", "1", 900000, 1500000), -1);
	ck_assert_int_eq(policy("CONSTRAINT_NONE", "0-1", 4000, 4000), -1);
}
END_TEST

/* Kernels before the nodemask was printed: one node short, another far above. */
START_TEST(test_numa_policy_unprinted)
{
	for (int far = 0; far < 2; far++) {
		struct fact_oom *o;
		struct world w;

		start(&w);
		o = hand_oom(&w.f, 0x280da, 0);
		o->mems_allowed = STR("0-1");
		put(&w, &o->head, (struct made){ 0, "Normal", 4000, 10000, 2000000, 9, 0 });
		put(&w, &o->head,
		    (struct made){ 1, "Normal", far ? 1500000 : 30000, 10000, 2000000, 9, 0 });
		run(&w);
		ck_assert_int_eq(says(&w, "oom_numa_policy"), far ? LIKELY : -1);
		ck_assert_int_eq(says(&w, "oom_false"), -1);
		stop(&w);
	}
}
END_TEST

START_TEST(test_no_zone)
{
	static const char *const flags[] = { "GFP_HIGHUSER|__GFP_ACCOUNT", "GFP_HIGHUSER_MOVABLE" };

	for (int i = 0; i < 2; i++) {
		struct fact_oom *o;
		struct world w;

		start(&w);
		o = oom(&w, flags[i], 0);
		o->constraint = STR("CONSTRAINT_CPUSET");
		o->mems_allowed = STR("4");
		put(&w, &o->head, (struct made){ 4, "Movable", 1300000, 9000, 1300000, 9, 0 });
		run(&w);
		/* No node line, so that another zone may have been cut out of the text. */
		ck_assert_int_eq(says(&w, "oom_no_zone"), i ? -1 : LIKELY);
		stop(&w);
	}
}
END_TEST

START_TEST(test_cma_only)
{
	for (int cma = 0; cma < 2; cma++) {
		struct fact_zone_state *z;
		struct fact_oom *o;
		struct world w;

		start(&w);
		o = oom(&w, "GFP_KERNEL", 0);
		put(&w, &o->head, (struct made){ 0, "DMA", 100, 40, 15360, 2, 3000 });
		z = put(&w, &o->head, (struct made){ 0, "DMA32", 90000, 10000, 1000000, 3, 0 });
		hand_set(&w.f, z, "free_cma", cma ? 88000 : 20000);
		run(&w);
		ck_assert_int_eq(says(&w, "oom_cma_only"), cma ? CERTAIN : -1);
		stop(&w);
	}
}
END_TEST

/* Page cache that reclaim should have taken makes the CMA pages at most a part of it. */
START_TEST(test_cma_and_cache)
{
	struct fact_zone_state *z;
	struct fact_oom *o;
	struct world w;

	start(&w);
	o = oom(&w, "GFP_KERNEL", 0);
	z = put(&w, &o->head, (struct made){ 0, "DMA32", 90000, 10000, 1000000, 3, 0 });
	hand_set(&w.f, z, "free_cma", 88000);
	hand_set(&w.f, z, "inactive_file", 400000);
	run(&w);
	ck_assert_int_eq(says(&w, "oom_cma_only"), LIKELY);
	stop(&w);
}
END_TEST

/* Modules' own variables come from the chunk reserved for them, whoever tells of it. */
START_TEST(test_module_percpu)
{
	struct fact_alloc_failure *a;
	struct world w;

	start(&w);
	a = failure(&w, "GFP_KERNEL", 0);
	a->what = "percpu";
	a->bytes = num_at(4104, 1);
	a->reason = STR("big_mod: Could not allocate 4104 bytes percpu data");
	run(&w);
	ck_assert_int_eq(says(&w, "alloc_module_space"), LIKELY);
	ck_assert_int_eq(says(&w, "alloc_vmalloc"), -1);
	stop(&w);
}
END_TEST

/* vmalloc's line, and beside it the allocator's warning while a module was loaded. */
START_TEST(test_module_vmap)
{
	for (int warned = 0; warned < 2; warned++) {
		struct fact_backtrace *t;
		struct fact_alloc_failure *a;
		struct world w;

		start(&w);
		a = failure(&w, "GFP_KERNEL", 0);
		a->what = "vmap";
		a->bytes = num_at(2498560, 1);
		a->reason = STR("use vmalloc=<size> to increase size");
		t = fact_add(&w.f, FACT_backtrace, (struct origin){ .line = 90 });
		t->frames = arena_alloc(&w.f.arena, 2 * sizeof(*t->frames));
		t->frames[0].symbol = warned ? STR("warn_alloc") : STR("dump_stack");
		t->frames[1].symbol = STR("module_alloc");
		t->n_frames = 2;
		run(&w);
		ck_assert_int_eq(says(&w, "alloc_module_space"), warned ? LIKELY : -2);
		ck_assert_int_eq(says(&w, "alloc_vmalloc"), warned ? -1 : LIKELY);
		stop(&w);
	}
}
END_TEST

/* Of the report only the kill is left. */
START_TEST(test_victim_alone)
{
	for (int large = 0; large < 2; large++) {
		struct origin at = { .line = 7 };
		struct fact_oom *o;
		struct world w;

		start(&w);
		o = fact_add(&w.f, FACT_oom, at);
		o->head.report = o->head.id;
		o->scope = "global";
		o->victims = arena_new(&w.f.arena, struct victim);
		o->n_victims = 1;
		o->victims->pid = num_at(42, 7);
		o->victims->comm = STR("hog");
		o->victims->anon_rss = num_at(large ? 2ull << 30 : 1ull << 20, 7);
		run(&w);
		ck_assert_int_eq(says(&w, "oom_process"), large ? POSSIBLE : -2);
		stop(&w);
	}
}
END_TEST

START_TEST(test_reserves)
{
	struct made m = { 0, "DMA32", 90000, 200000, 400000, 3, 0 };

	ck_assert_int_eq(one_oom("oom_reserves", "GFP_KERNEL", 0, m), LIKELY);
	m.managed = 4000000;
	ck_assert_int_eq(one_oom("oom_reserves", "GFP_KERNEL", 0, m), -1);
}
END_TEST

START_TEST(test_broken)
{
	struct made m = { 0, "DMA32", 90000, 20000, 400000, 3, 0 };

	ck_assert_int_eq(one_oom("watermark_broken", "GFP_KERNEL", 0, m), -1);
	m.high = 20ull << 40;
	ck_assert_int_eq(one_oom("watermark_broken", "GFP_KERNEL", 0, m), CERTAIN);
	m.high = 900000; /* min above the zone's size */
	ck_assert_int_eq(one_oom("watermark_broken", "GFP_KERNEL", 0, m), CERTAIN);
	m.high = 20000;
	m.reserve = 72057594037927865ull;
	ck_assert_int_eq(one_oom("watermark_broken", "GFP_KERNEL", 0, m), CERTAIN);
	ck_assert_int_eq(one_oom("oom_false", "GFP_KERNEL", 0, m), -1);
}
END_TEST

static int one_failure(const char *id, const char *flags, int order, struct made m)
{
	struct fact_alloc_failure *a;
	struct world w;
	int got;

	start(&w);
	a = failure(&w, flags, order);
	put(&w, &a->head, (struct made){ 0, "DMA", 100, 40, 15360, 2, 3000 });
	put(&w, &a->head, m);
	run(&w);
	got = says(&w, id);
	stop(&w);
	return got;
}

START_TEST(test_high_order_and_atomic)
{
	struct made m = { 0, "DMA32", 900000, 10000, 3000000, 3, 0 };

	ck_assert_int_eq(one_failure("alloc_high_order", "GFP_KERNEL", 5, m), CERTAIN);
	ck_assert_int_eq(one_failure("alloc_high_order", "GFP_KERNEL", 3, m), LIKELY);
	ck_assert_int_eq(one_failure("alloc_high_order", "GFP_KERNEL", 0, m), -1);
	ck_assert_int_eq(one_failure("alloc_atomic", "GFP_ATOMIC", 0, m), LIKELY);
	m.free = 1500; /* below three eighths of 5000 */
	ck_assert_int_eq(one_failure("alloc_atomic", "GFP_ATOMIC", 0, m), CERTAIN);
	m.free = 1900;
	ck_assert_int_eq(one_failure("alloc_atomic", "GFP_ATOMIC", 0, m), LIKELY);
	ck_assert_int_eq(one_failure("alloc_atomic", "GFP_KERNEL", 0, m), -1);
}
END_TEST

START_TEST(test_failure_without_zone)
{
	static const uint64_t managed[] = { 0, 256 };

	for (int i = 0; i < 2; i++) {
		struct fact_alloc_failure *a;
		struct world w;

		start(&w);
		a = failure(&w, "GFP_DMA", 6);
		put(&w, &a->head,
		    (struct made){ 0, "DMA", managed[i], 0, managed[i], i ? 5 : -1, 0 });
		put(&w, &a->head, (struct made){ 0, "DMA32", 256000, 920, 256000, 10, 0 });
		run(&w);
		ck_assert_int_eq(says(&w, "alloc_no_zone"), i ? -1 : CERTAIN);
		ck_assert_int_eq(says(&w, "alloc_high_order"), i ? CERTAIN : -1);
		stop(&w);
	}
}
END_TEST

/* What the victim of a kill fails to get while it dies is no second fault. */
START_TEST(test_after_effect)
{
	for (int victim = 0; victim < 2; victim++) {
		struct victim *v;
		struct fact_oom *o;
		struct fact_alloc_failure *a;
		struct world w;

		start(&w);
		o = oom(&w, "GFP_KERNEL", 0);
		v = arena_new(&w.f.arena, struct victim);
		v->pid = num_at(42, 1);
		o->victims = v;
		o->n_victims = 1;
		a = failure(&w, "GFP_ATOMIC", 0);
		a->pid = num_at(victim ? 42 : 43, 1);
		put(&w, &a->head, (struct made){ 0, "DMA32", 100, 10000, 3000000, 0, 0 });
		run(&w);
		ck_assert_int_eq(says(&w, "alloc_atomic"), victim ? -1 : CERTAIN);
		stop(&w);
	}
}
END_TEST

START_TEST(test_too_large)
{
	struct made m = { 0, "DMA32", 900000, 10000, 3000000, 10, 0 };
	struct fact_alloc_failure *a;
	struct world w;

	ck_assert_int_eq(one_failure("alloc_too_large", "GFP_KERNEL", 11, m), CERTAIN);
	ck_assert_int_eq(one_failure("alloc_high_order", "GFP_KERNEL", 11, m), -1);
	ck_assert_int_eq(one_failure("alloc_too_large", "GFP_KERNEL", 10, m), -1);
	start(&w);
	a = failure(&w, "GFP_KERNEL", 0);
	a->what = "vmalloc";
	a->bytes = num_at(8ull << 30, 1);
	run(&w);
	ck_assert_int_eq(says(&w, "alloc_too_large"), CERTAIN);
	ck_assert_int_eq(says(&w, "alloc_vmalloc"), -1);
	stop(&w);
}
END_TEST

static int of_range(const char *id, uint64_t start_at, uint64_t end)
{
	struct fact_alloc_failure *a;
	struct world w;
	int got;

	start(&w);
	a = failure(&w, "GFP_KERNEL", 0);
	a->what = "vmalloc";
	a->bytes = num_at(4 << 20, 1);
	a->range_start = num_at(start_at, 1);
	a->range_end = num_at(end, 1);
	run(&w);
	got = says(&w, id);
	stop(&w);
	return got;
}

START_TEST(test_ranges)
{
	ck_assert_int_eq(
		of_range("alloc_module_space", 0xffffffffc0000000ull, 0xffffffffff000000ull),
		CERTAIN);
	ck_assert_int_eq(of_range("alloc_vmalloc", 0xffffffffc0000000ull, 0xffffffffff000000ull),
			 -1);
	ck_assert_int_eq(of_range("alloc_vmalloc", 0xffffc90000000000ull, 0xffffe8ffffffffffull),
			 CERTAIN);
	ck_assert_int_eq(
		of_range("alloc_module_space", 0xffffc90000000000ull, 0xffffe8ffffffffffull), -1);
}
END_TEST

/* Without the request and without zones, no rule claims anything. */
START_TEST(test_nothing_to_go_by)
{
	static const char *const ids[] = { "oom_fragmentation", "oom_lowmem",	"oom_numa_policy",
					   "oom_no_zone",	"oom_cma_only", "oom_false",
					   "watermark_broken",	"oom_reserves" };
	struct fact_oom *o;
	struct world w;

	start(&w);
	o = hand_oom(&w.f, 0, 1);
	o->gfp_mask.known = false;
	run(&w);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		ck_assert_msg(says(&w, ids[i]) == -2, "%s: %d", ids[i], says(&w, ids[i]));
	stop(&w);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("request", test_fragmentation, test_false, test_false_after_another_kill,
		       test_page_fault, test_memcg_spill, test_lowmem, test_numa_policy,
		       test_numa_policy_unprinted, test_no_zone, test_cma_only, test_cma_and_cache,
		       test_module_percpu, test_module_vmap, test_victim_alone, test_reserves,
		       test_broken, test_high_order_and_atomic, test_failure_without_zone,
		       test_after_effect, test_too_large, test_ranges, test_nothing_to_go_by);
}
