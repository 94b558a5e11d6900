// SPDX-License-Identifier: GPL-2.0-or-later
// Building findings.
#include "rule/finding.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "rule/rule.h"

static struct str vtext(struct arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

static struct str vtext(struct arena *a, const char *fmt, va_list ap)
{
	return arena_vprintf(a, fmt, ap);
}

struct finding *fire(struct verdict *v, enum severity severity, enum confidence confidence,
		     const char *summary, ...)
{
	struct finding **slot, *f = arena_new(v->arena, struct finding);
	const struct fact *head = v->incident->head;
	va_list ap;

	f->rule = v->rule;
	f->severity = severity;
	f->confidence = confidence;
	f->boot = head ? head->boot : -1;
	f->evidence = head ? head->origin.evidence : 0;
	f->report = head ? head->report : 0;
	f->because_of = -1;
	f->arena = v->arena;
	va_start(ap, summary);
	f->summary = vtext(v->arena, summary, ap);
	va_end(ap);
	slot = arena_push(v->arena, (void **)&v->findings, &v->n_findings, sizeof(*slot));
	*slot = f;
	return f;
}

void cannot_tell(struct verdict *v, const char *needs, const char *why, ...)
{
	va_list ap;

	v->unknown = true;
	if (needs)
		*(const char **)arena_push(v->arena, (void **)&v->needs, &v->n_needs,
					   sizeof(*v->needs)) = needs;
	if (v->why.n)
		return;
	va_start(ap, why);
	v->why = vtext(v->arena, why, ap);
	va_end(ap);
}

void clear_because(struct verdict *v, const char *why, ...)
{
	va_list ap;

	if (v->unknown)
		return;
	va_start(ap, why);
	v->why = vtext(v->arena, why, ap);
	va_end(ap);
}

#define FORMAT_INTO(f, dest)                                                                       \
	do {                                                                                       \
		va_list ap_;                                                                       \
		va_start(ap_, fmt);                                                                \
		(dest) = vtext((f)->arena, fmt, ap_);                                              \
		va_end(ap_);                                                                       \
	} while (0)

void set_cause(struct finding *f, const char *fmt, ...)
{
	FORMAT_INTO(f, f->cause);
}

void set_margin(struct finding *f, const char *fmt, ...)
{
	FORMAT_INTO(f, f->margin);
}

void add_step(struct finding *f, const char *fmt, ...)
{
	struct str *slot = arena_push(f->arena, (void **)&f->steps, &f->n_steps, sizeof(*slot));

	FORMAT_INTO(f, *slot);
}

void add_rejected(struct finding *f, const char *fmt, ...)
{
	struct str *slot =
		arena_push(f->arena, (void **)&f->rejected, &f->n_rejected, sizeof(*slot));

	FORMAT_INTO(f, *slot);
}

void add_next(struct finding *f, const char *needs, const char *command, const char *fmt, ...)
{
	struct finding_next *slot =
		arena_push(f->arena, (void **)&f->next, &f->n_next, sizeof(*slot));

	slot->needs = needs;
	slot->command = command ? arena_str(f->arena, str_c(command)) : (struct str){ "", 0 };
	FORMAT_INTO(f, slot->text);
}

void add_fix(struct finding *f, struct finding_fix fix)
{
	struct finding_fix *slot =
		arena_push(f->arena, (void **)&f->fixes, &f->n_fixes, sizeof(*slot));

	*slot = fix;
}

static void add_cite(struct finding *f, struct finding_cite c)
{
	struct finding_cite *slot;

	for (size_t i = 0; i < f->n_cites; i++)
		if (f->cites[i].evidence == c.evidence && f->cites[i].line == c.line &&
		    f->cites[i].address.v == c.address.v)
			return;
	slot = arena_push(f->arena, (void **)&f->cites, &f->n_cites, sizeof(*slot));
	*slot = c;
}

/* What a structure at an address says, where there is no line to quote. */
static struct str text_at(struct finding *f, const struct fact *fact)
{
	const struct fact_memory_range *r = (const struct fact_memory_range *)fact;

	if (!fact->origin.address.known)
		return (struct str){ "", 0 };
	if (fact->kind == FACT_boot)
		return arena_printf(f->arena, "saved_command_line: %.*s",
				    STR_ARG(((const struct fact_boot *)fact)->cmdline));
	if (fact->kind != FACT_memory_range)
		return (struct str){ "", 0 };
	return arena_printf(f->arena, "%s: [mem 0x%016" PRIx64 "-0x%016" PRIx64 "] %.*s", r->map,
			    r->start.v, r->end.v, STR_ARG(r->type));
}

void cite_line(struct finding *f, const struct fact *fact, uint32_t line)
{
	add_cite(f, (struct finding_cite){ .evidence = fact->origin.evidence,
					   .line = line ? line : fact->origin.line,
					   .address = fact->origin.address,
					   .fact = fact->id,
					   .text = text_at(f, fact) });
}

void cite_num(struct finding *f, const struct fact *fact, struct num n)
{
	cite_line(f, fact, n.line);
}

void cite(struct finding *f, const struct fact *fact)
{
	cite_line(f, fact, 0);
}

static struct finding_value *add_value(struct finding *f, const char *name)
{
	struct finding_value *slot =
		arena_push(f->arena, (void **)&f->values, &f->n_values, sizeof(*slot));

	slot->name = name;
	return slot;
}

void value_num(struct finding *f, const char *name, uint64_t v)
{
	add_value(f, name)->n = num_at(v, 0);
}

void value_int(struct finding *f, const char *name, int64_t v)
{
	struct finding_value *slot = add_value(f, name);

	slot->n = num_int(v, 0);
	slot->is_signed = true;
}

void value_text(struct finding *f, const char *name, struct str text)
{
	struct finding_value *slot = add_value(f, name);

	slot->is_text = true;
	slot->text = text;
}

static const char *human_in(struct arena *a, uint64_t bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double v = (double)bytes;
	size_t u = 0;

	while (v >= 1024 && u + 1 < sizeof(units) / sizeof(units[0])) {
		v /= 1024;
		u++;
	}
	if (u == 0)
		return arena_printf(a, "%" PRIu64 " bytes", bytes).p;
	return arena_printf(a, v < 10 ? "%.2f %s" : v < 100 ? "%.1f %s" : "%.0f %s", v, units[u]).p;
}

const char *human(struct finding *f, uint64_t bytes)
{
	return human_in(f->arena, bytes);
}

const char *v_human(struct verdict *v, uint64_t bytes)
{
	return human_in(v->arena, bytes);
}

const char *severity_name(enum severity s)
{
	static const char *const names[] = { "info", "low", "medium", "high", "critical" };

	return names[s];
}

const char *confidence_name(enum confidence c)
{
	static const char *const names[] = { "possible", "likely", "certain" };

	return names[c];
}
