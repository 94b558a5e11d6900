// SPDX-License-Identifier: GPL-2.0-or-later
// mm/oom_kill.c: dump_header(), check_panic_on_oom() and what tells why the OOM killer ran.
#include "log/oom.h"

#include "base/limits.h"
#include "log/current.h"

extern const struct log_parser log_parser_oom;
extern const struct log_parser log_parser_task_table;

enum {
	APART_SECONDS = 120, /* between two parts of a report, on whatever slow a console */
	BACK_SECONDS = 5,    /* by which another CPU's clock may lag behind */
};

struct oom_state {
	struct fact_oom *oom; /* the last one of this stream */
	enum oom_part last;   /* its last part */
	uint32_t line;	      /* and where that stood */
	struct num time_ns;
	bool head_open;	 /* its head line is not whole yet */
	uint32_t missed; /* reports suppressed since */
};

static struct oom_state *state_of(struct log_ctx *c)
{
	return log_state(c, &log_parser_oom);
}

static struct fact_oom *open_report(const struct log_ctx *c)
{
	struct fact_oom *oom = (struct fact_oom *)c->report;

	return oom && oom->head.kind == FACT_oom && !oom->lowmemorykiller ? oom : NULL;
}

/* Whether the clock says that the line cannot belong to the report whose last part was seen. */
static bool apart(const struct oom_state *s, const struct line *l)
{
	const uint64_t second = 1000000000u;

	if (!l->time_ns.known || !s->time_ns.known)
		return false;
	return l->time_ns.v > s->time_ns.v ? l->time_ns.v - s->time_ns.v > APART_SECONDS * second
					   : s->time_ns.v - l->time_ns.v > BACK_SECONDS * second;
}

struct fact_oom *oom_recent(struct log_ctx *c, const struct line *l)
{
	const struct oom_state *s = state_of(c);
	struct fact_oom *oom = open_report(c);

	if (oom)
		return s->oom == oom && apart(s, l) ? NULL : oom;
	/* The sink of facts beyond the limits may have become another kind. */
	if (!s->oom || s->oom->head.kind != FACT_oom || l->no < s->line ||
	    l->no - s->line > LIMIT_BLOCK_GAP_LINES)
		return NULL;
	if (apart(s, l) || s->oom->head.boot != (int32_t)log_boot(c, l)->index)
		return NULL;
	return s->oom;
}

static void seen(struct log_ctx *c, const struct line *l, struct fact_oom *oom, enum oom_part part)
{
	struct oom_state *s = state_of(c);

	s->oom = oom;
	s->last = part;
	s->line = l->last_no;
	s->time_ns = l->time_ns;
	log_extend(&oom->head, l);
}

/* Rows of the task table have no word to know them by. */
static void open_parsers(struct log_ctx *c)
{
	log_open(c, &log_parser_task_table);
	log_open(c, &log_parser_oom);
}

struct fact_oom *oom_report(struct log_ctx *c, const struct line *l, enum oom_part part, bool again)
{
	const struct oom_state *s = state_of(c);
	struct fact_oom *oom = open_report(c);
	bool other = oom && (again || (s->oom == oom && (s->last > part || apart(s, l))));

	if (!oom && (part == OOM_SUMMARY || part == OOM_KILL) && s->last < part)
		oom = oom_recent(c, l);
	if (other || (!oom && c->report && c->report->kind == FACT_oom))
		log_report_end(c, false);
	if (!oom || other)
		oom = log_oom(c, l);
	if (oom == open_report(c))
		open_parsers(c);
	seen(c, l, oom, part);
	return oom;
}

static void int_field(struct scan sc, const char *key, uint32_t line, struct num *ret)
{
	int64_t v;

	if (!ret->known && scan_key(&sc, key) && scan_i64(&sc, &v))
		*ret = num_int(v, line);
}

