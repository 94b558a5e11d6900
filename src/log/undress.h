// SPDX-License-Identifier: GPL-2.0-or-later
// Taking the dressing off a line: quote marks, timestamps, syslog and journal prefixes.
#ifndef MMWHY_LOG_UNDRESS_H
#define MMWHY_LOG_UNDRESS_H

#include "log/line.h"

/** A line, and what its dressing told. */
struct undressed {
	struct line line;
	/** Where a second message begins in the same physical line (a newline was lost), or empty.
	 */
	struct str rest;
	unsigned int quotes; /**< depth of quotation */
	bool kernel;  /**< something said that it is the kernel's: its clock, level, or tag */
	bool foreign; /**< something said that it is another program's */
	bool partial; /**< the container runtime or netconsole says: continued in the next line */
	bool record;  /**< of /dev/kmsg or netconsole: lines of a dictionary may follow */
	/** A piece of a record that netconsole cut. */
	bool piece;
	uint64_t offset;	/**< where it stood in the text */
	struct str record_head; /**< what stood before the record, but for its cutting */
	struct str tag; /**< Android's: the words of the text that logd took off its front */
	bool flowed;	/**< blanks stood at its end: mail programs leave them where they wrap */
};

/** Fills @p ret from one physical line (without its newline); slices point into @p raw. */
void undress(struct str raw, uint32_t no, struct line *ret);
/** The same, with all that the dressing told. */
void undress_all(struct str raw, uint32_t no, struct undressed *ret);
/** "sshd[12]:", but none of the kernel's own tags. */
bool is_process_tag(struct str word);
/** "logger", "root": what logger(1) calls itself. Whoever feeds it, it may be the kernel's text. */
bool is_carrier(struct str name);
/** The kernel's clock anywhere in @p s. */
bool has_kernel_clock(struct str s);

#endif
