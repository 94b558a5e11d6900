// SPDX-License-Identifier: GPL-2.0-or-later
// Reading allocation stacks: frames of mm/page_owner.c, call sites of lib/alloc_tag.c.
#include "rule/stacks.h"

enum { MAX_LOOKED_AT = 4096 };

/* The way from whoever asks to the page: beginnings of function names. */
static const char *const allocators[] = {
	"__alloc_pages",
	"alloc_pages",
	"__alloc_frozen_pages",
	"alloc_frozen_pages",
	"get_page_from_freelist",
	"prep_new_page",
	"post_alloc_hook",
	"__set_page_owner",
	"set_page_owner",
	"save_stack",
	"__get_free_page",
	"get_free_page",
	"get_zeroed_page",
	"__folio_alloc",
	"folio_alloc",
	"alloc_page_interleave",
	"alloc_slab_page",
	"allocate_slab",
	"new_slab",
	"___slab_alloc",
	"__slab_alloc",
	"slab_alloc",
	"__kmem_cache_alloc",
	"kmem_cache_alloc",
	"kmem_getpages",
	"cache_grow",
	"cache_alloc_refill",
	"fallback_alloc",
	"____cache_alloc",
	"__do_cache_alloc",
	"kmalloc",
	"__kmalloc",
	"___kmalloc",
	"__do_kmalloc",
	"kvmalloc",
	"__kvmalloc",
	"kzalloc",
	"krealloc",
	"kmemdup",
	"__vmalloc",
	"vmalloc",
	"vzalloc",
	"vm_area_alloc_pages",
	"__vm_area_alloc",
	"dma_generic_alloc",
	"dma_alloc",
	"__dma_alloc",
	"dma_direct_alloc",
	"__dma_direct_alloc",
	"dma_common_alloc",
	"x86_swiotlb_alloc",
	"swiotlb_alloc",
	"iommu_alloc",
	"iommu_dma_alloc",
	"__iommu_dma_alloc",
	"intel_alloc_coherent",
	"dma_pool_alloc",
	"mempool_alloc",
	"page_frag_alloc",
	"__page_frag",
	"page_frag",
	"alloc_contig",
	"cma_alloc",
	"pcpu_alloc",
	"pcpu_mem_zalloc",
	"__alloc_percpu",
	"alloc_percpu",
	"alloc_buffer",
	"lookup_page_ext",
	"__build_skb",
	"__netdev_alloc",
	"__napi_alloc",
	"napi_alloc",
	"__alloc_skb",
	"slob_",
	"stack_trace_save",
	"save_stack_trace",
	"dump_stack",
	"__reset_page_owner",
	"kasan_",
};

/* Asked for a process or the page cache: the LRU lists account for these pages. */
static const char *const users[] = {
	"do_anonymous_page",
	"__do_anonymous_page",
	"alloc_anon_folio",
	"do_huge_pmd_anonymous_page",
	"__do_huge_pmd_anonymous_page",
	"vma_alloc_",
	"vma_thp_gfp",
	"alloc_pages_vma",
	"alloc_zeroed_user",
	"wp_page_copy",
	"do_wp_page",
	"do_cow_fault",
	"do_cow_page",
	"do_fault",
	"__do_fault",
	"handle_mm_fault",
	"__handle_mm_fault",
	"handle_pte_fault",
	"folio_prealloc",
	"finish_fault",
	"copy_present_p",
	"copy_p",
	"copy_one_pte",
	"pagecache_get_page",
	"__page_cache_alloc",
	"page_cache_alloc",
	"add_to_page_cache",
	"filemap_",
	"__filemap_",
	"generic_file_",
	"grab_cache_page",
	"find_or_create_page",
	"read_cache_page",
	"do_read_cache",
	"page_cache_ra_",
	"page_cache_sync",
	"page_cache_async",
	"__do_page_cache_readahead",
	"do_page_cache_readahead",
	"ondemand_readahead",
	"force_page_cache",
	"read_pages",
	"ra_alloc_folio",
	"mpage_readpage",
	"shmem_",
	"__read_swap_cache",
	"read_swap_cache",
	"swapin_",
	"swap_cluster",
	"do_swap_page",
	"alloc_swap_folio",
	"khugepaged",
	"collapse_huge",
	"alloc_charge_",
	"hpage_collapse",
	"migrate_",
	"alloc_migra",
	"new_page_node",
	"compaction_alloc",
	"ksm_",
	"get_user_pages",
	"__get_user_pages",
	"faultin_page",
	"split_huge",
	"__split_",
	"do_user_addr_fault",
};

static bool begins(struct str s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_starts(s, list[i]))
			return true;
	return false;
}

#define BEGINS(s, list) begins((s), (list), sizeof(list) / sizeof((list)[0]))

struct str frame_function(struct str frame)
{
	ptrdiff_t at = str_find(frame, "func:", 0);
	struct str word;

	if (at >= 0) {
		frame = str_from(frame, (size_t)at + 5);
	} else if (str_starts(frame, "[<")) {
		at = str_find(frame, ">]", 0);
		if (at >= 0)
			frame = str_from(frame, (size_t)at + 2);
	}
	word = str_word(&frame);
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] == '+' || word.p[i] == '/')
			return str_first(word, i);
	return word;
}

uint64_t stack_bytes(const struct fact_allocation_stack *a, uint64_t page_size)
{
	uint64_t bytes;

	if (a->bytes.known)
		return num_or(a->bytes, 0);
	if (!a->pages.known || __builtin_mul_overflow(num_or(a->pages, 0), page_size, &bytes))
		return 0;
	return bytes;
}

struct str stack_function(const struct fact_allocation_stack *a)
{
	for (size_t i = 0; i < a->n_frames; i++) {
		struct str name = frame_function(a->frames[i]);

		if (name.n && !BEGINS(name, allocators))
			return name;
	}
	return (struct str){ "", 0 };
}

bool stack_in_slab(const struct fact_allocation_stack *a)
{
	static const char *const slab[] = {
		"alloc_slab_page", "allocate_slab", "new_slab",
		"kmem_getpages",   "cache_grow",    "cache_alloc_refill"
	};

	for (size_t i = 0; i < a->n_frames; i++)
		if (BEGINS(frame_function(a->frames[i]), slab))
			return true;
	return false;
}

enum stack_class stack_class(const struct fact_allocation_stack *a)
{
	struct str name = stack_function(a);

	if (a->n_frames == 1 && stack_in_slab(a))
		return STACK_SLAB;
	return BEGINS(name, users) ? STACK_USER : STACK_KERNEL;
}

const struct fact_allocation_stack *stack_of_report(const struct incident *in)
{
	const struct fact_allocation_stack *a, *best = NULL;
	const struct origin *here = &in->head->origin;

	if (in->facts->lists[FACT_allocation_stack].n > MAX_LOOKED_AT)
		return NULL;
	fact_for_each (in->facts, allocation_stack, a) {
		if (!a->source || strcmp(a->source, "oom-report") != 0)
			continue;
		if (a->head.origin.evidence != here->evidence || a->head.boot != in->head->boot ||
		    a->head.origin.line < here->line)
			continue;
		if (!best || a->head.origin.line < best->head.origin.line)
			best = a;
	}
	return best;
}
