// SPDX-License-Identifier: GPL-2.0-or-later
// Every description in tests/dumps, made into a dump and read as evidence: what it promises holds.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"
#include "dump/dump.h"
#include "evidence/evidence.h"
#include "fact/fact.h"
#include "fact/kinds.h"
#include "unit.h"

enum { DUMPS_MAX = 256, PARTS_MAX = 8 };

static char *names[DUMPS_MAX];
static int n_names;

/* One dump, as read. */
struct result {
	struct facts facts;
	char notes[8192];
	struct dump *dump;
	int fds[PARTS_MAX];
	size_t n;
};

static void note(void *arg, const char *path, const char *what)
{
	struct result *r = arg;
	size_t n = strlen(r->notes);

	(void)path;
	snprintf(r->notes + n, sizeof(r->notes) - n, "%s; ", what);
}

/* The last part first: their order does not matter. */
static void write_parts(struct result *r, struct core *c)
{
	unsigned int parts = c->shape.split > 1 ? c->shape.split : 1;

	for (unsigned int part = parts; part > 0 && r->n < PARTS_MAX; part--) {
		if (part == c->shape.omit)
			continue;
		c->shape.part = part - 1;
		r->fds[r->n] = memfd_create("dump", MFD_CLOEXEC);
		ck_assert_int_ge(r->fds[r->n], 0);
		core_write(c, r->fds[r->n++]);
	}
}

static void read_dump(struct result *r, struct core *c)
{
	struct evidence_options opt = { note, r, evidence_parts_new() };
	char path[64];
	size_t n = 0;

	facts_init(&r->facts);
	write_parts(r, c);
	for (size_t i = 0; i < r->n; i++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", r->fds[i]);
		(void)evidence_read(&r->facts, path, &opt, &n);
	}
	(void)evidence_parts_read(&r->facts, &opt);
	evidence_parts_free(opt.parts);
	facts_finish(&r->facts);
	(void)dump_open_parts(r->fds, r->n, "again", &r->dump);
}

static bool check_kernel(struct result *r, const char *text)
{
	return r->facts.n_evidence && str_is(r->facts.evidence[0]->kernel, text);
}

static bool check_format(struct result *r, const char *text)
{
	return r->facts.n_evidence && str_has(r->facts.evidence[0]->note, text);
}

static bool count_is(struct result *r, enum fact_kind kind, const char *text)
{
	return r->facts.lists[kind].n == strtoul(text, NULL, 10);
}

static bool check_tasks(struct result *r, const char *text)
{
	return count_is(r, FACT_task, text);
}

static bool check_caches(struct result *r, const char *text)
{
	return count_is(r, FACT_slab_cache, text);
}

static bool check_modules(struct result *r, const char *text)
{
	return count_is(r, FACT_module, text);
}

static bool check_fact(struct result *r, const char *text)
{
	size_t n = strcspn(text, " ");

	for (unsigned int kind = 0; kind < FACT_KINDS; kind++)
		if (strlen(fact_kind_name(kind)) == n &&
		    strncmp(fact_kind_name(kind), text, n) == 0)
			return count_is(r, (enum fact_kind)kind, text + n);
	return false;
}

/* PID COMM */
static bool check_task(struct result *r, const char *text)
{
	const struct fact_task *t;
	char *comm;
	uint64_t pid = strtoul(text, &comm, 10);

	fact_for_each (&r->facts, task, t)
		if (t->pid.v == pid)
			return str_is(t->comm, comm + 1);
	return false;
}

/* NAME TOTAL ACTIVE */
static bool check_objects(struct result *r, const char *text)
{
	const struct fact_slab_cache *s;
	struct str rest = str_c(text), name = str_word(&rest);
	struct scan sc = scan_of(rest);
	uint64_t total, active;

	if (!scan_blanks(&sc) || !scan_u64(&sc, &total) || !scan_blanks(&sc) ||
	    !scan_u64(&sc, &active))
		return false;
	fact_for_each (&r->facts, slab_cache, s)
		if (str_eq(s->name, name))
			return s->objects.v == total && s->active.v == active;
	return false;
}

/* NAME SLABS BYTES, by the type of the pages */
static bool check_slabs(struct result *r, const char *text)
{
	const struct fact_slab_cache *s;
	struct str rest = str_c(text), name = str_word(&rest);
	struct scan sc = scan_of(rest);
	uint64_t slabs, bytes;

	if (!scan_blanks(&sc) || !scan_u64(&sc, &slabs) || !scan_blanks(&sc) ||
	    !scan_u64(&sc, &bytes))
		return false;
	fact_for_each (&r->facts, slab_cache, s)
		if (str_eq(s->name, name))
			return s->type_slabs_count.v == slabs && s->type_bytes.v == bytes;
	return false;
}

static bool check_stack(struct result *r, const char *text)
{
	const struct fact_backtrace *b;

	fact_for_each (&r->facts, backtrace, b)
		for (size_t i = 0; i < b->n_frames; i++)
			if (str_is(b->frames[i].symbol, text))
				return true;
	return false;
}

/* PID SYMBOL */
static bool check_innermost(struct result *r, const char *text)
{
	const struct fact_backtrace *b;
	char *symbol;
	uint64_t pid = strtoull(text, &symbol, 10);

	fact_for_each (&r->facts, backtrace, b)
		if (b->pid.known && b->pid.v == pid && b->head.origin.address.known)
			return *symbol && b->n_frames && str_is(b->frames[0].symbol, symbol + 1);
	return false;
}

static bool check_note(struct result *r, const char *text)
{
	return strstr(r->notes, text);
}

