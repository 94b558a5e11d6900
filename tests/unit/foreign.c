// SPDX-License-Identifier: GPL-2.0-or-later
// What libkdumpfile reads for us gives the same pages as our own reader, on a dump that both can
// read; and the formats that only it reads are known.
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core.h"
#include "dump/dump.h"
#include "dump/foreign.h"
#include "unit.h"

START_TEST(test_same_pages)
{
	struct core *c = core_read(DUMPS_DIR "/tiny.core");
	struct container theirs = { .format = "kdump-compressed" };
	struct dump *ours;
	struct arena arena;
	uint64_t pages = 0;

	arena_init(&arena);
	theirs.arena = &arena;
	theirs.fd = memfd_create("dump", MFD_CLOEXEC);
	core_write(c, theirs.fd);
	ck_assert_int_eq(dump_open(theirs.fd, "ours", &ours), OK);
	if (foreign_open(&theirs, "x86_64") == OK) {
		for (uint64_t pfn = foreign_next(&theirs, 0); pfn != UINT64_MAX;
		     pfn = foreign_next(&theirs, pfn + 1), pages++) {
			char a[CORE_PAGE], b[CORE_PAGE];

			ck_assert_int_eq(foreign_read(&theirs, pfn * CORE_PAGE, a, sizeof(a)),
					 PAGE_PRESENT);
			ck_assert_int_eq(dump_read_phys(ours, pfn * CORE_PAGE, b, sizeof(b), NULL),
					 OK);
			ck_assert_int_eq(memcmp(a, b, sizeof(a)), 0);
		}
		ck_assert_uint_eq(pages, c->ram_size / CORE_PAGE);
		/* older libraries give none; it is looked for in memory then */
		ck_assert(!theirs.vmcoreinfo.n || str_starts(theirs.vmcoreinfo, "OSRELEASE="));
	} else {
		ck_assert(str_has(theirs.why, "libkdumpfile"));
	}
	foreign_close(&theirs);
	dump_close(ours);
	close(theirs.fd);
	arena_deinit(&arena);
	core_free(c);
}
END_TEST

START_TEST(test_known)
{
	ck_assert(foreign_is(STR("\xed\x23\x8f\x61\x73\x01\x19\xa8\x08")));
	ck_assert(!foreign_is(STR("KDUMP   ")));
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("foreign", test_same_pages, test_known);
}
