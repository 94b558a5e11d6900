// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as a dump file: headers, bitmaps, flattened records, notes, packed pages; then all that
// is done with a dump.
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "evidence/dump.h"
#include "dump/dump.h"
#include "fuzz.h"

enum { PAGES_MAX = 4096 };

static void quiet(void *arg, const char *path, const char *what)
{
	(void)arg;
	(void)path;
	(void)what;
}

/* Every page, each way; what is there must be there each way. */
static void read_pages(struct dump *d)
{
	struct container *c = &d->container;
	char buf[64];
	int n = 0;

	if (!d->arch) /* not opened so far */
		return;
	for (uint64_t pfn = c->ops->next(c, 0); pfn != UINT64_MAX && n++ < PAGES_MAX;
	     pfn = c->ops->next(c, pfn + 1)) {
		paddr_t at = pfn * c->page_size + pfn % (c->page_size - sizeof(buf));
		enum page_state state;

		if (c->ops->ptr(c, at, sizeof(buf), &state) && state != PAGE_PRESENT)
			abort();
		if (c->ops->read(c, at, buf, sizeof(buf)) == PAGE_PRESENT &&
		    c->ops->state(c, at) != PAGE_PRESENT)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct evidence_options opt = { .note = quiet };
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct dump *d = NULL;
	struct facts f;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	if (dump_open(fd, "fuzz", &d) == OK || d)
		read_pages(d);
	dump_close(d);
	facts_init(&f);
	opt.parts = evidence_parts_new();
	if (opt.parts && !evidence_parts_take(opt.parts, fd, "fuzz"))
		(void)evidence_dump(&f, &fd, 1, "fuzz", &opt);
	(void)evidence_parts_read(&f, &opt);
	evidence_parts_free(opt.parts);
	facts_finish(&f);
	facts_deinit(&f);
	close(fd);
	return 0;
}
