// SPDX-License-Identifier: GPL-2.0-or-later
// What a made-up kernel holds: tasks, log, slab caches, modules, VMCOREINFO.
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

enum { MODULES, SLAB_CACHES };
enum { LOG_BITS = 13, DESC_BITS = 8, NR_CPUS = 64, XA_SHIFT = 6 };

void core_symbol(struct core *c, const char *name, vaddr addr, char type)
{
	c->symbols = core_push(c->symbols, &c->n_symbols, sizeof(*c->symbols));
	c->symbols[c->n_symbols - 1] = (struct symbol_entry){ strdup(name), addr, type };
}

vaddr core_variable(struct core *c, const char *name, size_t size)
{
	vaddr at = core_image(c, size, 8);

	core_symbol(c, name, at, 'D');
	return at;
}

vaddr core_find_symbol(const struct core *c, const char *name)
{
	for (size_t i = 0; i < c->n_symbols; i++)
		if (strcmp(c->symbols[i].name, name) == 0)
			return c->symbols[i].addr;
	errx(2, "no symbol %s", name);
}

static void list_init(struct core *c, vaddr head)
{
	core_put(c, head, head, 8);
	core_put(c, head + 8, head, 8);
}

static void list_add_tail(struct core *c, vaddr head, vaddr node)
{
	vaddr last = core_get(c, head + 8);

	core_put(c, node, head, 8);
	core_put(c, node + 8, last, 8);
	core_put(c, last, node, 8);
	core_put(c, head + 8, node, 8);
}

/* Per-CPU variables: a template in the image, a copy a CPU in the direct map. */
static void begin_percpu(struct core *c)
{
	vaddr offsets = core_variable(c, "__per_cpu_offset", 8 * NR_CPUS);
	size_t size = layout_size(c, "rq") + 64;

	c->percpu_start = core_image(c, size, 64);
	core_symbol(c, "__per_cpu_start", c->percpu_start, 'D');
	core_symbol(c, "runqueues", c->percpu_start, 'D');
	core_symbol(c, "current_task", c->percpu_start + size - 64, 'D');
	for (unsigned int i = 0; i < c->cpus; i++) {
		c->percpu[i] = core_alloc(c, size, 64) - c->percpu_start;
		core_put(c, offsets + 8ull * i, c->percpu[i], 8);
	}
	core_put(c, core_variable(c, "nr_cpu_ids", 4), c->cpus, 4);
	core_put(c, core_variable(c, "nr_node_ids", 4), 1, 4);
	core_put(c, core_variable(c, "__cpu_possible_mask", 8), (1ull << c->cpus) - 1, 8);
	core_put(c, core_variable(c, "__cpu_online_mask", 8), (1ull << c->cpus) - 1, 8);
}

static void begin_log(struct core *c)
{
	vaddr rb = core_variable(c, "printk_rb_static", layout_size(c, "printk_ringbuffer"));
	vaddr descs = core_image(c, layout_size(c, "prb_desc") << DESC_BITS, 64);
	vaddr infos = core_image(c, layout_size(c, "printk_info") << DESC_BITS, 64);

	core_put(c, core_variable(c, "prb", 8), rb, 8);
	c->prb = rb;
	layout_set(c, rb, "printk_ringbuffer", "desc_ring.count_bits", DESC_BITS);
	layout_set(c, rb, "printk_ringbuffer", "desc_ring.descs", descs);
	layout_set(c, rb, "printk_ringbuffer", "desc_ring.infos", infos);
	layout_set(c, rb, "printk_ringbuffer", "text_data_ring.size_bits", LOG_BITS);
	layout_set(c, rb, "printk_ringbuffer", "text_data_ring.data",
		   core_alloc(c, 1 << LOG_BITS, CORE_PAGE));
}

