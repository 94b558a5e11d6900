// SPDX-License-Identifier: GPL-2.0-or-later
// A made-up kernel's symbol table, in each of the encodings of scripts/kallsyms.c.
#include <stdlib.h>
#include <string.h>

#include "core.h"

enum { TOKENS = 256 };

/* Tokens above the letters: what is often in the names here. */
static const char *const pairs[] = { "__", "orc", "start", "sched", "filler_", "Tf", "un", "ule" };

static const char *token(unsigned int i, char *one)
{
	if (i >= 128 && i - 128 < sizeof(pairs) / sizeof(pairs[0]))
		return pairs[i - 128];
	one[0] = i > ' ' && i < 127 ? (char)i : '\0';
	one[1] = '\0';
	return one;
}

static size_t longest(const char *s, uint8_t *ret)
{
	size_t best = 1;

	*ret = (uint8_t)*s;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		size_t n = strlen(pairs[i]);

		if (n > best && strncmp(s, pairs[i], n) == 0) {
			best = n;
			*ret = (uint8_t)(128 + i);
		}
	}
	return best;
}

/* Type letter and name, packed, with its length in front; returns the bytes. */
static size_t pack(const struct core *c, const struct symbol_entry *s, uint8_t *to)
{
	char text[CORE_LINE];
	uint8_t packed[CORE_LINE];
	size_t n = 0, head = 1;

	text[0] = s->type;
	strncpy(text + 1, s->name, sizeof(text) - 2);
	text[sizeof(text) - 1] = '\0';
	for (const char *p = text; *p; n++)
		p += longest(p, &packed[n]);
	to[0] = (uint8_t)n;
	if (n > 127 && !c->short_names) {
		to[0] = (uint8_t)(n & 127) | 128;
		to[1] = (uint8_t)(n >> 7);
		head = 2;
	}
	memcpy(to + head, packed, n);
	return head + n;
}

static int by_address(const void *a, const void *b)
{
	const struct symbol_entry *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* Without CONFIG_KALLSYMS_ALL only text has symbols. */
static struct symbol_entry *choose(const struct core *c, size_t *ret_n)
{
	struct symbol_entry *v = calloc(c->n_symbols + 1, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; v && i < c->n_symbols; i++)
		if (!c->no_kallsyms_all || c->symbols[i].type == 'T')
			v[n++] = c->symbols[i];
	if (n)
		qsort(v, n, sizeof(*v), by_address);
	*ret_n = n;
	return v;
}

static uint64_t value(const struct core *c, vaddr offsets, size_t i, vaddr at)
{
	vaddr base = c->text;

	switch (c->kallsyms) {
	case SYMS_PLACE:
		return at - (offsets + 4 * i);
	case SYMS_PERCPU:
		return base - 1 - at;
	case SYMS_RELATIVE:
		return at - base;
	case SYMS_ABSOLUTE:
		return at;
	}
	return 0;
}

static void write_tokens(struct core *c)
{
	vaddr table = core_image(c, 0, 8), index, at = table;
	uint16_t offsets[TOKENS];
	char one[2];

	for (unsigned int i = 0; i < TOKENS; i++) {
		const char *t = token(i, one);
		size_t n = strlen(t) + 1;

		offsets[i] = (uint16_t)(at - table);
		at = core_image(c, n, 1);
		memcpy(core_ptr(c, at, n), t, n);
		at += n;
	}
	index = core_image(c, sizeof(offsets), 8);
	memcpy(core_ptr(c, index, sizeof(offsets)), offsets, sizeof(offsets));
	core_symbol(c, "kallsyms_token_table", table, 'R');
	core_symbol(c, "kallsyms_token_index", index, 'R');
}

static void write_names(struct core *c, const struct symbol_entry *v, size_t n)
{
	vaddr names = core_image(c, 0, 8), at = names, markers;
	uint32_t *marks = calloc(n / 256 + 1, sizeof(*marks));
	size_t n_marks = (n + 255) / 256;

	for (size_t i = 0; marks && i < n; i++) {
		uint8_t buf[CORE_LINE + 2];
		size_t len = pack(c, &v[i], buf);

		at = core_image(c, len, 1);
		if (i % 256 == 0)
			marks[i / 256] = (uint32_t)(at - names);
		memcpy(core_ptr(c, at, len), buf, len);
	}
	markers = core_image(c, 4 * n_marks, 8);
	if (marks)
		memcpy(core_ptr(c, markers, 4 * n_marks), marks, 4 * n_marks);
	free(marks);
	core_symbol(c, "kallsyms_names", names, 'R');
}

/* In the order of 4.6 to 6.3, which a search of the memory relies on. */
void core_write_kallsyms(struct core *c)
{
	size_t width = c->kallsyms == SYMS_ABSOLUTE ? 8 : 4, n;
	struct symbol_entry *v = choose(c, &n);
	vaddr offsets, base, num;

	offsets = core_image(c, width * n, 8);
	base = core_image(c, 8, 8);
	num = core_image(c, 8, 8);
	core_put(c, base, c->text, 8);
	core_put(c, num, n, 4);
	write_names(c, v, n);
	for (size_t i = 0; i < n; i++)
		core_put(c, offsets + width * i, value(c, offsets, i, v[i].addr), width);
	free(v);
	core_symbol(c, c->kallsyms == SYMS_ABSOLUTE ? "kallsyms_addresses" : "kallsyms_offsets",
		    offsets, 'R');
	core_symbol(c, "kallsyms_num_syms", num, 'R');
	if (c->kallsyms == SYMS_PERCPU || c->kallsyms == SYMS_RELATIVE)
		core_symbol(c, "kallsyms_relative_base", base, 'R');
	write_tokens(c);
}
