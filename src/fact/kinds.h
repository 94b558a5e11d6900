// SPDX-License-Identifier: GPL-2.0-or-later
// The structs of every kind of fact. Sizes are bytes, times nanoseconds; a name says any other
// unit. The JSON name of each field stands in schema.c.
#ifndef MMWHY_FACT_KINDS_H
#define MMWHY_FACT_KINDS_H

#include "fact/fact.h"

/** A counter under the kernel's own name; '(' and ')' become '_' as in isolated_anon. */
struct counter {
	struct str name;
	struct num n;
};

/** Counters as the kernel printed them, in print order, in bytes. */
struct counters {
	struct counter *v;
	size_t n;
};

/** @return the counter of that name, or an unknown number. */
struct num counters_get(const struct counters *c, const char *name);
/** Sets a counter: the last value wins. */
void counters_set(struct counters *c, struct arena *a, struct str name, struct num n);

struct fact_boot {
	struct fact head;
	uint32_t index;	   /**< from 0 within its evidence */
	struct str kernel; /**< release, "6.12.107+deb13-cloud-amd64" */
	struct str build;  /**< what follows the release in the banner */
	struct str arch;   /**< "x86_64", "i386", "arm", "arm64", "mips", "ppc64", "riscv64", ... */
	bool banner;	   /**< began with "Linux version"; else pieced together from other lines */
	struct num page_size;
	struct num cpus;
	struct str cmdline;
	const char *entry; /**< "firmware", "kexec", "kdump", "unknown" */
	uint32_t first_line, last_line;
	struct num ram_usable, last_pfn, e820_entries;
	struct num mtrr_covered, mtrr_lost; /**< "total RAM covered", "losing N MB of RAM" */
	struct str panic;		    /**< text behind "Kernel panic - not syncing: " */
	uint32_t panic_line;
	struct num mem_available,
		mem_total; /**< "Memory: xK/yK available", mem_init_print_info() */
	struct num mem_reserved, cma_reserved, highmem;
	struct counters memory_line;  /**< its items under the kernel's words: kernel_code, rwdata,
					 rodata, init, bss, absent, ...: bytes */
	struct counters early_memory; /**< taken before there was a page allocator: "percpu_each",
					 "log_buffer", "kfence_pool", "... hash table": bytes */
	struct num possible_cpus;
	struct num deferred_pages;    /**< given to the page allocator after "Memory:"; 0: some, and
					 the kernel does not say how many */
	struct num ram_installed;     /**< what the SRAT, the MTRRs or the map say is there */
	struct num kexec_table_line;  /**< its number is 1: "update e820_table_kexec for
					 e820__memblock_alloc_reserved()" was printed */
	struct num memattr_damaged;   /**< the version that EFI's memory attributes table seems to
					 have */
	struct num kasan;	      /**< bytes of RAM for each byte of KASAN's shadow */
	struct num memmap_pages;      /**< "N pages used for memmap", all zones */
	struct num crashkernel;	      /**< bytes reserved for a crash kernel */
	struct str crashkernel_error; /**< the kernel's words where it could not reserve them */
	uint32_t crashkernel_error_line;
	bool nommu; /**< says itself that it has no MMU */
};

struct fact_memory_range {
	struct fact head;
	const char *map;       /**< "bios-e820", "zone", ...: the contract's list */
	struct num start, end; /**< inclusive; end unknown for an empty zone */
	struct str type;       /**< the kernel's word */
	struct num type_code, node;
	struct str zone;
	struct num pages; /**< where the kernel prints a count and no addresses */
	bool damaged;
	bool empty; /**< "empty" as printed for a zone without pages */
};

struct fact_mem_info {
	struct fact head;
	struct counters totals; /**< bytes */
	struct num page_size;
	bool page_size_assumed; /**< nothing in the evidence told it: 4096 taken */
	struct num ram_total, highmem_total, ram_reserved, cma_reserved, hwpoisoned, pagecache,
		swapcache;
	struct num swap_total, swap_free;
	struct counters *nodes; /**< "Node N" lines (4.8 and newer), one a printed node; its number
				   is the counter "node", all_unreclaimable is 0 or 1 */
	size_t n_nodes;
	bool sysrq;		     /**< SysRq-m asked for it */
	bool restricted;	     /**< not every node or zone was printed: */
	struct str restricted_nodes; /**< the nodes printed, "4" or "0-1" */
	struct str highest_zone; /**< highest zone printed, when zones above the request's were left
				    out */
};

