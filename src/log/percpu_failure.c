// SPDX-License-Identifier: GPL-2.0-or-later
// mm/percpu.c: pcpu_alloc() fails.
#include "log/alloc_failure.h"

/* "percpu: allocation failed, size=64 align=8 atomic=0, alloc from reserved chunk failed", before
 * 4.8 "PERCPU: ..", before 3.18 without atomic; a call trace follows. */
static bool failed(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_alloc_failure *f;
	uint64_t size;

	if ((!scan_lit(&sc, "percpu: ") && !scan_lit(&sc, "PERCPU: ")) ||
	    !scan_lit(&sc, "allocation failed, size=") || !scan_u64(&sc, &size))
		return false;
	f = log_fact(c, FACT_alloc_failure, l);
	f->what = "percpu";
	f->bytes = num_at(size, l->no);
	if (scan_past(&sc, ", ", NULL))
		f->reason = log_str(c, str_trim(scan_rest(&sc)));
	/* An atomic request prints no trace from 6.9 on: what follows may be another's. */
	if (str_has(l->text, "atomic=1"))
		f->head.report = f->head.id;
	else
		log_report_begin(c, &f->head);
	return true;
}

/* kernel/module: "xt_foo: Could not allocate 4096 bytes percpu data" */
static bool of_module(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct fact_alloc_failure *f;
	uint64_t size;

	if (!scan_past(&sc, "Could not allocate ", NULL) || !scan_u64(&sc, &size) ||
	    !scan_lit(&sc, " bytes percpu data"))
		return false;
	f = alloc_oneline(c, l, "percpu");
	f->bytes = num_at(size, l->no);
	f->reason = log_str(c, str_trim(l->text));
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	return failed(c, l) || of_module(c, l);
}

DEFINE_LOG_PARSER(percpu_failure,
		  .anchors = (const char *const[]){ "allocation failed, size=", "bytes percpu data",
						    NULL },
		  .head = head);
