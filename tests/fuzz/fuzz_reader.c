// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as a log: cut anywhere when they are fed, they give the same facts.
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "log/log.h"

struct sums {
	uint64_t lines, taken;
	size_t n[FACT_KINDS], cited;
};

static struct sums read_in_pieces(const char *data, size_t size, size_t piece)
{
	struct sums s;
	struct facts f;
	struct log *log;

	memset(&s, 0, sizeof(s));
	facts_init(&f);
	log = log_new(&f, facts_add_evidence(&f, "fuzz", "log"), data, size);
	if (!log)
		abort();
	for (size_t at = 0; at < size; at += piece)
		(void)log_feed(log, data + at, piece < size - at ? piece : size - at);
	(void)log_finish(log, &s.lines, &s.taken);
	for (size_t k = 0; k < FACT_KINDS; k++)
		s.n[k] = f.lists[k].n;
	s.cited = f.n_cited;
	log_free(log);
	facts_deinit(&f);
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct sums whole, cut;

	if (size < 2)
		return 0;
	size--;
	(void)log_look(text, size);
	whole = read_in_pieces(text, size, size);
	cut = read_in_pieces(text, size, 1 + data[0]);
	if (memcmp(&whole, &cut, sizeof(whole)) != 0)
		abort();
	return 0;
}
