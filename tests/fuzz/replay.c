// SPDX-License-Identifier: GPL-2.0-or-later
// replay [-m MUTATIONS] PATH...: runs a fuzz target over files and folders (gzip is unpacked), and
// over MUTATIONS seeded changes of each. What a fuzzer would do, in little, where there is none.
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "fuzz.h"

enum { MAX_BYTES = 4 << 20 };

static unsigned long n_mutations, n_files;

static uint64_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 33;
}

/* One change: a byte, a run cut out, a run doubled, or the end cut off. */
static size_t change(uint8_t *data, size_t size, uint64_t *state)
{
	size_t at = next(state) % size, n = 1 + next(state) % 64;

	if (n > size - at)
		n = size - at;
	switch (next(state) % 4) {
	case 0:
		data[at] = (uint8_t)next(state);
		return size;
	case 1:
		memmove(data + at, data + at + n, size - at - n);
		return size - n;
	case 2:
		memmove(data + at, data + next(state) % (size - n + 1), n);
		return size;
	default:
		return next(state) % 4 ? size : at;
	}
}

/* The target gets memory that ends where the data ends, for ASan's sake. */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	if (size)
		memcpy(copy, data, size);
	(void)LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void run_mutations(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size);

	for (unsigned long i = 0; copy && i < n_mutations; i++) {
		uint64_t state = i * 7919 + size;
		size_t n = size;

		memcpy(copy, data, size);
		for (size_t k = 1 + next(&state) % 16; k && n; k--)
			n = change(copy, n, &state);
		run(copy, n);
	}
	free(copy);
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	uint8_t *data;
	gzFile in;
	int n;

	(void)st;
	(void)ftw;
	if (type != FTW_F || !(in = gzopen(path, "rb")))
		return 0;
	data = malloc(MAX_BYTES);
	n = data ? gzread(in, data, MAX_BYTES) : -1;
	gzclose(in);
	if (n >= 0) {
		n_files++;
		run(data, (size_t)n);
		if (n > 0)
			run_mutations(data, (size_t)n);
	}
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	int first = 1;

	if (argc > 2 && strcmp(argv[1], "-m") == 0) {
		n_mutations = strtoul(argv[2], NULL, 10);
		first = 3;
	}
	run((const uint8_t *)"", 0);
	for (int i = first; i < argc; i++)
		(void)nftw(argv[i], visit, 16, FTW_PHYS);
	printf("%lu files, %lu mutations of each\n", n_files, n_mutations);
	return 0;
}
