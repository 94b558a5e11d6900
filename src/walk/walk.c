// SPDX-License-Identifier: GPL-2.0-or-later
// Running walkers: wish-lists, and what they share.
#include <stdarg.h>
#include <string.h>

#include "base/cleanup.h"
#include "walk/walker.h"

#define WALKER(stem) extern const struct walker walker_##stem;
#include "walk/walkers.def"
#undef WALKER

const struct walker *const walkers[] = {
#define WALKER(stem) &walker_##stem,
#include "walk/walkers.def"
#undef WALKER
};
const size_t n_walkers = ARRAY_SIZE(walkers);

static const char *const symbol_names[] = {
#define SYMBOL(name) #name,
#include "dump/symbols.def"
#undef SYMBOL
};

void walk_note(struct target *t, const char *fmt, ...)
{
	struct str text, *slot;
	va_list ap;

	va_start(ap, fmt);
	text = arena_vprintf(&t->facts->arena, fmt, ap);
	va_end(ap);
	/* two walkers may go over the same list */
	for (size_t i = 0; i < t->n_notes; i++)
		if (str_eq(t->notes[i], text))
			return;
	slot = arena_push(&t->facts->arena, (void **)&t->notes, &t->n_notes, sizeof(*slot));
	*slot = text;
}

void *walk_fact(struct target *t, enum fact_kind kind, kaddr_t addr)
{
	return fact_add(t->facts, kind,
			(struct origin){ .evidence = t->evidence, .address = num_at(addr, 0) });
}

uint64_t walk_get(struct target *t, kaddr_t addr, size_t want, bool *ret_ok)
{
	const struct member *m = &t->m[want];
	uint32_t size = m->size && m->size < 8 ? m->size : 8;
	uint64_t v = 0;

	if (!m->found || dump_read(t->dump, addr + m->offset, &v, size)) {
		if (ret_ok)
			*ret_ok = false;
		return 0;
	}
	if (m->bit_size)
		v = v >> m->bit_offset & ((1ull << m->bit_size) - 1);
	return v;
}

/* What happened at an address that a list leads to. */
static const char *reason(struct target *t, enum status st, kaddr_t bad)
{
	if (st != ST_FAULT)
		return status_text(st);
	switch (dump_state(t->dump, bad)) {
	case PAGE_EXCLUDED:
		return "left out of the dump by its filter (a makedumpfile older than this kernel "
		       "takes slab pages for others)";
	case PAGE_DAMAGED:
		return "cut off or damaged in the dump";
	case PAGE_MISSING:
	case PAGE_PRESENT:
		break;
	}
	return status_text(st);
}

void walk_list_status(struct target *t, const char *list, enum status st, kaddr_t bad, uint64_t n)
{
	/* the last entry seen may be the one that is not there */
	if (st == ST_FAULT && n)
		n--;
	if (st)
		walk_note(t, "%s: %s at 0x%llx: at least %llu entries", list, reason(t, st, bad),
			  (unsigned long long)bad, (unsigned long long)n);
}

static bool resolve(struct target *t, const struct walker *w, struct member *m)
{
	const struct types *types = t->dump->types;

	for (size_t i = 0; i < w->n_want; i++) {
		const struct want *x = &w->want[i];

		m[i] = types_member(types, x->type, x->path);
		if (!m[i].found && x->or_type)
			m[i] = types_member(types, x->or_type, x->or_path);
		if (!m[i].found && !x->optional) {
			walk_note(t, "%s: cannot tell, the kernel's types have no %s.%s", w->name,
				  x->type, x->path);
			return false;
		}
	}
	for (const enum symbol *s = w->symbols; s && *s != SYM_COUNT; s++) {
		if (!t->dump->sym[*s]) {
			walk_note(t, "%s: cannot tell, the kernel's symbols have no %s", w->name,
				  symbol_names[*s]);
			return false;
		}
	}
	return true;
}

void walk_dump(struct target *t, uint64_t kinds)
{
	struct member m[WALK_WANTS_MAX];

	for (size_t i = 0; i < n_walkers; i++) {
		if (!(walkers[i]->gives & kinds) || walkers[i]->n_want > WALK_WANTS_MAX)
			continue;
		memset(m, 0, sizeof(m));
		t->m = m;
		if (resolve(t, walkers[i], m))
			walkers[i]->walk(t);
	}
}
