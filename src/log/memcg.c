// SPDX-License-Identifier: GPL-2.0-or-later
// mm/memcontrol.c: mem_cgroup_print_oom_context() and mem_cgroup_print_oom_meminfo().
#include "log/oom.h"

#include <ctype.h>

extern const struct log_parser log_parser_memcg;

struct memcg_state {
	struct fact_oom *oom;
	struct fact_cgroup *cgroup; /* the one that is being printed */
	bool stats;		    /* its statistics may follow, a line each */
};

static struct memcg_state *state_of(struct log_ctx *c)
{
	return log_state(c, &log_parser_memcg);
}

static struct fact_oom *begin(struct log_ctx *c, const struct line *l, bool again)
{
	struct memcg_state *s = state_of(c);
	struct fact_oom *oom = oom_report(c, l, OOM_MEMCG, again);

	if (s->oom != oom)
		*s = (struct memcg_state){ .oom = oom };
	s->stats = false;
	if (!oom->scope)
		oom->scope = "memcg";
	return oom;
}

static struct fact_cgroup *cgroup_at(struct log_ctx *c, const struct line *l)
{
	struct memcg_state *s = state_of(c);

	if (!s->cgroup)
		s->cgroup = log_fact(c, FACT_cgroup, l);
	log_extend(&s->cgroup->head, l);
	log_open(c, &log_parser_memcg);
	return s->cgroup;
}

/* "Task in /a killed as a result of limit of /b", before 5.0; without a victim "Memory limit
 * reached of cgroup /b". */
static bool limit_line(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct str task = { "", 0 };
	struct fact_oom *oom = oom_recent(c, l);

	if (scan_lit(&sc, "Task in ")) {
		if (!scan_past(&sc, " killed as a result of limit of ", &task))
			return false;
	} else if (!scan_lit(&sc, "Memory limit reached of cgroup ")) {
		return false;
	}
	oom = begin(c, l, oom && (oom->oom_memcg.n || oom->memcg_usage.known));
	oom->task_memcg = log_str(c, task);
	oom->oom_memcg = log_str(c, scan_rest(&sc));
	return true;
}

/* "usage 16777216kB, limit 9007199254740988kB, failcnt 0": no limit is the largest number of
 * pages, kept as it is. */
static bool usage_fields(struct scan sc, uint32_t line, struct num ret[3])
{
	static const char *const keys[] = { "usage ", "limit ", "failcnt " };
	uint64_t v;

	for (size_t i = 0; i < 3; i++) {
		struct scan at = sc;

		if (!scan_key(&at, keys[i]) || !scan_u64(&at, &v))
			continue;
		if (i < 2 && !scan_lit(&at, "kB"))
			continue;
		ret[i] = i < 2 ? num_scaled(v, 1024, line) : num_at(v, line);
	}
	return ret[0].known;
}

static bool usage_line(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_oom *oom = oom_recent(c, l);
	struct num v[3] = { { 0 } };
	struct str name;
	bool memory;

	if (!scan_name(&sc, "+", &name) || !scan_lit(&sc, ": ") || !usage_fields(sc, l->no, v))
		return false;
	memory = str_is(name, "memory");
	if (!memory && !str_is(name, "memory+swap") && !str_is(name, "swap") &&
	    !str_is(name, "kmem"))
		return false;
	oom = begin(c, l, memory && oom && oom->memcg_usage.known);
	if (memory) {
		struct fact_cgroup *cg = cgroup_at(c, l);

		cg->usage = oom->memcg_usage = v[0];
		cg->limit = oom->memcg_limit = v[1];
		cg->failcnt = oom->memcg_failcnt = v[2];
	} else if (str_is(name, "memory+swap")) {
		oom->memsw_usage = v[0];
		oom->memsw_limit = v[1];
	} else if (str_is(name, "swap")) {
		oom->swap_usage = v[0];
		oom->swap_limit = v[1];
	} else {
		oom->kmem_usage = v[0];
		oom->kmem_limit = v[1];
	}
	return true;
}

