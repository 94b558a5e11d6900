// SPDX-License-Identifier: GPL-2.0-or-later
// gen-schema BASE: prints docs/schema.json, made of BASE and of the field tables of
// src/fact/schema.c, so that the published schema cannot drift from what the program prints.
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "fact/schema.h"

static void set(struct json_object *obj, const char *name, const char *text)
{
	json_object_object_add(obj, name, json_object_new_string(text));
}

static struct json_object *typed(const char *type)
{
	struct json_object *obj = json_object_new_object();

	set(obj, "type", type);
	return obj;
}

static struct json_object *ref_to(const char *definition)
{
	struct json_object *obj = json_object_new_object();
	char buf[128];

	snprintf(buf, sizeof(buf), "#/definitions/%s", definition);
	set(obj, "$ref", buf);
	return obj;
}

static struct json_object *list_of(struct json_object *items)
{
	struct json_object *obj = typed("array");

	json_object_object_add(obj, "items", items);
	return obj;
}

static struct json_object *map_of(struct json_object *values)
{
	struct json_object *obj = typed("object");

	json_object_object_add(obj, "additionalProperties", values);
	return obj;
}

static void add_fields(struct json_object *owner, struct json_object *properties,
		       const struct field *fields);

static struct json_object *object_of(const struct field *fields)
{
	struct json_object *obj = typed("object"), *properties = json_object_new_object();

	add_fields(obj, properties, fields);
	json_object_object_add(properties, "raw_hex", ref_to("raw_hex"));
	json_object_object_add(obj, "properties", properties);
	return obj;
}

static struct json_object *blocks(void)
{
	struct json_object *one = typed("object"), *properties = json_object_new_object();

	json_object_object_add(properties, "count", ref_to("size"));
	json_object_object_add(properties, "types", typed("string"));
	json_object_object_add(one, "properties", properties);
	return map_of(one);
}

/* The schema of one member; NULL for those that are not one member. */
static struct json_object *schema_of(const struct field *fd)
{
	switch (fd->type) {
	case F_NUM:
	case F_U32:
	case F_INDEX:
	case F_ID:
		return ref_to("size");
	case F_INT:
		return typed("integer");
	case F_HEX:
		return ref_to("hex");
	case F_STR:
	case F_WORD:
		return typed("string");
	case F_BOOL:
	case F_FLAG:
		return typed("boolean");
	case F_BYTES_LIST:
		return list_of(ref_to("size"));
	case F_STR_LIST:
		return list_of(typed("string"));
	case F_LIST:
		return list_of(object_of(fd->sub));
	case F_OBJ:
		return object_of(fd->sub);
	case F_COUNTERS:
		return map_of(ref_to("size"));
	case F_BLOCKS:
		return blocks();
	case F_FLAT:
	case F_MEM:
		return NULL;
	}
	return NULL;
}

static void add_mem(struct json_object *properties)
{
	static const char *const sizes[] = { "page_size", "ram_total", "swap_total", "swap_free" };

	json_object_object_add(properties, "totals", map_of(ref_to("size")));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		json_object_object_add(properties, sizes[i], ref_to("size"));
}

static void add_fields(struct json_object *owner, struct json_object *properties,
		       const struct field *fields)
{
	for (const struct field *fd = fields; fd->name; fd++) {
		struct json_object *one = schema_of(fd);

		if (fd->type == F_FLAT)
			json_object_object_add(owner, "additionalProperties", ref_to("size"));
		if (fd->type == F_MEM)
			add_mem(properties);
		if (!one)
			continue;
		/* a "$ref" lets no member stand beside it: draft 7 ignores them, readers do not */
		if (fd->doc)
			set(one, "description", fd->doc);
		json_object_object_add(properties, fd->name, one);
	}
}

static void add_head(struct json_object *properties)
{
	json_object_object_add(properties, "id", ref_to("size"));
	json_object_object_add(properties, "origin", ref_to("origin"));
	json_object_object_add(properties, "boot", ref_to("size"));
	json_object_object_add(properties, "time_ns", ref_to("size"));
	json_object_object_add(properties, "wall", typed("string"));
	json_object_object_add(properties, "report", ref_to("size"));
	json_object_object_add(properties, "cut", typed("boolean"));
	json_object_object_add(properties, "raw_hex", ref_to("raw_hex"));
}

/* Members that no row of the field tables stands for. */
static void add_special(enum fact_kind kind, struct json_object *properties)
{
	struct json_object *victims, *item, *restricted, *inner;

	if (kind == FACT_oom && json_object_object_get_ex(properties, "victims", &victims) &&
	    json_object_object_get_ex(victims, "items", &item))
		json_object_object_add(properties, "victim", json_object_get(item));
	if (kind != FACT_mem_info)
		return;
	restricted = typed("object");
	inner = json_object_new_object();
	json_object_object_add(inner, "nodes", typed("string"));
	json_object_object_add(inner, "highest_zone", typed("string"));
	json_object_object_add(restricted, "properties", inner);
	json_object_object_add(properties, "restricted", restricted);
}

static struct json_object *kind_schema(enum fact_kind kind)
{
	struct json_object *obj = typed("object"), *properties = json_object_new_object();
	struct json_object *required = json_object_new_array();

	set(obj, "description", fact_kind_doc(kind));
	json_object_array_add(required, json_object_new_string("id"));
	json_object_array_add(required, json_object_new_string("origin"));
	json_object_object_add(obj, "required", required);
	add_head(properties);
	add_fields(obj, properties, fact_fields(kind));
	add_special(kind, properties);
	json_object_object_add(obj, "properties", properties);
	return obj;
}

int main(int argc, char **argv)
{
	struct json_object *top = argc == 2 ? json_object_from_file(argv[1]) : NULL;
	struct json_object *definitions, *properties, *facts, *kinds;
	char name[64];

	if (!top || !json_object_object_get_ex(top, "definitions", &definitions) ||
	    !json_object_object_get_ex(top, "properties", &properties)) {
		fprintf(stderr, "usage: gen-schema tools/schema-base.json\n");
		return 2;
	}
	facts = typed("object");
	kinds = json_object_new_object();
	for (enum fact_kind k = 0; k < FACT_KINDS; k++) {
		snprintf(name, sizeof(name), "fact_%s", fact_kind_name(k));
		json_object_object_add(definitions, name, kind_schema(k));
		json_object_object_add(kinds, fact_kind_name(k), list_of(ref_to(name)));
	}
	json_object_object_add(facts, "properties", kinds);
	json_object_object_add(properties, "facts", facts);
	puts(json_object_to_json_string_ext(top, JSON_C_TO_STRING_PRETTY |
							 JSON_C_TO_STRING_NOSLASHESCAPE |
							 JSON_C_TO_STRING_SPACED));
	json_object_put(top);
	return 0;
}
