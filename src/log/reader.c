// SPDX-License-Identifier: GPL-2.0-or-later
// Cutting a log into lines and skipping what no parser wants.
//
// The reader is awake or asleep. Awake, it hands every line on. Asleep, it only looks for anchors
// and counts newlines; what it saw last it keeps (the tail), so that it can begin a little before
// an anchor. When it wakes and sleeps depends on the bytes alone, not on how they were cut when
// they were fed.
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "log/anchors.h"
#include "log/dispatch.h"
#include "log/held.h"
#include "log/log.h"
#include "log/pipeline.h"
#include "log/shape.h"
#include "log/tag_memo.h"
#include "log/undress.h"

enum {
	BACK = 1024,		  /* wake up so far before an anchor */
	LOOK = 2048,		  /* behind an anchor, if no parser takes its line */
	PREFIX = 2048,		  /* of a line, which tells whose it is */
	STAY_AWAKE = 64 * 1024,	  /* behind the last line that a parser took */
	FIRST_AWAKE = 256 * 1024, /* at the beginning */
	BINARY_SIZE = 8,	  /* bytes of the size of a binary field */
};

struct log {
	struct dispatch *dispatch;
	struct pipeline *pipeline;
	struct anchors *anchors; /* the dispatch's */
	bool *owners;		 /* scratch for anchors_owners() */
	char *part;		 /* of a line that is not whole yet */
	size_t n_part;
	uint32_t no; /* of the last line that was handed on or skipped */
	uint64_t taken;
	bool insomniac; /* nothing may be skipped */
	bool asleep;
	int64_t awake_for; /* bytes */
	/* Asleep: the bytes before the next ones, from a line's start. */
	char *tail;
	size_t n_tail;
	bool overlong; /* the line that is being skipped is longer than any line may be */
	bool again;    /* the tail ends in a line with an anchor, whose prefix is not whole yet */
	bool foreign;  /* the tail ends in a line of another program */
	struct tag_memo memo;
	/* A binary field of journalctl -o export. */
	uint64_t binary_left;
	bool in_binary;
	/* UTF-16 is fed as UTF-8. */
	enum log_encoding encoding;
	unsigned char half;
	bool has_half;
	struct held *held; /* read backwards */
};

static void on_line(void *arg, const struct line *l)
{
	struct log *log = arg;

	if (!dispatch_line(log->dispatch, l))
		return;
	log->taken++;
	if (log->awake_for < STAY_AWAKE)
		log->awake_for = STAY_AWAKE;
}

static bool on_is_head(void *arg, struct str text)
{
	struct log *log = arg;

	return anchors_owners(log->anchors, text, log->owners);
}

struct log *log_new(struct facts *f, uint32_t evidence, const char *sample, size_t n_sample)
{
	struct log *log = calloc(1, sizeof(*log));
	struct pipeline_sink sink = { on_line, on_is_head, log };

	if (!log)
		return NULL;
	log->dispatch = dispatch_new(f, evidence);
	log->pipeline = pipeline_new(&sink);
	log->anchors = log->dispatch ? dispatch_anchors(log->dispatch) : NULL;
	log->owners = calloc(n_log_parsers + 1, sizeof(bool));
	log->part = malloc(LIMIT_LINE_BYTES);
	log->held = held_new(sample, n_sample);
	log->tail = malloc(LIMIT_LINE_BYTES + BACK);
	if (!log->dispatch || !log->pipeline || !log->anchors || !log->owners || !log->part ||
	    !log->held || !log->tail) {
		log_free(log);
		return NULL;
	}
	log->insomniac = anchors_all(log->anchors) || shape_hides_anchors(sample, n_sample);
	if (shape_numbered(sample, n_sample))
		pipeline_numbered(log->pipeline);
	log->encoding = shape_encoding(sample, n_sample);
	log->awake_for = FIRST_AWAKE;
	return log;
}

void log_free(struct log *log)
{
	if (!log)
		return;
	held_free(log->held);
	dispatch_free(log->dispatch);
	pipeline_free(log->pipeline);
	free(log->owners);
	free(log->part);
	free(log->tail);
	free(log);
}

/* --- awake ------------------------------------------------------------------------------------
 */

static void next_line(struct log *log, struct str line)
{
	log->no++;
	log->awake_for -= (int64_t)line.n + 1;
	pipeline_line(log->pipeline, line, log->no);
	if (pipeline_wants_binary(log->pipeline)) {
		log->in_binary = true;
		log->binary_left = 0;
		log->n_part = 0;
	}
}

static void maybe_sleep(struct log *log)
{
	if (log->insomniac || log->awake_for > 0 || log->in_binary ||
	    dispatch_busy(log->dispatch) || pipeline_busy(log->pipeline))
		return;
	pipeline_flush(log->pipeline);
	/* the line just let go may have been the one that counts */
	if (log->awake_for > 0 || dispatch_busy(log->dispatch))
		return;
	anchors_prepare(log->anchors);
	log->asleep = true;
	log->n_tail = 0;
	log->overlong = log->again = log->foreign = false;
}

