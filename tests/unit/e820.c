// SPDX-License-Identifier: GPL-2.0-or-later
// The e820 code against its invariants on random maps, and kexec against arithmetic.
#include <stdlib.h>

#include "model/kexec.h"
#include "unit.h"

static uint64_t seed;

static uint64_t draw(uint64_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % below;
}

static void random_map(struct e820_table *t)
{
	static const uint32_t types[] = { E820_RAM,  E820_RAM, E820_RESERVED,
					  E820_ACPI, E820_NVS, E820_RESERVED_KERN };

	t->n = 0;
	for (uint64_t n = 2 + draw(40); n--;)
		(void)e820_add(t, draw(1 << 20) << 12, draw(1 << 12) << 12, types[draw(6)]);
}

/* What the map says of one address: the largest type that covers it. */
static uint32_t type_at(const struct e820_table *t, uint64_t addr)
{
	uint32_t type = 0;

	for (size_t i = 0; i < t->n; i++)
		if (addr >= t->v[i].addr && addr - t->v[i].addr < t->v[i].size &&
		    t->v[i].type > type)
			type = t->v[i].type;
	return type;
}

static void check_sane(const struct e820_table *t)
{
	for (size_t i = 0; i + 1 < t->n; i++) {
		const struct e820_entry *a = &t->v[i], *b = a + 1;

		ck_assert_uint_gt(a->size, 0);
		ck_assert_uint_le(a->addr + a->size, b->addr);
		/* equal neighbours are merged */
		ck_assert(a->addr + a->size < b->addr || a->type != b->type ||
			  a->type == E820_PRAM);
	}
}

START_TEST(test_sanitize_random_maps)
{
	struct e820_table *t = malloc(2 * sizeof(*t)), *before = t + 1;

	ck_assert_ptr_nonnull(t);
	for (seed = 1; seed < 200; seed++) {
		uint64_t keep = seed;

		random_map(t);
		*before = *t;
		e820_sanitize(t);
		check_sane(t);
		for (int i = 0; i < 200; i++) {
			uint64_t addr = draw(1ull << 32);

			ck_assert_uint_eq(type_at(t, addr), type_at(before, addr));
		}
		seed = keep;
	}
	free(t);
}
END_TEST

START_TEST(test_memmap_params_on_random_maps)
{
	static const char *const params[] = { "memmap=1G!1G",
					      "memmap=16M$64M",
					      "mem=2G",
					      "memmap=8M#128M",
					      "memmap=64M@3G memmap=1M$0x200000",
					      "memmap=4K%1M-1+2" };
	struct e820_table *t = malloc(sizeof(*t));

	ck_assert_ptr_nonnull(t);
	for (seed = 1000; seed < 1200; seed++) {
		uint64_t keep = seed;

		random_map(t);
		(void)e820_add(t, 0, 1ull << 31, E820_RAM);
		e820_sanitize(t);
		ck_assert(e820_cmdline(t, str_c(params[draw(6)]), NULL));
		(void)e820_sanitize(t);
		check_sane(t);
		seed = keep;
	}
	free(t);
}
END_TEST

/* 15 entries, two more a kexec: boot k's table for the next kernel has 15 + 2k, the 57th's 129. */
START_TEST(test_kexec_growth_is_two_a_blob)
{
	struct kexec_boot *b = malloc(2 * sizeof(*b)), *now = b, *next = b + 1;
	struct e820_table *map = calloc(1, sizeof(*map));

	ck_assert(b && map);
	for (uint64_t entries = 9; entries <= 39; entries += 6) {
		uint64_t expect = (E820_MAX_ZEROPAGE - entries) / 2 + 1, k;

		map->n = 0;
		(void)e820_add(map, 0, 64ull << 20, E820_RAM);
		for (uint64_t i = 1; i + 1 < entries; i++)
			(void)e820_add(map, (64ull << 20) + (2 * i << 12), 1 << 12, E820_RESERVED);
		(void)e820_add(map, 1ull << 32, 64ull << 30, E820_RAM);
		kexec_first_boot(map, now);
		for (k = 1; k < 200; k++) {
			struct kexec_blob blob = { (32ull << 20) - (k << 13) + 0x1a0, 112 };
			struct kexec_boot *swap = now;

			kexec_next_boot(now, next);
			if (next->ram_lost)
				break;
			kexec_reserve_blobs(next, &blob, 1, false);
			ck_assert_uint_eq(next->kexec.n, entries + 2 * k);
			now = next;
			next = swap;
		}
		/* the top entry, 64 GiB, goes with the first that does not fit */
		ck_assert_uint_eq(k, expect + 1);
		ck_assert_uint_ge(next->ram_lost, 64ull << 30);
	}
	free(b);
	free(map);
}
END_TEST

START_TEST(test_fixed_kernels_do_not_grow)
{
	struct kexec_boot *b = malloc(2 * sizeof(*b)), *now = b, *next = b + 1;
	struct e820_table *map = calloc(1, sizeof(*map));
	struct kexec_blob blob = { 0x9e310, 112 };

	ck_assert(b && map);
	(void)e820_add(map, 0x4000, 0x9c000, E820_RAM);
	(void)e820_add(map, 0x100000, 1ull << 30, E820_RAM);
	kexec_first_boot(map, now);
	for (int k = 0; k < 300; k++) {
		struct kexec_boot *swap = now;

		kexec_next_boot(now, next);
		kexec_reserve_blobs(next, &blob, 1, true);
		ck_assert_uint_eq(next->kexec.n, 2);
		ck_assert_uint_eq(next->used.n, 4);
		now = next;
		next = swap;
	}
	free(b);
	free(map);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("e820", test_sanitize_random_maps, test_memmap_params_on_random_maps,
		       test_kexec_growth_is_two_a_blob, test_fixed_kernels_do_not_grow);
}
