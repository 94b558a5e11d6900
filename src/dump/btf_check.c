// SPDX-License-Identifier: GPL-2.0-or-later
// The bounds of every BTF type (Documentation/bpf/btf.rst), before a library reads them.
#include "dump/btf_check.h"

#include <linux/btf.h>
#include <stdint.h>
#include <string.h>

/* Beyond this kind nothing is known; libbpf decides whether it refuses. */
enum { KIND_ENUM64 = 19, KIND_TYPE_TAG = 18, KIND_DECL_TAG = 17, KIND_FLOAT = 16 };

struct checker {
	const char *types, *strings;
	uint32_t types_len, strings_len;
	uint32_t n_types;
};

/* Bytes that follow the common part of a type; UINT32_MAX: unknown kind. */
static uint32_t extra(const struct btf_type *t)
{
	uint32_t vlen = BTF_INFO_VLEN(t->info);

	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_INT:
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return vlen * (uint32_t)sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return vlen * (uint32_t)sizeof(struct btf_enum);
	case BTF_KIND_FUNC_PROTO:
		return vlen * (uint32_t)sizeof(struct btf_param);
	case BTF_KIND_DATASEC:
		return vlen * (uint32_t)sizeof(struct btf_var_secinfo);
	case BTF_KIND_VAR:
	case KIND_DECL_TAG:
		return 4;
	case KIND_ENUM64:
		return vlen * 12;
	case BTF_KIND_PTR:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case KIND_FLOAT:
	case KIND_TYPE_TAG:
		return 0;
	default:
		return UINT32_MAX;
	}
}

static bool name_ok(const struct checker *c, uint32_t off)
{
	return off < c->strings_len;
}

static bool members_ok(const struct checker *c, const struct btf_type *t)
{
	const struct btf_member *m = (const void *)(t + 1);

	for (uint32_t i = 0; i < BTF_INFO_VLEN(t->info); i++)
		if (!name_ok(c, m[i].name_off) || m[i].type > c->n_types)
			return false;
	return true;
}

static bool refs_ok(const struct checker *c, const struct btf_type *t)
{
	const struct btf_array *a = (const void *)(t + 1);

	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return members_ok(c, t);
	case BTF_KIND_ARRAY:
		return a->type <= c->n_types && a->index_type <= c->n_types;
	case BTF_KIND_PTR:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case BTF_KIND_FUNC_PROTO:
	case BTF_KIND_VAR:
		return t->type <= c->n_types;
	default:
		return true;
	}
}

typedef bool (*visit_fn)(struct checker *c, const struct btf_type *t);

static bool count_one(struct checker *c, const struct btf_type *t)
{
	(void)t;
	c->n_types++;
	return true;
}

static bool check_one(struct checker *c, const struct btf_type *t)
{
	return name_ok(c, t->name_off) && refs_ok(c, t);
}

static bool each_type(struct checker *c, visit_fn visit)
{
	uint32_t at = 0;

	while (at < c->types_len) {
		const struct btf_type *t = (const void *)(c->types + at);
		uint32_t more;

		if (c->types_len - at < sizeof(*t))
			return false;
		more = extra(t);
		if (more == UINT32_MAX || more > c->types_len - at - sizeof(*t))
			return false;
		if (!visit(c, t))
			return false;
		at += (uint32_t)sizeof(*t) + more;
	}
	return true;
}

bool btf_check(const void *data, size_t size)
{
	return btf_check_split(data, size, 0, 0);
}

bool btf_check_split(const void *data, size_t size, uint32_t base_types, uint32_t base_strings)
{
	const struct btf_header *h = data;
	struct checker c = { .n_types = base_types };
	uint64_t body;

	if (size < sizeof(*h) || h->magic != BTF_MAGIC || h->hdr_len < sizeof(*h) ||
	    h->hdr_len > size)
		return false;
	body = size - h->hdr_len;
	if ((uint64_t)h->type_off + h->type_len > body ||
	    (uint64_t)h->str_off + h->str_len > body || (h->hdr_len + h->type_off) % 4 ||
	    !h->str_len)
		return false;
	c.types = (const char *)data + h->hdr_len + h->type_off;
	c.types_len = h->type_len;
	c.strings = (const char *)data + h->hdr_len + h->str_off;
	if ((!base_strings && c.strings[0]) || c.strings[h->str_len - 1] ||
	    __builtin_add_overflow(h->str_len, base_strings, &c.strings_len))
		return false;
	return each_type(&c, count_one) && each_type(&c, check_one);
}
