// SPDX-License-Identifier: GPL-2.0-or-later
// Feeding messages to the parsers as they leave the reader: no dressing, a line each.
#ifndef MMWHY_TESTS_FEED_H
#define MMWHY_TESTS_FEED_H

#include "fact/kinds.h"
#include "log/dispatch.h"

/** Caller-owned: facts_deinit(). */
static inline void feed(struct facts *f, const char *text)
{
	uint32_t evidence, no = 0;
	struct dispatch *d;

	facts_init(f);
	evidence = facts_add_evidence(f, "test.log", "log");
	d = dispatch_new(f, evidence);
	while (d && *text) {
		size_t n = strcspn(text, "\n");
		struct line l = { .text = { text, n },
				  .raw = { text, n },
				  .wall = { "", 0 },
				  .caller = { "", 0 },
				  .priority = -1 };

		l.no = l.last_no = ++no;
		dispatch_line(d, &l);
		text += n + (text[n] == '\n');
	}
	if (d)
		dispatch_finish(d, no);
	dispatch_free(d);
	facts_finish(f);
}

static inline size_t feed_count(const struct facts *f, enum fact_kind kind)
{
	return f->lists[kind].n;
}

/** The fact of a kind at an index, which must be there. */
#define feed_nth(f, kind, i)                                                                       \
	__extension__({                                                                            \
		ck_assert_uint_gt((f)->lists[FACT_##kind].n, (size_t)(i));                         \
		(const struct fact_##kind *)(f)->lists[FACT_##kind].v[i];                          \
	})

#define ck_str(s, lit)                                                                             \
	ck_assert_msg(str_is((s), (lit)), "\"%.*s\" is not \"%s\"", STR_ARG(s), (lit))
#define ck_num(n, want)                                                                            \
	do {                                                                                       \
		ck_assert_msg((n).known, #n " is not known");                                      \
		ck_assert_int_eq((int64_t)(n).v, (int64_t)(want));                                 \
	} while (0)

#endif