/* The fields came in several orders; a list of nodes may hold commas, but no blanks. */
static void head_fields(struct log_ctx *c, struct fact_oom *oom, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct scan nodes = sc;
	struct str v;

	if (!oom->gfp_mask.known)
		(void)current_gfp(c, l, "gfp_mask=", &oom->gfp_mask, &oom->gfp_flags);
	int_field(sc, "order=", l->no, &oom->order);
	int_field(sc, "oom_score_adj=", l->no, &oom->oom_score_adj);
	int_field(sc, "oom_adj=", l->no, &oom->oom_score_adj);
	int_field(sc, "oomkilladj=", l->no, &oom->oom_score_adj);
	if (!oom->nodemask.n && scan_key(&nodes, "nodemask=") && scan_until_any(&nodes, " \t", &v))
		oom->nodemask = log_str(c, str_ends(v, ",") ? str_first(v, v.n - 1) : v);
	if (num_int_or(oom->order, 0) == -1)
		oom->sysrq = true;
	if (str_has(l->text, " cpuset=")) /* the next line, joined to this by whoever sent it */
		current_nodes(c, l->text,
			      (struct current_nodes){ NULL, &oom->cpuset, &oom->mems_allowed });
}

/*
 * "comm invoked oom-killer: gfp_mask=..", before 2.6.16 "oom-killer: gfp_mask=.."; the mask may be
 * wrapped off to the next line.
 */
static bool invoked(struct log_ctx *c, const struct line *l)
{
	ptrdiff_t at = str_find(l->text, "oom-killer:", 0);
	ptrdiff_t who = str_find(l->text, " invoked oom-killer:", 0);
	struct oom_state *s = state_of(c);
	struct fact_oom *oom;
	struct scan sc;

	if (at < 0)
		return false;
	sc = scan_of(str_from(l->text, (size_t)at + strlen("oom-killer:")));
	scan_blanks(&sc);
	if (!(who > 0 && scan_end(&sc)) && !scan_lit(&sc, "gfp_mask="))
		return false;
	if (who < 0 && str_trim(str_first(l->text, (size_t)at)).n)
		return false;
	oom = log_fact(c, FACT_oom, l);
	log_report_begin(c, &oom->head);
	open_parsers(c);
	if (who > 0) {
		oom->trigger.comm = log_str(c, current_comm(l->text, (size_t)who));
		oom->trigger.known = true;
	}
	head_fields(c, oom, l);
	oom->missed_before = s->missed;
	s->missed = 0;
	s->head_open = !oom->oom_score_adj.known && who > 0;
	seen(c, l, oom, OOM_HEAD);
	return true;
}

/* The rest of a head that was wrapped. */
static bool more(struct log_ctx *c, const struct line *l)
{
	static const char *const keys[] = { "gfp_mask=", "order=", "nodemask=", "oom" };
	struct oom_state *s = state_of(c);
	struct fact_oom *oom = open_report(c);

	if (!s->head_open || !oom || s->oom != oom || s->last != OOM_HEAD)
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!str_starts(str_trim(l->text), keys[i]))
			continue;
		head_fields(c, oom, l);
		s->head_open = !oom->oom_score_adj.known;
		seen(c, l, oom, OOM_HEAD);
		return true;
	}
	return false;
}

/* The head has no process id, the call trace behind it does. */
static void trigger_pid(struct log_ctx *c, const struct line *l)
{
	struct fact_oom *oom = open_report(c);

	if (oom && oom->trigger.known && !oom->trigger.pid.known)
		(void)current_pid(l, oom->trigger.comm, &oom->trigger.pid);
}

/* Frames that say who called the OOM killer; what is marked '?' is only left over on the stack. */
static void caller(struct log_ctx *c, const struct line *l)
{
	struct fact_oom *oom = open_report(c);

	if (!oom || state_of(c)->last > OOM_HEAD || str_has(l->text, "? "))
		return;
	if (str_has(l->text, "pagefault_out_of_memory+"))
		oom->page_fault = true;
	else if (str_has(l->text, "mem_cgroup_out_of_memory+"))
		oom->scope = "memcg";
	else if (str_has(l->text, "moom_callback+"))
		oom->sysrq = true;
}

