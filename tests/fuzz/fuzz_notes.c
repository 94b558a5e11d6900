// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as ELF notes, and what is in them as VMCOREINFO.
#include <stdlib.h>

#include "flat.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "_stext", "init_top_pgt", "kallsyms_names", "" };
	struct dump *d = flat_new(data, size);
	uint64_t v;
	int64_t n;

	container_add_notes(&d->container, data, size);
	for (size_t i = 0; i < d->container.n_notes; i++) {
		const struct note *note = &d->container.notes[i];

		if (note->n_desc > size || note->n_name > size)
			abort();
	}
	(void)vmcoreinfo_find(d);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)vmcoreinfo_symbol(d, names[i], &v);
		(void)vmcoreinfo_number(d, names[i], &n);
		(void)vmcoreinfo_get(d, names[i]);
	}
	flat_free(d);
	return 0;
}
