// SPDX-License-Identifier: GPL-2.0-or-later
// The drawn map and the account as JSON.
#include <inttypes.h>
#include <stdio.h>

#include "fact/json.h"
#include "report/map.h"

static void add_text(struct json_object *obj, const char *name, const char *text)
{
	if (text)
		json_add_str(obj, name, str_c(text));
}

static void add_bytes(struct json_object *obj, const char *name, uint64_t v)
{
	json_add_num(obj, name, num_at(v, 0), false);
}

static void add_hex(struct json_object *obj, const char *name, uint64_t v)
{
	char buf[32];

	snprintf(buf, sizeof(buf), "0x%" PRIx64, v);
	add_text(obj, name, buf);
}

struct json_object *row_json(const struct facts *f, const struct map_row *row)
{
	struct json_object *obj = json_object_new_object();

	(void)f;
	add_hex(obj, "start", row->start);
	add_hex(obj, "end", row->end);
	add_bytes(obj, "bytes", row->end - row->start + 1);
	add_text(obj, "class", row_class_name(row->class));
	json_add_str(obj, "type", row->type);
	json_add_str(obj, "now", row->now);
	add_text(obj, "taker", row->taker);
	json_add_str(obj, "taker_name", row->taker_name);
	json_add_num(obj, "node", row->node, true);
	json_add_str(obj, "zone", row->zone);
	if (row->split)
		json_object_object_add(obj, "split", json_object_new_boolean(true));
	if (row->fact)
		json_object_object_add(obj, "fact", json_object_new_int64(row->fact->head.id));
	return obj;
}

static struct json_object *cites_json(const struct facts *f, const struct account_cite *v, size_t n)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < n; i++) {
		struct json_object *obj = json_object_new_object();
		uint32_t evidence = v[i].fact->origin.evidence;

		if (evidence < f->n_evidence)
			add_text(obj, "path", f->evidence[evidence]->path);
		if (v[i].line || !v[i].fact->origin.address.known)
			json_object_object_add(obj, "line", json_object_new_int64(v[i].line));
		else
			add_hex(obj, "address", v[i].fact->origin.address.v);
		json_add_str(obj, "text", facts_text(f, evidence, v[i].line));
		json_object_object_add(obj, "fact", json_object_new_int64(v[i].fact->id));
		json_object_array_add(list, obj);
	}
	return list;
}

struct json_object *account_json(const struct facts *f, const struct account *a)
{
	struct json_object *obj = json_object_new_object(), *list = json_object_new_array();

	add_bytes(obj, "installed", a->installed);
	add_text(obj, "installed_by", a->installed_by);
	for (size_t i = 0; i < a->n_terms; i++) {
		const struct account_term *t = &a->terms[i];
		struct json_object *term = json_object_new_object();

		add_text(term, "name", t->name);
		add_text(term, "key", t->key);
		add_bytes(term, "bytes", t->bytes);
		if (t->unknown)
			json_object_object_add(term, "unknown", json_object_new_boolean(true));
		if (t->computed)
			json_object_object_add(term, "computed", json_object_new_boolean(true));
		add_text(term, "note", t->note);
		json_object_object_add(term, "evidence", cites_json(f, t->cites, t->n_cites));
		json_object_array_add(list, term);
	}
	json_object_object_add(obj, "losses", list);
	add_bytes(obj, "usable", a->usable);
	add_text(obj, "usable_by", a->usable_by);
	if (a->disagree)
		add_bytes(obj, "disagree", a->disagree);
	return obj;
}

/* The other pieces of evidence that tell of the same boot. */
static void add_with(struct json_object *obj, const struct facts *f, uint32_t home)
{
	struct json_object *list = json_object_new_array();

	for (uint32_t i = 0; i < f->n_evidence; i++)
		if (i != home && f->evidence[i]->home == home)
			json_object_array_add(list, json_object_new_int64(i));
	if (json_object_array_length(list))
		json_object_object_add(obj, "with", list);
	else
		json_object_put(list);
}

struct json_object *drawn_json(const struct facts *f, const struct drawn *d)
{
	struct json_object *obj = json_object_new_object(), *rows = json_object_new_array();

	json_object_object_add(obj, "evidence",
			       json_object_new_int64(d->boot.head->origin.evidence));
	json_object_object_add(obj, "boot", json_object_new_int(d->boot.head->boot));
	add_text(obj, "map", d->map.map);
	add_with(obj, f, d->boot.head->origin.evidence);
	add_bytes(obj, "entries_count", d->map.entries);
	for (size_t i = 0; i < d->map.n; i++)
		json_object_array_add(rows, row_json(f, &d->map.v[i]));
	json_object_object_add(obj, "rows", rows);
	if (d->account.known)
		json_object_object_add(obj, "account", account_json(f, &d->account));
	return obj;
}

struct json_object *map_json(const struct diagnosis *d)
{
	struct json_object *top = report_json(d, true), *list = json_object_new_array();
	struct drawn_boots boots;
	struct arena arena;

	arena_init(&arena);
	boots = draw_boots(d->facts, &arena);
	for (size_t i = 0; i < boots.n && !arena.failed; i++)
		json_object_array_add(list, drawn_json(d->facts, &boots.v[i]));
	arena_deinit(&arena);
	json_object_object_add(top, "map", list);
	return top;
}
