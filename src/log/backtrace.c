// SPDX-License-Identifier: GPL-2.0-or-later
// Call traces with the task, the CPU and the registers they belong to: show_stack() and
// show_regs() of every architecture, dump_stack_print_info(), sched_show_task().
#include "log/backtrace.h"

#include <ctype.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "log/cpu_line.h"
#include "log/frame.h"
#include "log/regs.h"

enum {
	GAP_LINES = LIMIT_FOREIGN_LINES,    /* foreign lines after which a trace is over */
	EXPECT_LINES = LIMIT_FOREIGN_LINES, /* lines after which a cause has no trace to come */
	MAX_REGS = 96,
};

/* Who was running: collected from the lines before the frames. */
struct context {
	bool known;
	uint32_t line;
	struct str comm, kernel, taint, hardware, workqueue;
	struct num pid, cpu;
	struct frame ip; /* symbol empty: not printed */
	struct reg *regs;
	size_t n_regs;
};

struct backtrace {
	struct context ctx;
	struct fact_backtrace *trace; /* frames go here */
	bool active;		      /* frames without an address may follow */
	uint32_t last_line;	      /* the last that was taken */
	struct trace_cause cause;
	uint32_t cause_line;   /* 0: none */
	uint32_t cause_report; /* id of the report that was open then */
};

extern const struct log_parser log_parser_backtrace;

static struct backtrace *state_of(struct log_ctx *c)
{
	return log_state(c, &log_parser_backtrace);
}

static void took(struct log_ctx *c, struct backtrace *b, const struct line *l)
{
	b->last_line = l->last_no;
	log_open(c, &log_parser_backtrace);
}

void backtrace_expect(struct log_ctx *c, const struct line *l, const struct trace_cause *cause)
{
	struct backtrace *b = state_of(c);

	b->cause = *cause;
	b->cause.reason = log_str(c, cause->reason);
	b->cause.comm = log_str(c, cause->comm);
	b->cause_line = l->no;
	b->cause_report = c->report ? c->report->id : 0;
	b->ctx = (struct context){ 0 };
	b->trace = NULL;
	b->active = false;
	took(c, b, l);
}

/* ---- the reason ---- */

static struct str report_reason(struct log_ctx *c)
{
	const struct fact_alloc_failure *fail;

	if (!c->report)
		return (struct str){ "", 0 };
	if (c->report->kind == FACT_oom)
		return STR("oom");
	if (c->report->kind != FACT_alloc_failure)
		return (struct str){ "", 0 };
	fail = (const struct fact_alloc_failure *)c->report;
	if (!fail->what || str_is(str_c(fail->what), "page"))
		return STR("page allocation failure");
	return arena_printf(&c->facts->arena, "%s allocation failure", fail->what);
}

/* A cause holds until its report is over, or a newer report begins. */
static bool cause_holds(const struct log_ctx *c, const struct backtrace *b, const struct line *l)
{
	if (!b->cause_line || line_gap(l->no, b->cause_line) > EXPECT_LINES)
		return false;
	return !c->report || c->report->id == b->cause_report ||
	       (c->report->origin.line == b->cause_line && !b->cause.yields);
}

static void apply_cause(struct log_ctx *c, struct backtrace *b, const struct line *l)
{
	struct fact_backtrace *t = b->trace;

	if (!cause_holds(c, b, l)) {
		t->reason = report_reason(c);
		return;
	}
	t->reason = b->cause.reason;
	if (!b->cause.in_report)
		t->head.report = b->cause.fact ? b->cause.fact->id : 0;
	if (b->cause.slot && !*b->cause.slot)
		*b->cause.slot = t;
	if (!t->cpu.known)
		t->cpu = b->cause.cpu;
	if (!t->comm.n && !t->pid.known) {
		t->comm = b->cause.comm;
		t->pid = b->cause.pid;
	}
	/* the traces that follow are of other tasks */
	b->cause.cpu = b->cause.pid = (struct num){ 0 };
	b->cause.comm = (struct str){ "", 0 };
}

/* ---- the context ---- */

static struct context *context(struct backtrace *b, const struct line *l)
{
	if (!b->ctx.known || line_gap(l->no, b->last_line) > GAP_LINES) {
		b->ctx = (struct context){ .known = true, .line = l->no };
		b->trace = NULL;
		b->active = false;
	}
	return &b->ctx;
}

/* Lines that name the task: a second one without registers between is the same report's
 * ("Pid: 1, comm: x", then "CPU: 0 ..."). */
