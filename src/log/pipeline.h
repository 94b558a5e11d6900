// SPDX-License-Identifier: GPL-2.0-or-later
// From a physical line to the parsers: cleaned, taken out of its envelopes, undressed, rejoined.
#ifndef MMWHY_LOG_PIPELINE_H
#define MMWHY_LOG_PIPELINE_H

#include "log/line.h"

struct pipeline;

struct pipeline_sink {
	void (*line)(void *arg, const struct line *l);
	bool (*is_head)(void *arg, struct str text);
	void *arg;
};

/** NULL without memory. */
struct pipeline *pipeline_new(const struct pipeline_sink *sink);
void pipeline_free(struct pipeline *p);
/** Each line begins with its number: shape_numbered() said so. */
void pipeline_numbered(struct pipeline *p);
/** One physical line, without its newline. */
void pipeline_line(struct pipeline *p, struct str line, uint32_t no);
/** Lets go of all that is held back. */
void pipeline_flush(struct pipeline *p);
/** Whether what was read so far needs the lines that follow, whatever they hold. */
bool pipeline_busy(const struct pipeline *p);
/** Whether the next bytes are a binary value: its size in eight bytes, itself, a newline. */
bool pipeline_wants_binary(const struct pipeline *p);
void pipeline_binary(struct pipeline *p, struct str value, uint32_t no);
/** Messages that said they are the kernel's, so far. */
uint64_t pipeline_kernel_lines(const struct pipeline *p);

#endif
