// SPDX-License-Identifier: GPL-2.0-or-later
// kernel/cgroup/cpuset.c: cpuset_print_current_mems_allowed(), a line of its own before 5.0:
// "comm cpuset=/ mems_allowed=0-7". Later on it is part of others' lines.
#include "log/current.h"

static bool head(struct log_ctx *c, const struct line *l)
{
	ptrdiff_t at = str_find(l->text, " cpuset=", 0);
	struct current_nodes ret;
	struct str none = { "", 0 };

	if (at <= 0 || !c->report || !str_has(str_from(l->text, (size_t)at), " mems_allowed="))
		return false;
	switch ((int)c->report->kind) {
	case FACT_oom: {
		struct fact_oom *oom = (struct fact_oom *)c->report;

		ret = (struct current_nodes){ &none, &oom->cpuset, &oom->mems_allowed };
		break;
	}
	case FACT_alloc_failure: {
		struct fact_alloc_failure *f = (struct fact_alloc_failure *)c->report;

		ret = (struct current_nodes){ &none, &f->cpuset, &f->mems_allowed };
		break;
	}
	default:
		return false;
	}
	if (ret.cpuset->n)
		return false;
	current_nodes(c, l->text, ret);
	log_extend(c->report, l);
	return true;
}

DEFINE_LOG_PARSER(mems_allowed, .anchors = (const char *const[]){ "mems_allowed=", NULL },
		  .head = head);
