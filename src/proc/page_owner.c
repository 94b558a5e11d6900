// SPDX-License-Identifier: GPL-2.0-or-later
// debugfs' page_owner, page_owner_stacks/show_stacks, and what page_owner_sort writes: added up by
// stack, on all processors, in memory that does not grow with the file. owner_record.c knows the
// records.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "proc/owner.h"
#include "proc/proc.h"

enum {
	BLOCK = 256 * 1024,
	MAX_WORKERS = 4,
	KEPT_STACKS = 4096, /* become facts */
	KEPT_BYTES = 64,    /* of what holds no record's beginning */
	FIRST_LINE = 240,   /* bytes of a record's first line that are kept */
};
static const off_t worth_a_worker = 8 << 20;

static bool begins_like_stacks(struct str s)
{
	struct str line = str_first(s, 256);
	ptrdiff_t nl = str_find(line, "\n", 0), plus = str_find(line, "+0x", 0);

	return line.n && line.p[0] == ' ' && plus > 0 && plus < nl &&
	       (str_has(s, "\nnr_base_pages: ") || str_has(s, "\nstack_count: "));
}

static bool begins_sorted(struct str s)
{
	struct scan sc = scan_of(s);
	struct str line;
	uint64_t n;

	if (!scan_u64(&sc, &n) || !scan_lit(&sc, " times") || !scan_until_any(&sc, "\n", &line) ||
	    !scan_char(&sc, '\n'))
		return false;
	return str_ends(line, ":") && (scan_lit(&sc, "Page allocated via order ") ||
				       (str_starts(line, ", ") && scan_char(&sc, ' ')));
}

static bool probe(struct str sample)
{
	while (sample.n && sample.p[0] == '\n')
		sample = str_from(sample, 1);
	return str_starts(sample, "Page allocated via order ") || begins_sorted(sample) ||
	       begins_like_stacks(sample);
}

/* A part of the file and what it holds. */
struct worker {
	struct proc_input in;
	off_t at, end; /* of a file that is read in parts; end: records that begin there are the
			  next one's */
	bool parted;
	bool first;
	struct owner_table table;
	uint64_t lines;
	enum status st;
	pthread_t thread;
};

static size_t next_bytes(struct worker *w, char *buf, size_t n)
{
	ssize_t got;

	if (!w->parted)
		return w->in.read(w->in.arg, buf, n);
	got = pread(w->in.fd, buf, n, w->at);
	if (got <= 0)
		return 0;
	w->at += got;
	return (size_t)got;
}

/* Takes the records of a buffer. @return how many bytes they were. */
static size_t take_records(struct worker *w, struct str buf, bool whole, off_t buf_at)
{
	struct owner_record r;
	size_t at = 0, n;

	while (at < buf.n && (!w->parted || buf_at + (off_t)at < w->end)) {
		n = owner_record(str_from(buf, at), whole, &r);
		if (!n)
			break;
		r.first = str_first(r.first, FIRST_LINE);
		if (r.stack.n && r.stack.n <= OWNER_MAX_RECORD)
			owner_table_add(&w->table, &r, w->lines + 1);
		w->lines += r.lines;
		at += n;
	}
	return at;
}

/* Reads until its part ends. The first record that begins in it is found by what stands before. */
static void *work(void *arg)
{
	struct worker *w = arg;
	_cleanup_free_ char *buf = malloc(BLOCK);
	size_t have = 0, got = 1, used;
	bool synced = w->first;

	w->st = buf ? owner_table_init(&w->table) : ST_NOMEM;
	while (!w->st && got) {
		off_t begin = w->at - (off_t)have;

		got = next_bytes(w, buf + have, BLOCK - have);
		have += got;
		used = 0;
		if (!synced) {
			used = owner_sync((struct str){ buf, have }, 0);
			synced = used < have;
			if (!synced) /* it may begin in what comes next */
				used = have > KEPT_BYTES ? have - KEPT_BYTES : 0;
		}
		if (synced)
			used += take_records(w, (struct str){ buf + used, have - used }, !got,
					     begin + (off_t)used);
		if (w->parted && begin + (off_t)used >= w->end)
			break;
		if (!used && have == BLOCK) /* no such record is so long */
			used = have - 1;
		memmove(buf, buf + used, have - used);
		have -= used;
	}
	return NULL;
}

/* In how many parts to read it. Sorted records begin in two ways and are few: not parted. */
static int n_parts(const struct proc_input *in)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	off_t parts;
	struct stat sb;
	char c;

	if (in->fd < 0 || fstat(in->fd, &sb) != 0 || pread(in->fd, &c, 1, 0) != 1 || c != 'P')
		return 1;
	parts = sb.st_size / worth_a_worker;
	parts = parts < cpus ? parts : cpus;
	return parts < 1 ? 1 : parts > MAX_WORKERS ? MAX_WORKERS : (int)parts;
}

static enum status run(struct worker *workers, int n)
{
	int started = 1;
	enum status st = OK;

