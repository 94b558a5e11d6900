// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's types from a vmlinux' DWARF, through libdw. A compilation unit is looked into only
// when a name is asked for that those before it do not hold.
#include "dump/dwarf.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

enum { SLOTS_FIRST = 1 << 14, DEPTH_MAX = 16, ANON_MAX = 64 };

enum kind { COMPOSITE, TYPEDEF, ENUMERATOR };

/* A name of one kind, where it was seen first. */
struct entry {
	const char *name; /* libdw's, as long as the file is open; NULL: free */
	uint32_t hash;
	enum kind kind;
	Dwarf_Off off;
	int64_t value;
};

struct dwarf_types {
	int fd;
	Dwarf *dw;
	Dwarf_CU *cu; /* the last one that was looked into */
	bool all;
	struct entry *slots;
	size_t size, n;
};

static uint32_t hash(const char *s, enum kind kind)
{
	uint32_t h = 2166136261u ^ kind;

	for (; *s; s++)
		h = (h ^ (uint8_t)*s) * 16777619u;
	return h;
}

static struct entry *slot_of(const struct dwarf_types *t, const char *name, enum kind kind,
			     uint32_t h)
{
	size_t i = h & (t->size - 1);

	while (t->slots[i].name && (t->slots[i].hash != h || t->slots[i].kind != kind ||
				    strcmp(t->slots[i].name, name) != 0))
		i = (i + 1) & (t->size - 1);
	return &t->slots[i];
}

static bool grow(struct dwarf_types *t)
{
	struct dwarf_types bigger = { .size = t->size ? 2 * t->size : SLOTS_FIRST };

	bigger.slots = calloc(bigger.size, sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < t->size; i++)
		if (t->slots[i].name)
			*slot_of(&bigger, t->slots[i].name, t->slots[i].kind, t->slots[i].hash) =
				t->slots[i];
	free(t->slots);
	t->slots = bigger.slots;
	t->size = bigger.size;
	return true;
}

static void add(struct dwarf_types *t, const char *name, enum kind kind, Dwarf_Off off,
		int64_t value)
{
	struct entry *e;
	uint32_t h;

	if (!name || (2 * (t->n + 1) > t->size && !grow(t)))
		return;
	h = hash(name, kind);
	e = slot_of(t, name, kind, h);
	if (e->name)
		return;
	*e = (struct entry){ name, h, kind, off, value };
	t->n++;
}

static void add_enumerators(struct dwarf_types *t, Dwarf_Die *type)
{
	Dwarf_Attribute attr;
	Dwarf_Sword v;
	Dwarf_Die e;

	if (dwarf_child(type, &e) != 0)
		return;
	do {
		if (dwarf_formsdata(dwarf_attr(&e, DW_AT_const_value, &attr), &v) == 0)
			add(t, dwarf_diename(&e), ENUMERATOR, 0, v);
	} while (dwarf_siblingof(&e, &e) == 0);
}

static void add_type(struct dwarf_types *t, Dwarf_Die *die)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		if (!dwarf_hasattr(die, DW_AT_declaration))
			add(t, dwarf_diename(die), COMPOSITE, dwarf_dieoffset(die), 0);
		break;
	case DW_TAG_typedef:
		add(t, dwarf_diename(die), TYPEDEF, dwarf_dieoffset(die), 0);
		break;
	case DW_TAG_enumeration_type:
		add_enumerators(t, die);
		break;
	default:
		break;
	}
}

/* Looks into one compilation unit more. @return false: that was all. */
static bool next_unit(struct dwarf_types *t)
{
	Dwarf_Die unit, die;

	if (t->all || dwarf_get_units(t->dw, t->cu, &t->cu, NULL, NULL, &unit, NULL) != 0) {
		t->all = true;
		return false;
	}
	if (dwarf_child(&unit, &die) == 0)
		do
			add_type(t, &die);
		while (dwarf_siblingof(&die, &die) == 0);
	return true;
}

static const struct entry *look_up(struct dwarf_types *t, const char *name, enum kind kind)
{
	uint32_t h = hash(name, kind);

	for (;;) {
		const struct entry *e = t->size ? slot_of(t, name, kind, h) : NULL;

		if (e && e->name)
			return e;
		if (!next_unit(t))
			return NULL;
	}
}

enum status dwarf_open(const char *path, struct dwarf_types **ret)
{
	struct dwarf_types *t = calloc(1, sizeof(*t));

	*ret = NULL;
	if (!t)
		return ST_NOMEM;
	t->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (t->fd >= 0)
		t->dw = dwarf_begin(t->fd, DWARF_C_READ);
	if (!t->dw || !next_unit(t)) {
		enum status st = t->fd < 0 ? ST_OS : ST_BAD_DATA;

		dwarf_close(t);
		return st;
	}
	*ret = t;
	return OK;
}

