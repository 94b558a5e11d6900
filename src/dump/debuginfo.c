// SPDX-License-Identifier: GPL-2.0-or-later
// Completing a dump that lacks its own symbols or types (System.map: scripts/mksysmap).
#include "dump/debuginfo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dump/kallsyms.h"
#include "dump/types.h"

enum { LINE_BYTES_MAX = 1024, FILE_SYMBOLS_MAX = 8 << 20 };

#define BUILD_ID_ROOT "/usr/lib/debug/.build-id"

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

static bool installed_vmlinux(const struct dump *d, char *path, size_t size)
{
	struct str id = str_trim(vmcoreinfo_get(d, "BUILD-ID"));
	int n;

	if (id.n < 8 || id.n > 64)
		return false;
	for (size_t i = 0; i < id.n; i++)
		if (!strchr("0123456789abcdef", id.p[i]))
			return false;
	n = snprintf(path, size, BUILD_ID_ROOT "/%.2s/%.*s.debug", id.p, (int)id.n - 2, id.p + 2);
	return n > 0 && (size_t)n < size && access(path, R_OK) == 0;
}

static enum status take_symbols(struct dump *d, struct plain_symbols *s, const char *path)
{
	if (!relocate(d, s) || !same_kernel(d, s)) {
		d->why = arena_printf(&d->arena, "%s is not of the kernel of this dump (%.*s)",
				      path, STR_ARG(d->release));
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

enum status debuginfo_complete(struct dump *d, enum status st, const struct debuginfo *given)
{
	char installed[128];
	const char *vmlinux = given->vmlinux;

	if (!d->arch || !d->release.n || !d->mmu.root)
		return st;
	if (!vmlinux && installed_vmlinux(d, installed, sizeof(installed)))
		vmlinux = installed;
	if (!d->kallsyms || !d->sym[SYM_init_task]) {
		st = find_symbols(d, given, vmlinux);
		if (st)
			return st;
	} else if (vmlinux) {
		struct plain_symbols s = { 0 };

		/* types are to come from it: it must be of this kernel, too */
		st = vmlinux_symbols(d, vmlinux, &s);
		if (!st)
			st = take_symbols(d, &s, vmlinux);
		if (st)
			return st;
	}
	dump_use_symbols(d);
	return find_types(d, vmlinux);
}
