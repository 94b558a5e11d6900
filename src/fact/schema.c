// SPDX-License-Identifier: GPL-2.0-or-later
// The fields of every kind of fact under their JSON names.
#include "fact/schema.h"

#define AT(type, member, kind, text)                                                               \
	{                                                                                          \
#member, kind, offsetof(struct type, member), .doc = (text)                        \
	}
#define AS(type, name, member, kind, text)                                                         \
	{                                                                                          \
		name, kind, offsetof(struct type, member), .doc = (text)                           \
	}
#define LIST(type, member, n, elem, fields, text)                                                  \
	{                                                                                          \
#member, F_LIST, offsetof(struct type, member), offsetof(struct type, n),          \
			sizeof(struct elem), fields, text                                          \
	}
#define VALUES(type, member, n, kind, text)                                                        \
	{                                                                                          \
#member, kind, offsetof(struct type, member), offsetof(struct type, n),            \
			.doc = (text)                                                              \
	}
#define END                                                                                        \
	{                                                                                          \
		NULL                                                                               \
	}

// clang-format off
static const struct field boot[] = {
	AT(fact_boot, index, F_INDEX, "from 0 within its evidence"),
	AT(fact_boot, kernel, F_STR, "release"),
	AT(fact_boot, build, F_STR, "the rest of the banner"),
	AT(fact_boot, arch, F_STR, "architecture"),
	AT(fact_boot, page_size, F_NUM, "bytes"),
	AT(fact_boot, cpus, F_NUM, "CPUs brought up"),
	AT(fact_boot, cmdline, F_STR, "kernel command line"),
	AT(fact_boot, entry, F_WORD, "firmware, kexec, kdump or unknown"),
	AT(fact_boot, first_line, F_INDEX, "first line of the boot"),
	AT(fact_boot, last_line, F_INDEX, "last line of the boot"),
	AT(fact_boot, ram_usable, F_NUM, "bytes of usable RAM in the firmware's map"),
	AT(fact_boot, last_pfn, F_NUM, "page frame number"),
	AT(fact_boot, e820_entries, F_NUM, "entries of the firmware's map"),
	AT(fact_boot, mtrr_covered, F_NUM, "bytes under write-back MTRRs"),
	AT(fact_boot, mtrr_lost, F_NUM, "bytes of RAM given up because no MTRR covers them"),
	AT(fact_boot, panic, F_STR, "text of the panic that ended it"),
	AT(fact_boot, mem_available, F_NUM, "bytes, \"Memory: x/y available\""),
	AT(fact_boot, mem_total, F_NUM, "bytes, \"Memory: x/y available\""),
	AT(fact_boot, mem_reserved, F_NUM, "bytes reserved, of the same line"),
	AT(fact_boot, cma_reserved, F_NUM, "bytes of CMA, of the same line"),
	AT(fact_boot, memory_line, F_COUNTERS, "the items of the same line as printed, bytes"),
	AT(fact_boot, highmem, F_NUM, "bytes of highmem, of the same line"),
	AT(fact_boot, ram_installed, F_NUM, "bytes of RAM that the SRAT, the MTRRs or the map say is there"),
	AT(fact_boot, kexec_table_line, F_NUM, "1: e820__memblock_alloc_reserved() changed the kexec table"),
	AT(fact_boot, memattr_damaged, F_NUM, "the impossible version of EFI's memory attributes table"),
	AT(fact_boot, kasan, F_NUM, "bytes of RAM for each byte of KASAN's shadow"),
	AT(fact_boot, early_memory, F_COUNTERS,
	   "taken from the early allocator, as far as the kernel says so, bytes"),
	AT(fact_boot, possible_cpus, F_NUM, "CPUs that there may be"),
	AT(fact_boot, deferred_pages, F_NUM,
	   "pages initialised after the \"Memory:\" line; 0 where the kernel does not say how many"),
	AT(fact_boot, memmap_pages, F_NUM, "pages used for struct pages"),
	AT(fact_boot, crashkernel, F_NUM, "bytes reserved for a crash kernel"),
	AT(fact_boot, crashkernel_error, F_STR, "the kernel's words where it could not"),
	AT(fact_boot, nommu, F_BOOL, "a kernel without MMU"),
	END
};