void dwarf_close(struct dwarf_types *t)
{
	if (!t)
		return;
	if (t->dw)
		dwarf_end(t->dw);
	if (t->fd >= 0)
		close(t->fd);
	free(t->slots);
	free(t);
}

/* The struct or union of a name; of a typedef what it stands for. */
static bool find(struct dwarf_types *t, const char *name, Dwarf_Die *ret)
{
	const struct entry *e = look_up(t, name, COMPOSITE);
	Dwarf_Die die;

	if (!e)
		e = look_up(t, name, TYPEDEF);
	return e && dwarf_offdie(t->dw, e->off, &die) && dwarf_peel_type(&die, ret) == 0;
}

static bool is_composite(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);

	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

/* A member's type without typedefs and qualifiers; a declared struct's definition. */
static bool type_of(struct dwarf_types *t, Dwarf_Die *member, Dwarf_Die *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Die type;

	if (!dwarf_formref_die(dwarf_attr(member, DW_AT_type, &attr), &type) ||
	    dwarf_peel_type(&type, ret) != 0)
		return false;
	if (is_composite(ret) && dwarf_hasattr(ret, DW_AT_declaration) && dwarf_diename(ret))
		return find(t, dwarf_diename(ret), ret);
	return true;
}

static uint64_t number(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attr;
	Dwarf_Word v = 0;

	(void)dwarf_formudata(dwarf_attr(die, name, &attr), &v);
	return v;
}

/* Where a member begins, in bits; before DWARF 4 a bit field's place counted from the other end. */
static uint32_t bits_of(Dwarf_Die *m, Dwarf_Die *type)
{
	uint64_t bytes = number(m, DW_AT_data_member_location), size;
	Dwarf_Word whole;

	if (dwarf_hasattr(m, DW_AT_data_bit_offset))
		return (uint32_t)number(m, DW_AT_data_bit_offset);
	if (!dwarf_hasattr(m, DW_AT_bit_offset))
		return (uint32_t)(8 * bytes);
	size = number(m, DW_AT_byte_size);
	if (!size && dwarf_aggregate_size(type, &whole) == 0)
		size = whole;
	return (uint32_t)(8 * bytes + 8 * size - number(m, DW_AT_bit_offset) -
			  number(m, DW_AT_bit_size));
}

/* An anonymous struct or union inside another, still to be searched. */
struct pending {
	Dwarf_Die type;
	uint32_t bits;
};

struct found {
	Dwarf_Die type;
	uint32_t bits, bit_size;
};

/* One struct's own members. @return true: found; those without a name go on the stack. */
static bool search(struct dwarf_types *t, struct pending now, struct str name, struct found *ret,
		   struct pending *stack, size_t *depth)
{
	Dwarf_Die m, type;

	if (dwarf_child(&now.type, &m) != 0)
		return false;
	do {
		const char *mname = dwarf_diename(&m);
		uint32_t at;

		if (dwarf_tag(&m) != DW_TAG_member || !type_of(t, &m, &type))
			continue;
		at = now.bits + bits_of(&m, &type);
		if (mname && str_is(name, mname)) {
			*ret = (struct found){ type, at, (uint32_t)number(&m, DW_AT_bit_size) };
			return true;
		}
		if (!mname && is_composite(&type) && *depth < ANON_MAX)
			stack[(*depth)++] = (struct pending){ type, at };
	} while (dwarf_siblingof(&m, &m) == 0);
	return false;
}

static bool step(struct dwarf_types *t, struct found *at, struct str name)
{
	struct pending stack[ANON_MAX] = { { at->type, at->bits } };
	size_t depth = 1;

	while (depth) {
		struct pending now = stack[--depth];

		if (search(t, now, name, at, stack, &depth))
			return true;
	}
	return false;
}

uint32_t dwarf_size(struct dwarf_types *t, const char *type)
{
	Dwarf_Die die;

	return find(t, type, &die) && is_composite(&die) ? (uint32_t)number(&die, DW_AT_byte_size)
							 : 0;
}

struct member dwarf_member(struct dwarf_types *t, const char *type, const char *path)
{
	struct found at = { .bits = 0 };
	Dwarf_Word size = 0;

	if (!find(t, type, &at.type))
		return (struct member){ 0 };
	while (*path) {
		size_t n = strcspn(path, ".");

		if (!is_composite(&at.type) || !step(t, &at, (struct str){ path, n }))
			return (struct member){ 0 };
		path += n + (path[n] == '.');
	}
	if (dwarf_aggregate_size(&at.type, &size) != 0)
		size = 0;
	return (struct member){ .found = true,
				.offset = at.bits / 8,
				.size = (uint32_t)size,
				.bit_offset = at.bits % 8,
				.bit_size = (uint8_t)at.bit_size };
}

bool dwarf_enum(struct dwarf_types *t, const char *name, int64_t *ret)
{
	const struct entry *e = look_up(t, name, ENUMERATOR);

	if (e)
		*ret = e->value;
	return e != NULL;
}
