// SPDX-License-Identifier: GPL-2.0-or-later
// mm/oom_kill.c: dump_oom_victim() and __oom_kill_process(): which limit was hit and who was
// killed.
#include "log/current.h"
#include "log/oom.h"

extern const struct log_parser log_parser_oom_kill;

enum { SUMMARY_MAX = 4096 };

struct kill_state {
	struct fact_oom *oom; /* whose victim or summary is not whole yet */
	uint32_t line;	      /* of its last part */
	bool group;	      /* memory.oom.group: the others are killed too */
	bool summary_open, kill_open;
	struct victim chosen; /* dump_oom_victim()'s task, till it is killed */
	bool chosen_known;
	size_t n;
	char summary[SUMMARY_MAX];
};

static struct kill_state *state_of(struct log_ctx *c)
{
	return log_state(c, &log_parser_oom_kill);
}

static const char *scope_of(struct str constraint)
{
	static const struct {
		const char *word, *scope;
	} scopes[] = { { "CONSTRAINT_NONE", "global" },
		       { "CONSTRAINT_CPUSET", "cpuset" },
		       { "CONSTRAINT_MEMORY_POLICY", "mempolicy" },
		       { "CONSTRAINT_MEMCG", "memcg" } };

	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++)
		if (str_is(constraint, scopes[i].word))
			return scopes[i].scope;
	return NULL;
}

/*
 * "oom-kill:constraint=X,nodemask=N,cpuset=P,mems_allowed=L,(global_oom|oom_memcg=P),
 * task_memcg=P,task=COMM,pid=N,uid=N" (4.19 and newer). Paths, names and node lists may hold
 * commas: read from the end, each value reaching to the key behind it.
 */
static void summary_fields(struct log_ctx *c, struct fact_oom *oom, struct kill_state *s)
{
	struct str text = { s->summary, s->n }, v;
	size_t end = text.n;
	int64_t n;

	s->chosen = (struct victim){ .line = s->line };
	if (str_last_field(text, ",uid=", &end, &v) && str_to_i64(v, &n))
		s->chosen.uid = num_int(n, s->line);
	if (str_last_field(text, ",pid=", &end, &v)) {
		struct scan sc = scan_of(v);

		s->chosen_known = scan_i64(&sc, &n);
		s->chosen.pid = num_int(s->chosen_known ? n : 0, s->line);
	}
	if (str_last_field(text, ",task=", &end, &v) && s->chosen_known)
		s->chosen.comm = log_str(c, v);
	if (str_last_field(text, ",task_memcg=", &end, &v))
		oom->task_memcg = log_str(c, v);
	if (str_last_field(text, ",oom_memcg=", &end, &v))
		oom->oom_memcg = log_str(c, v);
	else
		(void)str_last_field(text, ",global_oom", &end, &v);
	if (str_last_field(text, ",mems_allowed=", &end, &v))
		oom->mems_allowed = log_str(c, v);
	if (str_last_field(text, ",cpuset=", &end, &v))
		oom->cpuset = log_str(c, v);
	if (str_last_field(text, ",nodemask=", &end, &v))
		oom->nodemask = log_str(c, v);
	v = str_trim(str_first(text, end));
	oom->constraint = log_str(c, str_ends(v, ",") ? str_first(v, v.n - 1) : v);
	oom->scope = scope_of(oom->constraint);
}

static const char *const summary_keys[] = { "nodemask=",  "cpuset=",	"mems_allowed=",
					    "global_oom", "oom_memcg=", "task_memcg=",
					    "task=",	  "pid=",	"uid=" };

static bool starts_with_key(struct str text)
{
	for (size_t i = 0; i < sizeof(summary_keys) / sizeof(summary_keys[0]); i++)
		if (str_starts(text, summary_keys[i]))
			return true;
	return false;
}

/* Whoever wrapped it by hand may have put blanks between the fields: the kernel puts none. */
static void add_summary(struct kill_state *s, struct str text)
{
	for (size_t i = 0; i < text.n && s->n < SUMMARY_MAX; i++) {
		struct str rest = str_trim(str_from(text, i));

		if (text.p[i] == ' ' && s->n && s->summary[s->n - 1] == ',' &&
		    starts_with_key(rest))
			continue;
		s->summary[s->n++] = text.p[i];
	}
}