void core_log(struct core *c, uint64_t ns, const char *text)
{
	vaddr rb = c->prb, desc, info, data;
	uint32_t n = (uint32_t)strlen(text), block = (n + 8 + 7) & ~7u, id = c->n_records++;

	desc = core_get(c, rb + layout_at(c, "printk_ringbuffer", "desc_ring.descs"));
	info = core_get(c, rb + layout_at(c, "printk_ringbuffer", "desc_ring.infos"));
	data = core_get(c, rb + layout_at(c, "printk_ringbuffer", "text_data_ring.data"));
	if (c->log_at + block > 1 << LOG_BITS || id >= 1 << DESC_BITS)
		errx(2, "the log is full");
	desc += (vaddr)id * layout_size(c, "prb_desc");
	info += (vaddr)id * layout_size(c, "printk_info");
	layout_set(c, desc, "prb_desc", "state_var", 2ull << 62 | id);
	layout_set(c, desc, "prb_desc", "text_blk_lpos.begin", c->log_at);
	layout_set(c, desc, "prb_desc", "text_blk_lpos.next", c->log_at + block);
	layout_set(c, info, "printk_info", "seq", id);
	layout_set(c, info, "printk_info", "ts_nsec", ns);
	layout_set(c, info, "printk_info", "text_len", n);
	layout_set(c, info, "printk_info", "level", 6);
	layout_set(c, info, "printk_info", "caller_id", id % 5 ? 1 + id : 0x80000000u);
	core_put(c, data + c->log_at, id, 8);
	memcpy(core_ptr(c, data + c->log_at + 8, n), text, n);
	c->log_at += block;
	layout_set(c, rb, "printk_ringbuffer", "desc_ring.head_id", id);
}

/* The slot for a pid in the IDR's tree of three levels. */
static vaddr idr_slot(struct core *c, uint32_t pid)
{
	uint32_t slots = layout_at(c, "xa_node", "slots");
	vaddr node = c->xa_root;

	for (unsigned int shift = 2 * XA_SHIFT; shift; shift -= XA_SHIFT) {
		vaddr at = node + slots + 8ull * (pid >> shift & 63);

		if (!core_get(c, at))
			core_put(c, at, core_alloc(c, layout_size(c, "xa_node"), 64) | 2, 8);
		node = core_get(c, at) & ~3ull;
	}
	return node + slots + 8ull * (pid & 63);
}

static void begin_tasks(struct core *c)
{
	vaddr ns = core_variable(c, "init_pid_ns", layout_size(c, "pid_namespace"));

	c->xa_root = core_alloc(c, layout_size(c, "xa_node"), 64);
	layout_set(c, ns, "pid_namespace", "idr.idr_rt.xa_head", c->xa_root | 2);
}

static void link_pid(struct core *c, vaddr task, uint32_t pid)
{
	vaddr p = core_alloc(c, layout_size(c, "pid"), 64), at = idr_slot(c, pid);
	vaddr links = task + layout_at(c, "task_struct", "pid_links");

	core_put(c, at, p, 8);
	core_put(c, p + layout_at(c, "pid", "tasks"), links, 8);
	core_put(c, links + 8, p + layout_at(c, "pid", "tasks"), 8);
}

static const struct task_entry *leader_of(const struct core *c, uint32_t tgid)
{
	for (size_t i = 0; i < c->n_tasks; i++)
		if (c->tasks[i].pid == tgid)
			return &c->tasks[i];
	errx(2, "no process %u", tgid);
}

static void link_task(struct core *c, vaddr task, struct task_entry *e)
{
	vaddr tasks = task + layout_at(c, "task_struct", "tasks");
	vaddr node = task + layout_at(c, "task_struct", "thread_node");
	uint32_t head = layout_at(c, "signal_struct", "thread_head");

	if (e->pid == e->tgid) {
		e->signal = core_alloc(c, layout_size(c, "signal_struct"), 64);
		list_init(c, e->signal + head);
		if (c->n_tasks)
			list_add_tail(c, c->tasks[0].addr + (tasks - task), tasks);
		else
			list_init(c, tasks);
	} else {
		e->signal = leader_of(c, e->tgid)->signal;
	}
	list_add_tail(c, e->signal + head, node);
	layout_set(c, task, "task_struct", "signal", e->signal);
}

