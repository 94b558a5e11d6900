// SPDX-License-Identifier: GPL-2.0-or-later
// Completing a dump that lacks its own symbols or types (System.map: scripts/mksysmap).
#include "dump/debuginfo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dump/build_id.h"
#include "dump/kallsyms.h"
#include "dump/types.h"

enum { LINE_BYTES_MAX = 1024, FILE_SYMBOLS_MAX = 8 << 20 };

static void push(struct dump *d, struct plain_symbols *s, kaddr_t addr, struct str name)
{
	struct plain_symbol *slot = arena_push(&d->arena, (void **)&s->v, &s->n, sizeof(*slot));

	*slot = (struct plain_symbol){ addr, arena_str(&d->arena, name).p };
}

/* "ffffffff81000000 T _text" */
static enum status read_system_map(struct dump *d, const char *path, struct plain_symbols *ret)
{
	FILE *f = fopen(path, "re");
	char line[LINE_BYTES_MAX];

	if (!f)
		return ST_OS;
	while (fgets(line, sizeof(line), f) && ret->n < FILE_SYMBOLS_MAX) {
		struct str rest = str_trim(str_c(line)), addr = str_word(&rest),
			   type = str_word(&rest), name = str_word(&rest);
		uint64_t v;

		if (type.n == 1 && name.n && str_to_u64(addr, 16, &v))
			push(d, ret, v, name);
	}
	fclose(f);
	return ret->n > 1 ? OK : ST_BAD_DATA; /* Debian's holds one line: where the real one is */
}

static kaddr_t value_of(const struct plain_symbols *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i].name, name) == 0)
			return s->v[i].addr;
	return 0;
}

static int by_addr(const void *a, const void *b)
{
	const struct plain_symbol *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* By how much the kernel moved; what lies below it (per-CPU offsets) did not. */
static bool relocate(const struct dump *d, struct plain_symbols *s)
{
	kaddr_t linked = value_of(s, "_stext"), now;

	if (!linked || !vmcoreinfo_symbol(d, "_stext", &now))
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].addr >= d->mmu.kernel_map)
			s->v[i].addr += now - linked;
	qsort(s->v, s->n, sizeof(*s->v), by_addr);
	return true;
}

/* Another kernel's file would lie silently: the banner in memory must be the one that was linked
 * there. */
static bool same_kernel(struct dump *d, const struct plain_symbols *s)
{
	kaddr_t banner = value_of(s, "linux_banner");
	struct str text = banner ? dump_string(d, banner, 200) : STR("");
	char head[128];
	int n = snprintf(head, sizeof(head), "Linux version %.*s ", STR_ARG(d->release));

	return n > 0 && (size_t)n < sizeof(head) && str_has(text, head);
}

/* The symbols that VMCOREINFO names must lie where the file says: another build of the same
 * release has them elsewhere. */
static bool same_places(const struct dump *d, const struct plain_symbols *s)
{
	struct str rest = d->vmcoreinfo;
	uint64_t now;

	while (rest.n) {
		const char *nl = memchr(rest.p, '\n', rest.n);
		struct str line = { rest.p, nl ? (size_t)(nl - rest.p) : rest.n };
		const char *end = memchr(line.p, ')', line.n);
		char name[64];
		kaddr_t at;

		rest = str_from(rest, line.n + 1);
		if (line.n < 8 || memcmp(line.p, "SYMBOL(", 7) != 0 || !end ||
		    end - line.p - 7 >= (long)sizeof(name))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(end - line.p - 7), line.p + 7);
		at = value_of(s, name);
		/* those below the image (mem_section) are values, not places */
		if (at >= d->mmu.kernel_map && vmcoreinfo_symbol(d, name, &now) &&
		    now >= d->mmu.kernel_map && now != at)
			return false;
	}
	return true;
}

/* By its build id, before anything else of it is read. */
static enum status check_build(struct dump *d, const char *path)
{
	struct build_id own = build_id_of_dump(d), of = build_id_of_file(path);