static bool summary(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct kill_state *s = state_of(c);
	struct fact_oom *oom;

	if (!scan_past(&sc, "oom-kill:constraint=", NULL))
		return false;
	oom = oom_recent(c, l);
	oom = oom_report(c, l, OOM_SUMMARY, oom && oom->constraint.n);
	s->oom = oom;
	s->line = l->no;
	s->chosen_known = s->kill_open = s->group = false;
	s->n = 0;
	oom->constraint_line = l->no;
	add_summary(s, scan_rest(&sc));
	summary_fields(c, oom, s);
	s->summary_open = !str_has((struct str){ s->summary, s->n }, ",uid=");
	log_open(c, &log_parser_oom_kill);
	return true;
}

/* A summary that was wrapped: no blank stands in it but in a name. */
static bool more_summary(struct log_ctx *c, const struct line *l)
{
	struct kill_state *s = state_of(c);

	for (size_t i = 0; i < sizeof(summary_keys) / sizeof(summary_keys[0]); i++) {
		if (!str_has(l->text, summary_keys[i]))
			continue;
		add_summary(s, str_trim(l->text));
		summary_fields(c, s->oom, s);
		s->summary_open = !str_has(l->text, "uid=");
		log_extend(&s->oom->head, l);
		return true;
	}
	return false;
}

static void kb_field(struct scan sc, const char *key, uint32_t line, struct num *ret)
{
	uint64_t v;

	if (!ret->known && scan_key(&sc, key) && scan_u64(&sc, &v) && scan_lit(&sc, "kB"))
		*ret = num_scaled(v, 1024, line);
}

static void int_field(struct scan sc, const char *key, uint32_t line, struct num *ret)
{
	int64_t v;

	if (!ret->known && scan_key(&sc, key) && scan_i64(&sc, &v))
		*ret = num_int(v, line);
}

static void victim_fields(struct victim *v, struct str text, uint32_t line)
{
	struct scan sc = scan_of(text);

	kb_field(sc, "total-vm:", line, &v->total_vm);
	kb_field(sc, "vsz:", line, &v->total_vm);
	kb_field(sc, "anon-rss:", line, &v->anon_rss);
	kb_field(sc, "file-rss:", line, &v->file_rss);
	kb_field(sc, "shmem-rss:", line, &v->shmem_rss);
	kb_field(sc, "pgtables:", line, &v->pgtables);
	int_field(sc, "UID:", line, &v->uid);
	int_field(sc, "oom_score_adj:", line, &v->oom_score_adj);
}

/* "123 (comm) ..", "123, UID 0, (comm) .."; the name may hold brackets itself. */
static bool pid_and_comm(struct log_ctx *c, struct str text, struct victim *v, struct str *rest)
{
	static const char *const behind[] = { ") total-vm:", ") vsz:", ") score ", ") sharing ",
					      ")" };
	struct scan sc = scan_of(text);
	ptrdiff_t end = -1;
	uint64_t n;

	if (!scan_u64(&sc, &n))
		return false;
	v->pid = num_at(n, v->line);
	if (scan_lit(&sc, ", UID ") && scan_u64(&sc, &n)) {
		v->uid = num_at(n, v->line);
		(void)scan_char(&sc, ',');
	}
	if (!scan_lit(&sc, " ("))
		return false;
	text = scan_rest(&sc);
	for (size_t i = 0; end < 0 && i < sizeof(behind) / sizeof(behind[0]); i++)
		end = str_find_last(text, behind[i]);
	v->comm = log_str(c, end < 0 ? text : str_first(text, (size_t)end));
	*rest = end < 0 ? str_from(text, text.n) : str_from(text, (size_t)end + 1);
	return true;
}

/* What stands in front of "Killed process": nothing, or one of out_of_memory()'s messages. */
static bool known_message(struct str message)
{
	return !message.n || (str_ends(message, ":") && (str_has(message, "ut of memory") ||
							 str_has(message, "ut of Memory") ||
							 str_has(message, "No available memory")));
}

static void note_message(struct fact_oom *oom, struct str message)
{
	if (str_has(message, "oom_kill_allocating_task") || str_has(message, "No available memory"))
		oom->chosen_by = "allocating_task";
	else if (message.n && !oom->chosen_by)
		oom->chosen_by = "badness";
	if (oom->scope)
		return;
	if (str_starts(message, "Memory cgroup"))
		oom->scope = "memcg";
	else if (str_has(message, "MPOL_BIND"))
		oom->scope = "mempolicy";
	else if (str_has(message, "in cpuset"))
		oom->scope = "cpuset";
	else if (message.n && !oom->gfp_mask.known)
		oom->scope = "global";
}