/* Words of @p opts: a state letter, cpu=N, running, kthread. */
static void set_state(struct core *c, vaddr task, const char *opts)
{
	static const struct {
		char letter;
		uint32_t state, exit;
	} states[] = { { 'R', 0, 0 },	  { 'S', 1, 0 }, { 'D', 2, 0 },
		       { 'I', 0x402, 0 }, { 'T', 4, 0 }, { 'Z', 0, 0x20 } };
	const char *cpu = strstr(opts, "cpu=");
	uint32_t n = cpu ? (uint32_t)strtoul(cpu + 4, NULL, 0) : 0;

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (states[i].letter != opts[0])
			continue;
		layout_set(c, task, "task_struct", "__state", states[i].state);
		layout_set(c, task, "task_struct", "state", states[i].state);
		layout_set(c, task, "task_struct", "exit_state", states[i].exit);
	}
	layout_set(c, task, "task_struct", "thread_info.cpu", n);
	layout_set(c, task, "task_struct", "cpu", n);
	if (strstr(opts, "kthread"))
		layout_set(c, task, "task_struct", "flags", 0x00200000);
	if (!strstr(opts, "running") || n >= c->cpus)
		return;
	layout_set(c, task, "task_struct", "on_cpu", 1);
	core_put(c, core_find_symbol(c, "current_task") + c->percpu[n], task, 8);
	if (!c->n_tasks)
		layout_set(c, c->percpu_start + c->percpu[n], "rq", "idle", task);
}

void core_task(struct core *c, uint32_t pid, uint32_t tgid, const char *comm, const char *opts)
{
	size_t size = layout_size(c, "task_struct"), n = strlen(comm);
	struct task_entry e = { .pid = pid, .tgid = tgid };

	e.addr = c->n_tasks ? core_alloc(c, size, 64) : core_variable(c, "init_task", size);
	layout_set(c, e.addr, "task_struct", "pid", pid);
	layout_set(c, e.addr, "task_struct", "tgid", tgid);
	layout_set(c, e.addr, "task_struct", "sched_info.last_arrival", 1000000000ull + pid * 1000);
	layout_set(c, e.addr, "task_struct", "thread.sp", core_stack(c));
	memcpy(core_ptr(c, e.addr + layout_at(c, "task_struct", "comm"), 16), comm,
	       n < 15 ? n : 15);
	set_state(c, e.addr, opts);
	link_task(c, e.addr, &e);
	if (pid)
		link_pid(c, e.addr, pid);
	c->tasks = core_push(c->tasks, &c->n_tasks, sizeof(*c->tasks));
	c->tasks[c->n_tasks - 1] = e;
}

static bool has(struct core *c, const char *type, const char *path)
{
	struct field f;

	return layout_find(c, type, path, &f);
}

/* A slab's struct pages: of the type, naming their cache; tails point at the head. */
static vaddr add_slab(struct core *c, vaddr cache, unsigned int order)
{
	uint32_t size = layout_size(c, "page");
	vaddr head = c->memmap_next;

	c->memmap_next += (vaddr)size << order;
	layout_set(c, head, has(c, "slab", "slab_cache") ? "slab" : "page", "slab_cache", cache);
	if (has(c, "page", "page_type"))
		layout_set(c, head, "page", "page_type", CORE_TYPE_SLAB);
	else
		layout_set(c, head, "page", "flags", 1ull << CORE_FLAG_SLAB);
	for (uint32_t i = 1; i < 1u << order; i++)
		layout_set(c, head + (vaddr)i * size, "page", "compound_head", head + 1);
	return head;
}

