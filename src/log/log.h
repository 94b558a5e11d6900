// SPDX-License-Identifier: GPL-2.0-or-later
// Reading a log: bytes in, facts out. The face of src/log.
#ifndef MMWHY_LOG_LOG_H
#define MMWHY_LOG_LOG_H

#include "base/status.h"
#include "fact/fact.h"

struct log;

/** How a log is dressed as a whole: found by looking at its beginning, before it is fed. */
struct log_shape {
	bool looks_like_text; /**< false: binary, or nothing but NULs */
	bool newest_first;    /**< its clocks run backwards: feed it from its end */
};
struct log_shape log_look(const char *sample, size_t n);

/** @p f and the evidence it is registered under must outlive the log. NULL without memory. */
struct log *log_new(struct facts *f, uint32_t evidence, const char *sample, size_t n_sample);
void log_free(struct log *log);

/** The next bytes, cut anywhere. Memory does not grow with what is fed but with the facts found. */
enum status log_feed(struct log *log, const char *data, size_t n);
/** For a log that is read backwards: one line at a time, under the number it has in the file. */
enum status log_feed_line(struct log *log, const char *line, size_t n, uint32_t no);
/** After the last byte: closes what is open, and says how many lines held something. */
enum status log_finish(struct log *log, uint64_t *ret_lines, uint64_t *ret_taken);
/** Whether anything in it said that it is the kernel's. */
bool log_saw_kernel(const struct log *log);

#endif
