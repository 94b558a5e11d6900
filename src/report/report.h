// SPDX-License-Identifier: GPL-2.0-or-later
// Findings as bytes.
#ifndef MMWHY_REPORT_REPORT_H
#define MMWHY_REPORT_REPORT_H

#include <json-c/json.h>

#include "rule/engine.h"

/** Where a report goes. @return false to stop. */
typedef bool (*write_fn)(void *arg, const char *data, size_t n);

struct report_options {
	bool colour;
	bool why;	    /**< also each rule's outcome and what decided it */
	unsigned int width; /**< columns, 0: do not wrap */
};

/** The contract's object, "facts" included when @p with_facts. Caller-owned (json_object_put()). */
struct json_object *report_json(const struct diagnosis *d, bool with_facts);
/** The same as text, fact by fact: the whole of it would take sixteen times the facts' own memory.
 */
bool report_json_write(const struct diagnosis *d, bool with_facts, write_fn write, void *arg);
/** Text to act on: cause first, arithmetic, cited lines, what it is not, next steps. */
bool report_text(const struct diagnosis *d, const struct report_options *opt, write_fn write,
		 void *arg);
/** The budgets of all reports, as text. */
bool report_budgets(const struct facts *f, const struct report_options *opt, write_fn write,
		    void *arg);
/** The physical memory map of each boot, drawn, with what became of the RAM. @return false also
 * where there is none. */
bool report_map(const struct facts *f, const struct report_options *opt, write_fn write, void *arg);
/** The same: report_json() with facts and the member "map". Caller-owned. */
struct json_object *map_json(const struct diagnosis *d);
/** The maps of two boots side by side: of the last boots of the first and the last evidence, or the
 * first and last of one. @return false also where there are no two. */
bool report_map_diff(const struct facts *f, const struct report_options *opt, write_fn write,
		     void *arg);
/** The same: report_json() with facts and the member "diff". Caller-owned. */
struct json_object *map_diff_json(const struct diagnosis *d);

#endif
