// SPDX-License-Identifier: GPL-2.0-or-later
// What is taken out of the early allocator before there is another, and says how much:
// alloc_large_system_hash(), pcpu_embed_first_chunk(), pcpu_page_first_chunk(), setup_log_buf(),
// kfence_init_pool_early(), alloc_node_data(), kmem_cache_init() for how many CPUs there are. And
// what comes late: deferred_init_memmap().
#include "log/boot.h"
#include "log/mem_range.h"

/* Behind "Memory:" the same lines tell of the page allocator's pages. */
static bool is_early(const struct fact_boot *b)
{
	return b->banner && !b->mem_available.known;
}

static void note(struct log_ctx *c, const struct line *l, struct str name, uint64_t bytes)
{
	struct fact_boot *b = log_boot(c, l);

	counters_set(&b->early_memory, &c->facts->arena, log_str(c, name), num_at(bytes, l->no));
}

/* "Dentry cache hash table entries: 65536 (order: 7, 524288 bytes, linear)" */
static bool hash_table(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct str name;
	uint64_t v;

	if (!scan_past(&sc, " hash table entries: ", &name) || !scan_u64(&sc, &v) ||
	    !scan_lit(&sc, " (order: ") || !scan_u64(&sc, &v) || !scan_lit(&sc, ", ") ||
	    !scan_u64(&sc, &v) || !scan_lit(&sc, " bytes"))
		return false;
	name = str_trim(name);
	if (is_early(log_boot(c, l)) && name.n < 64)
		note(c, l, arena_printf(&c->facts->arena, "%.*s hash table", STR_ARG(name)), v);
	return true;
}

/* "percpu: Embedded 61 pages/cpu s212992 r8192 d28672 u1048576", "PERCPU: Embedded 28 pages/cpu
 * @ffff88003fc00000 s83520 ...", "percpu: 33 4K pages/cpu s...": for each CPU. */
static bool percpu(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	uint64_t pages, bytes;

	if (!scan_past(&sc, "percpu: ", NULL) && !scan_past(&sc, "PERCPU: ", NULL))
		return false;
	(void)scan_lit(&sc, "Embedded ");
	if (!scan_u64(&sc, &pages) || !scan_blanks(&sc))
		return false;
	if (scan_lit(&sc, "4K ") || scan_lit(&sc, "64K "))
		(void)scan_blanks(&sc);
	if (!scan_lit(&sc, "pages/cpu"))
		return false;
	if (is_early(log_boot(c, l)) &&
	    !__builtin_mul_overflow(pages, boot_page_size(c, l), &bytes))
		note(c, l, STR("percpu_each"), bytes);
	return true;
}

/* "printk: log_buf_len: 8388608 bytes", before 5.1 "log_buf_len: 8388608 bytes", before 3.17 no
 * "bytes": a buffer instead of the kernel's own. */
static bool log_buffer(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	uint64_t bytes;

	(void)scan_lit(&sc, "printk: ");
	if (!scan_lit(&sc, "log_buf_len: ") || !scan_u64(&sc, &bytes))
		return false;
	(void)scan_lit(&sc, " bytes");
	if (!scan_end(&sc))
		return false;
	if (is_early(log_boot(c, l)))
		note(c, l, STR("log_buffer"), bytes);
	return true;
}

/* "kfence: initialized - using 2097152 bytes for 255 objects at ...": told late, taken early. */
static bool kfence(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	uint64_t bytes;

	if (!scan_past(&sc, "kfence: initialized - using ", NULL) || !scan_u64(&sc, &bytes) ||
	    !scan_lit(&sc, " bytes for "))
		return false;
	if (log_boot(c, l)->banner)
		note(c, l, STR("kfence_pool"), bytes);
	return true;
}

/* "SLUB: HWalign=64, Order=0-3, MinObjects=0, CPUs=2, Nodes=1", "setup_percpu: NR_CPUS:8192
 * nr_cpumask_bits:2 nr_cpu_ids:2 nr_node_ids:1": CPUs that there may be. */
static bool cpu_ids(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text), at = sc;
	struct fact_boot *b;
	uint64_t n;

	if (scan_past(&sc, "SLUB: ", NULL) && scan_past(&sc, ", CPUs=", NULL))
		at = sc;
	else if (!scan_past(&at, "setup_percpu: ", NULL) || !scan_past(&at, " nr_cpu_ids:", NULL))
		return false;
	if (!scan_u64(&at, &n) || !n)
		return false;
	b = log_boot(c, l);
	if (b->banner && !b->possible_cpus.known)
		b->possible_cpus = num_at(n, l->no);
	return true;
}

/* "node 0 initialised, 3545857 pages in 48ms" (4.2 to 5.7), since then "node 0 deferred pages
 * initialised in 16ms": deferred_init_memmap(). */
static bool deferred(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct fact_boot *b;
	uint64_t node, pages = 0;

	if (!scan_lit(&sc, "node ") || !scan_u64(&sc, &node))
		return false;
	if (!scan_lit(&sc, " deferred pages initialised in ") &&
	    (!scan_lit(&sc, " initialised, ") || !scan_u64(&sc, &pages) ||
	     !scan_lit(&sc, " pages in ")))
		return false;
	b = log_boot(c, l);
	if (__builtin_add_overflow(pages, num_or(b->deferred_pages, 0), &pages))
		return true;
	b->deferred_pages = num_at(pages, l->no);
	return true;
}

/* "NODE_DATA(0) allocated [mem 0x13fff9000-0x13fffdfff]", "NUMA: NODE_DATA [mem 0x...-0x...]",
 * before 3.6 "  NODE_DATA [0000000000001000 - 0000000000005fff]": alloc_node_data(). One for each
 * node. */
static bool node_data(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct printed_range r;
	const struct fact_boot *b;
	uint64_t bytes, node;

	if (!scan_past(&sc, "NODE_DATA", NULL))
		return false;
	if (scan_char(&sc, '(') && (!scan_u64(&sc, &node) || !scan_lit(&sc, ") allocated")))
		return false;
	(void)scan_blanks(&sc);
	if (!scan_mem(&sc, &r)) {
		if (!scan_char(&sc, '[') || !scan_dash_range(&sc, &r))
			return false;
		r.end++; /* this one is inclusive, too */
	}
	b = log_boot(c, l);
	if (!r.damaged && is_early(b) &&
	    !__builtin_add_overflow(r.end - r.start + 1,
				    num_or(counters_get(&b->early_memory, "node_data"), 0), &bytes))
		note(c, l, STR("node_data"), bytes);
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	return deferred(c, l) || hash_table(c, l) || percpu(c, l) || log_buffer(c, l) ||
	       kfence(c, l) || cpu_ids(c, l) || node_data(c, l);
}

DEFINE_LOG_PARSER(early_memory,
		  .anchors = (const char *const[]){ "pages/cpu", "log_buf_len:", "kfence:",
						    "setup_percpu:", "HWalign=", "entries:",
						    "initialised", "NODE_DATA", NULL },
		  .head = head);
