// SPDX-License-Identifier: GPL-2.0-or-later
// Recognising the timestamps that stand before kernel messages.
#ifndef MMWHY_LOG_CLOCK_H
#define MMWHY_LOG_CLOCK_H

#include "base/str.h"

/** What a timestamp said. */
struct clock {
	uint64_t ns;	 /**< of the kernel's clock, if is_kernel */
	struct str wall; /**< as printed, if it is a wall clock */
	bool is_kernel;
	bool has_host; /**< of a kind that a host name follows (classic syslog) */
};

/** Each takes one timestamp off the front of @p s, without the blank behind it, and returns true,
 * or leaves it alone. */

/** "[   12.345678]", "[   12.345]", "[   12.345678 <    0.001>]", "[   12.345678@0]". */
bool clock_kernel(struct str *s, struct clock *ret);
/** Only with six digits behind the point: print_time()'s own form, safe to look for anywhere. */
bool clock_kernel_strict(struct str *s, struct clock *ret);
/** Something in brackets that is a time without being the kernel's: dmesg -T in any language,
 * dmesg -e and -d, what terminal programs put before a line. */
bool clock_bracketed(struct str *s, struct clock *ret);
/** "2025-08-12T03:54:03.123456+00:00", also with a blank, a comma, " UTC", or the time alone. */
bool clock_iso(struct str *s, struct clock *ret);
/** "Aug 12 03:54:03", "Tue Aug 12 03:54:03 2025", "Di 2025-08-12 03:54:03 CEST". */
bool clock_syslog(struct str *s, struct clock *ret);
/** "1754970843.123456" of journalctl -o short-unix. */
bool clock_unix(struct str *s, struct clock *ret);

/** Whether a time of day stands anywhere in it. */
bool clock_in(struct str s);

/** Seconds of a wall clock for telling earlier from later; months but no leap years. False if there
 * is no time of day in it. */
bool clock_seconds(struct str wall, uint64_t *ret);

#endif
