// SPDX-License-Identifier: GPL-2.0-or-later
// Facts as JSON, driven by the field tables of schema.c.
#include "fact/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "fact/schema.h"

static void add_raw_hex(struct json_object *obj, const char *name, struct str s)
{
	static const char digits[] = "0123456789abcdef";
	_cleanup_free_ char *hex = malloc(2 * s.n + 1);
	struct json_object *raw;

	if (!hex)
		return;
	for (size_t i = 0; i < s.n; i++) {
		hex[2 * i] = digits[(unsigned char)s.p[i] >> 4];
		hex[2 * i + 1] = digits[s.p[i] & 15];
	}
	if (!json_object_object_get_ex(obj, "raw_hex", &raw)) {
		raw = json_object_new_object();
		json_object_object_add(obj, "raw_hex", raw);
	}
	json_object_object_add(raw, name, json_object_new_string_len(hex, (int)(2 * s.n)));
}

static struct json_object *json_str(struct str s, bool *replaced)
{
	_cleanup_free_ char *clean = utf8_clean(s, replaced);

	return json_object_new_string(clean ? clean : "");
}

void json_add_str(struct json_object *obj, const char *name, struct str s)
{
	bool replaced = false;

	if (!s.n)
		return;
	json_object_object_add(obj, name, json_str(s, &replaced));
	if (replaced)
		add_raw_hex(obj, name, s);
}

/* Decimal digits of hi * 2^64 + lo. */
static void print_wide(char *buf, size_t size, uint16_t hi, uint64_t lo)
{
	const uint64_t ten18 = 1000000000000000000ull;
	unsigned __int128 x = ((unsigned __int128)hi << 64) | lo;

	snprintf(buf, size, "%" PRIu64 "%018" PRIu64, (uint64_t)(x / ten18), (uint64_t)(x % ten18));
}

static struct json_object *json_num(struct num n, bool is_signed)
{
	char wide[48];

	if (is_signed)
		return json_object_new_int64((int64_t)n.v);
	if (!n.hi)
		return json_object_new_uint64(n.v);
	print_wide(wide, sizeof(wide), n.hi, n.v);
	return json_object_new_double_s((double)n.v, wide);
}

void json_add_num(struct json_object *obj, const char *name, struct num n, bool is_signed)
{
	if (n.known)
		json_object_object_add(obj, name, json_num(n, is_signed));
}

static void add_hex(struct json_object *obj, const char *name, struct num n)
{
	char buf[32];

	if (!n.known)
		return;
	snprintf(buf, sizeof(buf), "0x%" PRIx64, n.v);
	json_object_object_add(obj, name, json_object_new_string(buf));
}

static void add_counters(struct json_object *obj, const struct counters *c)
{
	for (size_t i = 0; i < c->n; i++) {
		_cleanup_free_ char *name = utf8_clean(c->v[i].name, NULL);

		if (name)
			json_add_num(obj, name, c->v[i].n, false);
	}
}

static void add_mem(struct json_object *obj, const struct fact_mem_info *mem)
{
	struct json_object *totals;

	if (!mem)
		return;
	if (mem->totals.n) {
		totals = json_object_new_object();
		add_counters(totals, &mem->totals);
		json_object_object_add(obj, "totals", totals);
	}
	json_add_num(obj, "page_size", mem->page_size, false);
	json_add_num(obj, "ram_total", mem->ram_total, false);
	json_add_num(obj, "swap_total", mem->swap_total, false);
	json_add_num(obj, "swap_free", mem->swap_free, false);
}

static void add_blocks(struct json_object *obj, const char *name, const struct free_blocks *b,
		       size_t n)
{
	struct json_object *blocks;

	if (!n)
		return;
	blocks = json_object_new_object();
	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_new_object();
		char order[16];

		snprintf(order, sizeof(order), "%" PRIu32, b[i].order);
		json_add_num(one, "count", b[i].count, false);
		json_add_str(one, "types", b[i].types);
		json_object_object_add(blocks, order, one);
	}
	json_object_object_add(obj, name, blocks);
}

