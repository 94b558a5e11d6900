// SPDX-License-Identifier: GPL-2.0-or-later
// A crash dump as evidence: its structures and its log become facts.
#ifndef MMWHY_EVIDENCE_DUMP_H
#define MMWHY_EVIDENCE_DUMP_H

#include "evidence/evidence.h"
#include "evidence/source.h"

/** Keeps a part of a split dump, in @p s->fd, for later. @return false: it is none. */
bool evidence_parts_take(struct evidence_parts *p, const struct source *s);
/** Says of the dump read last that it lay unpacked in an unlinked file, for its pages are wanted in
 * any order. */
void evidence_say_spooled(struct facts *f);

/**
 * Of a dump's parts, mostly one.
 * @return ST_UNSUPPORTED: no dump, nothing was said or added. Else OK: what could be read was, what
 *         could not was told to the note function; ST_NOMEM.
 */
enum status evidence_dump(struct facts *f, const int *fds, size_t n, const char *path,
			  const struct evidence_options *opt);

#endif
