// SPDX-License-Identifier: GPL-2.0-or-later
// Somebody got stuck: watchdog_timer_fn() and watchdog_hardlockup_check() of kernel/watchdog.c,
// check_hung_task() of kernel/hung_task.c, print_other_cpu_stall(), print_cpu_stall() and
// synchronize_rcu_expedited_stall() of kernel/rcu, wq_watchdog_timer_fn(),
// csd_lock_wait_toolong() of kernel/smp.c.
#include "base/cleanup.h"
#include "base/limits.h"
#include "log/backtrace.h"

struct lockup {
	struct fact_lockup *open;
	uint32_t line;
};

extern const struct log_parser log_parser_lockup;

/* What the trace that follows is printed for. */
static const char *reason_of(const char *kind)
{
	static const char *const reasons[][2] = {
		{ "soft", "soft lockup" },
		{ "hard", "hard lockup" },
		{ "rcu", "rcu stall" },
		{ "hung_task", "hung task" },
		{ "workqueue", "workqueue lockup" },
		{ "csd", "csd lock stall" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		if (strcmp(reasons[i][0], kind) == 0)
			return reasons[i][1];
	return kind;
}

static struct fact_lockup *begin(struct log_ctx *c, const struct line *l, const char *kind)
{
	struct lockup *s = log_state(c, &log_parser_lockup);
	struct fact_lockup *f = log_fact(c, FACT_lockup, l);

	f->lockup = kind;
	f->head.report = f->head.id;
	s->open = f;
	s->line = l->last_no;
	log_open(c, &log_parser_lockup);
	return f;
}

static void expect(struct log_ctx *c, const struct line *l, struct fact_lockup *f, bool own)
{
	struct trace_cause cause = { .reason = str_c(reason_of(f->lockup)),
				     .fact = &f->head,
				     .slot = &f->trace };

	if (own) { /* the trace is that task's, and need not say so */
		cause.comm = f->comm;
		cause.pid = f->pid;
		cause.cpu = f->cpu;
	}
	backtrace_expect(c, l, &cause);
}

/* "khugepaged:36", "kworker/0:1:123": the last colon is it. */
static void task_of(struct log_ctx *c, const struct line *l, struct str s, struct fact_lockup *f)
{
	size_t n = s.n;
	uint64_t pid;

	while (n && s.p[n - 1] != ':')
		n--;
	if (!n || !str_to_u64(str_from(s, n), 10, &pid))
		return;
	f->comm = log_str(c, str_first(s, n - 1));
	f->pid = num_at(pid, l->no);
}

/* "BUG: soft lockup - CPU#1 stuck for 22s! [comm:pid]"; up to 2.6.19 "BUG: soft lockup detected on
 * CPU#0!". */
static bool soft(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct fact_lockup *f;
	struct str task;

	if (!scan_past(&sc, "BUG: soft lockup", NULL))
		return false;
	f = begin(c, l, "soft");
	f->cpu = line_number(l, "CPU#");
	f->seconds = line_number(l, "stuck for ");
	if (scan_past(&sc, "! [", NULL) && scan_until_any(&sc, "]", &task))
		task_of(c, l, task, f);
	expect(c, l, f, true);
	return true;
}

/* "Watchdog detected hard LOCKUP on cpu 3", powerpc's "CPU 3 detected hard LOCKUP on other CPUs 5"
 * and "CPU 5 self-detected hard LOCKUP @ ...", before 2.6.37 "BUG: NMI Watchdog detected LOCKUP on
 * CPU1, ip ...". */
static bool hard(struct log_ctx *c, const struct line *l)
{
	struct fact_lockup *f;

	if (str_has(l->text, "end Kernel panic") ||
	    (!str_has(l->text, "etected hard LOCKUP") &&
	     !str_has(l->text, "NMI Watchdog detected LOCKUP")))
		return false;
	f = begin(c, l, "hard");
	f->cpu = line_number(l, "LOCKUP on cpu");
	if (!f->cpu.known)
		f->cpu = line_number(l, "LOCKUP on CPU");
	if (!f->cpu.known)
		f->cpu = line_number(l, "on other CPUs");
	if (!f->cpu.known)
		f->cpu = line_number(l, "CPU ");
	expect(c, l, f, false);
	return true;
}

/* "rcu: INFO: rcu_sched self-detected stall on CPU", "... detected stalls on CPUs/tasks:", "...
 * detected expedited stalls on CPUs/tasks: { 18-... } 2104 jiffies s: 429033", before 3.x "INFO:
 * rcu_sched_state detected stall on CPU 0 (t=65000 jiffies)". */
static bool rcu(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct fact_lockup *f;
	struct str name;

	if (!scan_past(&sc, "INFO: rcu", &name) || str_has(name, "\"") ||
	    !scan_name(&sc, "", &name))
		return false;
	if (!str_starts(scan_rest(&sc), " self-detected stall") &&
	    !str_starts(scan_rest(&sc), " detected stall") &&
	    !str_starts(scan_rest(&sc), " detected expedited stall"))
		return false;
	f = begin(c, l, "rcu");
	f->jiffies = line_number(l, "t=");
	if (!f->jiffies.known)
		f->jiffies = line_number(l, "} ");
	f->cpu = line_number(l, "{");
	if (!f->cpu.known)
		f->cpu = line_number(l, " stall on CPU ");
	expect(c, l, f, false);
	return true;
}

/* "INFO: task x:123 blocked for more than 120 seconds.", 6.17 and newer also "blocked in I/O wait
 * for more than". */
static bool hung(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct fact_lockup *f;
	struct str task;

	if (!scan_past(&sc, "INFO: task ", NULL) || !scan_past(&sc, " blocked ", &task) ||
	    !(scan_lit(&sc, "for ") || scan_lit(&sc, "in I/O wait for ")) ||
	    !scan_lit(&sc, "more than"))
		return false;
	f = begin(c, l, "hung_task");
	task_of(c, l, task, f);
	f->seconds = line_number(l, "for more than");
	expect(c, l, f, true);
	return true;
}

/* "INFO: task x:12 is blocked on a mutex likely owned by task y:34." behind a hung task's report,
 * 6.16 and newer. */
static bool hung_on(struct log_ctx *c, const struct line *l)
{
	struct lockup *s = log_state(c, &log_parser_lockup);
	struct scan sc = scan_of(l->text);

	if (!scan_past(&sc, "INFO: task ", NULL) || !scan_past(&sc, " blocked on a", NULL))
		return false;
	(void)scan_char(&sc, 'n');
	if (s->open && strcmp(s->open->lockup, "hung_task") == 0)
		s->open->waits_on = log_str(c, str_trim(scan_rest(&sc)));
	return true;
}

/* "BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 35s!" */
static bool workqueue(struct log_ctx *c, const struct line *l)
{
	struct fact_lockup *f;

	if (!str_has(l->text, "BUG: workqueue lockup"))
		return false;
	f = begin(c, l, "workqueue");
	f->cpu = line_number(l, "cpus=");
	f->seconds = line_number(l, "stuck for ");
	expect(c, l, f, false);
	return true;
}

/* "csd: Detected non-responsive CSD lock (#1) on CPU#2, waiting 5000000006 ns for CPU#00 f+0x0/0x10
 * (f)." The CPU that does not answer is the one that is stuck. */
static bool csd(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct fact_lockup *f;
	uint64_t ns, cpu;

	if (!scan_past(&sc, "csd: Detected non-responsive CSD lock", NULL))
		return false;
	f = begin(c, l, "csd");
	if (scan_past(&sc, ", waiting ", NULL) && scan_u64(&sc, &ns)) {
		f->seconds = num_at(ns / 1000000000u, l->no);
		if (scan_lit(&sc, " ns for CPU#") && scan_u64(&sc, &cpu))
			f->cpu = num_at(cpu, l->no);
		(void)scan_blanks(&sc);
		f->waits_on = log_str(c, str_trim(scan_rest(&sc)));
	}
	expect(c, l, f, false);
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	return soft(c, l) || hung(c, l) || hung_on(c, l) || rcu(c, l) || hard(c, l) ||
	       workqueue(c, l) || csd(c, l);
}

/* An RCU stall goes on: "24-....: (2098 ticks this GP) ...", "(t=2100 jiffies g=...)", "(detected
 * by 1, t=21002 jiffies, ...)". */
static bool rcu_detail(struct fact_lockup *f, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct str flags;
	uint64_t cpu;
	bool took = false;

	(void)scan_lit(&sc, "rcu: ");
	(void)scan_blanks(&sc);
	if (scan_u64(&sc, &cpu) && scan_char(&sc, '-') && scan_until_any(&sc, ":", &flags) &&
	    flags.n <= 8) {
		if (!f->cpu.known)
			f->cpu = num_at(cpu, l->no);
		took = true;
	}
	if (str_has(l->text, "t=") && str_has(l->text, " jiffies")) {
		if (!f->jiffies.known)
			f->jiffies = line_number(l, "t=");
		took = true;
	}
	return took;
}

static bool more(struct log_ctx *c, const struct line *l)
{
	struct lockup *s = log_state(c, &log_parser_lockup);

	if (!s->open || line_gap(l->no, s->line) > LIMIT_FOREIGN_LINES) {
		s->open = NULL;
		log_done(c, &log_parser_lockup);
		return false;
	}
	if (strcmp(s->open->lockup, "rcu") != 0 || !rcu_detail(s->open, l))
		return false;
	s->line = l->last_no;
	log_extend(&s->open->head, l);
	return true;
}

static void over(struct log_ctx *c, bool cut)
{
	(void)cut;
	*(struct lockup *)log_state(c, &log_parser_lockup) = (struct lockup){ 0 };
}

DEFINE_LOG_PARSER(lockup,
		  .anchors = (const char *const[]){ "BUG: soft lockup", "LOCKUP", "INFO: rcu",
						    "INFO: task ", "workqueue lockup",
						    "non-responsive CSD lock", NULL },
		  .state_size = sizeof(struct lockup), .head = head, .more = more, .close = over);
