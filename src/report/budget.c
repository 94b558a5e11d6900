// SPDX-License-Identifier: GPL-2.0-or-later
// The budget of each report as a table: accounts, shares, errors, and who would name the rest.
#include <inttypes.h>
#include <stdio.h>

#include "model/budget.h"
#include "report/out.h"

/* "1.69 GiB", right-aligned by the caller. */
static const char *size_text(char *buf, size_t n, uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double v = (double)bytes;
	size_t u = 0;

	for (; v >= 1024 && u < 6; u++)
		v /= 1024;
	snprintf(buf, n, u ? "%.2f %s" : "%.0f %s", v, units[u]);
	return buf;
}

static double share(const struct fact_budget *b, uint64_t bytes)
{
	uint64_t total = num_or(b->total, 0);

	return total ? 100.0 * (double)bytes / (double)total : 0;
}

static void print_row(struct out *o, const struct fact_budget *b, const char *name, bool negative,
		      uint64_t bytes, uint64_t err)
{
	const char *sign = negative ? "-" : "";
	char size[32], error[32], text[40];

	snprintf(text, sizeof(text), "%s%s", sign, size_text(size, sizeof(size), bytes));
	out_printf(o, "  %-24s %20s%" PRIu64 " %12s", name, sign, bytes, text);
	if (b->total.known)
		out_printf(o, " %6.2f %%", negative ? -share(b, bytes) : share(b, bytes));
	if (err)
		out_printf(o, "  +- %s", size_text(error, sizeof(error), err));
	out_printf(o, "\n");
}

static void print_title(struct out *o, const struct facts *f, const struct fact_budget *b)
{
	out_style(o, BOLD);
	if (b->head.origin.evidence < f->n_evidence)
		out_safe(o, str_c(f->evidence[b->head.origin.evidence]->path));
	out_printf(o, ":%u: Mem-Info%s", b->head.origin.line, b->head.cut ? " (cut)" : "");
	if (b->head.time_ns.known)
		out_printf(o, " at %.3f s", (double)num_or(b->head.time_ns, 0) / 1e9);
	out_printf(o, "\n");
	out_style(o, PLAIN);
}

static void print_rest(struct out *o, const struct fact_budget *b)
{
	int64_t rest = num_int_or(b->unexplained, 0);
	uint64_t size = rest < 0 ? 0 - (uint64_t)rest : (uint64_t)rest;

	if (!b->unexplained.known) {
		out_wrapped(o, "  not explained: unknown, since ", b->unknown);
		return;
	}
	out_style(o, BOLD);
	print_row(o, b, "in no account", rest < 0, size, num_or(b->may_err_by, 0));
	out_style(o, PLAIN);
}

static void print_notes(struct out *o, const struct fact_budget *b)
{
	for (size_t i = 0; i < b->n_terms; i++) {
		char first[64];

		if (!b->terms[i].note.n)
			continue;
		snprintf(first, sizeof(first), "  %s: ", b->terms[i].name);
		out_wrapped(o, first, b->terms[i].note);
	}
}

/* What would name the owner of the rest. */
static void print_owner(struct out *o, const struct fact_budget *b)
{
	uint64_t err = num_or(b->may_err_by, 0);
	int64_t rest = num_int_or(b->unexplained, 0);

	if (!b->unexplained.known || rest <= 0 || (uint64_t)rest <= err)
		return;
	out_wrapped(o, "  Mem-Info does not show: ", str_c(budget_not_visible));
	out_printf(o, "  To name its owner\n");
	out_wrapped(o, "    - ",
		    STR("now: sort -k2nr /proc/vmallocinfo | head; grep -E "
			"'VmallocUsed|Percpu|Zswap' /proc/meminfo"));
	out_wrapped(o, "    - ",
		    STR("boot with sysctl.vm.mem_profiling=1 (6.10 and newer): /proc/allocinfo, "
			"and the next OOM report, list bytes by call site"));
	out_wrapped(o, "    - ",
		    STR("boot with page_owner=on: mmwhy /sys/kernel/debug/page_owner, or "
			"page_owner_stacks/show_stacks (6.9 and newer)"));
}

static void print_budget(struct out *o, const struct facts *f, const struct fact_budget *b)
{
	print_title(o, f, b);
	if (b->total.known)
		print_row(o, b, "RAM managed", false, num_or(b->total, 0), 0);
	for (size_t i = 0; i < b->n_terms; i++)
		if (num_or(b->terms[i].bytes, 0))
			print_row(o, b, b->terms[i].name, false, num_or(b->terms[i].bytes, 0),
				  num_or(b->terms[i].may_err_by, 0));
	print_rest(o, b);
	print_notes(o, b);
	print_owner(o, b);
	out_printf(o, "\n");
}

bool report_budgets(const struct facts *f, const struct report_options *opt, write_fn write,
		    void *arg)
{
	struct out o = { .opt = opt, .write = write, .arg = arg, .ok = true };
	const struct fact_budget *b;

	fact_for_each (f, budget, b)
		print_budget(&o, f, b);
	if (!f->lists[FACT_budget].n)
		out_printf(
			&o,
			"No report with a Mem-Info block: nothing to account for. SysRq-m prints "
			"one (echo m > /proc/sysrq-trigger).\n");
	return o.ok;
}