struct trigger {
	struct str comm;
	struct num pid;
	bool known;
};

struct victim {
	struct str comm;
	struct num pid, uid;
	struct num total_vm, anon_rss, file_rss, shmem_rss, pgtables; /**< bytes */
	struct num oom_score_adj;
	uint32_t line;
};

struct fact_oom {
	struct fact head;
	const char *scope; /**< "global", "memcg", "cpuset", "mempolicy" */
	struct trigger trigger;
	struct num gfp_mask; /**< 0 is a value */
	struct str gfp_flags;
	struct num order;	  /**< -1 is a value: SysRq-f */
	struct num oom_score_adj; /**< of the trigger */
	struct str constraint;	  /**< "CONSTRAINT_NONE", ... */
	uint32_t constraint_line;
	struct str nodemask, cpuset, mems_allowed, memcg, oom_memcg, task_memcg;
	bool sysrq, page_fault;
	struct fact_mem_info *mem; /**< its Mem-Info, or NULL */
	struct num memcg_usage, memcg_limit, memcg_failcnt;
	struct num memsw_usage, memsw_limit, swap_usage, swap_limit, kmem_usage, kmem_limit;
	struct victim *victims;
	size_t n_victims;
	const char *chosen_by; /**< "badness", "allocating_task", "group", "sysrq"; NULL unknown */
	bool panicked;
	struct str panic; /**< the panic's words */
	uint32_t panic_line;
	bool no_killable; /**< "no killable processes" was printed */
	uint32_t no_killable_line;
	bool lowmemorykiller; /**< Android's driver killed, not the OOM killer */
	struct num lmk_cache, lmk_limit, lmk_free; /**< its numbers; lmk_free is signed */
	struct num lmk_min_adj, lmk_freed;
	struct str lmk_reason;	/**< lmkd's words */
	bool no_compaction;	/**< the kernel has no memory compaction */
	bool tasks_cut;		/**< the task table is not whole */
	uint32_t missed_before; /**< reports suppressed before this one, if it says so */
};

struct fact_alloc_failure {
	struct fact head;
	const char *what; /**< "page", "vmalloc", "vmap", "percpu", "cma", "dma_pool", "swiotlb",
			     "slub", "memblock" */
	struct str comm;
	struct num pid, order, gfp_mask;
	struct str gfp_flags;
	struct num bytes;
	struct str range; /**< "A - B" that the request was restricted to */
	struct num range_start, range_end;
	struct num node;
	struct num stalled_ns;
	struct str nodemask, cpuset, mems_allowed;
	struct str cache;	 /**< slub: the cache's name */
	struct str area, device; /**< cma: the area; swiotlb, dma: the device */
	struct num error;	 /**< signed errno as printed */
	struct num object_size, buffer_size, default_order, min_order; /**< slub */
	struct num pages_count; /**< cma: pages asked for, where their size is not known */
	struct num area_free_pages_count, area_total_pages_count; /**< cma: of its area */
	struct num swiotlb_total_slots_count, swiotlb_used_slots_count;
	struct str reason;  /**< the kernel's own words for it, where it gives some */
	struct num repeats; /**< "N callbacks suppressed" since the last of its kind */
	struct fact_mem_info *mem;
};

struct free_blocks {
	uint32_t order;
	struct num count;
	struct str types; /**< migrate types with a free block, "UME"; empty: not printed or none */
};

struct fact_zone_state {
	struct fact head;
	struct num node; /**< unknown where the kernel prints none */
	struct str zone;
	struct counters values;	    /**< free, min, low, high, boost, present, managed, ...: bytes;
				       pages_scanned is a count */
	struct num *lowmem_reserve; /**< bytes, indexed by zone type of the kernel */
	size_t n_reserve;
	struct free_blocks *blocks; /**< ascending order */
	size_t n_blocks;
	struct num blocks_total;      /**< the "= N kB" at its end */
	bool types_printed;	      /**< the free lists name migrate types (3.10 and newer) */
	struct str all_unreclaimable; /**< "yes"/"no", older kernels */
};

