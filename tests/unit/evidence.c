// SPDX-License-Identifier: GPL-2.0-or-later
// evidence: what is opened, under which name, and what is told where it cannot be. The files are
// made here, by hand or with libarchive and zlib.
#include "evidence/evidence.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "fact/kinds.h"
#include "unit.h"

static const char kernel_log[] = "[    0.000000] Linux version 6.1.0 (a@b) (gcc) #1 SMP\n"
				 "[    1.000000] something\n[    2.000000] something else\n";

struct result {
	struct facts f;
	size_t n_read, n_notes;
	enum status st;
	char note[512];
};

static void note(void *arg, const char *path, const char *what)
{
	struct result *r = arg;

	r->n_notes++;
	snprintf(r->note, sizeof(r->note), "%s: %s", path, what);
}

static struct result read_it(const char *path)
{
	struct result r = { 0 };
	struct evidence_options opt = { note, &r };

	facts_init(&r.f);
	r.st = evidence_read(&r.f, path, &opt, &r.n_read);
	facts_finish(&r.f);
	return r;
}

/* One piece of evidence with one boot, nothing said. */
static void holds_boot(const char *path, const char *name)
{
	struct result r = read_it(path);

	ck_assert_msg(r.n_read == 1 && r.f.n_evidence == 1, "%s: %zu pieces", path, r.n_read);
	ck_assert_msg(r.n_notes == 0, "%s", r.note);
	ck_assert_str_eq(r.f.evidence[0]->path, name);
	ck_assert_uint_eq(r.f.lists[FACT_boot].n, 1);
	facts_deinit(&r.f);
}

static void is_useless(const char *path, const char *why)
{
	struct result r = read_it(path);

	ck_assert_msg(r.n_read == 0 && r.f.n_evidence == 0, "%s", path);
	ck_assert_uint_eq(r.n_notes, 1);
	ck_assert_msg(strstr(r.note, why), "%s", r.note);
	facts_deinit(&r.f);
}

static void enter_tmp(void)
{
	char dir[] = "/tmp/mmwhy-unit-XXXXXX";

	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
}

static void leave_tmp(void)
{
	char *dir = getcwd(NULL, 0);
	char cmd[512];

	ck_assert_int_eq(chdir("/"), 0);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	free(dir);
	ck_assert_int_eq(system(cmd), 0);
}

static void write_file(const char *path, const char *p, size_t n)
{
	FILE *f = fopen(path, "we");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(p, 1, n, f), n);
	ck_assert_int_eq(fclose(f), 0);
}

static void write_log(const char *path)
{
	write_file(path, kernel_log, sizeof(kernel_log) - 1);
}

static size_t slurp(const char *path, char *buf, size_t size)
{
	FILE *f = fopen(path, "re");
	size_t n;

	ck_assert_ptr_nonnull(f);
	n = fread(buf, 1, size, f);
	fclose(f);
	return n;
}

/* An archive of one member; @p format and @p filter as libarchive names them. */
static void pack(const char *to, const char *format, const char *filter, const char *member,
		 const char *p, size_t n)
{
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();

	ck_assert_int_eq(archive_write_set_format_by_name(a, format), ARCHIVE_OK);
	if (strcmp(filter, "none") != 0)
		ck_assert_int_eq(archive_write_add_filter_by_name(a, filter), ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(a, 1);
	ck_assert_int_eq(archive_write_open_filename(a, to), ARCHIVE_OK);
	archive_entry_set_pathname(e, member);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, (la_int64_t)n);
	ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_data(a, p, n), (la_ssize_t)n);
	archive_entry_free(e);
	ck_assert_int_eq(archive_write_free(a), ARCHIVE_OK);
}