static bool task_line(struct log_ctx *c, struct backtrace *b, const struct line *l)
{
	struct cpu_line cpu;
	struct context *x;

	if (!cpu_line(l, &cpu))
		return false;
	if (b->trace) /* frames have been printed: this is the next one's */
		b->ctx.known = false;
	x = context(b, l);
	if (cpu.cpu.known)
		x->cpu = cpu.cpu;
	if (cpu.pid.known)
		x->pid = cpu.pid;
	if (cpu.comm.n)
		x->comm = log_str(c, cpu.comm);
	if (cpu.kernel.n) {
		x->kernel = log_str(c, cpu.kernel);
		x->taint = log_str(c, cpu.taint);
	}
	return true;
}

/* "task:khugepaged  state:D stack:    0 pid:  337 ppid:     2 flags:0x04000000" */
static bool sched_line(struct log_ctx *c, struct backtrace *b, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text)), at;
	struct str comm;
	struct context *x;
	uint64_t pid;

	if (!scan_lit(&sc, "task:") || !scan_past(&sc, " state:", &comm))
		return false;
	b->ctx.known = b->ctx.known && !b->trace && b->ctx.cpu.known && !b->ctx.comm.n;
	x = context(b, l);
	x->comm = log_str(c, str_trim(comm));
	at = sc;
	if (scan_past(&at, " pid:", NULL) && scan_blanks(&at) && scan_u64(&at, &pid))
		x->pid = num_at(pid, l->no);
	return true;
}

static bool is_state(struct str word)
{
	return word.n == 1 && strchr("RSDTtXZxKWPI", word.p[0]);
}

/* Before 5.8: "khugepaged      D    0   337      2 0x00000000", before 2.6.2x with an address
 * behind the state. */
static bool old_sched_line(struct log_ctx *c, struct backtrace *b, const struct line *l)
{
	struct str rest = str_trim(l->text), comm = str_word(&rest), word,
		   before[3] = { { "", 0 } };
	struct context *x;
	uint64_t pid;

	if (!comm.n || !isalpha((unsigned char)comm.p[0]) || !is_state(str_word(&rest)))
		return false;
	while ((word = str_word(&rest)).n && !str_starts(word, "0x")) {
		before[0] = before[1];
		before[1] = word;
	}
	if (!str_starts(word, "0x") || !str_to_u64(before[0], 10, &pid))
		return false;
	b->ctx.known = false;
	x = context(b, l);
	x->comm = log_str(c, comm);
	x->pid = num_at(pid, l->no);
	return true;
}

/* "NMI backtrace for cpu 1", "Task dump for CPU 18:". */
static bool cpu_head(struct backtrace *b, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	uint64_t cpu;

	if (!scan_lit(&sc, "NMI backtrace for cpu ") && !scan_lit(&sc, "Task dump for CPU ") &&
	    !scan_lit(&sc, "Backtrace for cpu "))
		return false;
	if (!scan_u64(&sc, &cpu))
		return false;
	b->ctx.known = false;
	b->trace = NULL;
	context(b, l)->cpu = num_at(cpu, l->no);
	return true;
}

static bool detail_line(struct log_ctx *c, struct backtrace *b, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));

	if (scan_lit(&sc, "Hardware name: ")) {
		if (!b->trace)
			context(b, l)->hardware = log_str(c, scan_rest(&sc));
		return true;
	}
	if (scan_lit(&sc, "Workqueue: ")) {
		if (!b->trace)
			context(b, l)->workqueue = log_str(c, scan_rest(&sc));
		return true;
	}
	return scan_lit(&sc, "Modules linked in:") || scan_lit(&sc, "Tainted: [");
}

static struct str frame_text(struct log_ctx *c, const struct frame *f)
{
	if (!f->offset.known)
		return log_str(c, f->symbol);
	return arena_printf(&c->facts->arena, "%.*s+0x%llx/0x%llx", STR_ARG(f->symbol),
			    (unsigned long long)f->offset.v, (unsigned long long)f->size.v);
}

static void add_regs(struct log_ctx *c, struct reg **v, size_t *n, const struct regs_line *regs)
{
	for (size_t i = 0; i < regs->n && *n < MAX_REGS; i++) {
		struct reg *r = arena_push(&c->facts->arena, (void **)v, n, sizeof(*r));

		*r = regs->v[i];
		r->name = log_str(c, r->name);
	}
}

/* Registers of the kernel come before the frames; behind them stand those of user space, kept
 * where there are no others. */
static bool register_line(struct log_ctx *c, struct backtrace *b, const struct line *l)
{
	struct regs_line regs;
	struct context *x;

	if (!regs_line(l, &regs))
		return false;
	if (b->trace) {
		if (b->ctx.n_regs == 0)
			add_regs(c, &b->trace->regs, &b->trace->n_regs, &regs);
		return true;
	}
	x = context(b, l);
	add_regs(c, &x->regs, &x->n_regs, &regs);
	return true;
}

