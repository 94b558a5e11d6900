// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel itself faulted: show_fault_oops() and __die() of x86, die_kernel_fault() of arm64,
// die() of arm, riscv, mips, s390, sparc, parisc, bad_page_fault() of powerpc, report_bug().
#include "base/cleanup.h"
#include "log/backtrace.h"

enum { OOPS_LINES = 250 }; /* from its first words to "Oops: ... [#1]" */

struct oops {
	struct fact_oops *open;
	uint32_t line;
	bool marked; /* its "[#1]" was there: another is another's */
};

extern const struct log_parser log_parser_oops;

/* What begins one. The address follows the words, or the words' last one. */
static const char *const faults[] = {
	"unable to handle kernel ",
	"Unable to handle kernel ",
	"unable to handle page fault for address: ",
	"kernel NULL pointer dereference, address: ",
	"general protection fault",
	"kernel BUG at ",
	"Kernel Fault: Code=",
	"Unhandled fault: ",
	"Internal error: ",
};

/* "Oops: 0002 [#1] SMP", "Internal error: Oops: 96000004 [#1]", "invalid opcode: 0000 [#1]": every
 * oops ends its introduction so, and some have no other. */
static bool die_mark(struct str text)
{
	struct scan sc = scan_of(text);
	uint64_t n;

	return scan_past(&sc, "[#", NULL) && scan_u64(&sc, &n) && scan_char(&sc, ']') &&
	       (str_has(text, "Oops") || str_has(text, "rror") || str_has(text, "fault") ||
		str_has(text, "opcode") || str_has(text, "trap") || str_has(text, "segment") ||
		str_has(text, "BUG"));
}

static struct fact_oops *begin(struct log_ctx *c, const struct line *l, struct str reason)
{
	struct oops *s = log_state(c, &log_parser_oops);
	struct fact_oops *f = log_fact(c, FACT_oops, l);

	f->head.report = f->head.id;
	f->reason = log_str(c, str_trim(reason));
	*s = (struct oops){ f, l->last_no, die_mark(l->text) };
	log_open(c, &log_parser_oops);
	backtrace_expect(c, l,
			 &(struct trace_cause){ .reason = f->reason,
						.fact = &f->head,
						.slot = &f->trace,
						.ip = &f->ip_symbol });
	return f;
}

/* The hex number behind what the architectures say before it. */
static struct num address_of(const struct line *l, struct str text)
{
	static const char *const keys[] = {
		"virtual address ", "for address: ", "address: ", "canonical address ",
		"at address ",	    "request at ",   "at addr ",  "dereference at ",
		"(read) at ",	    " at "
	};
	struct scan sc;
	uint64_t v;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		sc = scan_of(text);
		if (scan_past(&sc, keys[i], NULL) && scan_blanks(&sc) && scan_hex(&sc, &v) &&
		    (scan_end(&sc) || strchr(" ,:;.", *sc.p)))
			return num_at(v, l->no);
	}
	return (struct num){ 0 };
}

/* The words without what names the printer: "BUG: ", "CPU 0 ". */
static struct str words(struct str text, size_t at)
{
	ptrdiff_t bug = str_find(text, "BUG: ", 0);
	ptrdiff_t oops = str_find(text, "Oops: ", 0);

	if (bug >= 0 && (size_t)bug <= at)
		return str_from(text, (size_t)bug + 5);
	if (oops >= 0 && (size_t)oops <= at)
		return str_from(text, (size_t)oops);
	return str_from(text, at);
}

static bool is_users(struct str text)
{
	return str_starts(text, "traps: ") || str_has(text, "] general protection ") ||
	       str_has(text, "segfault at ");
}

static bool head(struct log_ctx *c, const struct line *l)
{
	struct oops *s = log_state(c, &log_parser_oops);
	struct str text = str_trim(l->text);
	bool going_on = s->open && !s->marked && line_gap(l->no, s->line) <= OOPS_LINES;
	bool mark = die_mark(text);
	struct fact_oops *f;

	if (is_users(text))
		return false;
	if (going_on && mark) {
		log_extend(&s->open->head, l);
		s->marked = true;
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		ptrdiff_t at = str_find(text, faults[i], 0);

		if (at < 0 || (strcmp(faults[i], "Internal error: ") == 0 && !mark))
			continue;
		f = begin(c, l, words(text, (size_t)at));
		if (!str_has(text, "kernel BUG at"))
			f->address = address_of(l, text);
		return true;
	}
	if (!mark)
		return false;
	(void)begin(c, l, text);
	return true;
}

/* "Code: ..." of the kernel; "Code: Unable to access opcode bytes" is user space's. */
static bool more(struct log_ctx *c, const struct line *l)
{
	struct oops *s = log_state(c, &log_parser_oops);
	struct str text = str_trim(l->text);

	if (!s->open || line_gap(l->no, s->line) > 2 * OOPS_LINES) {
		s->open = NULL;
		log_done(c, &log_parser_oops);
		return false;
	}
	if (!str_starts(text, "Code: ") || str_has(text, "Unable to access") || s->open->code.n)
		return false;
	s->open->code = log_str(c, str_from(text, 6));
	log_extend(&s->open->head, l);
	return true;
}

static void over(struct log_ctx *c, bool cut)
{
	(void)cut;
	*(struct oops *)log_state(c, &log_parser_oops) = (struct oops){ 0 };
}

DEFINE_LOG_PARSER(oops,
		  .anchors = (const char *const[]){ "nable to handle ", "NULL pointer dereference",
						    "general protection fault", "kernel BUG at ",
						    "Kernel Fault: ", "Unhandled fault: ",
						    "Internal error: ", "Oops", "[#", "0000 [#",
						    "[#1]", NULL },
		  .state_size = sizeof(struct oops), .head = head, .more = more, .close = over);
