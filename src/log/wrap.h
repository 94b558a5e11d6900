// SPDX-License-Identifier: GPL-2.0-or-later
// Rejoining lines that a mail program wrapped.
#ifndef MMWHY_LOG_WRAP_H
#define MMWHY_LOG_WRAP_H

#include "log/undress.h"

struct wrap;

struct wrap_sink {
	/** Told each whole line; its slices are borrowed for the call. */
	void (*line)(void *arg, const struct line *l);
	/** Whether some parser would begin with this text: it is nobody's continuation. */
	bool (*is_head)(void *arg, struct str text);
	void *arg;
};

/** NULL without memory. */
struct wrap *wrap_new(const struct wrap_sink *sink);
void wrap_free(struct wrap *w);
/** The next line; @p alone: it is not made of one physical line, so it was not wrapped either. */
void wrap_push(struct wrap *w, const struct undressed *u, bool alone);
/** Lets go of the line that is held back. */
void wrap_flush(struct wrap *w);

#endif