/* One partial slab with all that is free; the full ones are on no list. */
static void add_partial(struct core *c, vaddr node, vaddr slab, unsigned int objects,
			unsigned int inuse)
{
	const char *type = has(c, "slab", "slab_list") ? "slab" : "page";

	layout_set(c, slab, type, "inuse", inuse);
	layout_set(c, slab, type, "objects", objects);
	list_add_tail(c, node + layout_at(c, "kmem_cache_node", "partial"),
		      slab + layout_at(c, type, "slab_list"));
}

/* @p v: object size, size, order, slabs, objects of each, free in the partial slab, slabs that the
 * memmap has. */
void core_cache(struct core *c, const char *name, const unsigned int v[7])
{
	vaddr cache = core_alloc(c, layout_size(c, "kmem_cache"), 64);
	vaddr node = core_alloc(c, layout_size(c, "kmem_cache_node"), 64);
	vaddr text = core_alloc(c, strlen(name) + 1, 8), slab = 0;

	memcpy(core_ptr(c, text, strlen(name)), name, strlen(name));
	layout_set(c, cache, "kmem_cache", "name", text);
	layout_set(c, cache, "kmem_cache", "object_size", v[0]);
	layout_set(c, cache, "kmem_cache", "size", v[1]);
	layout_set(c, cache, "kmem_cache", "oo", v[2] << 16 | v[4]);
	layout_set(c, cache, "kmem_cache", "node", node);
	list_init(c, node + layout_at(c, "kmem_cache_node", "partial"));
	layout_set(c, node, "kmem_cache_node", "nr_slabs", v[3]);
	layout_set(c, node, "kmem_cache_node", "total_objects", v[3] * v[4]);
	for (unsigned int i = 0; i < v[6]; i++)
		slab = add_slab(c, cache, v[2]);
	if (v[5]) {
		layout_set(c, node, "kmem_cache_node", "nr_partial", 1);
		add_partial(c, node, slab ? slab : core_alloc(c, 64, 64), v[4], v[4] - v[5]);
	}
	list_add_tail(c, c->lists[SLAB_CACHES], cache + layout_at(c, "kmem_cache", "list"));
}

void core_module(struct core *c, const char *name, uint32_t size)
{
	vaddr text = core_vmalloc(c, size), m = core_vmalloc(c, layout_size(c, "module"));

	memcpy(core_ptr(c, m + layout_at(c, "module", "name"), 56), name, strlen(name));
	layout_set(c, m, "module", "mem.base", text);
	layout_set(c, m, "module", "mem.size", size);
	list_add_tail(c, c->lists[MODULES], m + layout_at(c, "module", "list"));
}

static bool has_symbol(const struct core *c, const char *name)
{
	for (size_t i = 0; i < c->n_symbols; i++)
		if (strcmp(c->symbols[i].name, name) == 0)
			return true;
	return false;
}

void core_e820(struct core *c, const char *name, uint64_t start, uint64_t last, uint32_t type)
{
	vaddr table, entry;
	uint64_t n;

	if (!has_symbol(c, name))
		core_put(c, core_variable(c, name, 8),
			 core_alloc(c, layout_size(c, "e820_table"), 64), 8);
	table = core_get(c, core_find_symbol(c, name));
	n = core_get(c, table + layout_at(c, "e820_table", "nr_entries")) & 0xffffffff;
	entry = table + layout_at(c, "e820_table", "entries") + n * layout_size(c, "e820_entry");
	layout_set(c, entry, "e820_entry", "addr", start);
	layout_set(c, entry, "e820_entry", "size", last - start + 1);
	layout_set(c, entry, "e820_entry", "type", type);
	layout_set(c, table, "e820_table", "nr_entries", n + 1);
}

void core_text_pointer(struct core *c, const char *name, const char *text)
{
	vaddr at = core_alloc(c, strlen(text) + 1, 8);

	memcpy(core_ptr(c, at, strlen(text)), text, strlen(text));
	core_put(c, core_variable(c, name, 8), at, 8);
}