	if (!*own.hex || !*of.hex || strcmp(own.hex, of.hex) == 0)
		return OK;
	d->why = arena_printf(
		&d->arena,
		"%s is of another build of the kernel than this dump (%.*s): its build "
		"id is %s, the dump's %s",
		path, STR_ARG(d->release), of.hex, own.hex);
	return ST_BAD_DATA;
}

static enum status take_symbols(struct dump *d, struct plain_symbols *s, const char *path)
{
	bool moved = relocate(d, s), same = moved && same_kernel(d, s);

	if (!same || !same_places(d, s)) {
		d->why = arena_printf(&d->arena, "%s is not of the kernel of this dump (%.*s)%s",
				      path, STR_ARG(d->release),
				      same ? ", but of another build of that release: its symbols "
					     "lie elsewhere"
					   : "");
		return ST_BAD_DATA;
	}
	kallsyms_add_plain(d, s->v, s->n);
	return OK;
}

static enum status find_symbols(struct dump *d, const struct debuginfo *given, const char *vmlinux)
{
	struct plain_symbols s = { 0 };
	enum status st = ST_MISSING;
	const char *path = given->system_map ? given->system_map : vmlinux;

	if (given->system_map)
		st = read_system_map(d, path, &s);
	else if (vmlinux)
		st = vmlinux_symbols(d, path, &s);
	if (!st)
		return take_symbols(d, &s, path);
	d->why = path ? arena_printf(&d->arena, "%s: %s", path,
				     st == ST_UNSUPPORTED ? "this build reads no vmlinux (no libdw)"
				     : st == ST_BAD_DATA  ? "has no symbols"
							  : status_text(st))
		      : arena_printf(&d->arena, "%.*s: name a --vmlinux or --system-map",
				     STR_ARG(d->why));
	return st;
}

static enum status find_types(struct dump *d, const char *vmlinux)
{
	struct dwarf_types *dwarf = NULL;
	enum status st = types_open(d);

	if (!st)
		return OK;
	if (!vmlinux) {
		d->why = arena_printf(&d->arena, "%.*s: name a --vmlinux with debuginfo",
				      STR_ARG(d->why));
		return st;
	}
	st = dwarf_open(vmlinux, &dwarf);
	if (st) {
		d->why = arena_printf(&d->arena, "%.*s, and %s has no types (DWARF): %s",
				      STR_ARG(d->why), vmlinux, status_text(st));
		return st;
	}
	return types_use_dwarf(d, dwarf);
}

static enum status complete(struct dump *d, const struct debuginfo *given, const char *vmlinux)
{
	enum status st = vmlinux ? check_build(d, vmlinux) : OK;

	if (st)
		return st;
	if (!d->kallsyms || !d->sym[SYM_init_task]) {
		st = find_symbols(d, given, vmlinux);
	} else if (vmlinux) {
		struct plain_symbols s = { 0 };

		/* types are to come from it: it must be of this kernel, too */
		st = vmlinux_symbols(d, vmlinux, &s);
		if (!st)
			st = take_symbols(d, &s, vmlinux);
	}
	/* what the symbols lead to may tell more than VMCOREINFO did */
	if (!st && vmlinux)
		st = check_build(d, vmlinux);
	if (st)
		return st;
	dump_use_symbols(d);
	return find_types(d, vmlinux);
}

enum status debuginfo_complete(struct dump *d, enum status st, const struct debuginfo *given)
{
	const char *vmlinux = given->vmlinux;

	if (!d->arch || !d->release.n || !d->mmu.root)
		return st;
	if (!vmlinux)
		vmlinux = build_id_installed(d);
	st = complete(d, given, vmlinux);
	if (!st) {
		d->why = STR("");
		d->debuginfo = str_c(vmlinux ? vmlinux : "");
	}
	return st;
}

void debuginfo_not_needed(struct dump *d, const struct debuginfo *given)
{
	if (given->vmlinux && check_build(d, given->vmlinux))
		d->why = arena_printf(&d->arena, "%.*s; it was not needed", STR_ARG(d->why));
}
