// SPDX-License-Identifier: GPL-2.0-or-later
// Reading the description of a dump (tests/dumps/README).
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "pack.h"

enum { WORDS_MAX = 16, INCLUDE_MAX = 4 };

struct reader {
	struct core *c;
	const char *path;
	unsigned int line, depth;
	uint64_t ram;
	bool ready; /* memory is there */
};

struct args {
	char *v[WORDS_MAX];
	size_t n;
	const char *rest; /* of the line, behind the first word */
};

static uint64_t number(const char *s)
{
	char *end;
	uint64_t v = strtoull(s, &end, 0);
	const char *units = "KMGT", *unit = *end ? strchr(units, *end) : NULL;

	return unit ? v << (10 * (unit - units + 1)) : v;
}

static uint64_t arg(const struct args *a, size_t i)
{
	return i < a->n ? number(a->v[i]) : 0;
}

static const char *word(const struct args *a, size_t i)
{
	return i < a->n ? a->v[i] : "";
}

/* Memory comes into being with the first thing that is put into it. */
static void need_memory(struct reader *r)
{
	if (r->ready)
		return;
	r->ready = true;
	core_init(r->c, r->ram);
	core_begin(r->c);
}

static void do_struct(struct reader *r, const struct args *a)
{
	layout_begin(r->c, word(a, 1));
}

static void do_task(struct reader *r, const struct args *a)
{
	uint32_t pid = (uint32_t)arg(a, 1);
	bool thread = strcmp(a->v[0], "thread") == 0;
	size_t comm = thread ? 3 : 2;
	const char *opts = strstr(a->rest, word(a, comm));

	need_memory(r);
	core_task(r->c, pid, thread ? (uint32_t)arg(a, 2) : pid, word(a, comm),
		  opts ? opts + strlen(word(a, comm)) + 1 : "S");
}

/* tasks FIRST COUNT: so many more, as a busy machine has them. */
static void do_tasks(struct reader *r, const struct args *a)
{
	char comm[CORE_NAME];

	need_memory(r);
	for (uint64_t pid = arg(a, 1); pid < arg(a, 1) + arg(a, 2); pid++) {
		snprintf(comm, sizeof(comm), "worker-%u", (unsigned int)pid);
		core_task(r->c, (uint32_t)pid, (uint32_t)pid, comm, "S");
	}
}

static void do_log(struct reader *r, const struct args *a)
{
	const char *text = strchr(a->rest, ' ');

	need_memory(r);
	core_log(r->c, (uint64_t)(strtod(word(a, 1), NULL) * 1e9), text ? text + 1 : "");
}

static void do_cache(struct reader *r, const struct args *a)
{
	unsigned int v[7];

	need_memory(r);
	for (size_t i = 0; i < 7; i++)
		v[i] = (unsigned int)arg(a, 2 + i);
	if (!*word(a, 8))
		v[6] = v[3];
	core_cache(r->c, word(a, 1), v);
}

static void do_module(struct reader *r, const struct args *a)
{
	need_memory(r);
	core_module(r->c, word(a, 1), (uint32_t)arg(a, 2));
}

/* e820 TABLE START-LAST TYPE */
static void do_e820(struct reader *r, const struct args *a)
{
	char *dash = a->n == 4 ? strchr(a->v[2], '-') : NULL;

	if (!dash)
		errx(2, "%s:%u: e820 TABLE START-LAST TYPE", r->path, r->line);
	*dash = '\0';
	need_memory(r);
	core_e820(r->c, a->v[1], number(a->v[2]), number(dash + 1), (uint32_t)arg(a, 3));
}

static void do_text(struct reader *r, const struct args *a)
{
	const char *text = strchr(a->rest, ' ');

	need_memory(r);
	core_text_pointer(r->c, word(a, 1), text ? text + 1 : "");
}

static void do_filler(struct reader *r, const struct args *a)
{
	char name[CORE_NAME];

	need_memory(r);
	for (uint64_t i = 0; i < arg(a, 1); i++) {
		snprintf(name, sizeof(name), "filler_%llu", (unsigned long long)i);
		core_symbol(r->c, name, r->c->image_end - 65536 + i * 8, 'T');
	}
}

static void do_symbol(struct reader *r, const struct args *a)
{
	need_memory(r);
	core_symbol(r->c, word(a, 1), r->c->text + arg(a, 2), 'T');
}