static struct victim *victim_of(struct fact_oom *oom, struct num pid)
{
	for (size_t i = 0; i < oom->n_victims; i++)
		if (oom->victims[i].pid.v == pid.v)
			return &oom->victims[i];
	return NULL;
}

static struct victim *add_victim(struct log_ctx *c, struct fact_oom *oom, const struct victim *v)
{
	struct victim *slot = victim_of(oom, v->pid);

	if (!slot)
		slot = arena_push(&c->facts->arena, (void **)&oom->victims, &oom->n_victims,
				  sizeof(*slot));
	*slot = *v;
	return slot;
}

static struct fact_oom *kill_report(struct log_ctx *c, const struct line *l)
{
	struct kill_state *s = state_of(c);
	struct fact_oom *oom = oom_recent(c, l);
	bool group = oom && oom == s->oom && s->group;

	oom = oom_report(c, l, OOM_KILL, oom && oom->n_victims && !group);
	if (s->oom != oom)
		s->group = s->chosen_known = false;
	s->oom = oom;
	s->line = l->no;
	s->summary_open = false;
	log_open(c, &log_parser_oom_kill);
	return oom;
}

static bool killed(struct log_ctx *c, const struct line *l)
{
	struct str text = str_trim(l->text), message, rest;
	ptrdiff_t at = str_find(text, "Killed process ", 0);
	struct kill_state *s = state_of(c);
	struct victim v = { .line = l->no };
	struct fact_oom *oom;

	if (at < 0)
		return false;
	message = str_trim(str_first(text, (size_t)at));
	text = str_from(text, (size_t)at + strlen("Killed process "));
	if (!known_message(message) || !pid_and_comm(c, text, &v, &rest))
		return false;
	oom = kill_report(c, l);
	if (s->chosen_known && s->chosen.pid.v == v.pid.v)
		v.uid = v.uid.known ? v.uid : s->chosen.uid;
	if (&oom->head != c->report && oom->gfp_mask.known)
		oom->head.cut = false; /* what cut into it was another report */
	note_message(oom, message);
	victim_fields(&v, rest, l->no);
	add_victim(c, oom, &v);
	s->chosen_known = false;
	s->kill_open = !v.oom_score_adj.known;
	return true;
}

/*
 * Before 5.1: "Out of memory: Kill process 123 (comm) score 9 or sacrifice child", and then
 * "Killed process" of it or its child. "Kill process 123 (comm) sharing same memory" is of a task
 * that dies with the victim.
 */
static bool announced(struct log_ctx *c, const struct line *l)
{
	struct str text = str_trim(l->text), message, rest;
	ptrdiff_t at = str_find(text, "ill process ", 0);
	struct kill_state *s = state_of(c);
	struct victim v = { .line = l->no };
	struct fact_oom *oom;

	if (at < 1 || (text.p[at - 1] != 'K' && text.p[at - 1] != 'k'))
		return false;
	message = str_trim(str_first(text, (size_t)at - 1));
	text = str_from(text, (size_t)at + strlen("ill process "));
	if (!known_message(message) || !pid_and_comm(c, text, &v, &rest))
		return false;
	oom = oom_recent(c, l);
	if (str_has(rest, "sharing same memory"))
		return oom != NULL;
	if (!message.n)
		return false;
	oom = oom_report(c, l, OOM_SUMMARY, oom && oom->n_victims);
	note_message(oom, message);
	s->oom = oom;
	s->line = l->no;
	s->summary_open = s->kill_open = s->group = false;
	s->chosen = v;
	s->chosen_known = true;
	log_open(c, &log_parser_oom_kill);
	return true;
}

/* "Tasks in /a are going to be killed due to memory.oom.group set" */
static bool group(struct log_ctx *c, const struct line *l)
{
	struct kill_state *s = state_of(c);
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_oom *oom;
	struct str path;

	if (!scan_lit(&sc, "Tasks in ") || !scan_past(&sc, " are going to be killed due to", &path))
		return false;
	oom = oom_recent(c, l);
	if (!oom)
		oom = oom_report(c, l, OOM_KILL, false);
	oom->chosen_by = "group";
	oom->scope = oom->scope ? oom->scope : "memcg";
	if (!oom->memcg.n)
		oom->memcg = log_str(c, path);
	s->oom = oom;
	s->group = true;
	log_open(c, &log_parser_oom_kill);
	log_extend(&oom->head, l);
	return true;
}