/* " cache:0KB rss:31154200KB .." (before 5.2). @return whether all of it is such. */
static bool old_stats(struct log_ctx *c, struct fact_cgroup *cg, struct str text, uint32_t line)
{
	struct str word;
	size_t n = 0;

	while ((word = str_word(&text)).n) {
		struct scan sc = scan_of(word);
		struct str name;
		uint64_t v;

		if (!scan_name(&sc, "()", &name) || !scan_char(&sc, ':') || !scan_u64(&sc, &v) ||
		    !scan_lit(&sc, "KB") || !scan_end(&sc))
			return false;
		counters_set(&cg->stats, &c->facts->arena, name, num_scaled(v, 1024, line));
		n++;
	}
	return n > 0;
}

/* Where the path ends: at a colon with nothing or a statistic behind it. */
static struct str path_of(struct str text, struct str *stats)
{
	ptrdiff_t at = -1;

	while ((at = str_find(text, ":", (size_t)(at + 1))) >= 0) {
		struct str rest = str_from(text, (size_t)at + 1), word = rest;

		word = str_word(&word);
		if (!word.n || (rest.p[0] == ' ' && str_ends(word, "KB") && str_has(word, ":"))) {
			*stats = rest;
			return str_first(text, (size_t)at);
		}
	}
	*stats = str_from(text, text.n);
	return text;
}

/* A cgroup's statistics; below 5.2 all of the hierarchy's, one after the other. */
static bool stats_line(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct memcg_state *s = state_of(c);
	struct fact_oom *oom;
	struct fact_cgroup *cg;
	struct str path, stats;

	if (!scan_lit(&sc, "Memory cgroup stats"))
		return false;
	(void)scan_lit(&sc, " for ");
	oom = begin(c, l, false);
	path = path_of(scan_rest(&sc), &stats);
	if (s->cgroup && (s->cgroup->path.n || s->cgroup->stats.n))
		s->cgroup = NULL;
	cg = cgroup_at(c, l);
	cg->path = log_str(c, path);
	if (!oom->memcg.n)
		oom->memcg = cg->path;
	(void)old_stats(c, cg, stats, l->no);
	s->stats = true;
	return true;
}

/* mem_cgroup_show_protected_memory(), in every Mem-Info of 6.19 and newer: kept for citing. */
static bool protection(struct log_ctx *c, const struct line *l)
{
	if (!c->report || !str_starts(str_trim(l->text), "Memory cgroup min protection "))
		return false;
	log_extend(c->report, l);
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	return limit_line(c, l) || usage_line(c, l) || stats_line(c, l) || protection(c, l);
}

/* memory_stat_format()'s "anon 31154200576" (5.2 and newer), also all of them in one message. */
static bool new_stat(struct log_ctx *c, struct fact_cgroup *cg, struct str text, uint32_t line)
{
	struct scan sc = scan_of(str_trim(text));
	struct str name;
	uint64_t v;

	if (scan_end(&sc) || !islower((unsigned char)*sc.p) || !scan_name(&sc, ".", &name) ||
	    !scan_char(&sc, ' ') || !scan_blanks(&sc) || !scan_u64(&sc, &v) || !scan_end(&sc))
		return false;
	counters_set(&cg->stats, &c->facts->arena, name, num_at(v, line));
	return true;
}

static bool more(struct log_ctx *c, const struct line *l)
{
	struct memcg_state *s = state_of(c);

	if (!s->stats || !s->cgroup || s->cgroup->head.kind != FACT_cgroup)
		return false;
	if (new_stat(c, s->cgroup, l->text, l->no) ||
	    (str_has(l->text, "KB") && old_stats(c, s->cgroup, l->text, l->no))) {
		log_extend(&s->cgroup->head, l);
		log_extend(&s->oom->head, l);
		return true;
	}
	return false;
}

static void close(struct log_ctx *c, bool cut)
{
	struct memcg_state *s = state_of(c);

	if (cut && s->stats && s->cgroup && !s->oom->n_victims && !s->oom->constraint.n)
		s->cgroup->head.cut = true;
	*s = (struct memcg_state){ 0 };
}

DEFINE_LOG_PARSER(memcg,
		  .anchors = (const char *const[]){ "failcnt", "Memory cgroup stats",
						    "killed as a result of limit",
						    "limit reached of cgroup",
						    "Memory cgroup min protection", NULL },
		  .state_size = sizeof(struct memcg_state), .head = head, .more = more,
		  .close = close);