static void do_kernel(struct reader *r, const struct args *a)
{
	static const char *const flags[] = { "hide-kallsyms",	"short-names", "no-btf",
					     "no-kallsyms-all", "large-pages", "frame-pointers" };
	bool *const to[] = { &r->c->hide_kallsyms,   &r->c->short_names, &r->c->no_btf,
			     &r->c->no_kallsyms_all, &r->c->large_pages, &r->c->frame_pointers };
	static const char *const forms[] = { "place", "percpu", "relative", "absolute" };

	for (size_t i = 1; i < a->n; i++) {
		const char *w = a->v[i];

		for (size_t k = 0; k < sizeof(flags) / sizeof(flags[0]); k++)
			*to[k] |= strcmp(w, flags[k]) == 0;
		for (unsigned int k = 0; k < 4; k++)
			if (strcmp(w, forms[k]) == 0)
				r->c->kallsyms = (enum kallsyms_form)k;
		if (w[0] >= '2' && w[0] <= '9')
			strncpy(r->c->release, w, CORE_NAME - 1);
		if (strncmp(w, "levels=", 7) == 0)
			r->c->levels = (unsigned int)number(w + 7);
		if (strncmp(w, "text=", 5) == 0)
			r->c->text = number(w + 5);
		if (strncmp(w, "phys=", 5) == 0)
			r->c->text_phys = number(w + 5);
		if (strncmp(w, "sme=", 4) == 0)
			r->c->sme_mask = number(w + 4);
		if (strncmp(w, "cpus=", 5) == 0)
			r->c->cpus = (unsigned int)number(w + 5);
		if (strncmp(w, "ram=", 4) == 0)
			r->ram = number(w + 4);
	}
	if (r->c->levels == 5)
		r->c->direct = 0xff11000000000000;
}

static void do_dump(struct reader *r, const struct args *a)
{
	struct shape *s = &r->c->shape;
	const struct {
		const char *name;
		bool *to;
	} flags[] = { { "kdump", &s->kdump },
		      { "qemu", &s->qemu },
		      { "virt", &s->virt },
		      { "elf32", &s->elf32 },
		      { "big-endian", &s->big_endian },
		      { "short-header", &s->short_header },
		      { "kdump-notes", &s->kdump_notes },
		      { "flattened", &s->flattened },
		      { "shuffled", &s->shuffled },
		      { "mixed", &s->mixed },
		      { "no-vmcoreinfo", &s->no_vmcoreinfo },
		      { "twice", &s->twice },
		      { "no-notes", &s->no_notes },
		      { "pad-excluded", &s->pad_excluded },
		      { "rle", &s->rle },
		      { "sadump", &s->sadump },
		      { "s390", &s->s390 },
		      { "xen", &s->xen },
		      { "media", &s->media },
		      { "in-gzip", &s->gzip },
		      { "in-zstd", &s->zstd } };
	const struct {
		const char *name;
		unsigned int *to;
	} numbers[] = { { "version=", &s->version },	 { "split=", &s->split },
			{ "omit=", &s->omit },		 { "phdrs=", &s->phdrs },
			{ "level=", &s->dump_level },	 { "percent=", &s->truncate_pct },
			{ "stopped=", &s->stopped_pct }, { "lkcd=", &s->lkcd } };
	static const struct {
		const char *name;
		uint32_t pack;
	} packs[] = { { "zlib", PACK_ZLIB },
		      { "lzo", PACK_LZO },
		      { "snappy", PACK_SNAPPY },
		      { "zstd", PACK_ZSTD } };

	for (size_t i = 1; i < a->n; i++) {
		const char *w = a->v[i], *eq = strchr(w, '=');
		uint64_t v = eq ? number(eq + 1) : 0;

		for (size_t k = 0; k < sizeof(flags) / sizeof(flags[0]); k++)
			*flags[k].to |= strcmp(w, flags[k].name) == 0;
		for (size_t k = 0; k < sizeof(packs) / sizeof(packs[0]); k++)
			if (strcmp(w, packs[k].name) == 0)
				s->pack = packs[k].pack;
		for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++)
			if (strncmp(w, numbers[k].name, strlen(numbers[k].name)) == 0)
				*numbers[k].to = (unsigned int)v;
		if (strncmp(w, "pad=", 4) == 0)
			s->pad = v;
		if (strncmp(w, "machine=", 8) == 0)
			snprintf(s->machine, sizeof(s->machine), "%s", w + 8);
		if (strncmp(w, "truncate=", 9) == 0)
			s->truncate = v;
	}
}

static void do_expect(struct reader *r, const struct args *a)
{
	struct expectation *e;
	const char *text = strchr(a->rest, ' ');

	r->c->expect = core_push(r->c->expect, &r->c->n_expect, sizeof(*r->c->expect));
	e = &r->c->expect[r->c->n_expect - 1];
	strncpy(e->what, word(a, 1), CORE_NAME - 1);
	strncpy(e->text, text ? text + 1 : "", CORE_LINE - 1);
}

/* What an included description promises does not hold any more. */
static void do_forget(struct reader *r, const struct args *a)
{
	(void)a;
	r->c->n_expect = 0;
}

static void do_mark(struct reader *r, const struct args *a)
{
	char *to;

	r->c->marks = core_push(r->c->marks, &r->c->n_marks, sizeof(*r->c->marks));
	to = r->c->marks[r->c->n_marks - 1];
	snprintf(to, CORE_LINE, "%s %s", a->v[0], a->rest);
}

static void read_file(struct reader *r, const char *path);

static void do_include(struct reader *r, const struct args *a)
{
	const char *slash = strrchr(r->path, '/');
	char path[CORE_LINE];

	if (++r->depth > INCLUDE_MAX)
		errx(2, "%s: too many includes", r->path);
	snprintf(path, sizeof(path), "%.*s%s", slash ? (int)(slash - r->path + 1) : 0, r->path,
		 word(a, 1));
	read_file(r, path);
	r->depth--;
}

