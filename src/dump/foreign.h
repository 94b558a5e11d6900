// SPDX-License-Identifier: GPL-2.0-or-later
// What libkdumpfile does for us, or says that it is missing.
#ifndef MMWHY_DUMP_FOREIGN_H
#define MMWHY_DUMP_FOREIGN_H

#include "base/str.h"
#include "dump/container.h"

/** Whether a file begins as one of the formats that are left to libkdumpfile. */
bool foreign_is(struct str head);

/** Opens c->fd; @p arch is what the dump is of. c->format is set. c->why says what is missing. */
enum status foreign_open(struct container *c, const char *arch);
enum page_state foreign_read(struct container *c, paddr_t addr, void *buf, size_t n);
const void *foreign_ptr(struct container *c, paddr_t addr, size_t n, enum page_state *ret);
enum page_state foreign_state(struct container *c, paddr_t addr);
uint64_t foreign_next(struct container *c, uint64_t pfn);
void foreign_close(struct container *c);

#endif