/* ---- the frames ---- */

static void add_frame(struct log_ctx *c, struct backtrace *b, const struct line *l,
		      const struct frame *f)
{
	struct fact_backtrace *t = b->trace;
	struct frame *slot;

	if (t->n_frames >= LIMIT_FRAMES) {
		t->head.cut = true;
		return;
	}
	slot = arena_push(&c->facts->arena, (void **)&t->frames, &t->n_frames, sizeof(*slot));
	*slot = *f;
	slot->symbol = log_str(c, f->symbol);
	slot->module = log_str(c, f->module);
	log_extend(&t->head, l);
}

static void begin_trace(struct log_ctx *c, struct backtrace *b, const struct line *l)
{
	struct context *x = &b->ctx;
	struct fact_backtrace *t = log_fact(c, FACT_backtrace, l);

	if (x->known && line_gap(l->no, b->last_line) > GAP_LINES)
		*x = (struct context){ 0 };
	b->trace = t;
	if (x->known) {
		t->head.origin.line = x->line;
		log_extend(&t->head, l);
		t->comm = x->comm;
		t->pid = x->pid;
		t->cpu = x->cpu;
		t->kernel = x->kernel;
		t->taint = x->taint;
		t->hardware = x->hardware;
		t->workqueue = x->workqueue;
		t->regs = x->regs;
		t->n_regs = x->n_regs;
	}
	apply_cause(c, b, l);
	if (!c->report || t->head.report == c->report->id)
		c->trace = t;
	if (x->known && x->ip.symbol.n)
		add_frame(c, b, l, &x->ip);
}

static bool same_place(const struct frame *a, const struct frame *b)
{
	return str_eq(a->symbol, b->symbol) && num_or(a->offset, 0) == num_or(b->offset, 0);
}

static void add_frames(struct log_ctx *c, struct backtrace *b, const struct line *l,
		       const struct frame_line *f)
{
	const struct fact_backtrace *t = b->trace;
	/* the trace repeats where the registers say the CPU was; ARM's lines overlap */
	bool again = t->n_frames == 1 && f->n && b->ctx.ip.symbol.n &&
		     same_place(&t->frames[0], &f->v[0]);
	bool overlap = f->callers && t->n_frames &&
		       str_eq(t->frames[t->n_frames - 1].symbol, f->v[0].symbol);

	for (size_t i = again || overlap; i < f->n; i++)
		add_frame(c, b, l, &f->v[i]);
}

static const char *const heads[] = { "Call Trace:", "Call trace:",     "Trace:",
				     "Backtrace:",  "Call Backtrace:", "Stack trace:" };

/* "Call Trace:", with the first frames behind it on old kernels. */
static bool trace_head(struct log_ctx *c, struct backtrace *b, const struct line *l)
{
	struct line rest = *l;
	struct frame_line f;
	const char *head = NULL;

	rest.text = str_trim(l->text);
	for (size_t i = 0; i < ARRAY_SIZE(heads) && !head; i++)
		if (str_starts(rest.text, heads[i]))
			head = heads[i];
	if (!head)
		return false;
	rest.text = str_trim(str_from(rest.text, strlen(head)));
	if (rest.text.n && !frame_line(&rest, &f))
		return false;
	if (b->trace) /* the context was that one's */
		b->ctx.known = b->trace->n_frames == 0;
	begin_trace(c, b, l);
	b->active = true;
	if (rest.text.n)
		add_frames(c, b, l, &f);
	return true;
}

/* Stacks of other kinds that are printed behind a trace: who allocated, who freed. */
static bool is_other_stack(struct str text)
{
	text = str_trim(text);
	return str_starts(text, "Allocated by task") || str_starts(text, "Freed by task") ||
	       str_starts(text, "Last potentially related work") ||
	       str_starts(text, "page last ") || str_starts(text, "Allocated in ") ||
	       str_starts(text, "Freed in ");
}

/* ARM's traces of 5.18 and newer have neither heading nor addresses. */
static bool may_begin(const struct frame_line *f)
{
	return f->n && (!f->bare || f->callers);
}

static bool frames(struct log_ctx *c, struct backtrace *b, const struct line *l)
{
	struct frame_line f;
	bool running = b->trace && b->active && line_gap(l->no, b->last_line) <= GAP_LINES;

	if (!frame_line(l, &f) || (!running && !may_begin(&f)))
		return false;
	if (!running && !b->ctx.known && !c->report && !cause_holds(c, b, l))
		return false; /* nobody says what it is about: not the kernel's own stack */
	if (!running) {
		if (b->trace)
			b->ctx.known = false;
		begin_trace(c, b, l);
		b->active = true;
	}
	add_frames(c, b, l, &f);
	if (f.ends)
		b->active = false;
	return true;
}

