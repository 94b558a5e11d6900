// SPDX-License-Identifier: GPL-2.0-or-later
// types-equal DUMP [VMLINUX]: whether the variables are what symbols.def declares; with VMLINUX,
// whether each member of each struct that the dump's BTF names once lies where the vmlinux' DWARF
// puts it; and what the walkers want. Prints the counts; fails if any differs.
#include <bpf/btf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/dwarf.h"
#include "walk/walker.h"

struct count {
	size_t types, members, differ,
		local; /* local: declared in a function, DWARF lists it there */
};

static void compare(struct dump *d, struct dwarf_types *dw, const char *type, const char *path,
		    struct count *c)
{
	struct member a = types_member(d->types, type, path), b = dwarf_member(dw, type, path);

	c->members++;
	if (a.found == b.found && a.offset == b.offset && a.size == b.size &&
	    a.bit_offset == b.bit_offset && a.bit_size == b.bit_size)
		return;
	if (c->differ++ < 20)
		printf("%s.%s: BTF %d %u+%u size %u bits %u, DWARF %d %u+%u size %u bits %u\n",
		       type, path, a.found, a.offset, a.bit_offset, a.size, a.bit_size, b.found,
		       b.offset, b.bit_offset, b.size, b.bit_size);
}

/* The BTF of the dump, once more, to go through it. */
static struct btf *all_types(struct dump *d)
{
	size_t n = d->sym[SYM___stop_BTF] - d->sym[SYM___start_BTF];
	void *data = malloc(n);
	struct btf *btf = NULL;

	if (data && dump_read(d, d->sym[SYM___start_BTF], data, n) == OK)
		btf = btf__new(data, (uint32_t)n);
	free(data);
	return btf;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of structs and unions, ascending. */
static const char **names_of(const struct btf *btf, size_t *ret_n)
{
	uint32_t n = btf__type_cnt(btf);
	const char **v = calloc(n, sizeof(*v));

	*ret_n = 0;
	for (uint32_t id = 1; v && id < n; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (btf_is_composite(t) && t->name_off)
			v[(*ret_n)++] = btf__name_by_offset(btf, t->name_off);
	}
	if (v)
		qsort(v, *ret_n, sizeof(*v), by_name);
	return v;
}

static bool is_once(const char **v, size_t n, const char *name)
{
	const char **hit = bsearch(&name, v, n, sizeof(*v), by_name);

	return hit && (hit == v || strcmp(hit[-1], name) != 0) &&
	       (hit == v + n - 1 || strcmp(hit[1], name) != 0);
}

static void compare_all(struct dump *d, struct dwarf_types *dw, const struct btf *btf,
			struct count *c)
{
	size_t n;
	const char **names = names_of(btf, &n);

	for (uint32_t id = 1; names && id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const char *name = btf__name_by_offset(btf, t->name_off);
		const struct btf_member *m = btf_members(t);

		if (!btf_is_composite(t) || !t->name_off || !is_once(names, n, name))
			continue;
		if (types_size(d->types, name) && !dwarf_size(dw, name)) {
			c->local++;
			continue;
		}
		c->types++;
		if (types_size(d->types, name) != dwarf_size(dw, name) && c->differ++ < 20)
			printf("%s: BTF size %u, DWARF %u\n", name, types_size(d->types, name),
			       dwarf_size(dw, name));
		for (uint32_t i = 0; i < btf_vlen(t); i++)
			if (m[i].name_off)
				compare(d, dw, name, btf__name_by_offset(btf, m[i].name_off), c);
	}
	free(names);
}

/* The declared table. */
static const struct {
	enum symbol sym;
	const char *name, *type;
	bool percpu;
} declared[] = {
#define SYMBOL(name)
#define VARIABLE(name, type) { SYM_##name, #name, #type, false },
#define PERCPU(name, type)   { SYM_##name, #name, #type, true },
#include "dump/symbols.def"
#undef SYMBOL
#undef VARIABLE
#undef PERCPU
};

/* What BTF says a per-CPU variable is or points to; that of 5.10 says nothing. */
static const char *percpu_type(const struct btf *btf, const char *name)
{
	for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (!btf_is_var(t) || strcmp(btf__name_by_offset(btf, t->name_off), name) != 0)
			continue;
		for (int i = 0; i < 8 && (btf_is_var(t) || btf_is_ptr(t) || btf_is_mod(t)); i++)
			t = btf__type_by_id(btf, t->type);
		return btf__name_by_offset(btf, t->name_off);
	}
	return NULL;
}

static size_t compare_declared(struct dump *d, const struct btf *btf)
{
	size_t checked = 0, wrong = 0;

	for (size_t i = 0; i < sizeof(declared) / sizeof(*declared); i++) {
		const char *is = NULL;

		if (!d->sym[declared[i].sym])
			continue;
		if (declared[i].percpu)
			is = percpu_type(btf, declared[i].name);
		checked++;
		if (types_size(d->types, declared[i].type) &&
		    (!is || !strcmp(is, declared[i].type)))
			continue;
		wrong++;
		printf("%s is declared as struct %s; BTF: %s\n", declared[i].name, declared[i].type,
		       is ? is : "not there");
	}
	printf("%zu variables are declared and there, %zu otherwise than BTF says\n", checked,
	       wrong);
	return wrong + !checked;
}

/* A module's own types: of tun, which the guest has. */
static bool has_module_types(struct dump *d)
{
	struct member m = types_member(d->types, "tun:tun_struct", "dev");
	uint32_t size = types_size(d->types, "tun:tun_struct");

	printf("tun_struct of module tun: %u bytes, dev at %u\n", size, m.offset);
	return m.found && m.size == 8 && m.offset + 8 <= size &&
	       !types_size(d->types, "tun_struct") && !types_size(d->types, "nothing:tun_struct") &&
	       types_member(d->types, "tun:tun_file", "socket.file").found;
}

static void compare_wants(struct dump *d, struct dwarf_types *dw, struct count *c)
{
	for (size_t i = 0; i < n_walkers; i++) {
		for (size_t k = 0; k < walkers[i]->n_want; k++) {
			const struct want *w = &walkers[i]->want[k];

			compare(d, dw, w->type, w->path, c);
			if (w->or_type)
				compare(d, dw, w->or_type, w->or_path, c);
		}
	}
}

static bool compare_files(struct dump *d, const struct btf *btf, const char *vmlinux)
{
	struct count all = { 0 }, wants = { 0 };
	struct dwarf_types *dw = NULL;

	if (dwarf_open(vmlinux, &dw)) {
		printf("%s cannot be read\n", vmlinux);
		return false;
	}
	compare_wants(d, dw, &wants);
	compare_all(d, dw, btf, &all);
	printf("%zu members that walkers want, %zu differ; %zu structs and unions, %zu members, %zu differ; %zu inside functions not compared\n",
	       wants.members, wants.differ, all.types, all.members, all.differ, all.local);
	dwarf_close(dw);
	return !wants.differ && !all.differ && all.types && all.local <= all.types / 100;
}

int main(int argc, char **argv)
{
	struct dump *d = NULL;
	struct btf *btf;
	int fd = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	bool ok;

	if (fd < 0 || dump_open(fd, argv[1], &d) || !(btf = all_types(d))) {
		fprintf(stderr, "types-equal: cannot open %s\n", argc > 1 ? argv[1] : "nothing");
		return 2;
	}
	ok = !compare_declared(d, btf);
	ok &= has_module_types(d);
	if (argc > 2)
		ok &= compare_files(d, btf, argv[2]);
	btf__free(btf);
	dump_close(d);
	return !ok;
}
