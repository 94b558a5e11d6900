// SPDX-License-Identifier: GPL-2.0-or-later
// Lines that the parsers want: each input line's first two bytes pick an anchor of some parser, and
// whether it is put before, behind or among the rest. A new parser is fuzzed with no new code.
#include "fuzz.h"

#include "log/dispatch.h"
#include "pipeline.h"

static size_t count_anchors(void)
{
	size_t n = 0;

	for (size_t i = 0; i < n_log_parsers; i++)
		for (const char *const *a = log_parsers[i]->anchors; a && *a; a++)
			n++;
	return n;
}

static const char *anchor(size_t nth)
{
	for (size_t i = 0; i < n_log_parsers; i++)
		for (const char *const *a = log_parsers[i]->anchors; a && *a; a++)
			if (nth-- == 0)
				return *a;
	return "";
}

static void offer(struct dispatch *d, struct arena *scratch, struct str in, uint32_t no)
{
	struct str rest = str_from(in, 2), text = in;
	struct line l = { .no = no, .last_no = no, .priority = -1, .prefixed = true };
	size_t anchors = count_anchors();

	if (anchors && in.n >= 2 && (in.p[1] & 3) != 3) {
		size_t pick = (unsigned char)in.p[0] | (size_t)((unsigned char)in.p[1] >> 2) << 8;
		const char *a = anchor(pick % anchors);
		size_t at = (in.p[1] & 3) == 0 ? 0 : (in.p[1] & 3) == 1 ? rest.n : rest.n / 2;

		text = arena_printf(scratch, "%.*s%s%.*s", (int)at, rest.p, a, (int)(rest.n - at),
				    rest.p + at);
	}
	l.text = text;
	l.raw = text;
	(void)dispatch_line(d, &l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size };
	struct arena scratch;
	struct dispatch *d;
	struct facts f;
	uint32_t no = 0;

	facts_init(&f);
	arena_init(&scratch);
	d = dispatch_new(&f, facts_add_evidence(&f, "fuzz", "log"));
	while (d && rest.n) {
		ptrdiff_t end = str_find(rest, "\n", 0);
		size_t n = end < 0 ? rest.n : (size_t)end;

		offer(d, &scratch, str_first(rest, n), ++no);
		rest = str_from(rest, n + 1);
		if (no % 64 == 0)
			arena_reset(&scratch);
	}
	if (d)
		dispatch_finish(d, no);
	dispatch_free(d);
	pipeline_diagnose(&f);
	arena_deinit(&scratch);
	facts_deinit(&f);
	return 0;
}
