// SPDX-License-Identifier: GPL-2.0-or-later
// The structs of a made-up kernel: where their members lie, and the BTF that says so.
#include <bpf/btf.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

static const struct {
	const char *name;
	uint32_t size;
} basics[] = {
	{ "u8", 1 },  { "char", 1 }, { "u16", 2 }, { "u32", 4 },
	{ "s32", 4 }, { "u64", 8 },  { "ptr", 8 },
};

enum { N_BASICS = sizeof(basics) / sizeof(basics[0]) };

static struct layout *find(struct core *c, const char *name)
{
	for (size_t i = 0; i < c->n_layouts; i++)
		if (strcmp(c->layouts[i].name, name) == 0)
			return &c->layouts[i];
	return NULL;
}

static uint32_t size_align(struct core *c, const char *type, uint32_t *ret_align)
{
	const struct layout *l = find(c, type);

	for (size_t i = 0; i < N_BASICS; i++)
		if (strcmp(basics[i].name, type) == 0)
			return *ret_align = basics[i].size;
	if (!l)
		errx(2, "no struct %s", type);
	*ret_align = l->align;
	return (l->bits / 8 + l->align - 1) / l->align * l->align;
}

uint32_t layout_size(struct core *c, const char *type)
{
	uint32_t align;

	return size_align(c, type, &align);
}

void layout_begin(struct core *c, const char *name)
{
	struct layout *l = find(c, name);

	/* a later description of a struct replaces an earlier one */
	if (!l) {
		c->layouts = core_push(c->layouts, &c->n_layouts, sizeof(*c->layouts));
		l = &c->layouts[c->n_layouts - 1];
	}
	c->layout = (size_t)(l - c->layouts);
	free(l->fields);
	*l = (struct layout){ .align = 1 };
	strncpy(l->name, name, CORE_NAME - 1);
}

/* NAME, NAME[COUNT], NAME:BITS; a name of "-" is none: an anonymous struct's. */
void layout_field(struct core *c, const char *type, const char *name)
{
	struct field f = { .count = 1 };
	size_t n = strcspn(name, "[:");
	struct layout *l;
	uint32_t align;

	f.size = size_align(c, type, &align);
	l = &c->layouts[c->layout];
	memcpy(f.name, name, n < CORE_NAME ? n : CORE_NAME - 1);
	strncpy(f.type, type, CORE_NAME - 1);
	if (name[n] == '[')
		f.count = (uint32_t)strtoul(name + n + 1, NULL, 0);
	if (name[n] == ':')
		f.bit_size = (uint32_t)strtoul(name + n + 1, NULL, 0);
	if (!f.bit_size || l->bits % (8 * align) + f.bit_size > 8 * align)
		l->bits = (l->bits + 8 * align - 1) / (8 * align) * 8 * align;
	f.bits = l->bits;
	l->bits += f.bit_size ? f.bit_size : 8 * f.size * f.count;
	if (l->align < align)
		l->align = align;
	l->fields = core_push(l->fields, &l->n, sizeof(*l->fields));
	l->fields[l->n - 1] = f;
}

static bool member(struct core *c, const char *type, const char *name, size_t n, struct field *ret)
{
	const struct layout *l = find(c, type);

	for (size_t i = 0; l && i < l->n; i++) {
		const struct field *f = &l->fields[i];

		if (strlen(f->name) == n && memcmp(f->name, name, n) == 0) {
			*ret = *f;
			return true;
		}
		if (strcmp(f->name, "-") == 0 && member(c, f->type, name, n, ret)) {
			ret->bits += f->bits;
			return true;
		}
	}
	return false;
}

bool layout_find(struct core *c, const char *type, const char *path, struct field *ret)
{
	char now[CORE_NAME];
	uint32_t bits = 0;

	strncpy(now, type, CORE_NAME - 1);
	now[CORE_NAME - 1] = '\0';
	while (*path) {
		size_t n = strcspn(path, ".");

		if (!member(c, now, path, n, ret))
			return false;
		bits += ret->bits;
		memcpy(now, ret->type, CORE_NAME);
		path += n + (path[n] == '.');
	}
	ret->bits = bits;
	return true;
}

uint32_t layout_at(struct core *c, const char *type, const char *path)
{
	struct field f;

	if (!layout_find(c, type, path, &f))
		errx(2, "no %s.%s", type, path);
	return f.bits / 8;
}

