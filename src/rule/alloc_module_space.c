// SPDX-License-Identifier: GPL-2.0-or-later
// The address range for modules is full: mm/vmalloc.c alloc_vmap_area() called by module_alloc()
// or execmem_alloc().
#include <inttypes.h>

#include "rule/vmspace.h"

static void say_percpu(const struct incident *in, struct verdict *v)
{
	struct finding *f = fire(v, SEV_MEDIUM, LIKELY,
				 "no room for %s in the per-CPU chunk reserved for modules",
				 v_human(v, num_or(in->fail->bytes, 0)));

	set_cause(f, "Modules' static per-CPU variables must lie in a small chunk reserved at boot "
		     "(PERCPU_MODULE_RESERVE, 8 KiB by default); it is full.");
	cite(f, in->head);
	if (in->fail->bytes.known)
		value_num(f, "bytes", num_or(in->fail->bytes, 0));
	set_margin(f, "that much left in the reserved chunk");
	add_rejected(f, "a shortage of RAM");
	add_next(f, "root", "lsmod | wc -l", "Load fewer modules, or build some of them in.");
}

/* vmalloc's line with the size and the range stands before execmem's. */
static bool told_with_range(const struct incident *in)
{
	const struct fact_alloc_failure *a;

	fact_for_each (in->facts, alloc_failure, a)
		if (a->range_start.known && a->head.boot == in->head->boot &&
		    a->head.origin.evidence == in->head->origin.evidence)
			return true;
	return false;
}

static void say_executable(const struct incident *in, struct verdict *v)
{
	struct finding *f =
		fire(v, SEV_MEDIUM, LIKELY,
		     "no room for code in the module address space, or no pages for it");

	set_cause(f,
		  "Modules and BPF programs must lie within reach of the kernel's text, so only a "
		  "small range serves them. execmem found no gap there, or no pages to fill it; "
		  "this kernel prints neither the size nor the range.");
	cite(f, in->head);
	set_margin(f, "a gap in that range as large as the module");
	add_next(f, "root",
		 "sort -rnk2 /proc/vmallocinfo | grep -E 'module|bpf|execmem' | head; "
		 "grep MemAvailable /proc/meminfo",
		 "See what fills the range: it is 1 GiB (1.5 without KASLR) on x86-64.");
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_alloc_failure *a = in->fail;
	struct machine m = machine_of(in);
	struct finding *f;

	if (vmspace_absurd(in))
		return;
	if (!vmspace_is_modules(in, &m)) {
		if (strcmp(a->what, "percpu") != 0 && !a->range_start.known &&
		    !in->of[FACT_backtrace].n)
			cannot_tell(v, "backtrace", "neither the range nor the caller is printed");
		return;
	}
	if (strcmp(a->what, "percpu") == 0) {
		say_percpu(in, v);
		return;
	}
	if (vmspace_executable(a)) {
		if (!told_with_range(in))
			say_executable(in, v);
		return;
	}
	f = fire(v, SEV_MEDIUM,
		 a->range_start.known && a->range_start.v >= 0xffffffff80000000ull ? CERTAIN
										   : LIKELY,
		 "no room for %s of code in the module address space%s",
		 v_human(v, num_or(a->bytes, 0)),
		 vmspace_size(a)
			 ? arena_printf(v->arena, " (%s in all)", v_human(v, vmspace_size(a))).p
			 : "");
	set_cause(f,
		  "Modules and BPF programs must lie within reach of the kernel's text, so only a "
		  "small range serves them; it is full. Neither RAM nor vmalloc space is short.");
	cite(f, in->head);
	if (a->range_start.known) {
		cite_num(f, in->head, a->range_start);
		add_step(f, "restricted to 0x%" PRIx64 " - 0x%" PRIx64 ", the range for modules",
			 a->range_start.v, a->range_end.v);
	}
	if (a->bytes.known)
		value_num(f, "bytes", num_or(a->bytes, 0));
	value_num(f, "range", vmspace_size(a));
	set_margin(f, "a gap of %s in that range", human(f, num_or(a->bytes, 0)));
	add_rejected(f, "a shortage of RAM, or of vmalloc space");
	add_next(
		f, "root", "sort -rnk2 /proc/vmallocinfo | grep -E 'module|bpf|execmem' | head",
		"See what fills the range: large modules (graphics, debugging, KASAN makes all of "
		"them larger), the same module loaded by many CPUs at once at boot, BPF programs.");
	add_next(f, "root", "sysctl net.core.bpf_jit_limit; lsmod | sort -rnk2 | head",
		 "Bound the BPF JIT, unload or blacklist large modules.");
}

DEFINE_RULE(
	alloc_module_space, .title = "the address range for modules is full",
	.doc = "A vmalloc or vmap failure whose range is the one for modules (x86-64: the last 2 GiB of "
	       "the address space; elsewhere a range of at most 4 GiB, 32 MiB on 32-bit), or that was "
	       "called for a module or BPF program. Certain where the printed range is x86-64's.",
	.refs = REFS("mm/vmalloc.c:alloc_vmap_area()", "mm/execmem.c:execmem_alloc()",
		     "arch/x86/kernel/module.c:module_alloc()"),
	.on = NEED(alloc_failure), .applies = vmspace_failed, .check = check);