static const struct victim *victim_named(const struct fact_oom *oom, struct str comm)
{
	for (size_t i = 0; oom && i < oom->n_victims; i++)
		if (str_eq(oom->victims[i].comm, comm))
			return &oom->victims[i];
	return NULL;
}

/*
 * The page fault handlers of kernels before 2.6.34: "VM: killing process httpd", later
 * "httpd(123)". The fault could not be served: the task dies without anybody choosing it, unless
 * it was the OOM killer's victim before.
 */
static bool by_fault(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct victim v = { .line = l->no };
	struct fact_oom *oom;
	struct str name;
	ptrdiff_t at;
	uint64_t pid;

	if (!scan_lit(&sc, "VM: killing process "))
		return false;
	name = scan_rest(&sc);
	at = str_find_last(name, "(");
	if (at > 0 && str_ends(name, ")") &&
	    str_to_u64(str_from(str_first(name, name.n - 1), (size_t)at + 1), 10, &pid)) {
		v.pid = num_at(pid, l->no);
		name = str_first(name, (size_t)at);
	}
	if (!name.n || name.n > COMM_MAX)
		return false;
	if (victim_named(oom_recent(c, l), name))
		return true;
	v.comm = log_str(c, name);
	oom = oom_report(c, l, OOM_KILL, true);
	oom->page_fault = true;
	oom->chosen_by = "allocating_task";
	add_victim(c, oom, &v);
	return true;
}

/* What is said of a victim later on: kept for citing. */
static bool aftermath(struct log_ctx *c, const struct line *l)
{
	struct str text = str_trim(l->text);
	struct fact_oom *oom = oom_recent(c, l);

	if (!str_starts(text, "oom_reaper: ") && !str_starts(text, "oom killer ") &&
	    !str_has(text, ": OOM victim "))
		return false;
	if (!oom)
		return false;
	if (!str_starts(text, "oom_reaper: "))
		log_extend(&oom->head, l);
	if (str_has(text, "already exiting"))
		state_of(c)->chosen_known = false;
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	return summary(c, l) || killed(c, l) || announced(c, l) || group(c, l) || by_fault(c, l) ||
	       aftermath(c, l);
}

/* The numbers of a victim that were wrapped off its line. */
static bool more_victim(struct kill_state *s, const struct line *l)
{
	static const char *const keys[] = { "total-vm:", "anon-rss:", "file-rss:",     "shmem-rss:",
					    "UID:",	 "pgtables:", "oom_score_adj:" };
	struct str text = str_trim(l->text);

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!str_starts(text, keys[i]))
			continue;
		victim_fields(&s->oom->victims[s->oom->n_victims - 1], text, l->no);
		log_extend(&s->oom->head, l);
		return true;
	}
	return false;
}

static bool more(struct log_ctx *c, const struct line *l)
{
	struct kill_state *s = state_of(c);

	if (!s->oom || s->oom->head.kind != FACT_oom)
		return false;
	if (s->summary_open && more_summary(c, l))
		return true;
	return s->kill_open && s->oom->n_victims && more_victim(s, l);
}

/* Where the log ends, or another report begins, between the choice and the kill. */
static void close(struct log_ctx *c, bool cut)
{
	struct kill_state *s = state_of(c);

	(void)cut;
	if (s->oom && s->oom->head.kind == FACT_oom && s->chosen_known && !s->oom->n_victims &&
	    !s->oom->panicked) {
		add_victim(c, s->oom, &s->chosen);
		s->oom->head.cut = true;
	}
	s->summary_open = s->kill_open = s->chosen_known = false;
}

DEFINE_LOG_PARSER(oom_kill,
		  .anchors = (const char *const[]){ "oom-kill:", "Killed process", "ill process ",
						    "oom_reaper: ", "oom killer ", "OOM victim",
						    "VM: killing process", "oom.group", NULL },
		  .state_size = sizeof(struct kill_state), .head = head, .more = more,
		  .close = close);