	for (int i = 1; i < n; i++, started++)
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
			break;
	for (int i = started; i < n; i++) /* no threads: one after the other */
		work(&workers[i]);
	work(&workers[0]);
	for (int i = 1; i < started; i++)
		(void)pthread_join(workers[i].thread, NULL);
	for (int i = 0; i < n; i++)
		st = workers[i].st ? workers[i].st : st;
	return st;
}

/* "[<ffffffffa0427d72>] ttm_dma_populate+0x502/0x900 [ttm]" without its address. */
static struct str frame_of(struct str line, struct str *ret_module)
{
	struct scan sc = scan_of(str_trim(line));
	ptrdiff_t at;
	struct str frame;

	*ret_module = (struct str){ "", 0 };
	if (scan_lit(&sc, "[<"))
		(void)scan_past(&sc, ">]", NULL);
	(void)scan_blanks(&sc);
	frame = scan_rest(&sc);
	at = str_ends(frame, "]") ? str_find_last(frame, " [") : -1;
	if (at >= 0) { /* "[xfs]", "[xfs b0ca67...]" */
		struct str word =
			str_first(str_from(frame, (size_t)at + 2), frame.n - (size_t)at - 3);

		*ret_module = str_word(&word);
	}
	return frame;
}

static void add_frames(struct proc_ctx *c, struct fact_allocation_stack *fact, struct str text)
{
	struct str module, *slot;

	while (text.n && fact->n_frames < LIMIT_FRAMES) {
		ptrdiff_t nl = str_find(text, "\n", 0);
		struct str line = nl < 0 ? text : str_first(text, (size_t)nl);
		struct str frame = frame_of(line, &module);

		text = str_from(text, line.n + 1);
		if (!frame.n || str_is(frame, "0xffffffffffffffff") || str_is(frame, "0xffffffff"))
			continue; /* the unwinder's end mark */
		slot = arena_push(&c->facts->arena, (void **)&fact->frames, &fact->n_frames,
				  sizeof(*slot));
		*slot = proc_str(c, frame);
		if (!fact->module.n)
			fact->module = proc_str(c, module);
	}
}

static void add_stack(struct proc_ctx *c, const struct owner_table *t, const struct owner_stack *s)
{
	uint32_t no = s->line < UINT32_MAX ? (uint32_t)s->line : UINT32_MAX;
	struct fact_allocation_stack *fact =
		proc_fact(c, FACT_allocation_stack, owner_first_line(t, s), no);

	fact->head.origin.last_line = no < UINT32_MAX - s->more_lines ? no + s->more_lines : no;
	fact->source = owner_first_line(t, s).n && owner_first_line(t, s).p[0] == ' '
			       ? "page_owner_stacks"
			       : "page_owner";
	if (s->has_pages)
		fact->pages = num_at(s->pages, no);
	if (s->allocations)
		fact->allocations = num_at(s->allocations, no);
	if (s->may_miss)
		fact->may_miss_pages = num_at(s->may_miss, no);
	if (s->has_order)
		fact->order = num_at(s->order, no);
	if (s->has_mask)
		fact->gfp_mask = num_at(s->mask, no);
	add_frames(c, fact, owner_stack_text(t, s));
}

static void add_facts(struct proc_ctx *c, struct owner_table *t)
{
	struct arena *a = &c->facts->arena;

	owner_table_sort(t);
	for (uint32_t i = 0; i < t->n && i < KEPT_STACKS && !a->failed; i++)
		add_stack(c, t, &t->v[i]);
	c->facts->evidence[c->evidence]->note = arena_printf(
		a, "%llu records of %s%u stacks, %llu pages", (unsigned long long)t->records,
		t->was_full ? "more than " : "", t->n, (unsigned long long)t->all_pages);
}

static enum status read_parts(struct proc_ctx *c, struct worker *workers, int n)
{
	struct stat sb;
	enum status st;

	for (int i = 0; i < n; i++)
		workers[i] = (struct worker){ .in = c->in, .parted = n > 1, .first = !i };
	for (int i = 0; n > 1 && i < n; i++) {
		if (fstat(c->in.fd, &sb) != 0)
			return ST_OS;
		workers[i].at = sb.st_size / n * i - (i > 0); /* the newline before counts */
		workers[i].end = i + 1 < n ? sb.st_size / n * (i + 1) : sb.st_size;
	}
	st = run(workers, n);
	for (int i = 0; i < n && !st; i++) {
		if (i)
			owner_table_merge(&workers[0].table, &workers[i].table, c->lines);
		c->lines += workers[i].lines;
	}
	if (!st) {
		c->lines_taken = workers[0].table.records;
		add_facts(c, &workers[0].table);
	}
	for (int i = 0; i < n; i++)
		owner_table_deinit(&workers[i].table);
	return st;
}

static enum status read_all(struct proc_ctx *c)
{
	struct worker workers[MAX_WORKERS];

	return read_parts(c, workers, n_parts(&c->in));
}

DEFINE_PROC_FILE(page_owner, .evidence = "page_owner", .probe = probe, .read = read_all);
