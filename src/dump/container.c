// SPDX-License-Identifier: GPL-2.0-or-later
// Notes of a dump, whatever its format.
#include "dump/container.h"

#include <string.h>

void container_warn(struct container *c, struct str text)
{
	if (c->warning.n)
		c->warning =
			arena_printf(c->arena, "%.*s; %.*s", STR_ARG(c->warning), STR_ARG(text));
	else
		c->warning = text;
}

void container_cut(struct container *c, struct str text)
{
	c->cut = true;
	container_warn(c, text);
}

void container_check_size(struct container *c, uint64_t size, bool at_least)
{
	if (bytes_size(c->bytes) < size)
		container_cut(c,
			      arena_printf(c->arena, "truncated: %llu of %s%llu bytes",
					   (unsigned long long)bytes_size(c->bytes),
					   at_least ? "at least " : "", (unsigned long long)size));
	else if (bytes_truncated(c->bytes))
		container_cut(c, STR("truncated: the flattened file has no end mark"));
}

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
