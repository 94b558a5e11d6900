// SPDX-License-Identifier: GPL-2.0-or-later
// This build has no libdw: no vmlinux is read.
#include "dump/build_id.h"
#include "dump/dwarf.h"

enum status vmlinux_symbols(struct dump *d, const char *path, struct plain_symbols *ret)
{
	(void)d;
	(void)path;
	(void)ret;
	return ST_UNSUPPORTED;
}

struct build_id build_id_of_file(const char *path)
{
	(void)path;
	return (struct build_id){ "" };
}

enum status dwarf_open(const char *path, struct dwarf_types **ret)
{
	(void)path;
	*ret = NULL;
	return ST_UNSUPPORTED;
}

void dwarf_close(struct dwarf_types *t)
{
	(void)t;
}

uint32_t dwarf_size(struct dwarf_types *t, const char *type)
{
	(void)t;
	(void)type;
	return 0;
}

struct member dwarf_member(struct dwarf_types *t, const char *type, const char *path)
{
	(void)t;
	(void)type;
	(void)path;
	return (struct member){ 0 };
}

bool dwarf_enum(struct dwarf_types *t, const char *name, int64_t *ret)
{
	(void)t;
	(void)name;
	(void)ret;
	return false;
}
