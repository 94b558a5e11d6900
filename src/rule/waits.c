// SPDX-License-Identifier: GPL-2.0-or-later
// What a blocked or stuck task's stack says it is doing.
#include "rule/waits.h"

#include <inttypes.h>

enum { SHOWN = 8 }; /* of many alike */

static const char *const scheduling[] = { "context_switch",   "__schedule",
					  "schedule",	      "io_schedule",
					  "preempt_schedule", "_cond_resched",
					  "__switch_to",      NULL };

static const char *const locks[] = {
	"__mutex_lock",	      "mutex_lock",	   "__ww_mutex_lock",
	"rwsem_down_",	      "down_read",	   "down_write",
	"__down_read",	      "__down_write",	   "__down",
	"down_interruptible", "down_killable",	   "percpu_down_",
	"__percpu_down_",     "percpu_rwsem_wait", "call_rwsem_down_",
	"rt_mutex_",	      "__rt_mutex",	   "rtlock_",
	"mmap_read_lock",     "mmap_write_lock",   NULL,
};

static const char *const io[] = {
	"io_schedule",
	"bit_wait_io",
	"folio_wait_bit",
	"wait_on_page_bit",
	"__lock_page",
	"__folio_lock",
	"folio_wait_writeback",
	"folio_lock",
	"lock_page",
	"__wait_on_bit",
	"out_of_line_wait_on_bit",
	"wait_on_page_writeback",
	"__wait_on_buffer",
	"__lock_buffer",
	"jbd2_log_wait_commit",
	"jbd2_journal_commit",
	"blk_mq_get_tag",
	"submit_bio_wait",
	"wait_for_completion_io",
	"xlog_wait",
	"xfs_buf_iowait",
	"rpc_wait_bit",
	"nfs_wait_bit",
	"wbt_wait",
	"rq_qos_wait",
	"balance_dirty_pages",
	"md_write_start",
	NULL,
};

static bool begins(struct str s, const char *const *list)
{
	for (; *list; list++)
		if (str_starts(s, *list))
			return true;
	return false;
}

struct wait_place wait_of(const struct fact_backtrace *t)
{
	struct wait_place w = { 0 };

	for (size_t i = 0; t && i < t->n_frames; i++) {
		struct str s = t->frames[i].symbol;

		if (!t->frames[i].reliable)
			continue;
		if (begins(s, locks) || begins(s, io)) {
			w.wait = w.wait ? w.wait : begins(s, locks) ? WAIT_LOCK : WAIT_IO;
			w.primitive = s;
			continue;
		}
		if (begins(s, scheduling))
			continue;
		w.asker = s;
		w.line = t->frames[i].line;
		return w;
	}
	return w;
}

ptrdiff_t frame_of(const struct fact_backtrace *t, const char *const *names)
{
	for (size_t i = 0; t && i < t->n_frames; i++)
		if (t->frames[i].reliable && begins(t->frames[i].symbol, names))
			return (ptrdiff_t)i;
	return -1;
}

struct str frames_text(struct arena *a, const struct fact_backtrace *t, size_t from, size_t most)
{
	struct str text = { "", 0 };

	for (size_t i = from; i < t->n_frames && most; i++) {
		if (!t->frames[i].reliable)
			continue;
		text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text), text.n ? " <- " : "",
				    STR_ARG(t->frames[i].symbol));
		most--;
	}
	return text;
}

static bool same_run(const struct fact *a, const struct fact *b)
{
	return a->boot == b->boot && a->origin.evidence == b->origin.evidence;
}

/* The next run of a kernel that has such lockups; *at is the position. n == 0 at the end. */
static struct stuck stuck_next(const struct facts *f, struct arena *a, size_t *at,
			       bool (*wanted)(const struct fact_lockup *l))
{
	const struct fact_list *list = &f->lists[FACT_lockup];
	const struct fact_lockup **v = NULL;
	size_t n = 0;

	for (; *at < list->n; (*at)++) {
		const struct fact_lockup *l = (const struct fact_lockup *)list->v[*at];

		if (n && !same_run(&l->head, &v[0]->head))
			break;
		if (wanted(l))
			*(const struct fact_lockup **)arena_push(a, (void **)&v, &n, sizeof(*v)) =
				l;
	}
	return (struct stuck){ v, n };
}

void stuck_each(const struct facts *f, struct verdict *v,
		bool (*wanted)(const struct fact_lockup *l),
		void (*speak)(struct verdict *v, const struct stuck *s))
{
	size_t at = 0;

	for (;;) {
		struct stuck s = stuck_next(f, v->arena, &at, wanted);

		if (!s.n)
			return;
		speak(v, &s);
	}
}

static bool has_names(const struct fact_backtrace *t)
{
	for (size_t i = 0; t && i < t->n_frames; i++)
		if (t->frames[i].symbol.n && !str_starts(t->frames[i].symbol, "0x"))
			return true;
	return false;
}

void tell_without_stack(const struct facts *f, struct verdict *v, bool hung)
{
	const struct fact_lockup *l;

	fact_for_each (f, lockup, l) {
		if (!l->lockup || (strcmp(l->lockup, "hung_task") == 0) != hung)
			continue;
		if (has_names(l->trace))
			continue;
		cannot_tell(v, "backtrace", "the report of %.*s has no stack",
			    STR_ARG(l->comm.n ? l->comm : STR("a CPU")));
		return;
	}
}

static void add_stuck_tasks(struct finding *f, const struct stuck *s)
{
	for (size_t i = 0; i < s->n && i < SHOWN; i++) {
		const struct fact_lockup *l = s->v[i];
		struct wait_place w = wait_of(l->trace);

		add_step(f, "%.*s[%" PRIu64 "], %" PRIu64 " s: %.*s <- %.*s", STR_ARG(l->comm),
			 num_or(l->pid, 0), num_or(l->seconds, 0), STR_ARG(w.primitive),
			 STR_ARG(w.asker));
		cite(f, &l->head);
		if (w.line)
			cite_line(f, &l->trace->head, w.line);
	}
	if (s->n > SHOWN)
		add_step(f, "and %zu more", s->n - SHOWN);
}

struct finding *fire_hung(struct verdict *v, const struct stuck *s, const char *what)
{
	const struct fact_lockup *first = s->v[0];
	struct wait_place w = wait_of(first->trace);
	struct finding *f = fire(v, SEV_HIGH, LIKELY,
				 "%zu task%s blocked for more than %" PRIu64
				 " s waiting for %s; the first, %.*s, in %.*s",
				 s->n, s->n == 1 ? " is" : "s are", num_or(first->seconds, 0), what,
				 STR_ARG(first->comm), STR_ARG(w.asker.n ? w.asker : w.primitive));

	f->evidence = first->head.origin.evidence;
	f->boot = first->head.boot;
	add_stuck_tasks(f, s);
	value_num(f, "tasks_count", s->n);
	value_text(f, "comm", first->comm);
	value_text(f, "function", w.asker);
	set_margin(f, "if they had waited less than kernel.hung_task_timeout_secs");
	return f;
}

void add_stuck_cpus(struct finding *f, const struct stuck *s)
{
	for (size_t i = 0; i < s->n && i < SHOWN; i++) {
		const struct fact_lockup *l = s->v[i];

		add_step(
			f, "%.*s: %.*s[%" PRIu64 "]%s", STR_ARG(l->trace->reason), STR_ARG(l->comm),
			num_or(l->pid, 0),
			l->seconds.known
				? arena_printf(f->arena, ", %" PRIu64 " s", num_or(l->seconds, 0)).p
				: "");
		cite(f, &l->head);
	}
}
