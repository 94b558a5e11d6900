// SPDX-License-Identifier: GPL-2.0-or-later
// kernel/cgroup/cpuset.c: cpuset_print_current_mems_allowed(), a line of its own before 5.0:
// "comm cpuset=/ mems_allowed=0-7". Later on it is part of others' lines.
#include "log/current.h"

extern const struct log_parser log_parser_mems_allowed;

enum { SPLIT_MAX = 512 };

struct split_state {
	size_t n;
	uint32_t line;
	char text[SPLIT_MAX]; /* of a line that the kernel printed in pieces */
};

/* Where the report that is being printed has them; NULL: nowhere. */
static bool places(struct log_ctx *c, struct current_nodes *ret)
{
	switch (c->report ? (int)c->report->kind : -1) {
	case FACT_oom: {
		struct fact_oom *oom = (struct fact_oom *)c->report;

		*ret = (struct current_nodes){ NULL, &oom->cpuset, &oom->mems_allowed };
		return true;
	}
	case FACT_alloc_failure: {
		struct fact_alloc_failure *f = (struct fact_alloc_failure *)c->report;

		*ret = (struct current_nodes){ NULL, &f->cpuset, &f->mems_allowed };
		return true;
	}
	default:
		return false;
	}
}

static bool whole(struct log_ctx *c, struct str text, const struct line *l)
{
	ptrdiff_t at = str_find(text, " cpuset=", 0);
	struct current_nodes ret;

	if (at <= 0 || !str_has(str_from(text, (size_t)at), " mems_allowed=") || !places(c, &ret) ||
	    ret.cpuset->n)
		return false;
	current_nodes(c, text, ret);
	log_extend(c->report, l);
	return true;
}

static bool add(struct split_state *s, const struct line *l)
{
	if (l->text.n > SPLIT_MAX - s->n)
		return false;
	memcpy(s->text + s->n, l->text.p, l->text.n);
	s->n += l->text.n;
	s->line = l->last_no;
	return true;
}

/* "comm cpuset=", "/" and " mems_allowed=0", each a message where the console was too slow. */
static bool head(struct log_ctx *c, const struct line *l)
{
	struct split_state *s = log_state(c, &log_parser_mems_allowed);
	struct current_nodes ret;

	if (whole(c, l->text, l))
		return true;
	if (s->n && str_starts(l->text, " mems_allowed=")) {
		bool took = line_gap(l->no, s->line) <= 2 && add(s, l) &&
			    whole(c, (struct str){ s->text, s->n }, l);

		s->n = 0;
		log_done(c, &log_parser_mems_allowed);
		return took;
	}
	if (!str_ends(l->text, " cpuset=") || !places(c, &ret) || ret.cpuset->n)
		return false;
	s->n = 0;
	if (!add(s, l))
		return false;
	log_open(c, &log_parser_mems_allowed);
	return true;
}

static bool more(struct log_ctx *c, const struct line *l)
{
	struct split_state *s = log_state(c, &log_parser_mems_allowed);

	return s->n && l->no == s->line + 1 && !str_has(l->text, " ") && add(s, l);
}

static void close(struct log_ctx *c, bool cut)
{
	struct split_state *s = log_state(c, &log_parser_mems_allowed);

	(void)cut;
	s->n = 0;
}

DEFINE_LOG_PARSER(mems_allowed,
		  .anchors = (const char *const[]){ "mems_allowed=", " cpuset=", NULL },
		  .state_size = sizeof(struct split_state), .head = head, .more = more,
		  .close = close);
