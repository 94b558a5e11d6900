// SPDX-License-Identifier: GPL-2.0-or-later
// How the number of entries of one machine's memory map went from boot to boot:
// e820__reserve_setup_data() adds two for each blob inside RAM.
#include "rule/map_series.h"

#include <stdlib.h>

struct walk {
	struct map_series *s;
	struct boot_map *now, *last, *judged;
	struct incident last_boot;
	bool seen; /* the boot judged is in the series */
};

/* An entry of the map now that lies in the middle of RAM of the map before, and was no entry there.
 */
static bool is_new_piece(const struct e820_table *before, const struct e820_entry *e,
			 struct e820_entry *parent)
{
	for (size_t i = 0; i < before->n; i++) {
		const struct e820_entry *p = &before->v[i];

		if (p->addr == e->addr && p->size == e->size)
			return false;
		if (p->type == E820_RAM && p->addr <= e->addr &&
		    e->addr + e->size <= p->addr + p->size) {
			*parent = *p;
			return true;
		}
	}
	return false;
}

/* Which entry was split, and around what. */
static unsigned int look_for_split(struct walk *w)
{
	unsigned int split = 0;

	for (size_t i = 0; i < w->now->e820.n; i++) {
		const struct e820_entry *e = &w->now->e820.v[i];
		struct e820_entry parent;

		if (e->type != E820_RESERVED_KERN || !is_new_piece(&w->last->e820, e, &parent))
			continue;
		w->s->parent = parent;
		w->s->piece = *e;
		split |= SPLIT_ANY;
		if (e->size == 112 || e->size == 128)
			split |= SPLIT_EFI;
		if (e->size == 16 || e->size == 128)
			split |= SPLIT_RNG;
	}
	return split;
}

static void step(struct walk *w, const struct incident *boot)
{
	struct map_series *s = w->s;
	size_t before = s->v[s->n - 1].entries, now = w->now->e820.n, up = now - before;
	unsigned int split;

	if (now <= before)
		return;
	s->least = s->growing && s->least < up ? s->least : up;
	s->most = s->most > up ? s->most : up;
	s->rate = (s->rate * (double)s->growing + (double)up) / (double)(s->growing + 1);
	s->growing++;
	split = look_for_split(w);
	/* the kernel before wrote the table; the fix is absent where it is the one of now */
	if (w->last_boot.boot && str_eq(boot->boot->kernel, w->last_boot.boot->kernel))
		s->split |= split;
}

/* @return false when the series of the boot judged is over. */
static bool add(struct walk *w, const struct incident *boot, const struct incident *in)
{
	struct map_series *s = w->s;
	struct boot_map *swap = w->now;

	/* fewer entries: firmware has built the map anew */
	if (s->n && w->now->e820.n < s->v[s->n - 1].entries) {
		if (w->seen)
			return false;
		*s = (struct map_series){ 0 };
	}
	if (s->n)
		step(w, boot);
	if (s->n == SERIES_MAX) {
		memmove(s->v + 1, s->v + 2, (SERIES_MAX - 2) * sizeof(s->v[0]));
		s->n--;
	}
	s->v[s->n++] = (struct series_boot){ boot->boot, w->now->e820.n, e820_ram(&w->now->e820) };
	if (!s->full && w->now->e820.n >= E820_MAX_ZEROPAGE)
		s->full = boot->boot;
	s->ends_here = boot->head == in->head;
	w->seen |= s->ends_here;
	w->now = w->last;
	w->last = swap;
	w->last_boot = *boot;
	return true;
}

struct map_series *map_series_of(const struct incident *in, struct arena *arena)
{
	struct incidents boots = boots_beside(in, arena);
	struct walk w = { .s = arena_new(arena, struct map_series),
			  .now = boot_map_new(),
			  .last = boot_map_new(),
			  .judged = boot_map_new() };

	if (w.s && w.now && w.last && w.judged && map_of_boot(in, w.judged))
		for (size_t i = 0; i < boots.n; i++)
			if (map_of_boot(&boots.v[i], w.now) &&
			    (boots.v[i].head == in->head ||
			     same_machine(&boots.v[i], w.now, in, w.judged)) &&
			    !add(&w, &boots.v[i], in))
				break;
	free(w.now);
	free(w.last);
	free(w.judged);
	return w.s;
}
