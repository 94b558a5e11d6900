// SPDX-License-Identifier: GPL-2.0-or-later
// The model's stages in order.
#include "model/model.h"

#include "model/account.h"
#include "model/budget.h"
#include "model/incident.h"
#include "model/snapshot.h"

/* A stack that counts pages alone: its report's Mem-Info may have told how large they are. */
static void size_stacks(const struct incident *in)
{
	if (!in->mem || in->mem->page_size_assumed || !in->mem->page_size.known)
		return;
	for (size_t i = 0; i < in->of[FACT_allocation_stack].n; i++) {
		struct fact_allocation_stack *a =
			(struct fact_allocation_stack *)in->of[FACT_allocation_stack].v[i];

		if (!a->bytes.known && a->pages.known && !a->pages.hi)
			a->bytes = num_scaled(a->pages.v, in->mem->page_size.v, a->pages.line);
	}
}

/* What each boot's machine has, by whoever tells most. A crash kernel's own map tells only its
 * share.
 */
static void size_machines(struct facts *f, struct arena *scratch)
{
	struct incidents boots = boots_of(f, scratch);
	struct arena work;

	arena_init(&work);
	for (size_t i = 0; i < boots.n && !work.failed; i++) {
		struct account a;

		if (!boots.v[i].of[FACT_memory_range].n)
			continue;
		a = account_of(&boots.v[i], &work);
		if (a.known)
			((struct fact_boot *)boots.v[i].head)->ram_installed =
				num_at(a.installed, a.installed_cite.line);
		arena_reset(&work);
	}
	if (work.failed)
		scratch->failed = true;
	arena_deinit(&work);
}

void model_run(struct facts *f)
{
	struct arena scratch;
	struct incidents all;

	arena_init(&scratch);
	snapshots_join(f);
	if (!scratch.failed) {
		all = incidents_of(f, &scratch);
		for (size_t i = 0; i < all.n && !scratch.failed; i++) {
			size_stacks(&all.v[i]);
			budget_add(f, &all.v[i]);
		}
	}
	if (!scratch.failed)
		size_machines(f, &scratch);
	if (scratch.failed)
		f->arena.failed = true;
	arena_deinit(&scratch);
}
