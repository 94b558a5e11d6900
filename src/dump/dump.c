// SPDX-License-Identifier: GPL-2.0-or-later
// Opening a dump, and reading its memory.
#include "dump/dump.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "dump/kallsyms.h"
#include "dump/elf_machine.h"
#include "dump/split.h"
#include "dump/types.h"

enum { CPUS_MAX = 8192 };

#define CONTAINER(stem) extern const struct container_ops container_##stem;
#include "dump/containers.def"
#undef CONTAINER

static const struct container_ops *const containers[] = {
#define CONTAINER(stem) &container_##stem,
#include "dump/containers.def"
#undef CONTAINER
};

#define ARCH(stem) extern const struct arch_ops arch_##stem;
#include "dump/archs.def"
#undef ARCH

static const struct arch_ops *const archs[] = {
#define ARCH(stem) &arch_##stem,
#include "dump/archs.def"
#undef ARCH
};

static enum status open_container(struct dump *d)
{
	enum status st = ST_UNSUPPORTED;

	for (size_t i = 0; i < ARRAY_SIZE(containers) && st == ST_UNSUPPORTED; i++) {
		d->container.ops = containers[i];
		st = containers[i]->open(&d->container);
	}
	if (st == ST_UNSUPPORTED)
		d->container.ops = NULL;
	else if (st && !d->why.n)
		d->why = d->container.why.n ? d->container.why
					    : STR("the dump's headers are damaged or cut");
	return st;
}

static enum status choose_arch(struct dump *d)
{
	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (archs[i]->elf_machine == d->container.machine)
			d->arch = archs[i];
	if (d->arch)
		return OK;
	d->why = arena_printf(&d->arena,
			      "a dump of %s machine: only x86_64's page tables are walked so far",
			      elf_machine_text(&d->container));
	return ST_UNSUPPORTED;
}

/* CPU count and per-CPU offsets. */
static void find_percpu(struct dump *d)
{
	uint32_t n = 0;

	if (!d->sym[SYM_nr_cpu_ids] || !d->sym[SYM___per_cpu_offset] ||
	    dump_u32(d, d->sym[SYM_nr_cpu_ids], &n) || !n || n > CPUS_MAX)
		return;
	d->percpu_offset = arena_alloc(&d->arena, n * sizeof(uint64_t));
	if (d->percpu_offset && dump_read(d, d->sym[SYM___per_cpu_offset], d->percpu_offset,
					  n * sizeof(uint64_t)) == OK)
		d->n_cpus = n;
}

void dump_use_symbols(struct dump *d)
{
	if (d->arch->use_symbols)
		d->arch->use_symbols(d);
	find_percpu(d);
}

static enum status open_all(struct dump *d)
{
	enum status st = choose_arch(d);

	if (!st && (st = vmcoreinfo_find(d)))
		d->why = STR("no VMCOREINFO in the notes, nor in memory");
	if (!st)
		st = d->arch->init(d);
	if (!st)
		st = kallsyms_open(d);
	if (st)
		return st;
	dump_use_symbols(d);
	return types_open(d);
}

static struct dump *new_dump(struct bytes *bytes, const char *path)
{
	struct dump *d = calloc(1, sizeof(*d));

	if (!d) {
		bytes_close(bytes);
		return NULL;
	}
	arena_init(&d->arena);
	d->path = arena_strdup(&d->arena, path);
	d->container.bytes = bytes;
	d->container.arena = &d->arena;
	d->why = STR("");
	return d;
}

enum status dump_open(int fd, const char *path, struct dump **ret)
{
	return dump_open_parts(&fd, 1, path, ret);
}

enum status dump_open_parts(const int *fds, size_t n, const char *path, struct dump **ret)
{
	struct bytes *bytes;
	enum status st = bytes_open(fds[0], &bytes);
	struct dump *d;

	if (st)
		return st == ST_BAD_DATA ? ST_UNSUPPORTED : st;
	d = new_dump(bytes, path);
	if (!d)
		return ST_NOMEM;
	d->container.fd = fds[0];
	*ret = d;
	st = open_container(d);
	if (!st && (n > 1 || d->container.is_part))
		st = split_open(&d->container, fds, n);
	return st ? st : open_all(d);
}

void dump_close(struct dump *d)
{
	if (!d)
		return;
	types_close(d->types);
	if (d->container.ops)
		d->container.ops->close(&d->container);
	bytes_close(d->container.bytes);
	arena_deinit(&d->arena);
	free(d);
}

enum status dump_read_phys(struct dump *d, paddr_t addr, void *buf, size_t n,
			   enum page_state *ret_state)
{
	struct container *c = &d->container;
	uint64_t page = c->page_size;
	char *to = buf;

	while (n) {
		size_t part = page - addr % page < n ? page - addr % page : n;
		enum page_state state = c->ops->read(c, addr, to, part);

		if (ret_state)
			*ret_state = state;
		if (state != PAGE_PRESENT) {
			d->fault = state;
			d->n_faults++;
			return ST_FAULT;
		}
		to += part;
		addr += part;
		n -= part;
	}
	return OK;
}

enum page_state dump_state(struct dump *d, kaddr_t addr)
{
	enum page_state state;
	paddr_t phys;
	uint64_t left;

	d->fault = PAGE_MISSING;
	if (d->arch->translate(d, addr, &phys, &left))
		return d->fault;
	(void)d->container.ops->ptr(&d->container, phys, 1, &state);
	return state;
}

enum status dump_read(struct dump *d, kaddr_t addr, void *buf, size_t n)
{
	char *to = buf;

	while (n) {
		paddr_t phys;
		uint64_t left;
		size_t part;

		if (d->arch->translate(d, addr, &phys, &left)) {
			d->n_faults++;
			return ST_FAULT;
		}
		part = left < n ? (size_t)left : n;
		if (dump_read_phys(d, phys, to, part, NULL))
			return ST_FAULT;
		to += part;
		addr += part;
		n -= part;
	}
	return OK;
}

enum status dump_u64(struct dump *d, kaddr_t addr, uint64_t *ret)
{
	*ret = 0;
	return dump_read(d, addr, ret, sizeof(*ret));
}

enum status dump_u32(struct dump *d, kaddr_t addr, uint32_t *ret)
{
	*ret = 0;
	return dump_read(d, addr, ret, sizeof(*ret));
}

struct str dump_string(struct dump *d, kaddr_t addr, size_t max)
{
	char buf[256];
	size_t n = 0;

	if (max > sizeof(buf))
		max = sizeof(buf);
	/* not across a page that may be missing before the NUL is seen */
	while (n < max) {
		size_t part = 64 - (addr + n) % 64;

		if (part > max - n)
			part = max - n;
		if (dump_read(d, addr + n, buf + n, part))
			break;
		if (memchr(buf + n, 0, part)) {
			n += strnlen(buf + n, part);
			break;
		}
		n += part;
	}
	return arena_str(&d->arena, (struct str){ buf, n });
}

kaddr_t dump_percpu(const struct dump *d, kaddr_t var, uint32_t cpu)
{
	return cpu < d->n_cpus ? var + d->percpu_offset[cpu] : 0;
}