static void add_num_list(struct json_object *obj, const char *name, const struct num *v, size_t n)
{
	struct json_object *list;

	if (!n)
		return;
	list = json_object_new_array();
	for (size_t i = 0; i < n; i++)
		json_object_array_add(list, json_num(v[i], false));
	json_object_object_add(obj, name, list);
}

static void add_str_list(struct json_object *obj, const char *name, const struct str *v, size_t n)
{
	struct json_object *list;

	if (!n)
		return;
	list = json_object_new_array();
	for (size_t i = 0; i < n; i++)
		json_object_array_add(list, json_str(v[i], NULL));
	json_object_object_add(obj, name, list);
}

static void add_field(struct json_object *obj, const struct field *fd, const char *base);

static struct json_object *json_struct(const struct field *fields, const char *base)
{
	struct json_object *obj = json_object_new_object();

	for (; fields->name; fields++)
		add_field(obj, fields, base);
	return obj;
}

static void add_list(struct json_object *obj, const struct field *fd, const char *v, size_t n)
{
	struct json_object *list;

	if (!n)
		return;
	list = json_object_new_array();
	for (size_t i = 0; i < n; i++)
		json_object_array_add(list, json_struct(fd->sub, v + i * fd->elem_size));
	json_object_object_add(obj, fd->name, list);
}

static void add_obj(struct json_object *obj, const struct field *fd, const char *at)
{
	struct json_object *one = json_struct(fd->sub, at);

	if (json_object_object_length(one))
		json_object_object_add(obj, fd->name, one);
	else
		json_object_put(one);
}

/* The pointer kept at an offset. */
static const void *ptr_at(const char *at)
{
	return *(const void *const *)(const void *)at;
}

static void add_list_field(struct json_object *obj, const struct field *fd, const char *base)
{
	const void *v = ptr_at(base + fd->at);
	size_t n = *(const size_t *)(const void *)(base + fd->count_at);

	switch ((int)fd->type) {
	case F_BYTES_LIST:
		add_num_list(obj, fd->name, v, n);
		break;
	case F_STR_LIST:
		add_str_list(obj, fd->name, v, n);
		break;
	case F_BLOCKS:
		add_blocks(obj, fd->name, v, n);
		break;
	default:
		add_list(obj, fd, v, n);
		break;
	}
}

static void add_scalar(struct json_object *obj, const struct field *fd, const void *at)
{
	const struct num *num = at;

	switch ((int)fd->type) {
	case F_NUM:
	case F_INT:
		json_add_num(obj, fd->name, *num, fd->type == F_INT);
		break;
	case F_HEX:
		add_hex(obj, fd->name, *num);
		break;
	case F_U32:
	case F_INDEX:
		if (fd->type == F_INDEX || *(const uint32_t *)at)
			json_object_object_add(obj, fd->name,
					       json_object_new_int64(*(const uint32_t *)at));
		break;
	case F_STR:
		json_add_str(obj, fd->name, *(const struct str *)at);
		break;
	case F_WORD:
		json_add_str(obj, fd->name, str_c(ptr_at(at)));
		break;
	case F_BOOL:
	case F_FLAG:
		if (fd->type == F_FLAG || *(const bool *)at)
			json_object_object_add(obj, fd->name,
					       json_object_new_boolean(*(const bool *)at));
		break;
	default:
		break;
	}
}

static void add_counters_obj(struct json_object *obj, const char *name, const struct counters *c)
{
	struct json_object *one;

	if (!c->n)
		return;
	one = json_object_new_object();
	add_counters(one, c);
	json_object_object_add(obj, name, one);
}

