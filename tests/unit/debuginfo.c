// SPDX-License-Identifier: GPL-2.0-or-later
// A dump whose symbol table is gone, and a System.map beside it.
#include "dump/debuginfo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core.h"
#include "dump/build_id.h"
#include "dump/modules.h"
#include "unit.h"

static struct core *core;
static struct dump *d;
static int fd;
static enum status opened;

static void open_it(void)
{
	opened = dump_open(fd, "dump", &d);
}

static void setup(void)
{
	core = core_read(DUMPS_DIR "/elf-qemu.core");
	memset(core_ptr(core, core_find_symbol(core, "kallsyms_token_index"), 512), 0xff, 512);
	fd = memfd_create("dump", MFD_CLOEXEC);
	ck_assert_int_ge(fd, 0);
}

static void teardown(void)
{
	dump_close(d);
	d = NULL;
	close(fd);
	core_free(core);
}

/* The kernel as linked: 2 MiB below where it runs. */
static void write_map(FILE *f)
{
	for (size_t i = 0; i < core->n_symbols; i++)
		fprintf(f, "%016llx %c %s\n", (unsigned long long)core->symbols[i].addr - 0x200000,
			core->symbols[i].type, core->symbols[i].name);
	fprintf(f, "%016llx R linux_banner\n",
		(unsigned long long)core_find_symbol(core, "schedule") - 0x200000);
	fflush(f);
}

/* What a function's instructions were is nothing to the reader. */
static void write_banner(const char *release)
{
	char text[128];
	int n = snprintf(text, sizeof(text), "Linux version %s (somebody)", release);

	memcpy(core_ptr(core, core_find_symbol(core, "schedule"), (size_t)n + 1), text,
	       (size_t)n + 1);
}

static enum status complete(void (*write)(FILE *f), char *path)
{
	FILE *f = tmpfile();
	struct debuginfo given = { 0 };
	enum status st;

	ck_assert_ptr_nonnull(f);
	write(f);
	snprintf(path, 64, "/proc/self/fd/%d", fileno(f));
	given.system_map = path;
	st = debuginfo_complete(d, opened, &given);
	fclose(f);
	return st;
}

START_TEST(test_system_map)
{
	struct str name, module;
	uint64_t offset, size;
	char path[64];

	write_banner(core->release);
	core_write(core, fd);
	open_it();
	ck_assert_int_ne(opened, OK);
	ck_assert_msg(complete(write_map, path) == OK, "%s", d->why.p);
	ck_assert_uint_eq(d->sym[SYM_init_task], core_find_symbol(core, "init_task"));
	ck_assert_ptr_nonnull(d->types);
	ck_assert(dump_symbol(d, core_find_symbol(core, "schedule") + 3, &name, &offset, &size,
			      &module));
	ck_assert_uint_eq(offset, 3);
}
END_TEST

START_TEST(test_another_kernel)
{
	char path[64];

	write_banner("5.4.0-other");
	core_write(core, fd);
	open_it();
	ck_assert_int_ne(complete(write_map, path), OK);
	ck_assert(str_has(d->why, "is not of the kernel of this dump"));
}
END_TEST

static void write_stub(FILE *f)
{
	fputs("ffffffffffffffff B The real System.map is in another package\n", f);
	fflush(f);
}

START_TEST(test_stub)
{
	char path[64];

	core_write(core, fd);
	open_it();
	ck_assert_int_ne(complete(write_stub, path), OK);
	ck_assert(str_has(d->why, "has no symbols"));
}
END_TEST

START_TEST(test_nothing_given)
{
	struct debuginfo given = { 0 };

	core_write(core, fd);
	open_it();
	ck_assert_int_ne(debuginfo_complete(d, opened, &given), OK);
	ck_assert(str_has(d->why, "name a --vmlinux or --system-map"));
}
END_TEST

/* Another build of the release: the release fits, the places do not. */
static void write_moved_map(FILE *f)
{
	for (size_t i = 0; i < core->n_symbols; i++) {
		bool moved = strcmp(core->symbols[i].name, "init_top_pgt") == 0;

		fprintf(f, "%016llx %c %s\n",
			(unsigned long long)core->symbols[i].addr - 0x200000 + (moved ? 4096 : 0),
			core->symbols[i].type, core->symbols[i].name);
	}
	fprintf(f, "%016llx R linux_banner\n",
		(unsigned long long)core_find_symbol(core, "schedule") - 0x200000);
	fflush(f);
}

START_TEST(test_another_build)
{
	char path[64];

	write_banner(core->release);
	core_write(core, fd);
	open_it();
	ck_assert_int_ne(complete(write_moved_map, path), OK);
	ck_assert_msg(str_has(d->why, "another build of that release"), "%s", d->why.p);
}
END_TEST

START_TEST(test_notes)
{
	static const unsigned char
		notes[] = {
			4,   0,	  0,   0, 1,	0,    0, 0,    8,    0, 0, 0,
			'X', 'e', 'n', 0, 7,	0,    0, 0, /* another's */
			4,   0,	  0,   0, 5,	0,    0, 0,    3,    0, 0, 0,
			'G', 'N', 'U', 0, 0xde, 0xad, 0, 0xbe, 0xef, 0, 0, 0,
		};

	ck_assert_str_eq(build_id_in_notes(notes, sizeof(notes)).hex, "dead00beef");
	/* cut anywhere */
	for (size_t n = 0; n < sizeof(notes); n++)
		ck_assert_str_eq(build_id_in_notes(notes, n).hex, "");
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("debuginfo");
	TCase *t = tcase_create("debuginfo");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, test_system_map);
	tcase_add_test(t, test_another_kernel);
	tcase_add_test(t, test_stub);
	tcase_add_test(t, test_nothing_given);
	tcase_add_test(t, test_another_build);
	tcase_add_test(t, test_notes);
	suite_add_tcase(s, t);
	return s;
}