static const struct field memory_range[] = {
	AT(fact_memory_range, map, F_WORD, "whose map"),
	AT(fact_memory_range, start, F_HEX, "first byte"),
	AT(fact_memory_range, end, F_HEX, "last byte"),
	AT(fact_memory_range, type, F_STR, "the kernel's word"),
	AT(fact_memory_range, type_code, F_NUM, "the kernel's number"),
	AT(fact_memory_range, node, F_INT, "NUMA node"),
	AT(fact_memory_range, zone, F_STR, "zone"),
	AT(fact_memory_range, pages, F_NUM, "count, where the kernel prints no addresses"),
	AT(fact_memory_range, damaged, F_BOOL, "the text is damaged: left out of sums"),
	AT(fact_memory_range, empty, F_BOOL, "printed as empty"),
	END
};

/* "node" itself is among the counters. */
static const struct field mem_node[] = {
	{ "", F_FLAT, 0, .doc = "the node's counters, bytes" },
	END
};

static const struct field mem_info[] = {
	AT(fact_mem_info, totals, F_COUNTERS, "each counter as the kernel names it, bytes"),
	AT(fact_mem_info, page_size, F_NUM, "bytes"),
	AT(fact_mem_info, page_size_assumed, F_BOOL, "nothing in the evidence told the page size"),
	AT(fact_mem_info, ram_total, F_NUM, "\"pages RAM\", bytes"),
	AT(fact_mem_info, highmem_total, F_NUM, "\"pages HighMem\", bytes"),
	AT(fact_mem_info, ram_reserved, F_NUM, "\"pages reserved\", bytes"),
	AT(fact_mem_info, cma_reserved, F_NUM, "\"pages cma reserved\", bytes"),
	AT(fact_mem_info, hwpoisoned, F_NUM, "\"pages hwpoisoned\", bytes"),
	AT(fact_mem_info, pagecache, F_NUM, "\"total pagecache pages\", bytes"),
	AT(fact_mem_info, swapcache, F_NUM, "\"pages in swap cache\", bytes"),
	AT(fact_mem_info, swap_total, F_NUM, "bytes"),
	AT(fact_mem_info, swap_free, F_NUM, "bytes"),
	AT(fact_mem_info, sysrq, F_BOOL, "SysRq-m asked for it"),
	LIST(fact_mem_info, nodes, n_nodes, counters, mem_node, "the node lines"),
	END
};

static const struct field trigger[] = {
	AT(trigger, comm, F_STR, "command"),
	AT(trigger, pid, F_NUM, "process id"),
	END
};

static const struct field victim[] = {
	AT(victim, comm, F_STR, "command"),
	AT(victim, pid, F_NUM, "process id"),
	AT(victim, uid, F_NUM, "user id"),
	AT(victim, total_vm, F_NUM, "bytes"),
	AT(victim, anon_rss, F_NUM, "bytes"),
	AT(victim, file_rss, F_NUM, "bytes"),
	AT(victim, shmem_rss, F_NUM, "bytes"),
	AT(victim, pgtables, F_NUM, "bytes"),
	AT(victim, oom_score_adj, F_INT, "its oom_score_adj"),
	END
};