static void add_field(struct json_object *obj, const struct field *fd, const char *base)
{
	const char *at = base + fd->at;
	const struct fact *ref;

	switch (fd->type) {
	case F_COUNTERS:
		add_counters_obj(obj, fd->name, (const void *)at);
		break;
	case F_FLAT:
		add_counters(obj, (const void *)at);
		break;
	case F_MEM:
		add_mem(obj, ptr_at(at));
		break;
	case F_ID:
		ref = ptr_at(at);
		if (ref)
			json_object_object_add(obj, fd->name, json_object_new_int64(ref->id));
		break;
	case F_OBJ:
		add_obj(obj, fd, at);
		break;
	case F_LIST:
	case F_BYTES_LIST:
	case F_STR_LIST:
	case F_BLOCKS:
		add_list_field(obj, fd, base);
		break;
	case F_NUM:
	case F_INT:
	case F_HEX:
	case F_U32:
	case F_INDEX:
	case F_STR:
	case F_WORD:
	case F_BOOL:
	case F_FLAG:
		add_scalar(obj, fd, at);
		break;
	}
}

static struct json_object *origin_json(const struct facts *f, const struct origin *o)
{
	struct json_object *obj = json_object_new_object();

	if (o->evidence < f->n_evidence)
		json_add_str(obj, "path", str_c(f->evidence[o->evidence]->path));
	if (o->line)
		json_object_object_add(obj, "line", json_object_new_int64(o->line));
	if (o->last_line)
		json_object_object_add(obj, "last_line", json_object_new_int64(o->last_line));
	add_hex(obj, "address", o->address);
	return obj;
}

/* A victim is also given as "victim", the first of "victims". */
static void add_first_victim(struct json_object *obj)
{
	struct json_object *list;

	if (json_object_object_get_ex(obj, "victims", &list) && json_object_array_length(list))
		json_object_object_add(obj, "victim",
				       json_object_get(json_object_array_get_idx(list, 0)));
}

/* Members of mem_info that say what was left out of a restricted report. */
static void add_restricted(struct json_object *obj, const struct fact_mem_info *mem)
{
	struct json_object *r;

	if (!mem->restricted)
		return;
	r = json_object_new_object();
	json_add_str(r, "nodes", mem->restricted_nodes);
	json_add_str(r, "highest_zone", mem->highest_zone);
	json_object_object_add(obj, "restricted", r);
}

struct json_object *fact_to_json(const struct facts *f, const struct fact *fact)
{
	struct json_object *obj = json_object_new_object();
	const struct field *fd;

	json_object_object_add(obj, "id", json_object_new_int64(fact->id));
	json_object_object_add(obj, "origin", origin_json(f, &fact->origin));
	if (fact->boot >= 0)
		json_object_object_add(obj, "boot", json_object_new_int(fact->boot));
	json_add_num(obj, "time_ns", fact->time_ns, false);
	json_add_str(obj, "wall", fact->wall);
	if (fact->report)
		json_object_object_add(obj, "report", json_object_new_int64(fact->report));
	if (fact->cut)
		json_object_object_add(obj, "cut", json_object_new_boolean(true));
	for (fd = fact_fields(fact->kind); fd->name; fd++)
		add_field(obj, fd, (const char *)fact);
	if (fact->kind == FACT_oom)
		add_first_victim(obj);
	if (fact->kind == FACT_mem_info)
		add_restricted(obj, (const struct fact_mem_info *)fact);
	return obj;
}

struct json_object *facts_to_json(const struct facts *f)
{
	struct json_object *all = json_object_new_object();

	for (enum fact_kind k = 0; k < FACT_KINDS; k++) {
		struct json_object *list;

		if (!f->lists[k].n)
			continue;
		list = json_object_new_array();
		for (size_t i = 0; i < f->lists[k].n; i++)
			json_object_array_add(list, fact_to_json(f, f->lists[k].v[i]));
		json_object_object_add(all, fact_kind_name(k), list);
	}
	return all;
}
