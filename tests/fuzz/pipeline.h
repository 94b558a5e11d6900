// SPDX-License-Identifier: GPL-2.0-or-later
// The whole way of a log: bytes to facts, model, rules, both reports.
#ifndef MMWHY_TESTS_PIPELINE_H
#define MMWHY_TESTS_PIPELINE_H

#include "rule/engine.h"

/** Reads @p size bytes as a log into @p f, in pieces cut at odd places. */
void pipeline_log(struct facts *f, const char *data, size_t size);
/** Model and rules. */
void pipeline_judge(struct facts *f, struct diagnosis *ret);
/** Model, rules and reports over what was read. Aborts where the result is no valid JSON. */
void pipeline_diagnose(struct facts *f);

#endif
