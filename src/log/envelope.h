// SPDX-License-Identifier: GPL-2.0-or-later
// Formats that carry messages as the values of fields: JSON lines, journalctl's export and verbose.
#ifndef MMWHY_LOG_ENVELOPE_H
#define MMWHY_LOG_ENVELOPE_H

#include "base/limits.h"
#include "log/line.h"
#include "log/rows.h"

/** A message taken out of its envelope; it may hold newlines, and dressing of its own. */
struct message {
	struct str text;
	struct num time_ns;
	struct str wall;
	int priority; /**< -1 unknown */
	bool kernel;  /**< the envelope says that it is the kernel's */
	bool carried; /**< logger(1) was told it, by whom nobody knows */
	bool foreign; /**< the envelope says that it is somebody else's */
};

typedef void (*message_fn)(void *arg, const struct message *m);

/** What earlier lines told. Zero it at the start. */
struct envelope {
	bool export;  /**< inside journalctl -o export */
	bool verbose; /**< inside journalctl -o verbose */
	/** The next bytes are the binary value of this kind: the reader cuts them by their size. */
	bool binary, binary_message;
	struct message meta; /**< of the record that is being read; text unused */
	char wall[64];	     /**< behind meta.wall */
	struct rows rows;
	char *buf; /**< LIMIT_LINE_BYTES for decoded strings; the owner's */
};

/**
 * Opens one line. @return false if it is no envelope but a message of its own. Otherwise @p fn has
 * been told each message of it (also none).
 */
bool envelope_open(struct envelope *e, struct str line, message_fn fn, void *arg);
/** The same, but only JSON is opened: for what was in an envelope itself. */
bool envelope_open_json(struct envelope *e, struct str line, message_fn fn, void *arg);
/** The value that was announced by e->binary. */
void envelope_binary(struct envelope *e, struct str value, message_fn fn, void *arg);

/** "message", "log", ...: what collectors of logs call it. */
bool is_message_key(struct str key);

#endif
