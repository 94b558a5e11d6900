// SPDX-License-Identifier: GPL-2.0-or-later
// The model's stages in order.
#include "model/model.h"

#include "model/budget.h"
#include "model/incident.h"

void model_run(struct facts *f)
{
	struct arena scratch;
	struct incidents all;

	arena_init(&scratch);
	if (!scratch.failed) {
		all = incidents_of(f, &scratch);
		for (size_t i = 0; i < all.n && !scratch.failed; i++)
			budget_add(f, &all.v[i]);
	}
	if (scratch.failed)
		f->arena.failed = true;
	arena_deinit(&scratch);
}
