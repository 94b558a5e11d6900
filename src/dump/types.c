// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's types from BTF, through libbpf, with our own bounds check and name index.
#include "dump/types.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "dump/btf_check.h"
#include "dump/dwarf.h"
#include "dump/list.h"

enum {
	BTF_BYTES_MAX = 64 << 20,
	DEPTH_MAX = 16,
	ANON_MAX = 64,
	ANON_BUDGET = 256,
};

/* A module's types: ids go on where the kernel's end. */
struct split {
	struct str module;
	struct btf *btf; /* NULL: it has none, or not in the dump */
	struct split *next;
};

struct types {
	struct dump *dump;
	struct split **splits; /* those that were asked for; behind a pointer, since asking changes
				  nothing else */
	uint32_t strings;      /* bytes of the kernel's */
	struct btf *btf;
	uint32_t n;	  /* ids 1 to n */
	uint32_t *bucket; /* first id of a name hash, 0 none */
	uint32_t *next;	  /* next id of the same bucket */
	uint32_t mask;
	struct dwarf_types *dwarf; /* instead of BTF */
};

static uint32_t hash(const char *s, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (uint8_t)s[i]) * 16777619u;
	return h;
}

static bool is_named_kind(const struct btf_type *t)
{
	return btf_is_composite(t) || btf_is_typedef(t);
}

static enum status build_index(struct types *t)
{
	uint32_t size = 1024;

	t->n = btf__type_cnt(t->btf) - 1;
	while (size < t->n / 2)
		size *= 2;
	t->mask = size - 1;
	t->bucket = calloc(size, sizeof(*t->bucket));
	t->next = calloc((size_t)t->n + 1, sizeof(*t->next));
	if (!t->bucket || !t->next)
		return ST_NOMEM;
	for (uint32_t id = t->n; id > 0; id--) {
		const struct btf_type *bt = btf__type_by_id(t->btf, id);
		const char *name;
		uint32_t b;

		if (!is_named_kind(bt) || !bt->name_off)
			continue;
		name = btf__name_by_offset(t->btf, bt->name_off);
		b = hash(name, strlen(name)) & t->mask;
		t->next[id] = t->bucket[b];
		t->bucket[b] = id;
	}
	return OK;
}

static enum status load(struct dump *d, struct types *t)
{
	kaddr_t start = d->sym[SYM___start_BTF], stop = d->sym[SYM___stop_BTF];
	_cleanup_free_ void *data = NULL;
	uint64_t size;

	if (!start || stop <= start) {
		d->why =
			d->sym[SYM_init_task] || d->sym[SYM_nr_cpu_ids]
				? STR("the kernel has no BTF in memory (CONFIG_DEBUG_INFO_BTF off)")
				: STR("the kernel's symbol table holds functions only "
				      "(CONFIG_KALLSYMS_ALL off): its variables and types "
				      "cannot be found");
		return ST_MISSING;
	}
	size = stop - start;
	if (size > BTF_BYTES_MAX || !(data = malloc(size)))
		return size > BTF_BYTES_MAX ? ST_LIMIT : ST_NOMEM;
	if (dump_read(d, start, data, size)) {
		d->why = STR("the kernel's BTF is not in the dump");
		return ST_FAULT;
	}
	if (btf_check(data, size))
		t->strings = ((const struct btf_header *)data)->str_len;
	if (!t->strings || !(t->btf = btf__new(data, (uint32_t)size))) {
		d->why = STR("the kernel's BTF is damaged, or newer than this program knows");
		return ST_BAD_DATA;
	}
	return build_index(t);
}

static int quiet(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	(void)level;
	(void)fmt;
	(void)ap;
	return 0;
}

enum status types_open(struct dump *d)
{
	struct types *t = calloc(1, sizeof(*t));
	enum status st;

	if (!t)
		return ST_NOMEM;
	libbpf_set_print(quiet);
	t->dump = d;
	t->splits = arena_new(&d->arena, struct split *);
	st = load(d, t);
	if (st) {
		types_close(t);
		return st;
	}
	d->types = t;
	return OK;
}

enum status types_use_dwarf(struct dump *d, struct dwarf_types *dwarf)
{
	struct types *t = calloc(1, sizeof(*t));

