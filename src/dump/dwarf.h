// SPDX-License-Identifier: GPL-2.0-or-later
// Types from DWARF: what types.h offers, for types.c.
#ifndef MMWHY_DUMP_DWARF_H
#define MMWHY_DUMP_DWARF_H

#include "dump/debuginfo.h"
#include "dump/types.h"

uint32_t dwarf_size(struct dwarf_types *t, const char *type);
struct member dwarf_member(struct dwarf_types *t, const char *type, const char *path);
bool dwarf_enum(struct dwarf_types *t, const char *name, int64_t *ret);

#endif
