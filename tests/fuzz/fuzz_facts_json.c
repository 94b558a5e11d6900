// SPDX-License-Identifier: GPL-2.0-or-later
// Facts of any kind filled with any text and numbers, by their field tables: the JSON must stay
// JSON.
#include "fuzz.h"

#include <stdlib.h>

#include "fact/json.h"
#include "fact/schema.h"

/* Bytes handed out until there are none. */
struct source {
	const uint8_t *p;
	size_t n;
};

static uint8_t take(struct source *s)
{
	if (!s->n)
		return 0;
	s->n--;
	return *s->p++;
}

static struct num take_num(struct source *s)
{
	struct num num = { .known = take(s) & 1, .line = take(s) };

	for (int i = 0; i < 8; i++)
		num.v = num.v << 8 | take(s);
	num.hi = take(s) & 8 ? take(s) : 0;
	return num;
}

static struct str take_str(struct source *s)
{
	size_t n = take(s);
	struct str text = { (const char *)s->p, n < s->n ? n : s->n };

	s->p += text.n;
	s->n -= text.n;
	return text;
}

static void fill(struct source *s, const struct field *fields, char *base, struct arena *a)
{
	for (const struct field *fd = fields; fd->name; fd++) {
		void *at = base + fd->at;

		switch (fd->type) {
		case F_NUM:
		case F_INT:
		case F_HEX:
			*(struct num *)at = take_num(s);
			break;
		case F_STR:
			*(struct str *)at = take_str(s);
			break;
		case F_BOOL:
		case F_FLAG:
			*(bool *)at = take(s) & 1;
			break;
		case F_U32:
		case F_INDEX:
			*(uint32_t *)at = take(s);
			break;
		case F_OBJ:
			fill(s, fd->sub, at, a);
			break;
		case F_LIST:
			*(void **)at = arena_alloc(a, fd->elem_size);
			*(size_t *)(void *)(base + fd->count_at) = 1;
			fill(s, fd->sub, *(void **)at, a);
			break;
		case F_COUNTERS:
		case F_FLAT:
			counters_set(at, a, take_str(s), take_num(s));
			break;
		case F_WORD:
		case F_BYTES_LIST:
		case F_STR_LIST:
		case F_BLOCKS:
		case F_ID:
		case F_MEM:
			break;
		}
	}
}

static void check(struct json_object *json)
{
	const char *text = json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN);
	struct json_object *again = json_tokener_parse(text);

	if (!again)
		abort();
	json_object_put(again);
	json_object_put(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source s = { data, size };
	struct facts f;

	facts_init(&f);
	facts_add_evidence(&f, "fuzz", "log");
	for (int i = 0; i < 8 && s.n; i++) {
		enum fact_kind kind = (enum fact_kind)(take(&s) % FACT_KINDS);
		struct fact *fact = fact_add(&f, kind, (struct origin){ .line = take(&s) });

		fill(&s, fact_fields(kind), (char *)fact, &f.arena);
	}
	check(facts_to_json(&f));
	facts_deinit(&f);
	return 0;
}
