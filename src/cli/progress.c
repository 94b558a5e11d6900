// SPDX-License-Identifier: GPL-2.0-or-later
// How far long work is, on a terminal.
#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

enum { SILENT_MS = 500, EVERY_MS = 100, SHOWN_PATH = 40 };

static long long now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct progress progress_begin(void)
{
	return (struct progress){ .on = isatty(STDERR_FILENO) == 1, .begun_ms = now_ms() };
}

/* A name may hold what moves the cursor, and be longer than the line. */
static void print_path(const char *path)
{
	size_t n = strlen(path), from = n > SHOWN_PATH ? n - SHOWN_PATH : 0;

	fprintf(stderr, "\r\033[Kmmwhy: %s", from ? "..." : "");
	for (size_t i = from; i < n; i++)
		fputc(path[i] > ' ' && path[i] < 0x7f ? path[i] : '?', stderr);
}

void progress_tell(void *arg_progress, const char *path, unsigned long long done,
		   unsigned long long size)
{
	struct progress *p = arg_progress;
	long long now = p->on ? now_ms() : 0;

	if (!p->on || now - p->begun_ms < SILENT_MS || now - p->last_ms < EVERY_MS)
		return;
	p->last_ms = now;
	p->shown = true;
	print_path(path);
	if (size >= done && size)
		fprintf(stderr, ": %d %%", (int)((double)done * 100 / (double)size));
	else
		fprintf(stderr, ": %llu MB", done / 1000000);
	(void)fflush(stderr);
}

void progress_erase(struct progress *p)
{
	if (p->shown)
		fprintf(stderr, "\r\033[K");
	p->shown = false;
}
