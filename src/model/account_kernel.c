// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel keeps for itself before the page allocator has it: mem_init_print_info(), and
// what else took memory from the early allocator.
#include "model/account_work.h"
#include "fact/page_size.h"

struct account_term *account_take(struct account_work *w, const char *name, uint64_t want,
				  uint64_t *left)
{
	uint64_t bytes = want < *left ? want : *left;

	*left -= bytes;
	return account_add(w->a, name, bytes);
}

/* /proc/iomem's children of RAM are the kernel's own, which the "Memory:" line tells. */
static bool not_the_kernels(const struct fact_memory_range *r)
{
	return !str_starts(r->type, "Kernel ") && !str_is(r->type, "reserved");
}

/* Ranges of a map inside the nodes. */
static void take_ranges(struct account_work *w, const char *map, const char *name, const char *note,
			uint64_t *left)
{
	struct spans s = spans_of(w->in, map, not_the_kernels, w->arena);
	struct account_term *t;

	if (w->nodes.n)
		s = spans_and(&s, &w->nodes);
	t = account_take(w, name, spans_bytes(&s), left);
	account_cite_ranges(w, t, map, not_the_kernels);
	if (t)
		t->note = note;
}

static uint64_t item(const struct account_work *w, const char *name)
{
	struct num n = counters_get(&w->b->memory_line, name);

	return num_or(n, 0);
}

static uint64_t image_size(const struct account_work *w)
{
	return item(w, "kernel_code") + item(w, "rwdata") + item(w, "rodata") + item(w, "bss") +
	       item(w, "data");
}

static void take_image(struct account_work *w, uint64_t *left)
{
	uint64_t image = image_size(w);
	struct account_term *t = account_take(w, "kernel code and data", image, left);

	account_cite(t, &w->b->head, w->b->mem_available.line);
	t = account_take(w, "kernel init memory", item(w, "init"), left);
	account_cite(t, &w->b->head, w->b->mem_available.line);
	if (t)
		t->note = "given back when the boot is over";
}

/* Pages too large for the buddy allocator come out of the early one. */
static bool is_gigantic(const struct account_work *w, const struct fact_hugetlb_pool *h)
{
	return num_or(h->size, 0) > page_size_or_usual(w->b->page_size, w->b->arch) << 10;
}

static uint64_t take_hugepages(struct account_work *w, bool gigantic, uint64_t *left)
{
	const struct fact_hugetlb_pool *h;
	uint64_t sum = 0;

	incident_for_each (w->in, hugetlb_pool, h) {
		struct account_term *t;
		uint64_t bytes;

		if (h->head.report || is_gigantic(w, h) != gigantic ||
		    __builtin_mul_overflow(num_or(h->size, 0), num_or(h->total_count, 0), &bytes))
			continue;
		t = account_take(w, gigantic ? "huge pages (gigantic)" : "huge pages (hugepages=)",
				 bytes, left);
		account_cite(t, &h->head, h->total_count.line);
		sum += t ? t->bytes : 0;
	}
	return sum;
}

static void take_shadow(struct account_work *w, uint64_t *left)
{
	struct account_term *t;

	if (!num_or(w->b->kasan, 0))
		return;
	t = account_take(w, "KASAN's shadow", w->a->managed / w->b->kasan.v, left);
	if (!t)
		return;
	t->computed = true;
	t->note = "a fixed share of all RAM";
	account_cite(t, &w->b->head, w->b->kasan.line);
}

bool account_has_64_bits(struct str arch)
{
	return str_has(arch, "64") || str_is(arch, "s390") || str_is(arch, "alpha");
}

/* "DMA zone: 64 pages used for memmap" where it is printed; else 64 bytes a page, on 32 bits 32 or
 * more. */
static void take_struct_pages(struct account_work *w, uint64_t *left)
{
	uint64_t page = page_size_or_usual(w->b->page_size, w->b->arch), bytes, each;
	struct account_term *t;

	if (account_term(w->a, "struct pages"))
		return;
	if (w->b->memmap_pages.known) {
		t = account_take(w, "struct pages", w->b->memmap_pages.v * page, left);
		account_cite(t, &w->b->head, w->b->memmap_pages.line);
		return;
	}
	each = account_has_64_bits(w->b->arch) ? 64 : w->b->arch.n ? 32 : 0;
	bytes = w->a->managed / page * each;
	if (bytes > *left)
		return;
	t = account_take(w, "struct pages", bytes, left);
	if (t) {
		t->computed = true;
		t->note = each == 64 ? "64 bytes for each page" : "at least 32 bytes for each page";
	}
}

static bool is_hash_table(struct str name)
{
	return str_ends(name, " hash table");
}

static void take_hash_tables(struct account_work *w, uint64_t *left)
{
	const struct counters *early = &w->b->early_memory;
	struct account_term *t;
	uint64_t sum = 0;

	for (size_t i = 0; i < early->n; i++)
		if (is_hash_table(early->v[i].name) &&
		    __builtin_add_overflow(sum, num_or(early->v[i].n, 0), &sum))
			return;
	t = account_take(w, "hash tables", sum, left);
	for (size_t i = 0; i < early->n; i++)
		if (is_hash_table(early->v[i].name))
			account_cite(t, &w->b->head, early->v[i].n.line);
}