static void add_part(struct log *log, const char *p, size_t n)
{
	size_t room = LIMIT_LINE_BYTES - log->n_part;

	n = n < room ? n : room;
	memcpy(log->part + log->n_part, p, n);
	log->n_part += n;
}

/* Takes from the front of a binary field. @return how many bytes. */
static size_t feed_binary(struct log *log, const char *p, size_t n)
{
	size_t take;

	if (!log->binary_left) {
		uint64_t size = 0;

		take = BINARY_SIZE - log->n_part;
		take = take < n ? take : n;
		add_part(log, p, take);
		if (log->n_part < BINARY_SIZE)
			return take;
		for (int i = BINARY_SIZE; i-- > 0;)
			size = size << 8 | (unsigned char)log->part[i];
		log->n_part = 0;
		log->binary_left = size + 1; /* the newline behind it */
		if (size >= UINT64_MAX / 2)
			log->binary_left = 1;
		return take;
	}
	take = log->binary_left < n ? (size_t)log->binary_left : n;
	add_part(log, p, take);
	log->no += (uint32_t)count_newlines(log->anchors, p, take);
	log->binary_left -= take;
	if (!log->binary_left) {
		log->in_binary = false;
		pipeline_binary(log->pipeline,
				(struct str){ log->part, log->n_part ? log->n_part - 1 : 0 },
				log->no);
		log->n_part = 0;
	}
	return take;
}

/* Hands on what is whole. @return how many bytes were used before it fell asleep, or all. */
static size_t feed_awake(struct log *log, const char *data, size_t n)
{
	size_t at = 0;

	while (at < n && !log->asleep) {
		const char *nl;
		size_t len;

		if (log->in_binary) {
			at += feed_binary(log, data + at, n - at);
			continue;
		}
		nl = memchr(data + at, '\n', n - at);
		len = nl ? (size_t)(nl - data) - at : n - at;
		if (nl && !log->n_part) {
			next_line(log, str_first((struct str){ data + at, len }, LIMIT_LINE_BYTES));
		} else {
			add_part(log, data + at, len);
			if (nl) {
				struct str line = { log->part, log->n_part };

				log->n_part = 0;
				next_line(log, line);
			}
		}
		at += len + (nl != NULL);
		if (nl)
			maybe_sleep(log);
	}
	return at;
}

/* --- asleep -----------------------------------------------------------------------------------
 */

/* The tail and the bytes fed behind it, as one text. */
struct view {
	struct str tail, data;
};

static ptrdiff_t newline_before(struct view v, size_t at)
{
	const char *nl = NULL;

	if (at > v.tail.n)
		nl = memrchr(v.data.p, '\n', at - v.tail.n);
	if (nl)
		return (nl - v.data.p) + (ptrdiff_t)v.tail.n;
	at = at < v.tail.n ? at : v.tail.n;
	nl = at ? memrchr(v.tail.p, '\n', at) : NULL;
	return nl ? nl - v.tail.p : -1;
}

static ptrdiff_t newline_behind(struct view v, size_t at)
{
	const char *nl = at < v.tail.n ? memchr(v.tail.p + at, '\n', v.tail.n - at) : NULL;

	if (nl)
		return nl - v.tail.p;
	at = at > v.tail.n ? at - v.tail.n : 0;
	nl = at < v.data.n ? memchr(v.data.p + at, '\n', v.data.n - at) : NULL;
	return nl ? nl - v.data.p + (ptrdiff_t)v.tail.n : -1;
}

/* Where to begin for what stands at @p at: the first line's start in the last BACK bytes before it,
 * or else the start of its own line. */
static size_t begin_for(struct view v, size_t at)
{
	ptrdiff_t nl;

	if (at <= BACK)
		return 0;
	nl = newline_behind(v, at - BACK - 1);
	if (nl >= 0 && (size_t)nl < at)
		return (size_t)nl + 1;
	return (size_t)(newline_before(v, at) + 1);
}

static uint64_t newlines_until(const struct log *log, struct view v, size_t at)
{
	size_t in_tail = at < v.tail.n ? at : v.tail.n;

	return count_newlines(log->anchors, v.tail.p, in_tail) +
	       count_newlines(log->anchors, v.data.p, at - in_tail);
}

