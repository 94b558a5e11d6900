// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as a dump file: headers, bitmaps, flattened records, notes, packed pages; then all that
// is done with a dump.
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dump/dump.h"
#include "dump/split.h"
#include "fuzz.h"
#include "walk/printk.h"

enum { PAGES_MAX = 4096 };

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

static bool sink(void *arg, uint64_t ts, uint32_t caller, uint8_t level, struct str text)
{
	(void)ts;
	(void)caller;
	(void)level;
	*(uint64_t *)arg += text.n;
	return true;
}

static void walk(struct dump *d)
{
	struct target t = { .dump = d };
	uint64_t sum = 0;
	struct facts f;

	facts_init(&f);
	t.facts = &f;
	t.evidence = facts_add_evidence(&f, "fuzz", "dump");
	walk_dump(&t, ~0ull);
	printk_each(&t, sink, &sum);
	facts_deinit(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC), fds[] = { fd, fd };
	struct dump *d = NULL;
	enum status st;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	st = dump_open(fd, "fuzz", &d);
	if (d)
		read_pages(d);
	if (!st)
		walk(d);
	dump_close(d);
	d = NULL;
	if (split_is_part(fd) && split_same_dump(fd, fd)) {
		(void)dump_open_parts(fds, 2, "fuzz", &d);
		dump_close(d);
	}
	close(fd);
	return 0;
}
