// SPDX-License-Identifier: GPL-2.0-or-later
// What all dump formats share: output, plain or flattened (makedumpfile -F), and notes.
#include <endian.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core.h"

enum { FLAT_HEADER = 4096, PRSTATUS = 336, QEMU_NOTE = 440, PR_REG = 112 };

static void put_at(int fd, uint64_t off, const void *p, size_t n)
{
	if (pwrite(fd, p, n, (off_t)off) != (ssize_t)n)
		err(2, "write");
}

static void put_record(struct out *o, uint64_t off, const void *p, size_t n)
{
	uint64_t head[2] = { htobe64(off), htobe64(n) };

	put_at(o->fd, o->at, head, sizeof(head));
	put_at(o->fd, o->at + sizeof(head), p, n);
	o->at += sizeof(head) + n;
}

void out_write(struct out *o, uint64_t off, const void *p, size_t n)
{
	struct out_record r = { off, n, NULL };

	if (!n)
		return;
	if (!o->flattened) {
		put_at(o->fd, off, p, n);
		if (off + n > o->at)
			o->at = off + n;
		return;
	}
	if (!o->shuffled) {
		put_record(o, off, p, n);
		return;
	}
	r.p = malloc(n);
	if (!r.p)
		err(2, "memory");
	memcpy(r.p, p, n);
	o->held = core_push(o->held, &o->n_held, sizeof(*o->held));
	o->held[o->n_held - 1] = r;
}

static void begin(struct out *o)
{
	char head[FLAT_HEADER] = "makedumpfile";
	uint64_t one = htobe64(1);

	if (!o->flattened)
		return;
	memcpy(head + 16, &one, 8);
	memcpy(head + 24, &one, 8);
	put_at(o->fd, 0, head, sizeof(head));
	o->at = FLAT_HEADER;
}

/* Every other record from the back first. */
static void end(struct out *o)
{
	uint64_t last[2] = { UINT64_MAX, UINT64_MAX };

	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = o->n_held; i-- > 0;)
			if (i % 2 == pass)
				put_record(o, o->held[i].off, o->held[i].p, o->held[i].n);
	for (size_t i = 0; i < o->n_held; i++)
		free(o->held[i].p);
	free(o->held);
	if (o->flattened)
		put_at(o->fd, o->at, last, sizeof(last));
	o->at += o->flattened ? sizeof(last) : 0;
}

static uint8_t *add_note(uint8_t *v, size_t *n, const char *name, uint32_t type, const void *desc,
			 size_t n_desc)
{
	uint32_t head[3] = { (uint32_t)strlen(name) + 1, (uint32_t)n_desc, type };
	size_t n_name = (head[0] + 3) & ~3u, at = *n;

	*n = at + sizeof(head) + n_name + ((n_desc + 3) & ~(size_t)3);
	v = realloc(v, *n);
	if (!v)
		err(2, "memory");
	memset(v + at, 0, *n - at);
	memcpy(v + at, head, sizeof(head));
	memcpy(v + at + sizeof(head), name, head[0]);
	memcpy(v + at + sizeof(head) + n_name, desc, n_desc);
	return v;
}

/* Of the task that ran on a CPU, as crash_save_cpu() has it; none where none did. */
static uint8_t *add_crashed_cpu(struct core *c, uint8_t *v, size_t *n, unsigned int cpu)
{
	vaddr task = core_get(c, core_find_symbol(c, "current_task") + c->percpu[cpu]);
	uint8_t desc[PRSTATUS] = { 0 };

	for (size_t i = 0; i < c->n_tasks; i++) {
		const struct task_entry *t = &c->tasks[i];
		uint64_t ip = core_find_symbol(c, t->pid ? "schedule" : "schedule_timeout");

		if (!task || t->addr != task)
			continue;
		memcpy(desc + 32, &t->pid, 4);
		memcpy(desc + PR_REG + 8 * 16, &ip, 8);
		return add_note(v, n, "CORE", 1, desc, PRSTATUS);
	}
	return v;
}

/* In kernel text, at the start of the third function. */
static uint8_t *add_cpu(struct core *c, uint8_t *v, size_t *n, unsigned int cpu)
{
	uint8_t desc[QEMU_NOTE] = { 1, 0, 0, 0, QEMU_NOTE & 255, QEMU_NOTE >> 8 };
	uint64_t ip = core_find_symbol(c, "schedule_timeout");

	v = add_note(v, n, "QEMU", 0, desc, sizeof(desc));
	memset(desc, 0, sizeof(desc));
	memcpy(desc + 32, &cpu, 4);
	memcpy(desc + PR_REG + 8 * 16, &ip, 8);
	return add_note(v, n, "CORE", 1, desc, PRSTATUS);
}

uint8_t *core_notes(struct core *c, size_t *ret_n)
{
	static const char first[] = "OSRELEASE=0.0.0-of-the-kdump-kernel\nPAGESIZE=4096\n";
	uint8_t *v = NULL;

	*ret_n = 0;
	if (c->shape.no_notes)
		return NULL;
	for (unsigned int i = 0; i < c->cpus; i++)
		v = (c->shape.kdump_notes ? add_crashed_cpu : add_cpu)(c, v, ret_n, i);
	if (c->shape.twice)
		v = add_note(v, ret_n, "VMCOREINFO", 0, first, sizeof(first) - 1);
	if (!c->shape.no_vmcoreinfo)
		v = add_note(v, ret_n, "VMCOREINFO", 0, c->vmcoreinfo, c->n_vmcoreinfo);
	return v;
}

void core_write(struct core *c, int fd)
{
	struct out o = { .fd = fd, .flattened = c->shape.flattened, .shuffled = c->shape.shuffled };

	begin(&o);
	if (c->shape.lkcd || c->shape.sadump || c->shape.s390 || c->shape.xen)
		write_foreign(c, &o);
	else if (c->shape.kdump)
		write_kdump(c, &o);
	else
		write_elf(c, &o);
	end(&o);
	if (c->shape.truncate_pct)
		c->shape.truncate = o.at * c->shape.truncate_pct / 100;
	if (c->shape.truncate && ftruncate(fd, (off_t)c->shape.truncate))
		err(2, "ftruncate");
	if (c->shape.gzip || c->shape.zstd)
		wrap_file(fd, c->shape.zstd);
}
