// SPDX-License-Identifier: GPL-2.0-or-later
// Lines handed to the parsers as they are, without the reader.
#ifndef MMWHY_TESTS_LOGLINES_H
#define MMWHY_TESTS_LOGLINES_H

#include <check.h>

#include "log/dispatch.h"

/** Feeds @p n bytes of lines; each may begin with "[T12] " or "[C1] ", its caller. */
static inline void read_bytes(struct facts *f, const char *text, size_t n)
{
	uint32_t evidence = facts_add_evidence(f, "lines", "log"), no = 0;
	struct dispatch *d = dispatch_new(f, evidence);
	struct str rest = { text, n };

	ck_assert_ptr_nonnull(d);
	while (rest.n) {
		ptrdiff_t nl = str_find(rest, "\n", 0);
		struct line l = { .no = no + 1, .last_no = no + 1, .priority = -1 };

		no++;
		l.text = nl < 0 ? rest : str_first(rest, (size_t)nl);
		rest = str_from(rest, l.text.n + 1);
		if (str_starts(l.text, "[T") || str_starts(l.text, "[C")) {
			ptrdiff_t end = str_find(l.text, "] ", 0);

			ck_assert_int_gt(end, 1);
			l.caller = str_from(str_first(l.text, (size_t)end), 1);
			l.text = str_from(l.text, (size_t)end + 2);
		}
		l.raw = l.text;
		dispatch_line(d, &l);
	}
	dispatch_finish(d, no);
	dispatch_free(d);
	facts_finish(f);
}

static inline void read_lines(struct facts *f, const char *text)
{
	facts_init(f);
	read_bytes(f, text, strlen(text));
}

/** The fact of a kind by its index; fails the test if there are not so many. */
static inline void *nth_fact(const struct facts *f, enum fact_kind kind, size_t i)
{
	ck_assert_uint_lt(i, f->lists[kind].n);
	return f->lists[kind].v[i];
}

static inline void ck_num(struct num n, uint64_t want)
{
	ck_assert(n.known);
	ck_assert_uint_eq(n.hi, 0);
	ck_assert_uint_eq(n.v, want);
}

static inline void ck_str(struct str s, const char *want)
{
	ck_assert_msg(str_is(s, want), "got \"%.*s\", want \"%s\"", STR_ARG(s), want);
}

#endif
