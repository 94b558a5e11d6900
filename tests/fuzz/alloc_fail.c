// SPDX-License-Identifier: GPL-2.0-or-later
// alloc-fail PATH...: reads and diagnoses each file many times, with another allocation failing
// each time, once or from there on. Nothing may crash. The linker puts these in for malloc and its
// like
// (--wrap), in our own objects only.
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "pipeline.h"

enum { MAX_BYTES = 1 << 20, ROUNDS = 60 };

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static struct {
	unsigned long count, fail_at;
	bool armed, for_good;
} state;

static bool fails(void)
{
	if (!state.armed)
		return false;
	state.count++;
	return state.for_good ? state.count >= state.fail_at : state.count == state.fail_at;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

static unsigned long once(const char *data, size_t size, unsigned long fail_at, bool for_good)
{
	struct diagnosis d;
	struct facts f;

	state.count = 0;
	state.fail_at = fail_at;
	state.for_good = for_good;
	facts_init(&f);
	state.armed = true;
	pipeline_log(&f, data, size);
	if (!f.arena.failed) {
		pipeline_judge(&f, &d);
		diagnosis_deinit(&d);
	}
	state.armed = false;
	facts_deinit(&f);
	return state.count;
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	unsigned long all, step;
	char *data;
	gzFile in;
	int n;

	(void)st;
	(void)ftw;
	if (type != FTW_F || !(in = gzopen(path, "rb")))
		return 0;
	data = malloc(MAX_BYTES);
	n = data ? gzread(in, data, MAX_BYTES) : -1;
	gzclose(in);
	if (n > 0) {
		all = once(data, (size_t)n, 0, false);
		step = all / ROUNDS + 1;
		for (unsigned long at = 1; at <= all; at += step) {
			once(data, (size_t)n, at, false);
			once(data, (size_t)n, at, true);
		}
		printf("%s: %lu allocations\n", path, all);
	}
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		(void)nftw(argv[i], visit, 16, FTW_PHYS);
	return 0;
}