/* Where the CPU was: the innermost frame, and what an oops is named after. */
static bool place_line(struct log_ctx *c, struct backtrace *b, const struct line *l)
{
	struct frame f;
	bool user;

	if (!ip_line(l, &f, &user))
		return false;
	if (user)
		return true;
	if (b->trace && b->active) { /* an exception on the stack */
		add_frame(c, b, l, &f);
		return true;
	}
	if (b->trace)
		return true; /* said again at the end */
	if (cause_holds(c, b, l) && b->cause.ip && !b->cause.ip->n)
		*b->cause.ip = frame_text(c, &f);
	f.symbol = log_str(c, f.symbol);
	f.module = log_str(c, f.module);
	context(b, l)->ip = f;
	return true;
}

/* ---- what it is about, where no parser of its own says so ---- */

static bool warning_head(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct str place = scan_rest(&sc);

	if (!scan_lit(&sc, "WARNING: "))
		return false;
	if (scan_past(&sc, " at ", NULL)) /* "CPU: 1 PID: 2 at mm/gup.c:144 f+0x1/0x2" */
		place = arena_printf(&c->facts->arena, "WARNING: %.*s", STR_ARG(scan_rest(&sc)));
	else if (!str_has(place, ".c:") && !str_has(place, "at "))
		return false;
	backtrace_expect(c, l, &(struct trace_cause){ .reason = place });
	return true;
}

static bool cause_head(struct log_ctx *c, const struct line *l)
{
	struct str text = str_trim(l->text);
	ptrdiff_t at = str_find(text, "BUG: ", 0);

	if (warning_head(c, l))
		return true;
	if (str_starts(text, "SysRq : ") || str_starts(text, "sysrq: ")) {
		backtrace_expect(c, l,
				 &(struct trace_cause){ .reason = STR("SysRq"), .yields = true });
		return false;
	}
	if (at < 0 || (at > 0 && text.p[at - 1] != ' '))
		return false;
	backtrace_expect(c, l, &(struct trace_cause){ .reason = str_from(text, (size_t)at + 5) });
	return false;
}

static bool any_line(struct log_ctx *c, struct backtrace *b, const struct line *l)
{
	return trace_head(c, b, l) || task_line(c, b, l) || sched_line(c, b, l) || cpu_head(b, l) ||
	       place_line(c, b, l) || frames(c, b, l) || detail_line(c, b, l);
}

static bool head(struct log_ctx *c, const struct line *l)
{
	struct backtrace *b = state_of(c);

	if (cause_head(c, l))
		return true;
	if (!any_line(c, b, l))
		return false;
	took(c, b, l);
	return true;
}

static bool more(struct log_ctx *c, const struct line *l)
{
	struct backtrace *b = state_of(c);

	if (is_other_stack(l->text))
		b->active = false;
	if (!any_line(c, b, l) && !register_line(c, b, l) &&
	    !(b->cause_line && !b->trace && old_sched_line(c, b, l)))
		return false;
	took(c, b, l);
	return true;
}

/* The line that begins a report (a panic) may just have said what its trace will be about. */
static void over(struct log_ctx *c, bool cut)
{
	struct backtrace *b = state_of(c), fresh = { 0 };

	if (!cut) {
		fresh.cause = b->cause;
		fresh.cause_line = b->cause_line;
		fresh.cause_report = b->cause_report;
	}
	*b = fresh;
}

DEFINE_LOG_PARSER(backtrace,
		  .anchors =
			  (const char *const[]){
				  "Call Trace:",   "Call trace:",   "Trace:",	 "Backtrace:",
				  "Backtrace",	   "Stack trace:",  "[<",	 "Comm: ",
				  "comm: ",	   "ainted",	    "(pid: ",	 " state:R",
				  " state:S",	   " state:D",	    " state:T",	 " state:t",
				  " state:X",	   " state:Z",	    " state:P",	 " state:I",
				  "NMI backtrace", "Task dump for", "RIP: ",	 "EIP: ",
				  "EIP is at",	   "PC is at",	    "pc : ",	 "epc ",
				  "NIP ",	   "TPC: ",	    "IAOQ[0]",	 "Krnl PSW",
				  "era: ",	   "ERA: ",	    "WARNING: ", "BUG: ",
				  "SysRq : ",	   "sysrq: ",	    NULL },
		  .state_size = sizeof(struct backtrace), .head = head, .more = more,
		  .close = over);
