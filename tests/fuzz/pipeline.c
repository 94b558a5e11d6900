// SPDX-License-Identifier: GPL-2.0-or-later
// The whole way of a log, for fuzz targets and the test of failing allocations.
#include "pipeline.h"

#include <stdlib.h>

#include "log/log.h"
#include "model/model.h"
#include "report/report.h"

void pipeline_log(struct facts *f, const char *data, size_t size)
{
	uint32_t e = facts_add_evidence(f, "fuzz", "log");
	struct log *log = log_new(f, e, data, size < 65536 ? size : 65536);
	uint64_t lines, taken;
	size_t at = 0, piece = 1;

	if (!log)
		return;
	while (at < size) {
		size_t n = piece < size - at ? piece : size - at;

		(void)log_feed(log, data + at, n);
		at += n;
		piece = 3 * piece + 1;
	}
	(void)log_finish(log, &lines, &taken);
	log_free(log);
}

static bool sink(void *arg, const char *data, size_t n)
{
	unsigned char *sum = arg;

	for (size_t i = 0; i < n; i++)
		*sum ^= (unsigned char)data[i];
	return true;
}

static void print(const struct diagnosis *d)
{
	const struct report_options opt = { .why = true, .width = 80 };
	struct json_object *json = report_json(d, true);
	const char *text = json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN);
	struct json_tokener *tok = json_tokener_new_ex(64);
	unsigned char sum = 0;
	struct json_object *again;

	if (tok && text) {
		again = json_tokener_parse_ex(tok, text, -1);
		if (!again)
			abort();
		json_object_put(again);
	}
	json_tokener_free(tok);
	json_object_put(json);
	report_text(d, &opt, sink, &sum);
	report_budgets(d->facts, &opt, sink, &sum);
}

void pipeline_judge(struct facts *f, struct diagnosis *ret)
{
	facts_finish(f);
	model_run(f);
	diagnose(f, ret);
}

void pipeline_diagnose(struct facts *f)
{
	struct diagnosis d;

	pipeline_judge(f, &d);
	if (!f->arena.failed && !d.arena.failed)
		print(&d);
	diagnosis_deinit(&d);
}
