// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy simulate kexec: what kexec after kexec makes of a memory map.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/simulate.h"
#include "model/boot_map.h"
#include "model/kexec.h"

enum { TIMES_DEFAULT = 100, TIMES_MAX = 10000, BLOBS_MAX = 8, PAGE = 4096, BLOB_OFFSET = 0x1a0 };

/* setup_data blobs by the names of --blobs, with their 16-byte header. */
static const struct {
	const char *name;
	uint64_t size;
} blob_sizes[] = { { "efi", 16 + 96 }, { "ima", 16 + 16 }, { "rng", 16 } };

/* The last boot of the evidence that printed a firmware map. */
static const struct incident *last_map(const struct incidents *boots, struct boot_map *map)
{
	for (size_t i = boots->n; i-- > 0;)
		if (map_of_boot(&boots->v[i], map))
			return &boots->v[i];
	return NULL;
}

static size_t parse_blobs(const char *list, uint64_t *sizes)
{
	struct str rest = str_c(list);
	size_t n = 0;

	while (rest.n && n < BLOBS_MAX) {
		const char *comma = memchr(rest.p, ',', rest.n);
		size_t len = comma ? (size_t)(comma - rest.p) : rest.n;
		uint64_t size = 0;

		for (size_t i = 0; i < sizeof(blob_sizes) / sizeof(blob_sizes[0]); i++)
			if (str_is(str_first(rest, len), blob_sizes[i].name))
				size = blob_sizes[i].size;
		if (!size && !str_to_u64(str_first(rest, len), 10, &size))
			return 0;
		sizes[n++] = size;
		rest = str_from(rest, len + 1);
	}
	return n;
}

/* Where kexec's top-down search puts the boot parameters: a page below the last ones, else near the
 * top of the highest RAM below 4 GiB. */
static uint64_t place(const struct e820_table *t)
{
	uint64_t lowest = UINT64_MAX, top = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct e820_entry *e = &t->v[i];

		if (e->type == E820_RESERVED_KERN && e->addr < lowest)
			lowest = e->addr;
		if (e->type == E820_RAM && e->addr + e->size <= 1ull << 32 &&
		    e->addr + e->size > top && e->size > 16ull * PAGE)
			top = e->addr + e->size;
	}
	if (lowest != UINT64_MAX)
		return (lowest & ~(uint64_t)(PAGE - 1)) - PAGE + BLOB_OFFSET;
	return (top & ~(uint64_t)(PAGE - 1)) - 6ull * PAGE + BLOB_OFFSET;
}

static void step(struct kexec_boot *now, struct kexec_boot *next, const uint64_t *sizes, size_t n,
		 bool fixed)
{
	struct kexec_blob blobs[BLOBS_MAX];
	uint64_t at;

	kexec_next_boot(now, next);
	at = place(&next->used);
	for (size_t i = 0; i < n; i++) {
		blobs[i] = (struct kexec_blob){ at, sizes[i] };
		at += sizes[i];
	}
	kexec_reserve_blobs(next, blobs, n, fixed);
}

static void print_boot(uint64_t k, const struct kexec_boot *b, uint64_t ram)
{
	printf("%6" PRIu64 " %9zu %9zu %9zu %14" PRIu64 " %14" PRIu64 "\n", k, b->firmware.n,
	       b->kexec.n, b->used.n, ram, b->ram_lost);
}

/* Boots until memory goes, or as many as asked for; lines only where something happens. */
static void run_chain(const struct cli *cli, const struct e820_table *map, const uint64_t *sizes,
		      size_t n)
{
	struct kexec_boot *now = calloc(2, sizeof(*now)), *next = now + 1;
	uint64_t times = cli->times ? cli->times : TIMES_DEFAULT, lost_at = 0;

	if (!now)
		return;
	kexec_first_boot(map, now);
	printf("%6s %9s %9s %9s %14s %14s\n", "KEXEC", "FIRMWARE", "KEXEC", "USED", "RAM", "LOST");
	print_boot(0, now, e820_ram(&now->used));
	for (uint64_t k = 1; k <= times && k <= TIMES_MAX; k++) {
		struct kexec_boot *swap = now;

		step(now, next, sizes, n, cli->fixed);
		now = next;
		next = swap;
		if (cli->times || now->dropped)
			print_boot(k, now, e820_ram(&now->used));
		if (!now->ram_lost)
			continue;
		lost_at = k;
		if (now->ram_lost > 1u << 20)
			break;
	}
	if (lost_at)
		printf("RAM goes at kexec %" PRIu64 ": %" PRIu64 " bytes from 0x%" PRIx64 " on\n",
		       lost_at, now->ram_lost, now->first_lost);
	else
		printf("no RAM goes in %" PRIu64 " kexecs\n", times);
	free(now < next ? now : next);
}

int simulate_kexec(const struct cli *cli, const struct incidents *boots)
{
	struct boot_map *map = calloc(1, sizeof(*map));
	uint64_t sizes[BLOBS_MAX];
	size_t n = parse_blobs(cli->blobs ? cli->blobs : "efi,rng", sizes);
	int code = EXIT_NOTHING;

	if (!n) {
		fprintf(stderr, "mmwhy: --blobs takes a list of efi, ima, rng and sizes\n");
		code = EXIT_USAGE;
	} else if (!map || !last_map(boots, map)) {
		fprintf(stderr, "mmwhy: no firmware memory map in the evidence\n");
		code = EXIT_UNREADABLE;
	} else {
		printf("From %zu entries; kexec_file_load of %s kernel with %zu setup_data blobs, placed a page lower each "
		       "time (an assumption; kexec_load(2) would not lose entries).\n",
		       map->e820.n, cli->fixed ? "a fixed" : "an unfixed", n);
		run_chain(cli, &map->e820, sizes, n);
	}
	free(map);
	return code;
}
