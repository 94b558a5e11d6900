// SPDX-License-Identifier: GPL-2.0-or-later
// Cutting a log into lines and skipping what no parser wants.
#include <stdlib.h>

#include "base/limits.h"
#include "log/dispatch.h"
#include "log/log.h"
#include "log/undress.h"

struct log {
	struct dispatch *dispatch;
	char *part; /* of a line that is not whole yet */
	size_t n_part;
	uint32_t no;
	uint64_t taken;
};

struct log_shape log_look(const char *sample, size_t n)
{
	return (struct log_shape){ .looks_like_text = n > 0 && sample };
}

struct log *log_new(struct facts *f, uint32_t evidence, const char *sample, size_t n_sample)
{
	struct log *log = calloc(1, sizeof(*log));

	(void)sample;
	(void)n_sample;
	if (!log)
		return NULL;
	log->dispatch = dispatch_new(f, evidence);
	log->part = malloc(LIMIT_LINE_BYTES);
	if (!log->dispatch || !log->part) {
		log_free(log);
		return NULL;
	}
	return log;
}

void log_free(struct log *log)
{
	if (!log)
		return;
	dispatch_free(log->dispatch);
	free(log->part);
	free(log);
}

enum status log_feed_line(struct log *log, const char *line, size_t n, uint32_t no)
{
	struct line l;

	undress((struct str){ line, n }, no, &l);
	log->no = no;
	log->taken += dispatch_line(log->dispatch, &l);
	return OK;
}

enum status log_feed(struct log *log, const char *data, size_t n)
{
	while (n) {
		const char *nl = memchr(data, '\n', n);
		size_t len = nl ? (size_t)(nl - data) : n;
		size_t room = LIMIT_LINE_BYTES - log->n_part;
		size_t take = len < room ? len : room;

		memcpy(log->part + log->n_part, data, take);
		log->n_part += take;
		if (!nl)
			break;
		(void)log_feed_line(log, log->part, log->n_part, log->no + 1);
		log->n_part = 0;
		data = nl + 1;
		n -= len + 1;
	}
	return OK;
}

enum status log_finish(struct log *log, uint64_t *ret_lines, uint64_t *ret_taken)
{
	if (log->n_part)
		(void)log_feed_line(log, log->part, log->n_part, log->no + 1);
	dispatch_finish(log->dispatch, log->no);
	*ret_lines = log->no;
	*ret_taken = log->taken;
	return OK;
}