void layout_set(struct core *c, vaddr at, const char *type, const char *path, uint64_t v)
{
	struct field f;
	uint64_t mask, shift;
	vaddr word;

	if (!layout_find(c, type, path, &f))
		return;
	if (!f.bit_size) {
		core_put(c, at + f.bits / 8, v, f.size);
		return;
	}
	word = at + f.bits / 64 * 8;
	shift = f.bits % 64;
	mask = ((1ull << f.bit_size) - 1) << shift;
	core_put(c, word, (core_get(c, word) & ~mask) | (v << shift & mask), 8);
}

struct btf_ids {
	int basic[N_BASICS], index;
};

static int id_of(struct core *c, const struct btf_ids *ids, const char *type)
{
	const struct layout *l = find(c, type);

	for (size_t i = 0; i < N_BASICS; i++)
		if (strcmp(basics[i].name, type) == 0)
			return ids->basic[i];
	return l ? l->btf_id : 0;
}

static void add_struct(struct core *c, struct btf *btf, struct btf_ids *ids, struct layout *l)
{
	int *types = calloc(l->n + 1, sizeof(*types));

	/* arrays first: a struct's fields must follow it at once */
	for (size_t i = 0; types && i < l->n; i++) {
		types[i] = id_of(c, ids, l->fields[i].type);
		if (l->fields[i].count > 1)
			types[i] = btf__add_array(btf, ids->index, types[i], l->fields[i].count);
	}
	l->btf_id =
		btf__add_struct(btf, l->name[0] == '.' ? NULL : l->name, layout_size(c, l->name));
	for (size_t i = 0; types && i < l->n; i++) {
		const struct field *f = &l->fields[i];
		const char *name = f->name[0] == '-' ? NULL : f->name;

		if (btf__add_field(btf, name, types[i], f->bits, f->bit_size) < 0)
			errx(2, "BTF of %s.%s", l->name, f->name);
	}
	free(types);
}

static void add_kinds_of_all_sorts(struct btf *btf, const struct btf_ids *ids)
{
	int e = btf__add_enum(btf, "_slab_flag_bits", 4), fn;

	(void)btf__add_enum_value(btf, "_SLAB_CONSISTENCY_CHECKS", 0);
	(void)btf__add_enum_value(btf, "_SLAB_RECLAIM_ACCOUNT", 10);
	(void)btf__add_typedef(btf, "pid_t", ids->basic[4]);
	(void)btf__add_const(btf, ids->basic[3]);
	(void)btf__add_volatile(btf, e);
	(void)btf__add_restrict(btf, ids->basic[6]);
	(void)btf__add_fwd(btf, "nobody", BTF_FWD_STRUCT);
	fn = btf__add_func_proto(btf, 0);
	(void)btf__add_func_param(btf, "x", ids->basic[3]);
	(void)btf__add_func(btf, "schedule", BTF_FUNC_GLOBAL, fn);
	(void)btf__add_union(btf, "either", 8);
	(void)btf__add_field(btf, "a", ids->basic[5], 0, 0);
	(void)btf__add_field(btf, "b", ids->basic[3], 0, 0);
	e = btf__add_var(btf, "runqueues", BTF_VAR_STATIC, ids->basic[3]);
	(void)btf__add_datasec(btf, ".data..percpu", 4);
	(void)btf__add_datasec_var_info(btf, e, 0, 4);
}

void core_write_btf(struct core *c)
{
	struct btf *btf = btf__new_empty();
	struct btf_ids ids;
	const void *raw;
	uint32_t n;
	vaddr at;

	if (!btf)
		errx(2, "no BTF can be made");
	for (size_t i = 0; i < N_BASICS; i++)
		ids.basic[i] = btf__add_int(btf, basics[i].name, basics[i].size, 0);
	ids.basic[N_BASICS - 1] = btf__add_ptr(btf, 0);
	ids.index = ids.basic[3];
	for (size_t i = 0; i < c->n_layouts; i++)
		add_struct(c, btf, &ids, &c->layouts[i]);
	add_kinds_of_all_sorts(btf, &ids);
	raw = btf__raw_data(btf, &n);
	if (!raw)
		errx(2, "no BTF was made");
	at = core_image(c, n, 8);
	memcpy(core_ptr(c, at, n), raw, n);
	core_symbol(c, "__start_BTF", at, 'R');
	core_symbol(c, "__stop_BTF", at + n, 'R');
	btf__free(btf);
}
