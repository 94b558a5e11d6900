// SPDX-License-Identifier: GPL-2.0-or-later
// How to make the kernel at hand name who holds its memory: lib/alloc_tag.c (6.10), mm/page_owner.c
// (3.19), mm/slub.c setup_slub_debug() (2.6.22; slab_debug is its second name since 6.9).
#include "rule/owners.h"

#include "model/machine.h"

static bool may_be_from(uint32_t version, uint32_t first)
{
	return !version || version >= first;
}

void add_page_tracing(struct finding *f, const struct incident *in)
{
	uint32_t version = machine_of(in).version;

	if (may_be_from(version, KVER(6, 10, 0)))
		add_next(f, "reboot", "sysctl.vm.mem_profiling=1",
			 "%sCONFIG_MEM_ALLOC_PROFILING: boot with this; the next OOM report, and "
			 "/proc/allocinfo, list bytes by the line of code that allocated them.",
			 version ? "With " : "6.10 and newer, with ");
	if (may_be_from(version, KVER(3, 19, 0)))
		add_next(f, "reboot", "page_owner=on",
			 "With CONFIG_PAGE_OWNER: boot with this and run mmwhy on "
			 "/sys/kernel/debug/page_owner%s: greatest_consumer names the stack.",
			 !version		    ? ", or on page_owner_stacks/show_stacks (6.9 "
						      "and newer)"
			 : version >= KVER(6, 9, 0) ? ", or on page_owner_stacks/show_stacks"
						    : "");
}

void add_object_tracing(struct finding *f, const struct incident *in, struct str cache)
{
	uint32_t version = machine_of(in).version;
	bool named = str_is_plain(cache);
	struct str name = named ? cache : STR("CACHE");
	struct str option = named ? arena_printf(f->arena, "slub_debug=U,%.*s", STR_ARG(cache))
				  : STR("slub_debug=U");
	struct str new =
		arena_printf(f->arena, "/sys/kernel/debug/slab/%.*s/alloc_traces", STR_ARG(name));
	struct str old = arena_printf(f->arena, "/sys/kernel/slab/%.*s/alloc_calls", STR_ARG(name));

	add_next(f, "reboot", arena_strdup(f->arena, option.p),
		 "Have the objects traced: boot with this, then read %.*s%s%.*s%s: it counts them "
		 "by who allocated them.",
		 STR_ARG(version && version < KVER(5, 14, 0) ? old : new),
		 version ? "" : " (before 5.14: ", STR_ARG(version ? STR("") : old),
		 version ? "" : ")");
}
