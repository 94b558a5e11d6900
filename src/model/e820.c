// SPDX-License-Identifier: GPL-2.0-or-later
// The e820 tables: arch/x86/kernel/e820.c, function by function.
#include "model/e820.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

bool e820_add(struct e820_table *t, uint64_t start, uint64_t size, uint32_t type)
{
	if (t->n == E820_MAX)
		return false;
	t->v[t->n++] = (struct e820_entry){ start, size, type };
	return true;
}

static uint64_t clamp_size(uint64_t start, uint64_t size)
{
	return size > UINT64_MAX - start ? UINT64_MAX - start : size;
}

static uint64_t max64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* One entry against a range: what of it lies inside is cut out; returns how much. */
static uint64_t cut(struct e820_table *t, struct e820_entry *e, uint64_t start, uint64_t end)
{
	uint64_t entry_end = e->addr + e->size, first = max64(start, e->addr),
		 last = min64(end, entry_end);

	if (first >= last)
		return 0;
	if (e->addr < start && entry_end > end) {
		uint32_t type = e->type;

		e->size = start - e->addr;
		(void)e820_add(t, end, entry_end - end, type);
		return last - first;
	}
	e->size -= last - first;
	if (e->addr >= first)
		e->addr = last;
	return last - first;
}

uint64_t e820_range_update(struct e820_table *t, uint64_t start, uint64_t size, uint32_t from,
			   uint32_t to)
{
	uint64_t end = start + clamp_size(start, size), changed = 0;

	/* entries added at the end are of the new type or outside: walking over them does nothing
	 */
	for (size_t i = 0; i < t->n; i++) {
		struct e820_entry *e = &t->v[i];
		uint64_t entry_end = e->addr + e->size, first, last;

		if (e->type != from)
			continue;
		if (e->addr >= start && entry_end <= end) {
			e->type = to;
			changed += e->size;
			continue;
		}
		first = max64(start, e->addr);
		last = min64(end, entry_end);
		if (first >= last)
			continue;
		(void)e820_add(t, first, last - first, to);
		changed += cut(t, e, start, end);
	}
	return changed;
}

uint64_t e820_range_remove(struct e820_table *t, uint64_t start, uint64_t size, uint32_t type)
{
	uint64_t end = start + clamp_size(start, size), removed = 0;

	for (size_t i = 0; i < t->n; i++) {
		struct e820_entry *e = &t->v[i];

		if (type && e->type != type)
			continue;
		if (e->addr >= start && e->addr + e->size <= end) {
			removed += e->size;
			*e = (struct e820_entry){ 0 };
			continue;
		}
		removed += cut(t, e, start, end);
	}
	return removed;
}

struct change {
	uint64_t addr;
	const struct e820_entry *entry;
	bool starts;
};

/* cpcompare(): by address; at one address starts come before ends, so that touching equals merge.
 */
static int by_addr(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return (int)y->starts - (int)x->starts;
}

static bool nomerge(uint32_t type)
{
	return type == E820_PRAM || type == E820_SOFT_RESERVED;
}

static uint32_t largest_type(const struct e820_entry *const *open, size_t n)
{
	uint32_t type = 0;

	for (size_t i = 0; i < n; i++)
		if (open[i]->type > type)
			type = open[i]->type;
	return type;
}

/* Working memory of one sanitizing. */
struct work {
	struct change change[2 * E820_MAX];
	const struct e820_entry *open[E820_MAX];
	struct e820_entry out[E820_MAX];
};

static size_t collect(const struct e820_table *t, struct work *w)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct e820_entry *e = &t->v[i];

		if (!e->size)
			continue;
		w->change[n++] = (struct change){ e->addr, e, true };
		w->change[n++] = (struct change){ e->addr + e->size, e, false };
	}
	qsort(w->change, n, sizeof(w->change[0]), by_addr);
	return n;
}

static void close_entry(struct work *w, size_t *n_open, const struct e820_entry *e)
{
	for (size_t i = 0; i < *n_open; i++) {
		if (w->open[i] == e) {
			w->open[i] = w->open[--*n_open];
			return;
		}
	}
}

static bool unreasonable(const struct e820_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].addr + t->v[i].size < t->v[i].addr)
			return true;
	return false;
}

