// SPDX-License-Identifier: GPL-2.0-or-later
// Undoing what transport did to the bytes of a line: quoted-printable, HTML, terminal escapes.
#ifndef MMWHY_LOG_CLEAN_H
#define MMWHY_LOG_CLEAN_H

#include "base/str.h"

/** What the newline behind a line is worth. */
enum line_end {
	END_HARD,  /**< it ends the line */
	END_BLANK, /**< HTML: it is only a blank */
};

/** What earlier lines told of the encoding. Zeroed at the start. */
struct cleaner {
	bool quoted_printable;
	bool pre;	       /**< inside <pre> */
	unsigned int flow;     /**< lines for which <br> makes lines, newlines only blanks */
	unsigned int soft_run; /**< soft ends in a row */
	unsigned int need;     /**< of the line at hand: which of the steps it needs */
};

/**
 * Undoes the encoding of one physical line (without its newline) in place. *ret_glue: its newline
 * was none; the next line, decoded, follows without a blank before clean_line() sees both.
 * @return its new length, never more than @p n.
 */
size_t clean_encoding(struct cleaner *c, char *p, size_t n, bool *ret_glue);
/**
 * Cleans one decoded line in place. In the result, a newline stands where one line held several
 * (<br>, "#012", "\x0a", a carriage return in the middle).
 * @return its new length, never more than @p n.
 */
size_t clean_line(struct cleaner *c, char *p, size_t n, enum line_end *ret_end);

#endif
