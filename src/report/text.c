// SPDX-License-Identifier: GPL-2.0-or-later
// Findings as text for a terminal: cause first, the arithmetic, the cited lines, what it is not,
// what to do.
#include <stdlib.h>

#include "report/groups.h"
#include "report/out.h"

enum { CITE_MAX = 240 };

static enum style severity_style(enum severity s)
{
	return s >= SEV_HIGH ? RED : s == SEV_MEDIUM ? YELLOW : BOLD;
}

static void print_head(struct out *o, size_t number, const struct finding *f)
{
	out_style(o, severity_style(f->severity));
	out_printf(o, "%zu. %s", number, severity_name(f->severity));
	out_style(o, PLAIN);
	out_printf(o, ", %s: ", confidence_name(f->confidence));
	out_style(o, BOLD);
	out_printf(o, "%s\n", f->rule->id);
	out_style(o, PLAIN);
	out_wrapped(o, "   ", f->summary);
}

static void print_list(struct out *o, const char *title, const struct str *v, size_t n)
{
	if (!n)
		return;
	out_printf(o, "   %s\n", title);
	for (size_t i = 0; i < n; i++)
		out_wrapped(o, "     ", v[i]);
}

static void print_paragraph(struct out *o, const char *title, struct str text)
{
	if (!text.n)
		return;
	out_wrapped(o, title, text);
}

static bool is_dump(const struct facts *f, uint32_t evidence)
{
	return evidence < f->n_evidence && strcmp(f->evidence[evidence]->kind, "dump") == 0;
}

/* "line 12", with the file where there are several. A dump's are those of mmwhy dmesg. */
static void print_place(struct out *o, const struct facts *facts, const struct finding_cite *c)
{
	if (facts->n_evidence > 1 && c->evidence < facts->n_evidence) {
		out_safe(o, str_c(facts->evidence[c->evidence]->path));
		out_printf(o, " ");
	}
	if (c->line)
		out_printf(o, "%sline %u", is_dump(facts, c->evidence) ? "log " : "", c->line);
	else if (c->address.known)
		out_printf(o, "at 0x%llx", (unsigned long long)c->address.v);
}

static void print_cites(struct out *o, const struct facts *facts, const struct finding *f)
{
	if (!f->n_cites)
		return;
	out_printf(o, "   Evidence\n");
	for (size_t i = 0; i < f->n_cites; i++) {
		const struct finding_cite *c = &f->cites[i];
		struct str text = c->text.n ? c->text : facts_text(facts, c->evidence, c->line);

		text = str_trim(text);
		out_printf(o, "     ");
		out_style(o, CYAN);
		print_place(o, facts, c);
		out_style(o, PLAIN);
		out_printf(o, ": ");
		out_safe(o, str_first(text, CITE_MAX));
		out_printf(o, text.n > CITE_MAX ? " ...\n" : "\n");
	}
}

static void print_fixes(struct out *o, const struct finding *f)
{
	for (size_t i = 0; i < f->n_fixes; i++) {
		const struct finding_fix *x = &f->fixes[i];

		out_printf(o, "   Fixed upstream by %s (\"%s\", %s); in this kernel: %s", x->commit,
			   x->subject, x->release, x->present);
		if (x->how.n)
			out_printf(o, " (%.*s)", STR_ARG(x->how));
		out_printf(o, "\n");
	}
}

/* A dump's machine is dead: the commands are for when it is up again. */
static void print_next(struct out *o, const struct facts *facts, const struct finding *f)
{
	if (!f->n_next)
		return;
	out_printf(o, f->n_cites && is_dump(facts, f->cites[0].evidence)
			      ? "   Next, once the machine is up again\n"
			      : "   Next\n");
	for (size_t i = 0; i < f->n_next; i++) {
		const struct finding_next *x = &f->next[i];

		out_wrapped(o, "     - ", x->text);
		if (!x->command.n)
			continue;
		out_style(o, BOLD);
		out_printf(o, "         ");
		out_safe(o, x->command);
		out_style(o, PLAIN);
		if (x->needs)
			out_printf(o, "   (needs %s)", x->needs);
		out_printf(o, "\n");
	}
}

/* Where a finding is: its report's head; that of a boot, which has none, what it cites first. */
static uint32_t line_of(const struct diagnosis *d, const struct finding *f)
{
	const struct fact *head = finding_head(d, f);

	return head ? head->origin.line : f->n_cites ? f->cites[0].line : 0;
}

static void print_others(struct out *o, const struct diagnosis *d, const struct finding_group *g)
{
	if (g->n < 2)
		return;
	out_printf(o, "   Seen %zu times, first", g->n);
	for (size_t i = 0; i < g->n && i < 6; i++) {
		uint32_t line = line_of(d, g->v[i]);

		if (line)
			out_printf(o, "%s line %u", i ? "," : " at", line);
	}
	out_printf(o, g->n > 6 ? ", ...\n" : "\n");
}

static void print_finding(struct out *o, const struct diagnosis *d, size_t number,
			  const struct finding_group *g)
{
	const struct finding *f = g->v[0];

	print_head(o, number, f);
	print_paragraph(o, "   Cause: ", f->cause);
	if (f->because_of >= 0)
		out_printf(o, "   This follows from %s.\n", d->findings[f->because_of]->rule->id);
	print_list(o, "Arithmetic", f->steps, f->n_steps);
	print_cites(o, d->facts, f);
	print_list(o, "It is not", f->rejected, f->n_rejected);
	print_paragraph(o, "   Would clear: ", f->margin);
	print_fixes(o, f);
	print_next(o, d->facts, f);
	print_others(o, d, g);
	out_printf(o, "\n");
}