void core_begin(struct core *c)
{
	static const char *const heads[] = { "modules", "slab_caches" };

	c->root = core_phys(c, core_image(c, CORE_PAGE, CORE_PAGE));
	core_symbol(c, "init_top_pgt", c->text + (c->root - c->text_phys), 'D');
	core_text(c);
	begin_percpu(c);
	begin_log(c);
	begin_tasks(c);
	for (size_t i = 0; i < 2; i++) {
		c->lists[i] = core_variable(c, heads[i], 16);
		list_init(c, c->lists[i]);
	}
	core_put(c, core_variable(c, "page_offset_base", 8), c->direct, 8);
	if (has(c, "page", "compound_head")) {
		core_put(c, core_variable(c, "vmemmap_base", 8), CORE_MEMMAP, 8);
		core_memmap(c, layout_size(c, "page"));
	}
	core_symbol(c, "_end", c->image_end, 'B');
	c->built = true;
}

static void info(struct core *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void info(struct core *c, const char *fmt, ...)
{
	char line[CORE_LINE];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	c->vmcoreinfo = realloc(c->vmcoreinfo, c->n_vmcoreinfo + (size_t)n + 1);
	memcpy(c->vmcoreinfo + c->n_vmcoreinfo, line, (size_t)n + 1);
	c->n_vmcoreinfo += (size_t)n;
}

static void info_symbol(struct core *c, const char *name)
{
	for (size_t i = 0; i < c->n_symbols; i++)
		if (strcmp(c->symbols[i].name, name) == 0)
			info(c, "SYMBOL(%s)=%llx\n", name, (unsigned long long)c->symbols[i].addr);
}

static void write_vmcoreinfo(struct core *c)
{
	vaddr at;

	info(c, "OSRELEASE=%s\nPAGESIZE=%d\n", c->release, CORE_PAGE);
	info_symbol(c, "init_top_pgt");
	info_symbol(c, "_stext");
	for (int i = 0; i < 120; i++) /* longer than a page, as real ones can be */
		info(c, "OFFSET(some_struct.member_number_%03d)=%d\n", i, 8 * i);
	info(c, "NUMBER(phys_base)=%lld\n",
	     (long long)(c->text_phys - (c->text - 0xffffffff80000000ull)));
	info(c, "NUMBER(pgtable_l5_enabled)=%d\n", c->levels == 5);
	info(c, "NUMBER(sme_mask)=%llu\n", (unsigned long long)c->sme_mask);
	if (has(c, "page", "page_type"))
		info(c, "NUMBER(PAGE_SLAB_MAPCOUNT_VALUE)=%d\n", (int)CORE_TYPE_SLAB);
	else
		info(c, "NUMBER(PG_slab)=%d\n", CORE_FLAG_SLAB);
	info(c, "KERNELOFFSET=%llx\n", (unsigned long long)(c->text - 0xffffffff81000000ull));
	if (!c->hide_kallsyms) {
		info_symbol(c, "kallsyms_names");
		info_symbol(c, "kallsyms_num_syms");
		info_symbol(c, "kallsyms_token_table");
		info_symbol(c, "kallsyms_token_index");
		info_symbol(c, "kallsyms_offsets");
		info_symbol(c, "kallsyms_relative_base");
		info_symbol(c, "kallsyms_addresses");
	}
	info(c, "CRASHTIME=1700000000\n");
	at = core_alloc(c, c->n_vmcoreinfo + 1, CORE_PAGE);
	memcpy(core_ptr(c, at, c->n_vmcoreinfo), c->vmcoreinfo, c->n_vmcoreinfo);
}

void core_finish(struct core *c)
{
	if (!c->no_btf)
		core_write_btf(c);
	core_write_kallsyms(c);
	write_vmcoreinfo(c);
	core_map(c);
}