static const struct field oom[] = {
	AT(fact_oom, scope, F_WORD, "global, memcg, cpuset or mempolicy"),
	{ "trigger", F_OBJ, offsetof(struct fact_oom, trigger), .sub = trigger, .doc = "the task whose allocation called the OOM killer" },
	AT(fact_oom, gfp_mask, F_NUM, "0 is a value"),
	AT(fact_oom, gfp_flags, F_STR, "as printed, else decoded for that kernel"),
	AT(fact_oom, order, F_INT, "-1 is SysRq-f"),
	AT(fact_oom, oom_score_adj, F_INT, "of the trigger"),
	AT(fact_oom, constraint, F_STR, "CONSTRAINT_..."),
	AT(fact_oom, nodemask, F_STR, "as printed"),
	AT(fact_oom, cpuset, F_STR, "as printed"),
	AT(fact_oom, mems_allowed, F_STR, "as printed"),
	AT(fact_oom, memcg, F_STR, "the cgroup whose statistics are printed"),
	AT(fact_oom, oom_memcg, F_STR, "the cgroup at its limit"),
	AT(fact_oom, task_memcg, F_STR, "the victim's cgroup"),
	AT(fact_oom, sysrq, F_BOOL, "SysRq-f asked for it"),
	AT(fact_oom, page_fault, F_BOOL, "pagefault_out_of_memory() called it"),
	AT(fact_oom, mem, F_MEM, "its Mem-Info"),
	AT(fact_oom, memcg_usage, F_NUM, "bytes"),
	AT(fact_oom, memcg_limit, F_NUM, "bytes"),
	AT(fact_oom, memcg_failcnt, F_NUM, "events"),
	AT(fact_oom, memsw_usage, F_NUM, "bytes, memory+swap of cgroup v1"),
	AT(fact_oom, memsw_limit, F_NUM, "bytes"),
	AT(fact_oom, swap_usage, F_NUM, "bytes, swap of cgroup v2"),
	AT(fact_oom, swap_limit, F_NUM, "bytes"),
	AT(fact_oom, kmem_usage, F_NUM, "bytes"),
	AT(fact_oom, kmem_limit, F_NUM, "bytes"),
	LIST(fact_oom, victims, n_victims, victim, victim, "the killed"),
	AT(fact_oom, chosen_by, F_WORD, "badness, allocating_task, group or sysrq"),
	AT(fact_oom, panicked, F_FLAG, "ended in a panic"),
	AT(fact_oom, panic, F_STR, "the panic's words"),
	AT(fact_oom, no_killable, F_BOOL, "nobody could be killed"),
	AT(fact_oom, lowmemorykiller, F_BOOL, "Android's low memory killer"),
	AT(fact_oom, lmk_cache, F_NUM, "bytes of page cache"),
	AT(fact_oom, lmk_limit, F_NUM, "bytes, its threshold"),
	AT(fact_oom, lmk_free, F_INT, "bytes free above the reserves"),
	AT(fact_oom, lmk_min_adj, F_INT, "oom_score_adj that the threshold applies to"),
	AT(fact_oom, lmk_freed, F_NUM, "bytes the kill was to free"),
	AT(fact_oom, lmk_reason, F_STR, "why it killed, in lmkd's words"),
	AT(fact_oom, no_compaction, F_BOOL, "the kernel has no memory compaction"),
	AT(fact_oom, tasks_cut, F_BOOL, "the task table is not whole"),
	END
};

static const struct field alloc_failure[] = {
	AT(fact_alloc_failure, what, F_WORD, "which allocator"),
	AT(fact_alloc_failure, comm, F_STR, "command"),
	AT(fact_alloc_failure, pid, F_NUM, "process id"),
	AT(fact_alloc_failure, order, F_INT, "order of the request"),
	AT(fact_alloc_failure, gfp_mask, F_NUM, "0 is a value"),
	AT(fact_alloc_failure, gfp_flags, F_STR, "as printed, else decoded for that kernel"),
	AT(fact_alloc_failure, bytes, F_NUM, "size asked for"),
	AT(fact_alloc_failure, range, F_STR, "the range that the request was restricted to"),
	AT(fact_alloc_failure, range_start, F_HEX, "its first byte"),
	AT(fact_alloc_failure, range_end, F_HEX, "its end"),
	AT(fact_alloc_failure, node, F_INT, "NUMA node"),
	AT(fact_alloc_failure, stalled_ns, F_NUM, "how long it had tried"),
	AT(fact_alloc_failure, nodemask, F_STR, "as printed"),
	AT(fact_alloc_failure, cpuset, F_STR, "as printed"),
	AT(fact_alloc_failure, mems_allowed, F_STR, "as printed"),
	AT(fact_alloc_failure, cache, F_STR, "slab cache"),
	AT(fact_alloc_failure, area, F_STR, "CMA area"),
	AT(fact_alloc_failure, device, F_STR, "device"),
	AT(fact_alloc_failure, error, F_INT, "errno as printed"),
	AT(fact_alloc_failure, object_size, F_NUM, "bytes"),
	AT(fact_alloc_failure, buffer_size, F_NUM, "bytes"),
	AT(fact_alloc_failure, default_order, F_NUM, "order"),
	AT(fact_alloc_failure, min_order, F_NUM, "order"),
	AT(fact_alloc_failure, pages_count, F_NUM, "pages asked for"),
	AT(fact_alloc_failure, area_free_pages_count, F_NUM, "pages free in the CMA area"),
	AT(fact_alloc_failure, area_total_pages_count, F_NUM, "pages of the CMA area"),
	AT(fact_alloc_failure, swiotlb_total_slots_count, F_NUM, "slots"),
	AT(fact_alloc_failure, swiotlb_used_slots_count, F_NUM, "slots"),
	AT(fact_alloc_failure, reason, F_STR, "the kernel's own words"),
	AT(fact_alloc_failure, repeats, F_NUM, "suppressed before it"),
	AT(fact_alloc_failure, mem, F_MEM, "its Mem-Info"),
	END
};

