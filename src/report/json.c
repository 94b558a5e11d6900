// SPDX-License-Identifier: GPL-2.0-or-later
// The JSON contract, schema 1.
#include <stdio.h>
#include <string.h>

#include "fact/json.h"
#include "mmwhy.h"
#include "report/report.h"

static void add_text(struct json_object *obj, const char *name, const char *text)
{
	if (text)
		json_add_str(obj, name, str_c(text));
}

static struct json_object *evidence_json(const struct facts *f)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < f->n_evidence; i++) {
		const struct evidence *e = f->evidence[i];
		struct json_object *obj = json_object_new_object();

		add_text(obj, "path", e->path);
		add_text(obj, "kind", e->kind);
		json_add_str(obj, "kernel", e->kernel);
		json_add_str(obj, "arch", e->arch);
		json_add_num(obj, "page_size", e->page_size, false);
		json_add_str(obj, "note", e->note);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *next_json(const struct finding *f)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < f->n_next; i++) {
		struct json_object *obj = json_object_new_object();

		json_add_str(obj, "text", f->next[i].text);
		json_add_str(obj, "command", f->next[i].command);
		add_text(obj, "needs", f->next[i].needs);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *fixes_json(const struct finding *f)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < f->n_fixes; i++) {
		const struct finding_fix *x = &f->fixes[i];
		struct json_object *obj = json_object_new_object();

		add_text(obj, "commit", x->commit);
		add_text(obj, "subject", x->subject);
		add_text(obj, "release", x->release);
		add_text(obj, "present", x->present);
		json_add_str(obj, "how", x->how);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *cites_json(const struct facts *facts, const struct finding *f)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < f->n_cites; i++) {
		const struct finding_cite *c = &f->cites[i];
		struct json_object *obj = json_object_new_object();
		char address[32];

		if (c->evidence < facts->n_evidence)
			add_text(obj, "path", facts->evidence[c->evidence]->path);
		if (c->line)
			json_object_object_add(obj, "line", json_object_new_int64(c->line));
		if (c->address.known) {
			snprintf(address, sizeof(address), "0x%llx",
				 (unsigned long long)c->address.v);
			add_text(obj, "address", address);
		}
		json_add_str(obj, "text",
			     c->text.n ? c->text : facts_text(facts, c->evidence, c->line));
		if (!json_object_object_get_ex(obj, "text", NULL))
			json_object_object_add(obj, "text", json_object_new_string(""));
		if (c->fact)
			json_object_object_add(obj, "fact", json_object_new_int64(c->fact));
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *values_json(const struct finding *f)
{
	struct json_object *obj = json_object_new_object();

	for (size_t i = 0; i < f->n_values; i++) {
		const struct finding_value *v = &f->values[i];

		if (v->is_text)
			json_add_str(obj, v->name, v->text);
		else
			json_add_num(obj, v->name, v->n, v->is_signed);
	}
	return obj;
}

static void add_lines(struct json_object *obj, const char *name, const struct str *v, size_t n)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_object_array_add(list, json_object_new_string_len(v[i].p, (int)v[i].n));
	json_object_object_add(obj, name, list);
}

static struct json_object *finding_json(const struct facts *facts, const struct finding *f)
{
	struct json_object *obj = json_object_new_object();

	add_text(obj, "id", f->rule->id);
	add_text(obj, "severity", severity_name(f->severity));
	add_text(obj, "confidence", confidence_name(f->confidence));
	if (f->boot >= 0)
		json_object_object_add(obj, "boot", json_object_new_int(f->boot));
	if (f->report)
		json_object_object_add(obj, "report", json_object_new_int64(f->report));
	json_add_str(obj, "summary", f->summary);
	json_add_str(obj, "cause", f->cause);
	json_add_str(obj, "margin", f->margin);
	if (f->because_of >= 0)
		json_object_object_add(obj, "because_of", json_object_new_int64(f->because_of));
	add_lines(obj, "arithmetic", f->steps, f->n_steps);
	add_lines(obj, "rejected", f->rejected, f->n_rejected);
	json_object_object_add(obj, "next", next_json(f));
	json_object_object_add(obj, "fixes", fixes_json(f));
	json_object_object_add(obj, "evidence", cites_json(facts, f));
	json_object_object_add(obj, "values", values_json(f));
	return obj;
}

