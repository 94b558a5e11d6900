// SPDX-License-Identifier: GPL-2.0-or-later
// What the rules about kernel address space share.
#include "rule/vmspace.h"

#include "base/cleanup.h"

bool vmspace_executable(const struct fact_alloc_failure *a)
{
	return str_starts(a->reason, "execmem: ");
}

bool vmspace_failed(const struct incident *in)
{
	if (!in->fail || !in->fail->what)
		return false;
	if (strcmp(in->fail->what, "percpu") == 0)
		return !str_has(in->fail->reason, "atomic alloc");
	return strcmp(in->fail->what, "vmalloc") == 0 || strcmp(in->fail->what, "vmap") == 0;
}

uint64_t vmspace_size(const struct fact_alloc_failure *a)
{
	if (!a->range_start.known || !a->range_end.known || a->range_end.v < a->range_start.v)
		return 0;
	return a->range_end.v - a->range_start.v;
}

uint64_t vmspace_ram(const struct incident *in)
{
	if (in->mem && in->mem->ram_total.known)
		return num_or(in->mem->ram_total, 0);
	if (in->boot && in->boot->mem_total.known)
		return num_or(in->boot->mem_total, 0);
	if (in->boot && in->boot->ram_usable.known)
		return num_or(in->boot->ram_usable, 0);
	return 0;
}

bool vmspace_of_nothing(const struct incident *in)
{
	return strcmp(in->fail->what, "vmalloc") == 0 && in->fail->bytes.known &&
	       !in->fail->bytes.v && str_has(in->fail->reason, "allocation failure: 0 bytes");
}

bool vmspace_absurd(const struct incident *in)
{
	uint64_t ram = vmspace_ram(in);

	if (str_has(in->fail->reason, "exceeds total pages") || vmspace_of_nothing(in))
		return true;
	return ram && in->fail->bytes.known && num_or(in->fail->bytes, 0) > ram;
}

/* x86-64 keeps modules in its last 2 GiB, arm in the 16 MiB below the kernel, others in a few GiB.
 */
static bool range_of_modules(const struct fact_alloc_failure *a, const struct machine *m)
{
	const uint64_t gib = 1ull << 30;
	uint64_t size = vmspace_size(a);

	if (!size)
		return false;
	if (m->bits == 32 || a->range_end.v <= UINT32_MAX)
		return size <= 32u << 20;
	return a->range_start.v >= 0xffffffff80000000ull || size <= 4 * gib;
}

static const char *const module_frames[] = { "module_alloc",  "load_module",
					     "execmem_alloc", "bpf_jit_alloc_exec",
					     "move_module",   "layout_and_allocate" };

enum { MAX_TRACES = 256 };

static bool is_one_of_modules(struct str symbol)
{
	for (size_t i = 0; i < ARRAY_SIZE(module_frames); i++)
		if (str_is(symbol, module_frames[i]))
			return true;
	return false;
}

/* The allocator's own warning, with a module's loader below it. */
static bool warns_of_modules(const struct fact_backtrace *t)
{
	bool warned = false, module = false;

	for (size_t i = 0; i < t->n_frames; i++) {
		warned = warned || str_starts(t->frames[i].symbol, "warn_alloc");
		module = module || is_one_of_modules(t->frames[i].symbol);
	}
	return warned && module;
}

/* vmalloc's line stands alone: the trace follows the line of warn_alloc(), which many failures at
 * once keep from being printed. */
static bool warned_nearby(const struct incident *in)
{
	const struct fact_backtrace *t;
	size_t seen = 0;

	fact_for_each (in->facts, backtrace, t) {
		if (t->head.boot != in->head->boot ||
		    t->head.origin.evidence != in->head->origin.evidence)
			continue;
		if (warns_of_modules(t))
			return true;
		if (++seen == MAX_TRACES)
			return false;
	}
	return false;
}

bool vmspace_is_modules(const struct incident *in, const struct machine *m)
{
	if (vmspace_executable(in->fail))
		return true;
	if (strcmp(in->fail->what, "percpu") == 0) /* the few KiB kept for modules' own variables */
		return str_has(in->fail->reason, "reserved chunk") ||
		       str_has(in->fail->reason, "bytes percpu data");
	if (in->fail->range_start.known)
		return range_of_modules(in->fail, m);
	for (size_t i = 0; i < ARRAY_SIZE(module_frames); i++)
		if (incident_has_frame(in, module_frames[i], NULL, NULL))
			return true;
	if (!str_has(in->fail->reason, "use vmalloc="))
		return false;
	/* A 64-bit machine's vmalloc space is larger than its RAM by far. */
	return m->bits == 64 || warned_nearby(in);
}
