// SPDX-License-Identifier: GPL-2.0-or-later
// Text with indents, wrapping and colour, into a write_fn.
#ifndef MMWHY_REPORT_OUT_H
#define MMWHY_REPORT_OUT_H

#include "report/report.h"

enum style { PLAIN, BOLD, RED, YELLOW, CYAN, DIM };

/** Failure to write is sticky: `ok` is looked at once, at the end. */
struct out {
	const struct report_options *opt;
	write_fn write;
	void *arg;
	bool ok;
};

void out_raw(struct out *o, struct str s);
void out_printf(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** Printable bytes of untrusted text: control bytes and invalid UTF-8 become U+FFFD. */
void out_safe(struct out *o, struct str s);
/** Starts and ends a style; nothing without colour. */
void out_style(struct out *o, enum style s);
/** A paragraph: the first line begins with @p first, the others with as many blanks. Ends its line.
 */
void out_wrapped(struct out *o, const char *first, struct str text);

#endif