/* A panic ends the boot too: the line is others' to take. */
static bool panics(struct log_ctx *c, const struct line *l)
{
	static const char *const words[] = { "Out of memory", "out of memory",
					     "System is deadlocked on memory" };
	struct scan sc = scan_of(l->text);
	struct fact_oom *oom;

	if (!scan_past(&sc, "Kernel panic - not syncing: ", NULL) ||
	    str_has(l->text, "end Kernel panic"))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!str_starts(scan_rest(&sc), words[i]))
			continue;
		oom = oom_recent(c, l);
		if (!oom || oom->n_victims)
			oom = oom_report(c, l, OOM_SUMMARY, false);
		oom->panicked = true;
		oom->panic = log_str(c, scan_rest(&sc));
		oom->panic_line = l->no;
		/* panic_on_oom=1 spares what a cgroup, cpuset or policy is short of. */
		if (!oom->scope && str_has(l->text, "system-wide"))
			oom->scope = "global";
		if (str_has(l->text, "no killable")) {
			oom->no_killable = true;
			oom->no_killable_line = l->no;
		}
		facts_cite(c->facts, c->evidence, l->no, l->raw.n ? l->raw : l->text);
		return true;
	}
	return false;
}

/* Where a mail quotes the source, the words stand behind a quotation mark. */
static bool says(struct str text, const char *words)
{
	ptrdiff_t at = str_find(text, words, 0);

	return at >= 0 && !str_has(str_first(text, (size_t)at), "\"");
}

static bool nobody(struct log_ctx *c, const struct line *l)
{
	struct fact_oom *oom;

	if (!says(l->text, "no killable processes") && !says(l->text, "OOM request ignored"))
		return false;
	oom = oom_recent(c, l);
	if (!oom && str_has(l->text, "OOM request ignored"))
		return false;
	if (!oom || oom->n_victims)
		oom = oom_report(c, l, OOM_SUMMARY, oom != NULL);
	if (!oom->no_killable)
		oom->no_killable_line = l->no;
	oom->no_killable = true;
	log_extend(&oom->head, l);
	return true;
}

/* The rate limit of the header: "oom_kill_process: 4 callbacks suppressed" */
static bool suppressed(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	uint64_t n;

	if (!scan_lit(&sc, "oom_kill_process: ") && !scan_lit(&sc, "dump_header: "))
		return false;
	if (!scan_u64(&sc, &n) || !scan_lit(&sc, " callbacks suppressed"))
		return false;
	state_of(c)->missed = n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
	return true;
}

/* What a kernel without memory compaction says of a request above order 0. */
static bool no_compaction(struct log_ctx *c, const struct line *l)
{
	struct fact_oom *oom = open_report(c);

	if (!oom || !str_starts(str_trim(l->text), "COMPACTION is disabled!!!"))
		return false;
	oom->no_compaction = true;
	log_extend(&oom->head, l);
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	if (invoked(c, l) || suppressed(c, l) || no_compaction(c, l))
		return true;
	if (panics(c, l))
		return false;
	trigger_pid(c, l);
	caller(c, l);
	return nobody(c, l);
}

static const char *scope_of(const struct fact_oom *oom)
{
	if (oom->constraint.n || oom->scope)
		return oom->scope;
	if (oom->memcg_usage.known || oom->oom_memcg.n)
		return "memcg";
	/* Kernels before 4.19 print no constraint: what is not a cgroup's is taken for global. */
	if (oom->gfp_mask.known && (oom->mem || oom->n_victims || !oom->head.cut))
		return "global";
	return NULL;
}

static void close(struct log_ctx *c, bool cut)
{
	struct fact_oom *oom = open_report(c);

	state_of(c)->head_open = false;
	if (!oom || oom->lowmemorykiller)
		return;
	(void)cut; /* whatever ended it: it has no end */
	if (!oom->n_victims && !oom->panicked && !oom->no_killable)
		oom->head.cut = true;
	oom->scope = scope_of(oom);
	if (oom->sysrq)
		oom->chosen_by = "sysrq";
}

DEFINE_LOG_PARSER(
	oom,
	.anchors = (const char *const[]){ "oom-killer:", CURRENT_PID_ANCHORS,
					  "pagefault_out_of_memory", "mem_cgroup_out_of_memory",
					  "moom_callback", "Kernel panic", "killable",
					  "OOM request ignored", "oom_kill_process: ",
					  "dump_header: ", "COMPACTION is disabled", NULL },
	.state_size = sizeof(struct oom_state), .head = head, .more = more, .close = close);