static void print_evidence(struct out *o, const struct facts *f)
{
	for (size_t i = 0; i < f->n_evidence; i++) {
		const struct evidence *e = f->evidence[i];
		size_t boots = 0;
		const struct fact_boot *b;
		struct str kernel = e->kernel;

		fact_for_each (f, boot, b) {
			if (b->head.origin.evidence != i)
				continue;
			boots++;
			if (b->kernel.n)
				kernel = b->kernel;
		}
		out_style(o, BOLD);
		out_safe(o, str_c(e->path));
		out_style(o, PLAIN);
		out_printf(o, ": %s", e->kind);
		if (kernel.n)
			out_printf(o, ", Linux %.*s", STR_ARG(kernel));
		if (boots > 1)
			out_printf(o, ", %zu boots", boots);
		if (e->note.n)
			out_printf(o, ", %.*s", STR_ARG(e->note));
		out_printf(o, "\n");
	}
}

/* Where to look next in what is left of a dead machine. */
static void print_dumps(struct out *o, const struct facts *f)
{
	for (uint32_t i = 0; i < f->n_evidence; i++) {
		if (!is_dump(f, i) || f->evidence[i]->unread)
			continue;
		out_printf(o, "More of it: mmwhy tasks | stacks | slab | modules | cpus | dmesg ");
		out_safe(o, str_c(f->evidence[i]->path));
		out_printf(o, "\n");
	}
}

/* Why no rule could say more, each reason once. */
static void print_unknown(struct out *o, const struct diagnosis *d)
{
	for (size_t i = 0; i < d->n_outcomes; i++) {
		const struct rule_outcome *r = &d->outcomes[i];
		size_t same = 0;

		/* what a boot leaves open is no answer to why a report has no cause */
		if (r->outcome != OUTCOME_CANNOT_TELL || r->rule->on == NEED(boot))
			continue;
		while (same < i && (d->outcomes[same].outcome != OUTCOME_CANNOT_TELL ||
				    !str_eq(d->outcomes[same].why, r->why)))
			same++;
		if (same == i)
			print_paragraph(o, "  cannot tell: ", r->why);
	}
	out_printf(o, "\n");
}

static bool all_unread(const struct facts *f)
{
	for (size_t i = 0; i < f->n_evidence; i++)
		if (!f->evidence[i]->unread)
			return false;
	return f->n_evidence > 0;
}

/* Nothing found is an answer, too: what was looked at, and what was not to be had. */
static void print_nothing(struct out *o, const struct diagnosis *d,
			  const struct incident_classes *c)
{
	if (!c->n_incidents) {
		out_printf(o,
			   all_unread(d->facts)
				   ? "Nothing could be read: whether memory failed is not known.\n"
				   : "No memory failure reported.\n");
		return;
	}
	out_printf(o, "%zu report%s, and no cause found (--why tells of each rule).\n",
		   c->n_incidents, c->n_incidents > 1 ? "s" : "");
	print_unknown(o, d);
}

static void print_why(struct out *o, const struct diagnosis *d)
{
	static const char *const names[] = { "clear", "cannot tell", "FIRED" };

	out_printf(o, "Rules\n");
	for (size_t i = 0; i < d->n_outcomes; i++) {
		const struct rule_outcome *r = &d->outcomes[i];

		out_printf(o, "  %-22s %-12s", r->rule->id, names[r->outcome]);
		if (r->boot > 0)
			out_printf(o, " boot %d", r->boot);
		if (r->why.n) {
			out_printf(o, " ");
			out_safe(o, r->why);
		}
		for (size_t k = 0; r->outcome == OUTCOME_CANNOT_TELL && k < r->n_needs; k++)
			out_printf(o, "%s%s", k ? ", " : "; needs ", r->needs[k]);
		out_printf(o, "\n");
	}
	out_printf(o, "\n");
}

/* The closing table of many incidents: classes, how often, for want of what the rest is open. */
static void print_classes(struct out *o, const struct incident_classes *c)
{
	if (c->n_incidents < 2)
		return;
	out_style(o, BOLD);
	out_printf(o, "%zu incidents, %zu kind%s\n", c->n_incidents, c->n, c->n > 1 ? "s" : "");
	out_style(o, PLAIN);
	for (size_t i = 0; i < c->n; i++) {
		const struct incident_class *k = &c->v[i];

		out_printf(o, "  %5zu  %-22s ", k->count, k->id);
		out_safe(o, k->subject);
		out_printf(o, "%s(first at line %u)\n", k->subject.n ? "  " : "", k->first_line);
	}
	if (c->n_open)
		out_printf(o, "%zu of %zu ended in cannot tell%s%.*s.\n", c->n_open, c->n_incidents,
			   c->want.n ? ", for want of " : "", STR_ARG(c->want));
	out_printf(o, "\n");
}

bool report_text(const struct diagnosis *d, const struct report_options *opt, write_fn write,
		 void *arg)
{
	struct out o = { .opt = opt, .write = write, .arg = arg, .ok = true };
	struct finding_groups groups = group_findings(d);
	struct incident_classes classes = classify_incidents(d);

	print_evidence(&o, d->facts);
	out_printf(&o, "\n");
	for (size_t i = 0; i < groups.n && o.ok; i++)
		print_finding(&o, d, i + 1, &groups.v[i]);
	if (!groups.n)
		print_nothing(&o, d, &classes);
	print_classes(&o, &classes);
	print_dumps(&o, d->facts);
	if (opt->why)
		print_why(&o, d);
	groups_deinit(&groups);
	classes_deinit(&classes);
	return o.ok;
}
