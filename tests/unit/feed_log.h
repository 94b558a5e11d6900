// SPDX-License-Identifier: GPL-2.0-or-later
// Feeding a text to the log reader, dressing and all.
#ifndef MMWHY_TESTS_FEED_LOG_H
#define MMWHY_TESTS_FEED_LOG_H

#include "feed.h"
#include "log/log.h"
#include "unit.h"

/** Caller-owned: facts_deinit(). */
static inline void feed_log(struct facts *f, const char *text)
{
	uint64_t lines, taken;
	struct log *log;

	facts_init(f);
	log = log_new(f, facts_add_evidence(f, "text", "log"), text, strlen(text));
	ck_assert_ptr_nonnull(log);
	ck_assert_int_eq(log_feed(log, text, strlen(text)), OK);
	ck_assert_int_eq(log_finish(log, &lines, &taken), OK);
	log_free(log);
	facts_finish(f);
}

#endif
