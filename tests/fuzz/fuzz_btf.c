// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as the kernel's BTF: checked, indexed, and asked for all that the walkers want.
#include <stdlib.h>

#include "flat.h"
#include "fuzz.h"
#include "walk/walker.h"

static void ask(const struct types *t)
{
	int64_t v;

	for (size_t i = 0; i < n_walkers; i++) {
		for (size_t k = 0; k < walkers[i]->n_want; k++) {
			const struct want *w = &walkers[i]->want[k];

			(void)types_member(t, w->type, w->path);
			(void)types_size(t, w->type);
			if (w->or_type)
				(void)types_member(t, w->or_type, w->or_path);
		}
	}
	(void)types_member(t, "either", "a.b.c");
	(void)types_member(t, "pid_t", "");
	(void)types_enum(t, "_SLAB_RECLAIM_ACCOUNT", &v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dump *d = flat_new(data, size);

	d->sym[SYM___start_BTF] = FLAT_BASE;
	d->sym[SYM___stop_BTF] = FLAT_BASE + size;
	if (types_open(d) == OK)
		ask(d->types);
	flat_free(d);
	return 0;
}