/* ADDRESS present|excluded|missing|damaged */
static bool check_page(struct result *r, const char *text)
{
	static const char *const states[] = { "present", "excluded", "missing", "damaged" };
	enum page_state state = PAGE_MISSING;
	unsigned char byte;
	char *what;
	uint64_t addr = strtoull(text, &what, 0);
	enum status st;

	if (!r->dump || !r->dump->container.ops)
		return false;
	st = dump_read_phys(r->dump, addr, &byte, 1, &state);
	/* that the data is cut shows when it is unpacked only */
	return strcmp(what + 1, states[state]) == 0 && (st == OK) == (state == PAGE_PRESENT) &&
	       (state == PAGE_DAMAGED ||
		r->dump->container.ops->state(&r->dump->container, addr) == state);
}

/* The exit status of `mmwhy OPTION COMMAND`, of the program in $MMWHY; what it printed goes to @p
 * out. */
static int run_command(const struct result *r, char *option, char *command, int out)
{
	static char paths[PARTS_MAX][32];
	char *program = getenv("MMWHY"), *argv[PARTS_MAX + 4] = { program, option, command };
	int status = -1;
	pid_t child;

	for (size_t i = 0; i < r->n; i++) {
		snprintf(paths[i], sizeof(paths[i]), "/dev/fd/%d", r->fds[i]);
		argv[i + 3] = paths[i];
	}
	child = fork();
	if (child == 0) {
		/* the dumps' files go over with their numbers */
		for (size_t i = 0; i < r->n; i++)
			(void)fcntl(r->fds[i], F_SETFD, 0);
		(void)!freopen("/dev/null", "w", stderr);
		(void)dup2(out, STDOUT_FILENO);
		execv(program, argv);
		_exit(127);
	}
	if (child > 0)
		(void)waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* `mmwhy dmesg` prints TEXT, however the dump is packed or split. */
static bool check_dmesg(struct result *r, const char *text)
{
	static char none[] = "--", dmesg[] = "dmesg", buf[65536];
	int out = memfd_create("dmesg", MFD_CLOEXEC);
	ssize_t n = 0;

	if (!getenv("MMWHY")) {
		close(out);
		return true;
	}
	if (run_command(r, none, dmesg, out) == 0)
		n = pread(out, buf, sizeof(buf) - 1, 0);
	close(out);
	buf[n > 0 ? n : 0] = '\0';
	return strstr(buf, text);
}

static const struct {
	const char *what;
	bool (*check)(struct result *r, const char *text);
} checks[] = {
	{ "kernel", check_kernel },   { "format", check_format },
	{ "tasks", check_tasks },     { "task", check_task },
	{ "caches", check_caches },   { "modules", check_modules },
	{ "objects", check_objects }, { "stack", check_stack },
	{ "note", check_note },	      { "page", check_page },
	{ "fact", check_fact },	      { "slabs", check_slabs },
	{ "dmesg", check_dmesg },     { "innermost", check_innermost },
};

/* 3 where something was told; what an "expect exit" says besides must be that. */
static void check_exit(const char *name, const struct result *r, const struct core *c)
{
	static char json[] = "--json", tasks[] = "tasks";
	int want = r->notes[0] ? 3 : 0, got, null;

	if (!getenv("MMWHY"))
		return;
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	got = run_command(r, json, tasks, null);
	close(null);
	ck_assert_msg(got == want, "%s: mmwhy --json tasks: exit status %d, not %d", name, got,
		      want);
	for (size_t i = 0; i < c->n_expect; i++)
		if (strcmp(c->expect[i].what, "exit") == 0)
			ck_assert_msg(strtol(c->expect[i].text, NULL, 10) == got,
				      "%s: exit status %d, not %s", name, got, c->expect[i].text);
}

static void check(const char *name, struct result *r, const struct expectation *e)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (strcmp(checks[i].what, e->what) != 0)
			continue;
		ck_assert_msg(checks[i].check(r, e->text), "%s: not so: %s %s (told: %s)", name,
			      e->what, e->text, r->notes);
		return;
	}
	ck_assert_msg(strcmp(e->what, "exit") == 0, "%s: what is expect %s?", name, e->what);
}

START_TEST(test_dump)
{
	struct result r = { 0 };
	struct core *c;
	char path[512];
	bool notes = false;

	snprintf(path, sizeof(path), DUMPS_DIR "/%s", names[_i]);
	c = core_read(path);
	read_dump(&r, c);
	/* what libkdumpfile reads is not looked at without */
	if (strstr(r.notes, "lacks libkdumpfile")) {
		c->n_expect = 0;
		notes = true;
	}
	for (size_t i = 0; i < c->n_expect; i++) {
		check(names[_i], &r, &c->expect[i]);
		notes |= strcmp(c->expect[i].what, "note") == 0;
	}
	ck_assert_msg(notes || !r.notes[0], "%s: told: %s", names[_i], r.notes);
	check_exit(names[_i], &r, c);
	dump_close(r.dump);
	facts_deinit(&r.facts);
	while (r.n)
		close(r.fds[--r.n]);
	core_free(c);
}
END_TEST

static int is_core(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && strcmp(d->d_name + n - 5, ".core") == 0;
}

Suite *unit_suite(void)
{
	Suite *suite = suite_create("dumps");
	TCase *tcase = tcase_create("dumps");
	static struct dirent **found; /* the names point into it to the end */
	int n = scandir(DUMPS_DIR, &found, is_core, alphasort);

	for (int i = 0; i < n && i < DUMPS_MAX; i++)
		names[n_names++] = found[i]->d_name;
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, test_dump, 0, n_names);
	suite_add_tcase(suite, tcase);
	return suite;
}
