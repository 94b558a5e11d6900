// SPDX-License-Identifier: GPL-2.0-or-later
// The table of unreclaimable slab caches in OOM reports (4.15 and newer): dump_unreclaimable_slab()
// of mm/slab_common.c.
#include "log/parser.h"

extern const struct log_parser log_parser_slab_table;

/* Cuts "123KB" off the end of a row. */
static bool take_last_kb(struct str *row, uint64_t *ret)
{
	struct str s = str_trim(*row);
	size_t at;

	if (!str_ends(s, "KB"))
		return false;
	s = str_first(s, s.n - 2);
	for (at = s.n; at && s.p[at - 1] >= '0' && s.p[at - 1] <= '9'; at--)
		;
	if (!at || s.p[at - 1] != ' ' || !str_to_u64(str_from(s, at), 10, ret))
		return false;
	*row = str_trim(str_first(s, at));
	return true;
}

/* "task_struct              516KB        516KB"; the kernel rounds both down. */
static bool more(struct log_ctx *c, const struct line *l)
{
	struct str name = l->text;
	struct fact_slab_cache *cache;
	uint64_t total, used;

	if (!take_last_kb(&name, &total))
		return str_starts(str_trim(l->text), "Name ") && str_ends(l->text, " Total");
	if (!take_last_kb(&name, &used) || !name.n || used > total)
		return false;
	cache = log_fact(c, FACT_slab_cache, l);
	cache->name = log_str(c, name);
	cache->used_bytes = num_scaled(used, 1024, l->no);
	cache->bytes = num_scaled(total, 1024, l->no);
	cache->reclaimable = num_at(0, l->no);
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	if (!str_is(str_trim(l->text), "Unreclaimable slab info:"))
		return false;
	log_open(c, &log_parser_slab_table);
	return true;
}

DEFINE_LOG_PARSER(slab_table, .anchors = (const char *const[]){ "Unreclaimable slab info:", NULL },
		  .head = head, .more = more);
