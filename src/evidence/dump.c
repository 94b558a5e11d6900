// SPDX-License-Identifier: GPL-2.0-or-later
// A crash dump as evidence.
#include "evidence/dump.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "dump/debuginfo.h"
#include "log/log.h"
#include "walk/printk.h"

/* The dump's log, fed to the log's parsers as dmesg would print it. */
struct feed {
	struct log *log;
};

static bool feed_record(void *arg, uint64_t ts_ns, uint32_t caller, uint8_t level, struct str text)
{
	struct feed *feed = arg;
	char head[64];

	(void)level;
	/* a line for each that mmwhy dmesg prints: the report cites them by number */
	do {
		const char *nl = memchr(text.p, '\n', text.n);
		size_t n = nl ? (size_t)(nl - text.p) : text.n;
		int len = snprintf(head, sizeof(head), "[%5llu.%06llu]",
				   (unsigned long long)(ts_ns / 1000000000),
				   (unsigned long long)(ts_ns / 1000 % 1000000));

		if (caller)
			len += snprintf(head + len, sizeof(head) - (size_t)len, "[%c%u]",
					caller & 0x80000000u ? 'C' : 'T', caller & ~0x80000000u);
		head[len++] = ' ';
		if (log_feed(feed->log, head, (size_t)len) || log_feed(feed->log, text.p, n) ||
		    log_feed(feed->log, "\n", 1))
			return false;
		text = str_from(text, n + 1);
	} while (text.n);
	return true;
}

static void read_log(struct target *t)
{
	struct evidence *e = t->facts->evidence[t->evidence];
	struct feed feed = { .log = log_new(t->facts, t->evidence, "", 0) };
	struct str kernel = e->kernel, arch = e->arch;

	if (!feed.log)
		return;
	printk_each(t, feed_record, &feed);
	(void)log_finish(feed.log, &e->lines, &e->lines_taken);
	log_free(feed.log);
	/* a log whose beginning is lost knows less than the dump */
	e->kernel = kernel.n ? kernel : e->kernel;
	e->arch = arch.n ? arch : e->arch;
}

/* The dump's log, told as it is. */
struct records {
	const struct evidence_options *opt;
	const char *path;
};

static bool tell_record(void *arg, uint64_t ts_ns, uint32_t caller, uint8_t level, struct str text)
{
	const struct records *to = arg;
	const struct log_record r = { to->path, ts_ns, caller, level, text };

	return to->opt->record(&r, to->opt->record_arg);
}

/* The log first: what it no longer holds is looked for in memory. */
static void read_all(struct target *t, const char *path, const struct evidence_options *opt)
{
	struct records records = { opt, path };

	if (opt->record) {
		printk_each(t, tell_record, &records);
		return;
	}
	if (opt->only) {
		walk_dump(t, opt->only);
		return;
	}
	read_log(t);
	walk_dump(t, ~0ull);
}

static void describe(struct facts *f, uint32_t index, const struct dump *d)
{
	struct evidence *e = f->evidence[index];

	e->kernel = arena_str(&f->arena, d->release.n ? d->release : d->container.release);
	if (d->arch)
		e->arch = str_c(d->arch->name);
	e->page_size = num_at(d->container.page_size, 0);
	e->note = arena_printf(
		&f->arena, "%s%s%.*s%s%s%.*s", d->container.format ? d->container.format : "",
		d->container.detail.n ? ", " : "", STR_ARG(d->container.detail),
		d->vmcoreinfo_searched ? ", VMCOREINFO found by searching memory" : "",
		d->debuginfo.n ? ", completed with " : "", STR_ARG(d->debuginfo));
}

/* One line for all that keeps the dump from being read, or from being read in full. */
static void tell(struct facts *f, const struct dump *d, enum status st, const char *path,
		 const struct evidence_options *opt)
{
	struct str warning = d->container.warning;
	struct str why = !st || d->why.n ? d->why : str_c(status_text(st));

	if (!st && !warning.n && !why.n)
		return;
	if (warning.n && why.n && !str_eq(warning, why))
		why = arena_printf(&f->arena, "%.*s; %.*s", STR_ARG(warning), STR_ARG(why));
	else if (warning.n)
		why = warning;
	opt->note(opt->note_arg, path, why.p);
}

void evidence_say_spooled(struct facts *f)
{
	struct evidence *e = f->n_evidence ? f->evidence[f->n_evidence - 1] : NULL;

	if (e)
		e->note = arena_printf(&f->arena, "%.*s%sunpacked to a temporary file",
				       STR_ARG(e->note), e->note.n ? ", " : "");
}

enum status evidence_dump(struct facts *f, const int *fds, size_t n, const char *path,
			  const struct evidence_options *opt)
{
	const struct debuginfo beside = { opt->vmlinux, opt->system_map };
	struct target t = { .facts = f };
	struct dump *d = NULL;
	enum status st = dump_open_parts(fds, n, path, &d);

	if (!d || (st == ST_UNSUPPORTED && !d->container.ops)) {
		dump_close(d);
		return st;
	}
	if (st)
		st = debuginfo_complete(d, st, &beside);
	else
		debuginfo_not_needed(d, &beside);
	t.dump = d;
	t.evidence = facts_add_evidence(f, path, "dump");
	describe(f, t.evidence, d);
	tell(f, d, st, path, opt);
	if (!st)
		read_all(&t, path, opt);
	else
		f->evidence[t.evidence]->unread = true;
	for (size_t i = 0; i < t.n_notes; i++)
		opt->note(opt->note_arg, path, t.notes[i].p);
	dump_close(d);
	return OK;
}
