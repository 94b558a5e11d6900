// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as a log, all the way to the reports.
#include "fuzz.h"
#include "pipeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct facts f;

	facts_init(&f);
	pipeline_log(&f, (const char *)data, size);
	pipeline_diagnose(&f);
	facts_deinit(&f);
	return 0;
}