	if (!t) {
		dwarf_close(dwarf);
		return ST_NOMEM;
	}
	t->dwarf = dwarf;
	d->types = t;
	return OK;
}

void types_close(struct types *t)
{
	if (!t)
		return;
	dwarf_close(t->dwarf);
	for (struct split *s = t->splits ? *t->splits : NULL; s; s = s->next)
		btf__free(s->btf);
	btf__free(t->btf);
	free(t->bucket);
	free(t->next);
	free(t);
}

/* Through typedefs and qualifiers to the type itself. */
static const struct btf_type *strip(const struct btf *btf, uint32_t id)
{
	for (int i = 0; i < DEPTH_MAX && id; i++) {
		const struct btf_type *bt = btf__type_by_id(btf, id);

		if (!bt)
			return NULL;
		if (!btf_is_mod(bt) && !btf_is_typedef(bt))
			return bt;
		id = bt->type;
	}
	return NULL;
}

static const struct btf_type *find_own(const struct types *t, const char *name, size_t n)
{
	const struct btf_type *fallback = NULL;

	for (uint32_t id = t->bucket[hash(name, n) & t->mask]; id; id = t->next[id]) {
		const struct btf_type *bt = btf__type_by_id(t->btf, id);
		const char *other = btf__name_by_offset(t->btf, bt->name_off);

		if (strlen(other) != n || memcmp(other, name, n) != 0)
			continue;
		if (btf_is_composite(bt) && btf_vlen(bt))
			return bt;
		if (!fallback)
			fallback = strip(t->btf, id);
	}
	return fallback;
}

/* libbpf reads split BTF from files only. */
static struct btf *parse_split(const void *data, size_t size, struct btf *base)
{
	FILE *f = tmpfile();
	struct btf *btf = NULL;
	char path[32];

	if (!f)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(f));
	if (fwrite(data, 1, size, f) == size && fflush(f) == 0)
		btf = btf__parse_raw_split(path, base);
	fclose(f);
	return btf;
}

/* The module's types, read when they are first asked for (kernel/bpf/btf.c:btf_module_notify()). */
static struct btf *read_split(const struct types *t, struct str module)
{
	struct dump *d = t->dump;
	struct member list = types_member(t, "btf_module", "list");
	struct member mod = types_member(t, "btf_module", "module");
	struct member of = types_member(t, "btf_module", "btf");
	struct member name = types_member(t, "module", "name");
	struct member at = types_member(t, "btf", "data");
	struct member len = types_member(t, "btf", "data_size");
	struct list_iter it;
	uint64_t p;

	if (!d->sym[SYM_btf_modules] || !list.found || !mod.found || !of.found || !at.found ||
	    !len.found)
		return NULL;
	for (list_begin(&it, d, d->sym[SYM_btf_modules]); list_next(&it);) {
		kaddr_t entry = it.entry - list.offset;
		_cleanup_free_ void *data = NULL;
		uint32_t size;

		if (dump_u64(d, entry + mod.offset, &p) ||
		    !str_eq(dump_string(d, p + name.offset, 64), module))
			continue;
		if (dump_u64(d, entry + of.offset, &p) || dump_u32(d, p + len.offset, &size) ||
		    dump_u64(d, p + at.offset, &p) || size > BTF_BYTES_MAX ||
		    !(data = malloc(size)) || dump_read(d, p, data, size) ||
		    !btf_check_split(data, size, t->n, t->strings))
			return NULL;
		return parse_split(data, size, t->btf);
	}
	return NULL;
}

static const struct btf *split_of(const struct types *t, struct str module)
{
	struct split *s;

	for (s = *t->splits; s; s = s->next)
		if (str_eq(s->module, module))
			return s->btf;
	s = arena_new(&t->dump->arena, struct split);
	*s = (struct split){ arena_str(&t->dump->arena, module), NULL, *t->splits };
	*t->splits = s;
	s->btf = read_split(t, s->module);
	return s->btf;
}

