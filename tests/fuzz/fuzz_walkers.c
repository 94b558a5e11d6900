// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as kernel memory: a small kernel's image and page tables stay, and whatever its
// variables point to is the fuzzer's, over and over. The walkers are those of the table: a new one
// is fuzzed with no new code.
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core.h"
#include "fuzz.h"
#include "walk/printk.h"

enum { IMAGE = 1 << 20 };

struct memory {
	const struct core *core;
	const uint8_t *data;
	size_t size;
	uint8_t page[CORE_PAGE];
};

/* The image and what comes behind everything else, the page tables, are the kernel's own. */
static bool is_kept(const struct core *core, paddr_t addr)
{
	return addr - core->text_phys < IMAGE || addr >= core->tables_at;
}

static enum page_state memory_state(struct container *c, paddr_t addr)
{
	const struct memory *m = c->priv;

	return addr < m->core->ram_size ? PAGE_PRESENT : PAGE_MISSING;
}

static enum page_state memory_read(struct container *c, paddr_t addr, void *buf, size_t n)
{
	const struct memory *m = c->priv;
	uint64_t from = addr - m->core->text_phys - IMAGE;

	if (addr >= m->core->ram_size)
		return PAGE_MISSING;
	if (is_kept(m->core, addr))
		memcpy(buf, m->core->ram + addr, n);
	else
		for (size_t i = 0; i < n; i++)
			((uint8_t *)buf)[i] = m->size ? m->data[(from + i) % m->size] : 0;
	return PAGE_PRESENT;
}

static const void *memory_ptr(struct container *c, paddr_t addr, size_t n, enum page_state *ret)
{
	struct memory *m = c->priv;

	*ret = memory_read(c, addr, m->page, n);
	return *ret == PAGE_PRESENT ? m->page : NULL;
}

static uint64_t memory_next(struct container *c, uint64_t pfn)
{
	const struct memory *m = c->priv;

	return pfn < m->core->ram_size / CORE_PAGE ? pfn : UINT64_MAX;
}

static const struct container_ops memory_ops = { .name = "memory",
						 .read = memory_read,
						 .ptr = memory_ptr,
						 .state = memory_state,
						 .next = memory_next };

/* The kernel as it is, opened once: symbols and types do not change. */
static const struct dump *kernel(const struct core **ret)
{
	static struct core *core;
	static struct dump *d;
	int fd;

	if (!core) {
		core = core_read(DUMPS_DIR "/tiny.core");
		fd = memfd_create("tiny", MFD_CLOEXEC);
		core_write(core, fd);
		if (dump_open(fd, "tiny", &d))
			abort();
		close(fd);
	}
	*ret = core;
	return d;
}

static bool sink(void *arg, uint64_t ts, uint32_t caller, uint8_t level, struct str text)
{
	(void)ts;
	(void)caller;
	(void)level;
	*(uint64_t *)arg += text.n;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory m = { .data = data, .size = size };
	struct target t = { 0 };
	uint64_t sum = 0;
	struct facts f;
	struct dump d;

	d = *kernel(&m.core);
	arena_init(&d.arena);
	d.container.arena = &d.arena;
	d.container.ops = &memory_ops;
	d.container.priv = &m;
	d.modules = NULL;
	d.orc = NULL;
	facts_init(&f);
	t.dump = &d;
	t.facts = &f;
	t.evidence = facts_add_evidence(&f, "fuzz", "dump");
	walk_dump(&t, ~0ull);
	printk_each(&t, sink, &sum);
	facts_finish(&f);
	facts_deinit(&f);
	arena_deinit(&d.arena);
	return 0;
}
