// SPDX-License-Identifier: GPL-2.0-or-later
// Notes of a dump, whatever its format.
#include "dump/container.h"

#include <string.h>

static size_t align4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

void container_add_notes(struct container *c, const unsigned char *p, size_t n)
{
	size_t at = 0;

	while (n - at >= 12) {
		uint32_t namesz, descsz, type;
		struct note *note;
		size_t name, desc;

		memcpy(&namesz, p + at, 4);
		memcpy(&descsz, p + at + 4, 4);
		memcpy(&type, p + at + 8, 4);
		name = at + 12;
		if (namesz > n - name)
			return;
		desc = name + align4(namesz);
		if (desc > n || descsz > n - desc)
			return;
		if (!namesz && !descsz && !type) { /* padding between per-CPU notes */
			at = name;
			continue;
		}
		note = arena_push(c->arena, (void **)&c->notes, &c->n_notes, sizeof(*note));
		*note = (struct note){ .name = (const char *)p + name,
				       .n_name = strnlen((const char *)p + name, namesz),
				       .type = type,
				       .desc = p + desc,
				       .n_desc = descsz };
		at = desc + align4(descsz);
		if (at > n)
			return;
	}
}