struct fact_task_memory {
	struct fact head;
	struct num pid, tgid, uid;
	struct str comm;
	struct num total_vm, rss, rss_anon, rss_file, rss_shmem, pgtables, swap; /**< bytes */
	struct num oom_score_adj;
};

struct frame {
	struct num address;
	struct str symbol; /**< the address as text where the kernel gave no symbol */
	struct num offset, size;
	struct str module;
	bool reliable;	   /**< false for '?' frames */
	const char *found; /**< dumps: "regs", "switch frame", "orc", "frame pointer" */
	uint32_t line;
};

struct reg {
	struct str name;
	struct num v;
};

struct fact_backtrace {
	struct fact head;
	struct str comm;
	struct num pid, cpu;
	struct str reason; /**< "oom", "page allocation failure", "panic", the oops' or warning's
			      words */
	struct frame *frames;
	size_t n_frames;
	struct reg *regs;
	size_t n_regs;
	struct str kernel, taint, hardware, workqueue;
};

struct fact_lockup {
	struct fact head;
	const char *lockup; /**< "soft", "hard", "rcu", "hung_task", "workqueue", "csd" */
	struct num cpu, seconds, jiffies;
	struct str comm;
	struct num pid;
	struct str waits_on;
	struct fact_backtrace *trace;
};

struct fact_oops {
	struct fact head;
	struct str reason;
	struct num address;
	struct str ip_symbol;
	struct num pfn;
	struct str code;
	struct fact_backtrace *trace;
};

struct fact_bad_page {
	struct fact head;
	struct num pfn; /**< as a number */
	struct str comm, flags, reason;
	struct num refcount, mapcount;
	struct str mapping;
};

struct fact_allocation_stack {
	struct fact head;
	struct num pages, bytes, allocations, order, gfp_mask;
	struct num may_miss_pages; /**< more than all could be counted: it may hold so many more */
	struct str *frames;	   /**< symbol+offset, innermost first */
	size_t n_frames;
	struct str module;
	const char *source; /**< "page_owner", "page_owner_stacks", "allocinfo", "slab", "kmemleak",
			       "oom-report", "trace" */
};

/** A node's share of a slab cache. */
struct slab_node {
	struct num node, slabs_count, objects, active, partial_count;
};

struct fact_slab_cache {
	struct fact head;
	struct str name;
	struct num objects, active, object_size, bytes, used_bytes;
	struct num reclaimable; /**< 0 or 1 */
	struct num size;	/**< an object with its padding and metadata */
	struct num slabs_count, partial_count;
	struct num type_slabs_count, type_bytes; /**< as the pages' own type and owner say */
	struct slab_node *nodes;
	size_t n_nodes;
};

struct fact_vmalloc_area {
	struct fact head;
	struct num start, end, bytes, pages;
	struct str caller, kind;
};

struct budget_term {
	const char *name;
	struct num bytes;
	struct num may_err_by; /**< bytes, either way */
	struct str note;       /**< how it was found, where that is not plain */
};

struct fact_budget {
	struct fact head;
	struct num total;
	struct budget_term *terms;
	size_t n_terms;
	struct num unexplained; /**< signed; unknown where the evidence cannot give it */
	struct num may_err_by;
	struct str unknown; /**< why unexplained is unknown, and what would give it */
};

struct fact_counter {
	struct fact head;
	struct str file, name;
	struct num value;
	const char *unit; /**< "bytes", "pages", "events", "ns", "entries" */
	struct num node;
	struct str zone, cgroup;
	struct num pid, order;
	struct str migratetype;
};

struct fact_hugetlb_pool {
	struct fact head;
	struct num node, size; /**< size of one huge page */
	struct num total_count, free_count, surplus_count;
};

struct fact_cgroup {
	struct fact head;
	struct str path;
	struct num usage, limit, failcnt;
	struct counters
		stats; /**< bytes where the kernel counts bytes, events else; names as printed */
};

struct fact_task {
	struct fact head;
	struct num pid, tgid;
	struct str comm;
	const char *state; /**< the letter of /proc/PID/stat */
	struct num cpu;
	bool running; /**< on its CPU at this moment */
	bool kthread;
	struct num last_ran_ns; /**< scheduler clock when it last got a CPU */
};

struct fact_module {
	struct fact head;
	struct str name;
	const char *state; /**< "live", "coming", "going", "unformed" */
	struct num base, size;
};

#endif