static struct json_object *outcome_json(const struct diagnosis *d, const struct rule_outcome *o)
{
	static const char *const names[] = { "clear", "cannot_tell", "fired" };
	struct json_object *obj = json_object_new_object();

	add_text(obj, "id", o->rule->id);
	add_text(obj, "outcome", names[o->outcome]);
	if (d->facts->n_evidence)
		json_object_object_add(obj, "evidence", json_object_new_int64(o->evidence));
	if (o->boot >= 0)
		json_object_object_add(obj, "boot", json_object_new_int(o->boot));
	json_add_str(obj, "why", o->why);
	if (o->outcome == OUTCOME_CANNOT_TELL) {
		struct json_object *list = json_object_new_array();

		for (size_t i = 0; i < o->n_needs; i++)
			json_object_array_add(list, json_object_new_string(o->needs[i]));
		json_object_object_add(obj, "needs", list);
	}
	return obj;
}

struct json_object *report_json(const struct diagnosis *d, bool with_facts)
{
	struct json_object *top = json_object_new_object();
	struct json_object *list = json_object_new_array();

	add_text(top, "mmwhy", MMWHY_VERSION);
	json_object_object_add(top, "schema", json_object_new_int(1));
	json_object_object_add(top, "evidence", evidence_json(d->facts));
	for (size_t i = 0; i < d->n_findings; i++)
		json_object_array_add(list, finding_json(d->facts, d->findings[i]));
	json_object_object_add(top, "findings", list);
	list = json_object_new_array();
	for (size_t i = 0; i < d->n_outcomes; i++)
		json_object_array_add(list, outcome_json(d, &d->outcomes[i]));
	json_object_object_add(top, "rules", list);
	if (with_facts)
		json_object_object_add(top, "facts", facts_to_json(d->facts));
	return top;
}

static const char *text_of(struct json_object *obj)
{
	return json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PRETTY |
							   JSON_C_TO_STRING_NOSLASHESCAPE);
}

/* Line by line, as far in as it stands: no string holds a raw newline. */
static bool put_indented(const char *text, const char *indent, write_fn write, void *arg)
{
	bool going = true;

	while (going && *text) {
		size_t n = strcspn(text, "\n");

		going = write(arg, indent, strlen(indent)) && write(arg, text, n);
		text += n + (text[n] == '\n');
		if (going && *text)
			going = write(arg, "\n", 1);
	}
	return going;
}

static bool put(const char *text, write_fn write, void *arg)
{
	return write(arg, text, strlen(text));
}

static bool write_list(const struct facts *f, enum fact_kind k, write_fn write, void *arg)
{
	bool going = put("\n    \"", write, arg) && put(fact_kind_name(k), write, arg) &&
		     put("\":[\n", write, arg);

	for (size_t i = 0; going && i < f->lists[k].n; i++) {
		struct json_object *obj = fact_to_json(f, f->lists[k].v[i]);

		going = put_indented(text_of(obj), "      ", write, arg) &&
			put(i + 1 < f->lists[k].n ? ",\n" : "\n    ]", write, arg);
		json_object_put(obj);
	}
	return going;
}

bool report_json_write(const struct diagnosis *d, bool with_facts, write_fn write, void *arg)
{
	struct json_object *top = report_json(d, false);
	const char *text = text_of(top);
	bool going, any = false;
	size_t n = strlen(text);

	for (enum fact_kind k = 0; k < FACT_KINDS; k++)
		any |= d->facts->lists[k].n > 0;
	if (!with_facts || !any || n < 2) {
		json_object_put(top);
		top = report_json(d, with_facts);
		going = put(text_of(top), write, arg) && put("\n", write, arg);
		json_object_put(top);
		return going;
	}
	/* the object stays open for one member more */
	going = write(arg, text, n - 2) && put(",\n  \"facts\":{", write, arg);
	any = false;
	for (enum fact_kind k = 0; going && k < FACT_KINDS; k++) {
		if (!d->facts->lists[k].n)
			continue;
		going = (!any || put(",", write, arg)) && write_list(d->facts, k, write, arg);
		any = true;
	}
	json_object_put(top);
	return going && put("\n  }\n}\n", write, arg);
}
