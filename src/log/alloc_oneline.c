// SPDX-License-Identifier: GPL-2.0-or-later
// What parsers of allocation failures share.
#include "log/alloc_failure.h"

struct fact_alloc_failure *alloc_oneline(struct log_ctx *c, const struct line *l, const char *what)
{
	struct fact_alloc_failure *f = log_fact(c, FACT_alloc_failure, l);

	f->what = what;
	f->head.report = f->head.id;
	return f;
}

bool alloc_suppressed(const struct line *l, const char *const *names, struct num *ret)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct str name;
	uint64_t n;

	if (!scan_name(&sc, "", &name) || !scan_lit(&sc, ": ") || !scan_u64(&sc, &n) ||
	    !scan_lit(&sc, " callbacks suppressed"))
		return false;
	for (; *names; names++) {
		if (!str_is(name, *names))
			continue;
		*ret = num_at(n, l->no);
		return true;
	}
	return false;
}

bool alloc_bytes(struct str text, const char *key, const char *unit, uint64_t scale, uint32_t line,
		 struct num *ret)
{
	struct scan sc = scan_of(text);
	uint64_t v;

	if (!scan_past(&sc, key, NULL) || !scan_u64(&sc, &v) || !scan_lit(&sc, unit))
		return false;
	*ret = num_scaled(v, scale, line);
	return true;
}