START_TEST(test_compressed)
{
	static const char *const filters[] = { "gzip", "xz", "zstd", "bzip2", "lz4", "none" };

	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		pack("x", "raw", filters[i], "x", kernel_log, sizeof(kernel_log) - 1);
		holds_boot("x", "x");
		pack("x", "ustar", filters[i], "var/log/messages", kernel_log,
		     sizeof(kernel_log) - 1);
		holds_boot("x", "x/var/log/messages");
	}
	pack("x", "zip", "none", "a", kernel_log, sizeof(kernel_log) - 1);
	holds_boot("x", "x/a");
	pack("x", "newc", "none", "a", kernel_log, sizeof(kernel_log) - 1);
	holds_boot("x", "x/a");
}
END_TEST

START_TEST(test_nested)
{
	char buf[16384];
	struct result r;
	size_t n;

	pack("1", "ustar", "gzip", "messages", kernel_log, sizeof(kernel_log) - 1);
	n = slurp("1", buf, sizeof(buf));
	pack("2", "ustar", "xz", "1.tgz", buf, n);
	holds_boot("2", "2/1.tgz/messages");
	for (int i = 0; i < 3; i++) {
		n = slurp("2", buf, sizeof(buf));
		pack("2", "ustar", "none", "more", buf, n);
	}
	r = read_it("2");
	ck_assert_uint_eq(r.n_read, 0);
	ck_assert_uint_eq(r.n_notes, 2); /* the member packed too often, and the whole */
	facts_deinit(&r.f);
}
END_TEST

/* Files of sysfs as an archiver keeps them: filled up to a page. */
static void add_member(struct archive *a, const char *member, const char *text)
{
	struct archive_entry *e = archive_entry_new();
	char page[4096] = { 0 };

	ck_assert_uint_lt(strlen(text), sizeof(page));
	memcpy(page, text, strlen(text));
	archive_entry_set_pathname(e, member);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, sizeof(page));
	ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_data(a, page, sizeof(page)), (la_ssize_t)sizeof(page));
	archive_entry_free(e);
}

/* One folder in the middle of another file's way, one without its entry 0, and one that stops. */
START_TEST(test_memmap_in_archive)
{
	static const char *const members[][2] = {
		{ "h/memmap/10/type", "System RAM\n" }, { "h/memmap/10/start", "0xa000\n" },
		{ "h/memmap/1/end", "0xffff\n" },	{ "h/memmap/1/start", "0x8000\n" },
		{ "h/memmap/0/type", "System RAM\n" },	{ "other/1/start", "0x0\n" },
		{ "other/1/end", "0xfff\n" },		{ "other/1/type", "System RAM\n" },
		{ "h/memmap/0/start", "0x0\n" },	{ "h/memmap/0/end", "0x7fff\n" },
		{ "h/memmap/1/type", "Reserved\n" },
	};
	struct archive *a = archive_write_new();
	const struct fact_memory_range *range;
	struct result r;

	ck_assert_int_eq(archive_write_set_format_by_name(a, "ustar"), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_open_filename(a, "x"), ARCHIVE_OK);
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		add_member(a, members[i][0], members[i][1]);
	ck_assert_int_eq(archive_write_free(a), ARCHIVE_OK);
	r = read_it("x");
	ck_assert_uint_eq(r.n_read, 1);
	ck_assert_str_eq(r.f.evidence[0]->path, "x/h/memmap");
	ck_assert_uint_eq(r.f.lists[FACT_memory_range].n, 2);
	range = (const struct fact_memory_range *)r.f.lists[FACT_memory_range].v[1];
	ck_assert_uint_eq(range->start.v, 0x8000);
	ck_assert(str_is(range->type, "Reserved"));
	facts_deinit(&r.f);
}
END_TEST

/* A packed log whose last bytes are missing still gives its last line but one. */
static void gives_its_lines(const char *filter, size_t missing, const char *note)
{
	char buf[16384];
	struct result r;
	size_t n;

	pack("x", "raw", filter, "x", kernel_log, sizeof(kernel_log) - 1);
	n = slurp("x", buf, sizeof(buf));
	write_file("x", buf, n - missing);
	r = read_it("x");
	ck_assert_uint_eq(r.n_read, 1);
	ck_assert_uint_eq(r.f.lists[FACT_boot].n, 1);
	ck_assert_uint_eq(r.n_notes, 1);
	ck_assert_msg(strstr(r.note, note), "%s", r.note);
	facts_deinit(&r.f);
}