/* Keeps what stands in the view from @p begin on for later. */
static void keep_tail(struct log *log, struct view v, size_t begin)
{
	size_t all = v.tail.n + v.data.n, from_tail;

	log->no += (uint32_t)newlines_until(log, v, begin);
	if (all - begin > LIMIT_LINE_BYTES + BACK) {
		/* inside a line of which nothing further counts */
		log->overlong = true;
		log->foreign = log->again = false;
		log->n_tail = 0;
		return;
	}
	from_tail = begin < v.tail.n ? v.tail.n - begin : 0;
	if (from_tail)
		memmove(log->tail, v.tail.p + begin, from_tail);
	begin = begin > v.tail.n ? begin - v.tail.n : 0;
	memcpy(log->tail + from_tail, v.data.p + begin, v.data.n - begin);
	log->n_tail = from_tail + v.data.n - begin;
}

/* An anchor that begins in the tail at or behind @p from and ends in the data; -1: none. (One of
 * another program's line, which was found before, may be found again.) */
static ptrdiff_t find_across(const struct log *log, struct view v, size_t from)
{
	enum { LONGEST = 256 };
	size_t most = anchors_longest(log->anchors) - 1, before, behind, hit;
	char seam[2 * LONGEST];

	if (most > LONGEST)
		most = LONGEST;
	before = v.tail.n - from < most ? v.tail.n - from : most;
	behind = v.data.n < most ? v.data.n : most;
	if (!before)
		return -1;
	memcpy(seam, v.tail.p + v.tail.n - before, before);
	memcpy(seam + before, v.data.p, behind);
	hit = anchors_find(log->anchors, (struct str){ seam, before + behind }, 0);
	return hit < before ? (ptrdiff_t)(v.tail.n - before + hit) : -1;
}

/* The first anchor at or behind @p from, where a line begins; the tail was searched before unless
 * it is to be looked at again. */
static ptrdiff_t find_anchor(const struct log *log, struct view v, size_t from)
{
	ptrdiff_t hit;
	size_t at;

	if (log->again && from < v.tail.n) {
		at = anchors_find(log->anchors, v.tail, from);
		if (at < v.tail.n)
			return (ptrdiff_t)at;
	}
	hit = from < v.tail.n ? find_across(log, v, from) : -1;
	if (hit >= 0)
		return hit;
	at = anchors_find(log->anchors, v.data, from > v.tail.n ? from - v.tail.n : 0);
	return at < v.data.n ? (ptrdiff_t)(v.tail.n + at) : -1;
}

static void copy_out(struct view v, size_t from, size_t n, char *to)
{
	size_t in_tail = from < v.tail.n ? v.tail.n - from : 0;

	in_tail = in_tail < n ? in_tail : n;
	if (in_tail)
		memcpy(to, v.tail.p + from, in_tail);
	if (n > in_tail)
		memcpy(to + in_tail, v.data.p + from + in_tail - v.tail.n, n - in_tail);
}

enum whose { OURS, FOREIGN, NOT_YET };

/* Up to @p n bytes behind @p from as one text, in @p buf where the seam cuts them in two. */
static struct str one_text(struct view v, size_t from, size_t n, char *buf)
{
	if (from >= v.tail.n)
		return str_first(str_from(v.data, from - v.tail.n), n);
	copy_out(v, from, n, buf);
	return (struct str){ buf, n };
}

/* Whose the line at @p begin is: what syslogd marked as another program's is not worth waking up
 * for, unless that program (logger, a container's runtime) tells what a kernel says. */
static enum whose whose_line(struct log *log, struct view v, size_t begin, bool whole)
{
	size_t n = v.tail.n + v.data.n - begin;
	char buf[PREFIX];
	struct str prefix = one_text(v, begin, n < PREFIX ? n : PREFIX, buf);
	const char *nl = memchr(prefix.p, '\n', prefix.n);
	struct undressed u;
	struct str text;

	if (!nl && n < PREFIX && !whole)
		return NOT_YET;
	if (nl)
		prefix = str_first(prefix, (size_t)(nl - prefix.p));
	if (!tag_memo_foreign(&log->memo, prefix, &text)) {
		undress_all(prefix, 0, &u);
		if (!u.foreign)
			return OURS;
		text = tag_memo_learn(&log->memo, &u);
	}
	return anchors_tell(log->anchors, str_trim(text)) ? OURS : FOREIGN;
}

static void wake(struct log *log, struct view v, size_t begin)
{
	size_t n = v.tail.n > begin ? v.tail.n - begin : 0;

	log->no += (uint32_t)newlines_until(log, v, begin);
	log->asleep = false;
	log->awake_for = BACK + LOOK;
	/* the tail is short enough not to put it to sleep again */
	if (n)
		(void)feed_awake(log, v.tail.p + begin, n);
	log->n_tail = 0;
}