static const struct {
	const char *name;
	void (*fn)(struct reader *r, const struct args *a);
} commands[] = {
	{ "include", do_include }, { "struct", do_struct }, { "kernel", do_kernel },
	{ "dump", do_dump },	   { "task", do_task },	    { "thread", do_task },
	{ "e820", do_e820 },	   { "text", do_text },	    { "log", do_log },
	{ "cache", do_cache },	   { "module", do_module }, { "filler", do_filler },
	{ "symbol", do_symbol },   { "expect", do_expect }, { "tasks", do_tasks },
	{ "forget", do_forget },   { "exclude", do_mark },  { "hole", do_mark },
	{ "zero", do_mark },
};

/* Words apart; what stands behind the first stays whole in a->rest. */
static void split(char *line, char *copy, struct args *a)
{
	char *save = NULL;
	size_t skip = strcspn(line, " \t");

	strcpy(copy, line + skip + (line[skip] != '\0'));
	a->rest = copy;
	for (char *w = strtok_r(line, " \t", &save); w && a->n < WORDS_MAX;
	     w = strtok_r(NULL, " \t", &save))
		a->v[a->n++] = w;
}

static void read_line(struct reader *r, char *line)
{
	bool member = line[0] == '\t';
	struct args a = { 0 };
	char copy[CORE_LINE];

	split(line + strspn(line, " \t"), copy, &a);
	if (!a.n || a.v[0][0] == '#')
		return;
	if (member) {
		for (size_t i = 1; i < a.n; i++)
			layout_field(r->c, a.v[0], a.v[i]);
		return;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, a.v[0]) == 0) {
			commands[i].fn(r, &a);
			return;
		}
	}
	errx(2, "%s:%u: what is %s?", r->path, r->line, a.v[0]);
}

static void read_file(struct reader *r, const char *path)
{
	const char *outer = r->path;
	unsigned int line = r->line;
	FILE *f = fopen(path, "r");
	char buf[CORE_LINE];

	if (!f)
		err(2, "%s", path);
	r->path = path;
	r->line = 0;
	while (fgets(buf, sizeof(buf), f)) {
		r->line++;
		buf[strcspn(buf, "\n")] = '\0';
		read_line(r, buf);
	}
	fclose(f);
	r->path = outer;
	r->line = line;
}

static void mark(struct core *c, const char *what, uint64_t from, uint64_t to)
{
	for (uint64_t at = from; at < to && at < c->ram_size; at += CORE_PAGE) {
		if (what[0] == 'e')
			c->kind[at / CORE_PAGE] = KIND_EXCLUDED;
		else if (what[0] == 'h')
			c->kind[at / CORE_PAGE] = KIND_HOLE;
		else
			memset(c->ram + at, 0, CORE_PAGE);
	}
}

/* "exclude FROM-TO", "exclude task PID", "exclude tasks", "exclude symbol NAME". */
static void do_marks(struct core *c)
{
	for (size_t i = 0; i < c->n_marks; i++) {
		char what[CORE_NAME], where[CORE_NAME], which[CORE_NAME] = "";
		uint64_t at;

		if (sscanf(c->marks[i], "%63s %63s %63s", what, where, which) < 2)
			continue;
		if (where[0] == 's') {
			at = core_phys(c, core_find_symbol(c, which)) & ~0xfffull;
			mark(c, what, at, at + CORE_PAGE);
		} else if (where[0] != 't') {
			const char *to = strchr(where, '-');

			mark(c, what, number(where), to ? number(to + 1) : 0);
		}
		for (size_t t = 1; where[0] == 't' && t < c->n_tasks; t++) {
			at = core_phys(c, c->tasks[t].addr) & ~0xfffull;
			if (!which[0] || c->tasks[t].pid == number(which))
				mark(c, what, at, at + CORE_PAGE + layout_size(c, "task_struct"));
		}
	}
}

struct core *core_read(const char *path)
{
	struct core *c = calloc(1, sizeof(*c));
	struct reader r = { .c = c, .ram = 4 << 20 };

	if (!c)
		err(2, "memory");
	c->text = 0xffffffff81000000;
	c->text_phys = 0x100000;
	c->direct = 0xffff888000000000;
	c->levels = 4;
	c->cpus = 2;
	c->large_pages = false;
	c->shape.version = 6;
	strcpy(c->release, "6.12.0-written");
	read_file(&r, path);
	need_memory(&r);
	core_finish(c);
	do_marks(c);
	return c;
}

void core_free(struct core *c)
{
	for (size_t i = 0; i < c->n_layouts; i++)
		free(c->layouts[i].fields);
	for (size_t i = 0; i < c->n_symbols; i++)
		free(c->symbols[i].name);
	free(c->layouts);
	free(c->symbols);
	free(c->areas);
	free(c->tasks);
	free(c->expect);
	free(c->marks);
	free(c->vmcoreinfo);
	free(c->ram);
	free(c->kind);
	free(c);
}
