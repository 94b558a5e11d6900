// SPDX-License-Identifier: GPL-2.0-or-later
// The loaded modules (kernel/module/main.c:modules).
#include "dump/modules.h"

#include "walk/walker.h"

static const char *state_name(uint32_t state)
{
	static const char *const names[] = { "live", "coming", "going", "unformed" };

	return state < 4 ? names[state] : "unknown";
}

static void walk(struct target *t)
{
	struct dump_modules *all = dump_modules(t->dump);

	for (size_t i = 0; i < all->n; i++) {
		const struct dump_module *m = &all->v[i];
		struct fact_module *f = walk_fact(t, FACT_module, m->addr);
		uint64_t size = 0;

		f->name = arena_str(&t->facts->arena, m->name);
		f->state = state_name(m->state);
		for (size_t k = 0; k < m->n_areas; k++)
			size += m->areas[k].size;
		if (m->n_areas)
			f->base = num_at(m->areas[0].start, 0);
		f->size = num_at(size, 0);
	}
	walk_list_status(t, "modules", all->status, all->bad, all->n);
}

DEFINE_WALKER(modules, .doc = "loaded modules", .gives = NEED(module), .walk = walk);
