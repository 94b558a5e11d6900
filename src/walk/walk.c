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

/* Why an address cannot be read. */
static const char *why_not(const struct target *t, enum page_state state)
{
	const struct container *c = &t->dump->container;

	switch (state) {
	case PAGE_EXCLUDED:
		return c->zeros_only ? "left out of the dump by its filter"
				     : "left out of the dump by its filter (a makedumpfile older "
				       "than this kernel takes slab pages for others)";
	case PAGE_DAMAGED:
		return c->cut ? "cut off with what the dump lacks" : "damaged in the dump";
	case PAGE_MISSING:
		if (c->cut)
			return "not in the dump, which lacks its end or a part";
		break;
	case PAGE_PRESENT:
		break;
	}
	return status_text(ST_FAULT);
}

void walk_lost_add(struct target *t, struct walk_lost *l, kaddr_t addr)
{
	l->n[dump_state(t->dump, addr)]++;
}

void walk_lost_tell(struct target *t, const struct walk_lost *l, const char *what,
		    const char *things)
{
	for (size_t i = 0; i < ARRAY_SIZE(l->n); i++)
		if (l->n[i])
			walk_note(t, "%s: %zu %s: %s", what, l->n[i], things,
				  why_not(t, (enum page_state)i));
}

void walk_list_status(struct target *t, const char *list, enum status st, kaddr_t bad, uint64_t n)
{
	const char *why;
	struct broken_list *b;

	if (!st)
		return;
	why = st == ST_FAULT ? why_not(t, dump_state(t->dump, bad)) : status_text(st);
	for (size_t i = 0; i < t->n_broken; i++) {
		b = &t->broken[i];
		if (strcmp(b->list, list) != 0 || strcmp(b->why, why) != 0)
			continue;
		/* two walkers may go over the same list */
		b->times += b->walker == t->now;
		return;
	}
	b = arena_push(&t->facts->arena, (void **)&t->broken, &t->n_broken, sizeof(*b));
	/* the last entry seen may be the one that is not there */
	*b = (struct broken_list){ t->now, list, why, bad, n - (st == ST_FAULT && n), 1 };
}

static void tell_broken(struct target *t)
{
	for (size_t i = 0; i < t->n_broken; i++) {
		const struct broken_list *b = &t->broken[i];

		if (b->times > 1)
			walk_note(t, "%s: %s, %llu times, first at 0x%llx", b->list, b->why,
				  (unsigned long long)b->times, (unsigned long long)b->bad);
		else
			walk_note(t, "%s: %s at 0x%llx: at least %llu entries", b->list, b->why,
				  (unsigned long long)b->bad, (unsigned long long)b->entries);
	}
	t->n_broken = 0;
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
		t->now = walkers[i];
		if (resolve(t, walkers[i], m))
			walkers[i]->walk(t);
	}
	tell_broken(t);
}