/* "percpu: Embedded N pages/cpu", for each CPU that there may be. */
static void take_percpu(struct account_work *w, uint64_t *left)
{
	struct num each = counters_get(&w->b->early_memory, "percpu_each");
	struct account_term *t;
	uint64_t bytes;

	if (!each.known || !w->b->possible_cpus.known ||
	    __builtin_mul_overflow(each.v, w->b->possible_cpus.v, &bytes))
		return;
	t = account_take(w, "per-CPU areas", bytes, left);
	account_cite(t, &w->b->head, each.line);
	account_cite(t, &w->b->head, w->b->possible_cpus.line);
}

static void take_early(struct account_work *w, uint64_t *left)
{
	static const struct {
		const char *counter, *name;
	} others[] = {
		{ "node_data", "node data" },
		{ "log_buffer", "log buffer" },
		{ "page_ext", "page_ext" },
		{ "kfence_pool", "KFENCE's pool" },
	};

	take_hash_tables(w, left);
	take_percpu(w, left);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct num n = counters_get(&w->b->early_memory, others[i].counter);

		if (n.known)
			account_cite(account_take(w, others[i].name, n.v, left), &w->b->head,
				     n.line);
	}
}

/*
 * What the page allocator gets. Since 3.11 "reserved" is all that it never gets; "available" is
 * what it has by then, short of struct pages that are initialised later (deferred) and of what was
 * allocated already. Before, the total counts holes, too, and only "available" is to be had.
 */
static uint64_t given(const struct fact_boot *b)
{
	uint64_t total = num_or(b->mem_total, 0),
		 kept_back = num_or(b->mem_reserved, 0) + num_or(b->cma_reserved, 0);

	if (!counters_get(&b->memory_line, "rwdata").known || !b->mem_total.known ||
	    !b->mem_reserved.known || kept_back > total)
		return num_or(b->mem_available, 0);
	return total - kept_back;
}

/* Since 503b158fc304 (6.11) pages whose struct pages are initialised later are reserved until then.
 */
static bool counts_deferred(const struct fact_boot *b)
{
	uint64_t all = given(b);

	return b->deferred_pages.known && num_or(b->mem_available, 0) >= all - all / 8;
}

static void take_rest(struct account_work *w, uint64_t left)
{
	struct account_term *t = account_add(w->a, "in no line of the log", left);

	if (!t)
		return;
	t->unknown = true;
	if (counts_deferred(w->b) || (w->b->mem_available.known && left > w->a->managed / 8))
		t->note = "perhaps pages that are initialised after this line (deferred); page "
			  "tables and whatever else was reserved at boot";
	else if (w->b->mem_available.known)
		t->note = "page tables, firmware tables and whatever else was reserved at boot";
	else
		t->note = "the \"Memory:\" line would tell";
	if (w->b->mem_available.known)
		account_cite(t, &w->b->head, w->b->mem_available.line);
}

void account_kernel(struct account_work *w)
{
	uint64_t available = given(w->b), left;
	struct account_term *t;

	if (available > w->a->managed) {
		w->a->disagree += available - w->a->managed;
		w->a->installed += available - w->a->managed;
		w->a->managed = available;
	}
	left = w->a->managed - available;
	t = account_take(w, "CMA", num_or(w->b->cma_reserved, 0), &left);
	account_cite(t, &w->b->head, w->b->cma_reserved.line);
	if (t)
		t->note = "movable pages may use it";
	take_ranges(w, "crashkernel", "crash kernel (crashkernel=)", NULL, &left);
	(void)take_hugepages(w, true, &left);
	take_image(w, &left);
	take_shadow(w, &left);
	take_ranges(w, "swiotlb", "software IO TLB", NULL, &left);
	take_ranges(w, "initrd", "initial RAM disk", "given back when it is unpacked", &left);
	take_ranges(w, "reserved-mem", "device tree (reserved)", NULL, &left);
	take_early(w, &left);
	account_early(w, image_size(w) + item(w, "init"), &left);
	take_struct_pages(w, &left);
	take_rest(w, left);
	w->a->usable = available - take_hugepages(w, false, &available);
	w->a->usable_by = "the \"Memory:\" line";
	w->a->usable_cite = (struct account_cite){ &w->b->head, w->b->mem_available.line };
}

/* No "Memory:" line: only what has a line of its own is taken off. */
void account_kernel_unseen(struct account_work *w)
{
	uint64_t left = w->a->managed;

	take_ranges(w, "crashkernel", "crash kernel (crashkernel=)", NULL, &left);
	take_ranges(w, "cma", "CMA", "movable pages may use it", &left);
	(void)take_hugepages(w, true, &left);
	(void)take_hugepages(w, false, &left);
	w->a->usable = left;
	w->a->usable_by = w->nodes.n ? "the node ranges, the kernel's own share not taken off"
				     : "the memory map, the kernel's own share not taken off";
}
