// SPDX-License-Identifier: GPL-2.0-or-later
// VMCOREINFO: kernel/crash_core.c, kernel/vmcore_info.c.
#include <string.h>

#include "dump/dump.h"

enum { VMCOREINFO_MAX = 64 * 1024 };

struct str vmcoreinfo_get(const struct dump *d, const char *key)
{
	struct str rest = d->vmcoreinfo;
	size_t n = strlen(key);

	while (rest.n) {
		const char *nl = memchr(rest.p, '\n', rest.n);
		size_t len = nl ? (size_t)(nl - rest.p) : rest.n;

		if (len > n && rest.p[n] == '=' && memcmp(rest.p, key, n) == 0)
			return (struct str){ rest.p + n + 1, len - n - 1 };
		rest = str_from(rest, len + 1);
	}
	return (struct str){ "", 0 };
}

static struct str get_of(const struct dump *d, const char *what, const char *name)
{
	char key[128];
	size_t n = strlen(what) + strlen(name) + 3;

	if (n > sizeof(key))
		return (struct str){ "", 0 };
	memcpy(key, what, strlen(what));
	key[strlen(what)] = '(';
	memcpy(key + strlen(what) + 1, name, strlen(name));
	key[n - 2] = ')';
	key[n - 1] = '\0';
	return vmcoreinfo_get(d, key);
}

bool vmcoreinfo_symbol(const struct dump *d, const char *name, uint64_t *ret)
{
	return str_to_u64(str_trim(get_of(d, "SYMBOL", name)), 16, ret);
}

bool vmcoreinfo_number(const struct dump *d, const char *name, int64_t *ret)
{
	return str_to_i64(str_trim(get_of(d, "NUMBER", name)), ret);
}

/* A block with more in it than any other wins: a dump taken in a kdump kernel can hold two notes.
 */
static void consider(struct dump *d, struct str text)
{
	text.n = strnlen(text.p, text.n);
	if (str_has(text, "OSRELEASE=") && text.n > d->vmcoreinfo.n)
		d->vmcoreinfo = text;
}

static void from_notes(struct dump *d)
{
	for (size_t i = 0; i < d->container.n_notes; i++) {
		const struct note *n = &d->container.notes[i];

		if (n->n_name == 10 && memcmp(n->name, "VMCOREINFO", 10) == 0)
			consider(d, (struct str){ (const char *)n->desc, n->n_desc });
	}
	if (d->container.vmcoreinfo.n)
		consider(d, d->container.vmcoreinfo);
}

/* Reads the text that begins with a page until its NUL. */
static struct str text_at(struct dump *d, paddr_t addr)
{
	char *text = arena_alloc(&d->arena, VMCOREINFO_MAX);
	size_t n = 0, page = d->container.page_size;

	if (!text)
		return (struct str){ "", 0 };
	while (n + page <= VMCOREINFO_MAX &&
	       dump_read_phys(d, addr + n, text + n, page, NULL) == OK) {
		if (memchr(text + n, 0, page))
			return (struct str){ text, n + strnlen(text + n, page) };
		n += page;
	}
	return (struct str){ text, n };
}

/* vmcoreinfo_data is allocated by page and begins with OSRELEASE=. */
static void from_memory(struct dump *d)
{
	struct container *c = &d->container;

	for (uint64_t pfn = c->ops->next(c, 0); pfn != UINT64_MAX && !d->vmcoreinfo.n;
	     pfn = c->ops->next(c, pfn + 1)) {
		enum page_state state;
		const char *p = c->ops->ptr(c, pfn * c->page_size, 16, &state);
		struct str text;

		if (!p || memcmp(p, "OSRELEASE=", 10) != 0)
			continue;
		text = text_at(d, pfn * c->page_size);
		if (!str_has(text, "SYMBOL(") || !str_has(text, "PAGESIZE="))
			continue;
		consider(d, text);
		d->vmcoreinfo_searched = d->vmcoreinfo.n > 0;
	}
}

enum status vmcoreinfo_find(struct dump *d)
{
	from_notes(d);
	if (!d->vmcoreinfo.n)
		from_memory(d);
	if (!d->vmcoreinfo.n)
		return ST_MISSING;
	d->release = str_trim(vmcoreinfo_get(d, "OSRELEASE"));
	return OK;
}