static const struct field zone_state[] = {
	AT(fact_zone_state, node, F_INT, "NUMA node"),
	AT(fact_zone_state, zone, F_STR, "zone"),
	AT(fact_zone_state, values, F_FLAT, "the zone's counters, bytes"),
	VALUES(fact_zone_state, lowmem_reserve, n_reserve, F_BYTES_LIST, "bytes by zone type"),
	{ "free_blocks", F_BLOCKS, offsetof(struct fact_zone_state, blocks), offsetof(struct fact_zone_state, n_blocks), .doc = "free lists by order" },
	AT(fact_zone_state, blocks_total, F_NUM, "bytes, sum the kernel printed"),
	AT(fact_zone_state, types_printed, F_BOOL, "the free lists name migrate types"),
	AT(fact_zone_state, all_unreclaimable, F_STR, "as printed"),
	END
};

static const struct field task_memory[] = {
	AT(fact_task_memory, pid, F_NUM, "process id"),
	AT(fact_task_memory, tgid, F_NUM, "thread group id"),
	AT(fact_task_memory, uid, F_NUM, "user id"),
	AT(fact_task_memory, comm, F_STR, "command"),
	AT(fact_task_memory, total_vm, F_NUM, "bytes"),
	AT(fact_task_memory, rss, F_NUM, "bytes"),
	AT(fact_task_memory, rss_anon, F_NUM, "bytes"),
	AT(fact_task_memory, rss_file, F_NUM, "bytes"),
	AT(fact_task_memory, rss_shmem, F_NUM, "bytes"),
	AT(fact_task_memory, pgtables, F_NUM, "bytes"),
	AT(fact_task_memory, swap, F_NUM, "bytes"),
	AT(fact_task_memory, oom_score_adj, F_INT, "its oom_score_adj (oom_adj before 2.6.36)"),
	END
};

static const struct field frame[] = {
	AT(frame, address, F_HEX, "return address"),
	AT(frame, symbol, F_STR, "function"),
	AT(frame, offset, F_NUM, "bytes into it"),
	AT(frame, size, F_NUM, "bytes of it"),
	AT(frame, module, F_STR, "module"),
	AT(frame, reliable, F_FLAG, "false for '?' frames"),
	AT(frame, found, F_WORD, "how a dump's frame was found"),
	END
};

static const struct field reg[] = {
	AT(reg, name, F_STR, "register"),
	AS(reg, "value", v, F_HEX, "value"),
	END
};

static const struct field backtrace[] = {
	AT(fact_backtrace, comm, F_STR, "command"),
	AT(fact_backtrace, pid, F_NUM, "process id"),
	AT(fact_backtrace, cpu, F_NUM, "CPU"),
	AT(fact_backtrace, reason, F_STR, "why it was printed"),
	LIST(fact_backtrace, frames, n_frames, frame, frame, "innermost first"),
	LIST(fact_backtrace, regs, n_regs, reg, reg, "registers as printed"),
	AT(fact_backtrace, kernel, F_STR, "release"),
	AT(fact_backtrace, taint, F_STR, "taint letters"),
	AT(fact_backtrace, hardware, F_STR, "machine"),
	AT(fact_backtrace, workqueue, F_STR, "workqueue and function"),
	END
};