bool e820_sanitize(struct e820_table *t)
{
	struct work *w = t->n < 2 || unreasonable(t) ? NULL : calloc(1, sizeof(*w));
	size_t changes, n_open = 0, n = 0;
	uint32_t last_type = 0;
	uint64_t last_addr = 0;

	if (!w)
		return false;
	changes = collect(t, w);
	for (size_t i = 0; i < changes && n < E820_MAX; i++) {
		const struct change *c = &w->change[i];
		uint32_t type;

		if (c->starts)
			w->open[n_open++] = c->entry;
		else
			close_entry(w, &n_open, c->entry);
		type = largest_type(w->open, n_open);
		if (type == last_type && !nomerge(type))
			continue;
		if (last_type && c->addr > last_addr)
			w->out[n++] =
				(struct e820_entry){ last_addr, c->addr - last_addr, last_type };
		last_addr = c->addr;
		last_type = type;
	}
	memcpy(t->v, w->out, n * sizeof(t->v[0]));
	t->n = n;
	free(w);
	return true;
}

static bool counts_as_ram(uint32_t type)
{
	return type == E820_RAM || type == E820_RESERVED_KERN;
}

uint64_t e820_ram(const struct e820_table *t)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < t->n; i++)
		if (counts_as_ram(t->v[i].type))
			sum += t->v[i].size;
	return sum;
}

uint64_t e820_end_of_ram(const struct e820_table *t)
{
	uint64_t end = 0;

	for (size_t i = 0; i < t->n; i++)
		if (counts_as_ram(t->v[i].type) && t->v[i].addr + t->v[i].size > end)
			end = t->v[i].addr + t->v[i].size;
	return end;
}

static const struct {
	uint32_t type;
	const char *text;
} type_texts[] = {
	{ E820_RAM, "usable" },
	{ E820_RESERVED_KERN, "usable" },
	{ E820_RESERVED, "reserved" },
	{ E820_ACPI, "ACPI data" },
	{ E820_NVS, "ACPI NVS" },
	{ E820_UNUSABLE, "unusable" },
	{ E820_PMEM, "persistent (type 7)" },
	{ E820_PRAM, "persistent (type 12)" },
	{ E820_SOFT_RESERVED, "soft reserved" },
};

const char *e820_type_text(uint32_t type)
{
	for (size_t i = 0; i < sizeof(type_texts) / sizeof(type_texts[0]); i++)
		if (type_texts[i].type == type)
			return type_texts[i].text;
	return "type unknown";
}

const char *e820_type_print(uint32_t type, bool modern, char ret[static 32])
{
	const char *word = e820_type_text(type);

	if (modern && counts_as_ram(type))
		return "System RAM";
	if (modern && type == E820_RESERVED)
		return "device reserved";
	if (modern && (type == E820_PMEM || type == E820_PRAM))
		snprintf(ret, 32, "persistent RAM (type %" PRIu32 ")", type);
	else if (strcmp(word, "type unknown") == 0)
		snprintf(ret, 32, "type %" PRIu32, type);
	else
		return word;
	return ret;
}

/* Words of /proc/iomem and /sys/firmware/memmap (e820_type_to_string()), and of 6.17 and newer. */
static const struct {
	const char *word;
	uint32_t type;
} other_words[] = {
	{ "System RAM", E820_RAM },
	{ "Reserved", E820_RESERVED },
	{ "device reserved", E820_RESERVED },
	{ "ACPI Tables", E820_ACPI },
	{ "ACPI Non-volatile Storage", E820_NVS },
	{ "Unusable memory", E820_UNUSABLE },
	{ "Persistent Memory (legacy)", E820_PRAM },
	{ "Persistent Memory", E820_PMEM },
	{ "persistent RAM (type 7)", E820_PMEM },
	{ "persistent RAM (type 12)", E820_PRAM },
	{ "Soft Reserved", E820_SOFT_RESERVED },
};

uint32_t e820_type_of(struct str word)
{
	for (size_t i = 0; i < sizeof(type_texts) / sizeof(type_texts[0]); i++)
		if (str_is(word, type_texts[i].text))
			return type_texts[i].type;
	for (size_t i = 0; i < sizeof(other_words) / sizeof(other_words[0]); i++)
		if (str_is(word, other_words[i].word))
			return other_words[i].type;
	return str_starts(word, "persistent") ? E820_PMEM : 0;
}