START_TEST(test_truncated)
{
	gives_its_lines("gzip", 9, "truncated gzip");
	gives_its_lines("xz", 40, "truncated xz");
}
END_TEST

START_TEST(test_tree)
{
	struct result r;

	ck_assert_int_eq(mkdir("d", 0755) | mkdir("d/b", 0755) | mkdir("d/empty", 0755), 0);
	write_log("d/b/z");
	write_log("d/a");
	write_file("d/binary", "\x01\x02\x03\x04", 4);
	write_file("d/prose", "hello\n", 6);
	ck_assert_int_eq(symlink("..", "d/b/loop"), 0);
	ck_assert_int_eq(mkfifo("d/pipe", 0644), 0);
	r = read_it("d");
	ck_assert_uint_eq(r.n_read, 2);
	ck_assert_uint_eq(r.n_notes, 0);
	ck_assert_str_eq(r.f.evidence[0]->path, "d/a");
	ck_assert_str_eq(r.f.evidence[1]->path, "d/b/z");
	facts_deinit(&r.f);
	is_useless("d/empty", "a directory without evidence");
}
END_TEST

START_TEST(test_useless)
{
	struct result r;
	FILE *f;

	is_useless("missing", "No such file");
	write_file("empty", "", 0);
	is_useless("empty", "is empty");
	write_file("binary", "\x01\x02\x03\x04\x05", 5);
	is_useless("binary", "neither text");
	f = fopen("zeros", "we");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(ftruncate(fileno(f), (off_t)10 << 30), 0);
	fclose(f);
	is_useless("zeros", "nothing but NULs");
	/* text is read, though it says nothing */
	write_file("prose", "hello\n", 6);
	r = read_it("prose");
	ck_assert_uint_eq(r.n_read, 1);
	ck_assert_uint_eq(r.n_notes, 0);
	ck_assert(str_is(r.f.evidence[0]->note, "no kernel messages found"));
	facts_deinit(&r.f);
}
END_TEST

START_TEST(test_after_nuls)
{
	size_t nuls = 300000, n = nuls + sizeof(kernel_log) - 1;
	char *p = calloc(1, n);

	ck_assert_ptr_nonnull(p);
	memcpy(p + nuls, kernel_log, sizeof(kernel_log) - 1);
	write_file("x", p, n);
	free(p);
	holds_boot("x", "x");
}
END_TEST

/* Two boots, as journalctl -r prints them. */
START_TEST(test_newest_first)
{
	static const char log[] = "[    3.000000] d\n[    2.000000] c\n[    1.500000] b\n"
				  "[    0.000000] Linux version 6.1.0 (a@b) (gcc) #1 SMP\n";
	const struct fact_boot *boot;
	struct result r;

	for (int packed = 0; packed < 2; packed++) {
		pack("x", "raw", packed ? "xz" : "none", "x", log, sizeof(log) - 1);
		r = read_it("x");
		ck_assert_uint_eq(r.f.lists[FACT_boot].n, 1);
		boot = (const struct fact_boot *)r.f.lists[FACT_boot].v[0];
		/* the boot's lines as they stand in the file */
		ck_assert_uint_eq(boot->first_line, 1);
		ck_assert_uint_eq(boot->last_line, 4);
		ck_assert_uint_eq(boot->head.origin.line, 4);
		ck_assert_uint_eq(r.f.evidence[0]->lines, 4);
		facts_deinit(&r.f);
	}
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("evidence");
	static const TTest *const *tests[] = {
		&test_compressed, &test_nested,	 &test_memmap_in_archive, &test_truncated,
		&test_tree,	  &test_useless, &test_after_nuls,	  &test_newest_first
	};
	TCase *tcase = tcase_create("files");

	tcase_add_checked_fixture(tcase, enter_tmp, leave_tmp);
	tcase_set_timeout(tcase, 60);
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++)
		tcase_add_test(tcase, *tests[i]);
	suite_add_tcase(suite, tcase);
	return suite;
}