static const struct field lockup[] = {
	AT(fact_lockup, lockup, F_WORD, "soft, hard, rcu, hung_task, workqueue or csd"),
	AT(fact_lockup, cpu, F_NUM, "CPU"),
	AT(fact_lockup, seconds, F_NUM, "seconds"),
	AT(fact_lockup, jiffies, F_NUM, "jiffies"),
	AT(fact_lockup, comm, F_STR, "command"),
	AT(fact_lockup, pid, F_NUM, "process id"),
	AT(fact_lockup, waits_on, F_STR, "lock"),
	AT(fact_lockup, trace, F_ID, "its call trace"),
	END
};

static const struct field oops[] = {
	AT(fact_oops, reason, F_STR, "the kernel's words"),
	AT(fact_oops, address, F_HEX, "faulting address"),
	AT(fact_oops, ip_symbol, F_STR, "function it happened in"),
	AT(fact_oops, pfn, F_HEX, "page frame number"),
	AT(fact_oops, code, F_STR, "code bytes"),
	AT(fact_oops, trace, F_ID, "its call trace"),
	END
};

static const struct field bad_page[] = {
	AT(fact_bad_page, pfn, F_HEX, "page frame number"),
	AT(fact_bad_page, comm, F_STR, "command"),
	AT(fact_bad_page, flags, F_STR, "page flags"),
	AT(fact_bad_page, reason, F_STR, "what is wrong with it"),
	AT(fact_bad_page, refcount, F_INT, "reference count"),
	AT(fact_bad_page, mapcount, F_INT, "map count"),
	AT(fact_bad_page, mapping, F_STR, "mapping"),
	END
};

static const struct field allocation_stack[] = {
	AT(fact_allocation_stack, pages, F_NUM, "pages held"),
	AT(fact_allocation_stack, bytes, F_NUM, "bytes held"),
	AT(fact_allocation_stack, allocations, F_NUM, "allocations outstanding"),
	AT(fact_allocation_stack, order, F_NUM, "order of each"),
	AT(fact_allocation_stack, gfp_mask, F_NUM, "mask of each"),
	AT(fact_allocation_stack, may_miss_pages, F_NUM, "may hold so many more pages"),
	VALUES(fact_allocation_stack, frames, n_frames, F_STR_LIST, "innermost first"),
	AT(fact_allocation_stack, module, F_STR, "module"),
	AT(fact_allocation_stack, source, F_WORD, "who counted"),
	END
};

static const struct field slab_node[] = {
	AT(slab_node, node, F_NUM, "NUMA node"),
	AT(slab_node, slabs_count, F_NUM, "slabs"),
	AT(slab_node, objects, F_NUM, "objects"),
	AT(slab_node, active, F_NUM, "objects in use"),
	AT(slab_node, partial_count, F_NUM, "slabs on its partial list"),
	END
};

static const struct field slab_cache[] = {
	AT(fact_slab_cache, name, F_STR, "cache"),
	AT(fact_slab_cache, objects, F_NUM, "objects"),
	AT(fact_slab_cache, active, F_NUM, "objects in use"),
	AT(fact_slab_cache, object_size, F_NUM, "bytes"),
	AT(fact_slab_cache, bytes, F_NUM, "bytes held"),
	AT(fact_slab_cache, used_bytes, F_NUM, "bytes in use"),
	AT(fact_slab_cache, reclaimable, F_NUM, "1 if its pages count as reclaimable"),
	AT(fact_slab_cache, size, F_NUM, "bytes of an object with its padding"),
	AT(fact_slab_cache, slabs_count, F_NUM, "slabs"),
	AT(fact_slab_cache, partial_count, F_NUM, "slabs on the nodes' partial lists"),
	AT(fact_slab_cache, type_slabs_count, F_NUM, "slabs found by the type of their pages in the memory map"),
	AT(fact_slab_cache, type_bytes, F_NUM, "bytes of those"),
	LIST(fact_slab_cache, nodes, n_nodes, slab_node, slab_node, "by NUMA node"),
	END
};

