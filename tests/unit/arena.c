// SPDX-License-Identifier: GPL-2.0-or-later
// base/arena: alignment, growth, and the sticky failure that lets parsers go without error paths.
#include "base/arena.h"

#include <stdint.h>
#include <sys/resource.h>

#include "unit.h"

static const char zeros[3000];

START_TEST(test_zeroed_and_aligned)
{
	struct arena a;

	arena_init(&a);
	for (size_t size = 1; size < 3000; size += 7) {
		char *p = arena_alloc(&a, size);

		ck_assert_ptr_nonnull(p);
		ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
		ck_assert_mem_eq(p, zeros, size);
		memset(p, 0xff, size);
	}
	ck_assert(!a.failed);
	arena_deinit(&a);
}
END_TEST

START_TEST(test_reset_reuses_zeroed_memory)
{
	struct arena a;

	arena_init(&a);
	memset(arena_alloc(&a, 1000), 0xff, 1000);
	arena_reset(&a);
	for (size_t i = 0; i < 1000; i++)
		ck_assert_int_eq(*(char *)arena_alloc(&a, 1), 0);
	arena_deinit(&a);
}
END_TEST

START_TEST(test_push_keeps_order)
{
	struct arena a;
	int *v = NULL;
	size_t n = 0;

	arena_init(&a);
	for (int i = 0; i < 10000; i++)
		*(int *)arena_push(&a, (void **)&v, &n, sizeof(*v)) = i;
	ck_assert_uint_eq(n, 10000);
	for (int i = 0; i < 10000; i++)
		ck_assert_int_eq(v[i], i);
	arena_deinit(&a);
}
END_TEST

START_TEST(test_strings)
{
	struct arena a;
	struct str s;

	arena_init(&a);
	s = arena_str(&a, STR("a\0b"));
	ck_assert_uint_eq(s.n, 3);
	ck_assert_mem_eq(s.p, "a\0b", 4);
	ck_assert_str_eq(arena_printf(&a, "%d %s", 7, "pages").p, "7 pages");
	ck_assert_str_eq(arena_strdup(&a, "x"), "x");
	arena_deinit(&a);
}
END_TEST

/* A size no machine has: sticky, and later small requests still get memory to write to. */
START_TEST(test_failure_is_sticky)
{
	struct arena a;

	arena_init(&a);
	ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX - 1));
	ck_assert(a.failed);
	for (int i = 0; i < 1000; i++) {
		char *p = arena_alloc(&a, 1000);

		ck_assert_ptr_nonnull(p);
		memset(p, 0xff, 1000);
	}
	ck_assert(a.failed);
	arena_deinit(&a);
}
END_TEST

/* With an address space that ends: everything that pushes must survive until the owner looks. */
START_TEST(test_out_of_memory)
{
	struct rlimit limit = { 64 << 20, 64 << 20 };
	struct arena a;
	uint64_t *v = NULL;
	size_t n = 0;

	arena_init(&a);
#ifdef __SANITIZE_ADDRESS__
	/* its shadow does not fit: fail without running out */
	a.failed = true;
	(void)limit;
#else
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
#endif
	for (int i = 0; i < 20 * 1000 * 1000 && !a.failed; i++)
		*(uint64_t *)arena_push(&a, (void **)&v, &n, sizeof(*v)) = 1;
	ck_assert(a.failed);
	for (int i = 0; i < 1000; i++) {
		uint64_t *slot = arena_push(&a, (void **)&v, &n, sizeof(*v));

		ck_assert_ptr_nonnull(slot);
		*slot = 2;
		ck_assert_ptr_nonnull(arena_strdup(&a, "some text"));
	}
	arena_deinit(&a);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("arena", test_zeroed_and_aligned, test_reset_reuses_zeroed_memory,
		       test_push_keeps_order, test_strings, test_failure_is_sticky,
		       test_out_of_memory);
}
