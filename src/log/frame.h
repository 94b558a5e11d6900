// SPDX-License-Identifier: GPL-2.0-or-later
// The frames of a call trace, as every architecture prints them.
#ifndef MMWHY_LOG_FRAME_H
#define MMWHY_LOG_FRAME_H

#include "fact/kinds.h"
#include "log/line.h"

enum { FRAMES_OF_LINE = 16 };

struct frame_line {
	struct frame v[FRAMES_OF_LINE]; /**< symbols and modules are slices of the line */
	size_t n;
	bool callers; /**< ARM's "A from B": the first is the one the line before ended with */
	bool bare;    /**< no address before the symbol: a frame only inside a trace */
	bool loose;   /**< no offset either: decoded by a script */
	bool ends;    /**< "</TASK>": the stack ends here */
};

/** Takes a line that holds nothing but frames and markers like "<IRQ>", after one word at most (a
 * host's name that is left of a prefix). */
bool frame_line(const struct line *l, struct frame_line *ret);
/** Takes "f+0x10/0x20", with "[module]" behind it if it is there. */
bool scan_symbol(struct scan *sc, struct frame *ret);

#endif