/* An anchor at @p hit, in the line at @p begin: wakes up. @return how many bytes were used. */
static size_t wake_for(struct log *log, struct view v, size_t begin, size_t hit)
{
	if (hit - begin >= LIMIT_LINE_BYTES) {
		/* in the part of its line that is dropped */
		log->no += (uint32_t)newlines_until(log, v, begin);
		log->overlong = true;
		log->n_tail = 0;
		return hit > v.tail.n ? hit - v.tail.n : 0;
	}
	begin = begin_for(v, hit);
	wake(log, v, begin);
	return begin > v.tail.n ? begin - v.tail.n : 0;
}

static size_t skip_overlong(struct log *log, const char *data, size_t n)
{
	const char *nl = memchr(data, '\n', n);

	if (!nl)
		return n;
	log->overlong = false;
	log->no++;
	return (size_t)(nl - data) + 1;
}

/* Where to search on: not in a line of another program, and again in one that was not whole. */
static size_t search_from(const struct log *log, struct view v)
{
	ptrdiff_t nl;

	if (log->again)
		return (size_t)(newline_before(v, v.tail.n) + 1);
	if (!log->foreign)
		return 0;
	nl = newline_behind(v, v.tail.n);
	return nl < 0 ? v.tail.n + v.data.n : (size_t)nl + 1;
}

/* Skips to the line with the next anchor. @return how many bytes were used. */
static size_t feed_asleep(struct log *log, const char *data, size_t n, bool whole)
{
	struct view v = { { log->tail, log->n_tail }, { data, n } };
	size_t all = v.tail.n + n, from = search_from(log, v);
	ptrdiff_t hit = -1, nl;

	if (log->overlong)
		return skip_overlong(log, data, n);
	log->foreign = log->foreign && from == all;
	while (from < all && (hit = find_anchor(log, v, from)) >= 0) {
		size_t begin = (size_t)(newline_before(v, (size_t)hit) + 1);
		enum whose whose = whose_line(log, v, begin, whole);

		log->again = whose == NOT_YET;
		if (whose == OURS)
			return wake_for(log, v, begin, (size_t)hit);
		if (whose == NOT_YET) {
			keep_tail(log, v, begin_for(v, (size_t)hit));
			return n;
		}
		nl = newline_behind(v, (size_t)hit);
		from = nl < 0 ? all : (size_t)nl + 1;
		log->foreign = nl < 0;
	}
	log->again = false;
	keep_tail(log, v, begin_for(v, all));
	return n;
}

/* Bytes, cut anywhere. */
static void feed(struct log *log, const char *data, size_t n)
{
	enum { BLOCK = 128 * 1024 }; /* searched and counted while it is in the cache */

	while (n) {
		size_t block = n < BLOCK ? n : BLOCK, used;

		used = log->asleep ? feed_asleep(log, data, block, false)
				   : feed_awake(log, data, block);
		data += used;
		n -= used;
	}
}

/* --- the face ---------------------------------------------------------------------------------
 */

static void feed_utf16(struct log *log, const char *data, size_t n)
{
	char out[4096];
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char b = (unsigned char)data[i];

		if (!log->has_half) {
			log->half = b;
			log->has_half = true;
			continue;
		}
		log->has_half = false;
		k += utf8_put(out + k, log->encoding == ENCODING_UTF16LE
					       ? (unsigned int)(b << 8 | log->half)
					       : (unsigned int)(log->half << 8 | b));
		if (k > sizeof(out) - 4) {
			feed(log, out, k);
			k = 0;
		}
	}
	feed(log, out, k);
}

enum status log_feed(struct log *log, const char *data, size_t n)
{
	if (log->encoding == ENCODING_BYTES)
		feed(log, data, n);
	else
		feed_utf16(log, data, n);
	return OK;
}

enum status log_feed_line(struct log *log, const char *line, size_t n, uint32_t no)
{
	if (log->no < no)
		log->no = no;
	n = n < LIMIT_LINE_BYTES ? n : LIMIT_LINE_BYTES;
	return held_line(log->held, log->pipeline, (struct str){ line, n }, no);
}

enum status log_finish(struct log *log, uint64_t *ret_lines, uint64_t *ret_taken)
{
	held_flush(log->held, log->pipeline);
	if (log->asleep && log->again)
		(void)feed_asleep(log, "", 0, true);
	if (log->asleep) {
		const char *last = log->n_tail ? log->tail + log->n_tail - 1 : NULL;

		log->no += (uint32_t)count_newlines(log->anchors, log->tail, log->n_tail);
		log->no += log->overlong || (last && *last != '\n');
	} else if (log->n_part && !log->in_binary) {
		struct str line = { log->part, log->n_part };

		log->n_part = 0;
		next_line(log, line);
	}
	pipeline_flush(log->pipeline);
	dispatch_finish(log->dispatch, log->no);
	*ret_lines = log->no;
	*ret_taken = log->taken;
	return OK;
}

bool log_saw_kernel(const struct log *log)
{
	return log->taken || pipeline_kernel_lines(log->pipeline);
}