static const struct field vmalloc_area[] = {
	AT(fact_vmalloc_area, start, F_HEX, "first byte"),
	AT(fact_vmalloc_area, end, F_HEX, "end"),
	AT(fact_vmalloc_area, bytes, F_NUM, "bytes"),
	AT(fact_vmalloc_area, pages, F_NUM, "pages behind it"),
	AT(fact_vmalloc_area, caller, F_STR, "who asked"),
	AT(fact_vmalloc_area, kind, F_STR, "kind"),
	END
};

static const struct field term[] = {
	AT(budget_term, name, F_WORD, "account"),
	AT(budget_term, bytes, F_INT, "bytes"),
	AT(budget_term, may_err_by, F_NUM, "bytes"),
	AT(budget_term, note, F_STR, "how it was found"),
	END
};

static const struct field budget[] = {
	AT(fact_budget, total, F_NUM, "bytes"),
	LIST(fact_budget, terms, n_terms, budget_term, term, "the accounts"),
	AT(fact_budget, unexplained, F_INT, "bytes in no account"),
	AT(fact_budget, may_err_by, F_NUM, "bytes"),
	AT(fact_budget, unknown, F_STR, "why the rest cannot be told"),
	END
};

static const struct field counter[] = {
	AT(fact_counter, file, F_STR, "where it stands"),
	AT(fact_counter, name, F_STR, "name"),
	AT(fact_counter, value, F_INT, "value"),
	AT(fact_counter, unit, F_WORD, "bytes, pages, events, ns or entries"),
	AT(fact_counter, node, F_INT, "NUMA node"),
	AT(fact_counter, zone, F_STR, "zone"),
	AT(fact_counter, cgroup, F_STR, "cgroup"),
	AT(fact_counter, pid, F_NUM, "process id"),
	AT(fact_counter, order, F_NUM, "order"),
	AT(fact_counter, migratetype, F_STR, "migrate type"),
	END
};

static const struct field hugetlb_pool[] = {
	AT(fact_hugetlb_pool, node, F_INT, "NUMA node"),
	AT(fact_hugetlb_pool, size, F_NUM, "bytes of one huge page"),
	AT(fact_hugetlb_pool, total_count, F_NUM, "huge pages"),
	AT(fact_hugetlb_pool, free_count, F_NUM, "huge pages"),
	AT(fact_hugetlb_pool, surplus_count, F_NUM, "huge pages"),
	END
};

static const struct field cgroup[] = {
	AT(fact_cgroup, path, F_STR, "path"),
	AT(fact_cgroup, usage, F_NUM, "bytes"),
	AT(fact_cgroup, limit, F_NUM, "bytes"),
	AT(fact_cgroup, failcnt, F_NUM, "events"),
	AT(fact_cgroup, stats, F_COUNTERS, "as printed"),
	END
};

static const struct field task[] = {
	AT(fact_task, pid, F_NUM, "process id"),
	AT(fact_task, tgid, F_NUM, "thread group id"),
	AT(fact_task, comm, F_STR, "command"),
	AT(fact_task, state, F_WORD, "letter of /proc/PID/stat"),
	AT(fact_task, cpu, F_NUM, "CPU it is or was last on"),
	AT(fact_task, running, F_FLAG, "on its CPU at this moment"),
	AT(fact_task, kthread, F_BOOL, "kernel thread"),
	AT(fact_task, last_ran_ns, F_NUM, "scheduler clock when it last got a CPU"),
	END
};

static const struct field module[] = {
	AT(fact_module, name, F_STR, "name"),
	AT(fact_module, state, F_WORD, "live, coming, going or unformed"),
	AT(fact_module, base, F_HEX, "first byte of its text"),
	AT(fact_module, size, F_NUM, "bytes"),
	END
};

// clang-format on

const struct field *fact_fields(enum fact_kind kind)
{
	static const struct field *const tables[] = {
#define FACT(kind, what) [FACT_##kind] = kind,
#include "fact/facts.def"
#undef FACT
	};

	return tables[kind];
}