/* "name", or "module:name". */
static const struct btf_type *find(const struct types *t, const char *name, const struct btf **ret)
{
	const char *colon = strchr(name, ':');
	const struct btf *btf = t->btf;

	*ret = btf;
	if (!colon)
		return find_own(t, name, strlen(name));
	btf = *ret = split_of(t, (struct str){ name, (size_t)(colon - name) });
	for (uint32_t id = t->n + 1; btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *bt = btf__type_by_id(btf, id);

		if (is_named_kind(bt) &&
		    strcmp(btf__name_by_offset(btf, bt->name_off), colon + 1) == 0)
			return strip(btf, id);
	}
	return NULL;
}

uint32_t types_size(const struct types *t, const char *type)
{
	const struct btf_type *bt;
	const struct btf *btf;

	if (t && t->dwarf)
		return dwarf_size(t->dwarf, type);
	bt = t ? find(t, type, &btf) : NULL;
	return bt && btf_is_composite(bt) ? bt->size : 0;
}

/* An anonymous struct or union inside another, still to be searched. */
struct pending {
	const struct btf_type *type;
	uint32_t bits;
};

static const struct btf_type *step(const struct btf *btf, const struct btf_type *outer,
				   const char *name, size_t n, uint32_t *bits, uint32_t *bit_size)
{
	struct pending stack[ANON_MAX] = { { outer, 0 } };
	size_t depth = 1;

	/* damaged types may hold themselves */
	for (int budget = ANON_BUDGET; depth && budget; budget--) {
		struct pending now = stack[--depth];
		const struct btf_member *m = btf_members(now.type);

		for (uint32_t i = 0; i < btf_vlen(now.type); i++) {
			const char *mname = btf__name_by_offset(btf, m[i].name_off);
			uint32_t at = now.bits + btf_member_bit_offset(now.type, i);
			const struct btf_type *mt = strip(btf, m[i].type);

			if (!mname || !mt)
				continue;
			if (*mname && strlen(mname) == n && memcmp(mname, name, n) == 0) {
				*bits += at;
				*bit_size = btf_member_bitfield_size(now.type, i);
				return mt;
			}
			if (!*mname && btf_is_composite(mt) && depth < ANON_MAX)
				stack[depth++] = (struct pending){ mt, at };
		}
	}
	return NULL;
}

static uint32_t size_of(const struct btf *btf, const struct btf_type *bt)
{
	uint32_t count = 1;

	for (int i = 0; i < DEPTH_MAX && bt && btf_is_array(bt); i++) {
		if (__builtin_mul_overflow(count, btf_array(bt)->nelems, &count))
			return 0;
		bt = strip(btf, btf_array(bt)->type);
	}
	if (!bt)
		return 0;
	if (btf_is_ptr(bt))
		return 8 * count;
	if (btf_is_int(bt) || btf_is_composite(bt) || btf_is_any_enum(bt) || btf_is_float(bt))
		return bt->size * count;
	return 0;
}

struct member types_member(const struct types *t, const char *type, const char *path)
{
	const struct btf_type *bt;
	const struct btf *btf;
	uint32_t bits = 0, bit_size = 0;

	if (t && t->dwarf)
		return dwarf_member(t->dwarf, type, path);
	bt = t ? find(t, type, &btf) : NULL;
	while (bt && *path) {
		size_t n = strcspn(path, ".");

		if (!btf_is_composite(bt))
			return (struct member){ 0 };
		bt = step(btf, bt, path, n, &bits, &bit_size);
		path += n + (path[n] == '.');
	}
	if (!bt)
		return (struct member){ 0 };
	return (struct member){ .found = true,
				.offset = bits / 8,
				.size = size_of(btf, bt),
				.bit_offset = bits % 8,
				.bit_size = (uint8_t)bit_size };
}

bool types_enum(const struct types *t, const char *name, int64_t *ret)
{
	if (t && t->dwarf)
		return dwarf_enum(t->dwarf, name, ret);
	for (uint32_t id = 1; t && id <= t->n; id++) {
		const struct btf_type *bt = btf__type_by_id(t->btf, id);
		const struct btf_enum *e;

		if (!btf_is_enum(bt))
			continue;
		e = btf_enum(bt);
		for (uint32_t i = 0; i < btf_vlen(bt); i++) {
			const char *en = btf__name_by_offset(t->btf, e[i].name_off);

			if (en && strcmp(en, name) == 0) {
				*ret = e[i].val;
				return true;
			}
		}
	}
	return false;
}
