// SPDX-License-Identifier: GPL-2.0-or-later
// proc: saved files of /proc and debugfs. The texts are written by us from the kernels'
// seq_printf().
#include "proc/proc.h"

#include <stdio.h>
#include <stdlib.h>

#include "loglines.h"
#include "unit.h"

struct text {
	struct str s;
	size_t piece; /* given out at a time */
};

static size_t read_text(void *arg, void *buf, size_t n)
{
	struct text *t = arg;

	n = n < t->piece ? n : t->piece;
	n = n < t->s.n ? n : t->s.n;
	memcpy(buf, t->s.p, n);
	t->s = str_from(t->s, n);
	return n;
}

/* Reads @p text as the file that it looks like. */
static void read_file(struct facts *f, const char *name, const char *text, size_t piece)
{
	const struct proc_file *file = proc_file_of(str_c(text));
	struct text t = { str_c(text), piece };
	struct proc_input in = { read_text, &t, -1 };

	ck_assert_ptr_nonnull(file);
	ck_assert_str_eq(file->name, name);
	facts_init(f);
	facts_add_evidence(f, "test", file->evidence);
	ck_assert_int_eq(proc_read(file, f, 0, &in), OK);
	facts_finish(f);
}

START_TEST(test_vmallocinfo)
{
	static const char text[] =
		"0x0000000078cce61b-0x000000008428baef   20480 irq_init+0xf0/0x120 vmap\n"
		"0xffffa0c5c0000000-0xffffa0c5c0005000   20480 alloc_one+0x1/0x2 [mod] pages=4 "
		"vmalloc N0=4\n"
		"0x0000000025313d0b-0x0000000011cb4c54   16384 unpurged vm_area\n"
		"0x0000000025313d0b-\n"
		"junk pages=4 vmalloc\n";
	const struct fact_vmalloc_area *a;
	struct facts f;

	for (size_t piece = 1; piece < 100; piece += 30) {
		read_file(&f, "vmallocinfo", text, piece);
		ck_assert_uint_eq(f.lists[FACT_vmalloc_area].n, 3);
		a = (const struct fact_vmalloc_area *)f.lists[FACT_vmalloc_area].v[0];
		/* hashed addresses are none */
		ck_assert(!a->start.known && !a->end.known && !a->pages.known);
		ck_num(a->bytes, 20480);
		ck_str(a->kind, "vmap");
		a = (const struct fact_vmalloc_area *)f.lists[FACT_vmalloc_area].v[1];
		ck_num(a->start, 0xffffa0c5c0000000);
		ck_num(a->pages, 4);
		ck_assert_uint_eq(a->pages.line, 2);
		ck_str(a->caller, "alloc_one+0x1/0x2");
		ck_str(a->kind, "vmalloc");
		a = (const struct fact_vmalloc_area *)f.lists[FACT_vmalloc_area].v[2];
		ck_str(a->kind, "unpurged");
		ck_assert_uint_eq(a->caller.n, 0);
		facts_deinit(&f);
	}
}
END_TEST

START_TEST(test_allocinfo)
{
	static const char text[] = "allocinfo - version: 2.0\n"
				   "#     <size>  <calls> <tag info>\n"
				   "           0        0 init/main.c:1311 func:do_initcalls \n"
				   "  3176243200   247900 mm/slub.c:2264 func:alloc_slab_page \n"
				   "        -512        0 a.c:1 func:f \n"
				   "        4096        1 fs/xfs/xfs_icache.c:82 [xfs] "
				   "func:xfs_inode_alloc accurate:no \n"
				   "  12345 junk";
	const struct fact_allocation_stack *s;
	struct facts f;

	for (size_t piece = 1; piece < 100; piece += 30) {
		read_file(&f, "allocinfo", text, piece);
		ck_assert_str_eq(f.evidence[0]->kind, "snapshot");
		ck_assert_uint_eq(f.evidence[0]->lines, 7);
		ck_assert_uint_eq(f.lists[FACT_allocation_stack].n, 2);
		s = nth_fact(&f, FACT_allocation_stack, 0);
		ck_num(s->bytes, 3176243200);
		ck_num(s->allocations, 247900);
		ck_str(s->frames[0], "alloc_slab_page (mm/slub.c:2264)");
		ck_assert_uint_eq(s->head.origin.line, 4);
		s = nth_fact(&f, FACT_allocation_stack, 1);
		ck_str(s->module, "xfs");
		ck_assert_str_eq(s->source, "allocinfo");
		facts_deinit(&f);
	}
}
END_TEST

START_TEST(test_slabinfo)
{
	const struct fact_slab_cache *s;
	struct facts f;

	read_file(&f, "slabinfo",
		  "slabinfo - version: 2.1\r\n"
		  "# name            <active_objs> <num_objs> <objsize> <objperslab>\n"
		  "dentry             43000  43011    192   21    1 : tunables    0    0    0 : "
		  "slabdata   2048   2048      0\n"
		  "cut                43000  43011    192   21    1 : tuna",
		  7);
	ck_assert_uint_eq(f.lists[FACT_slab_cache].n, 1);
	s = nth_fact(&f, FACT_slab_cache, 0);
	ck_str(s->name, "dentry");
	ck_num(s->bytes, 43011ull * 192);
	ck_num(s->used_bytes, 43000ull * 192);
	ck_num(s->slabs_count, 2048);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_meminfo)
{
	const struct fact_counter *c;
	struct facts f;

	read_file(&f, "meminfo",
		  "MemTotal:        8150120 kB\nMemFree:          100 kB\n"
		  "Active(anon):      55 kB\nHugePages_Total:       3\nodd: 3 bananas\n",
		  1000);
	ck_assert_uint_eq(f.lists[FACT_counter].n, 4);
	c = nth_fact(&f, FACT_counter, 2);
	ck_str(c->name, "Active(anon)");
	ck_num(c->value, 55ull * 1024);
	ck_assert_str_eq(c->unit, "bytes");
	c = nth_fact(&f, FACT_counter, 3);
	ck_num(c->value, 3);
	ck_assert_str_eq(c->unit, "entries");
	facts_deinit(&f);
}
END_TEST

/* As kernels from 4.x to 7.x print it: without and with comm, PFN in decimal and hex, frames with
 * and without addresses. */
/* Where zones lie is told in pages: x86's zone DMA says how large they are. */
START_TEST(test_zoneinfo)
{
	static const char text[] = "Node 0, zone      DMA\n"
				   "  per-node stats\n"
				   "      nr_inactive_anon 8612\n"
				   "  pages free     3840\n"
				   "        spanned  4095\n"
				   "        present  3998\n"
				   "  start_pfn:           1\n"
				   "Node 0, zone    DMA32\n"
				   "  pages free     1\n"
				   "        spanned  159712\n"
				   "  start_pfn:           4096\n"
				   "Node 1, zone  Movable\n"
				   "        spanned  0\n";
	const struct fact_memory_range *r;
	struct facts f;

	read_file(&f, "zoneinfo", text, 100);
	ck_assert_uint_eq(f.lists[FACT_memory_range].n, 3);
	r = (const struct fact_memory_range *)f.lists[FACT_memory_range].v[1];
	ck_assert(str_is(r->zone, "DMA32"));
	ck_assert_uint_eq(r->start.v, 0x1000000);
	ck_assert_uint_eq(r->end.v, 0x27fdffff);
	ck_assert_uint_eq(r->end.line, 10);
	r = (const struct fact_memory_range *)f.lists[FACT_memory_range].v[2];
	ck_assert_uint_eq(r->node.v, 1);
	ck_assert(r->empty && !r->start.known);
	facts_deinit(&f);
	/* without it, pages are all there is */
	read_file(
		&f, "zoneinfo",
		"Node 0, zone   Normal\n  pages free     9\n        spanned  4096\n  start_pfn: 0\n",
		9);
	r = (const struct fact_memory_range *)f.lists[FACT_memory_range].v[0];
	ck_assert(r->pages.known && r->pages.v == 4096 && !r->start.known);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_iomem)
{
	static const char text[] = "00000000-00000fff : Reserved\n"
				   "00001000-7fffffff : System RAM\n"
				   "  01000000-01ffffff : Kernel code\n"
				   "  10000000-17ffffff : Crash kernel\n"
				   "80000000-8fffffff : PCI Bus 0000:00\n"
				   "  80000000-800fffff : 0000:00:02.0\n";
	const struct fact_memory_range *r;
	struct facts f;

	read_file(&f, "iomem", text, 50);
	ck_assert_uint_eq(f.lists[FACT_memory_range].n, 5);
	ck_assert_uint_eq(f.lists[FACT_boot].n, 1);
	r = (const struct fact_memory_range *)f.lists[FACT_memory_range].v[3];
	ck_assert_str_eq(r->map, "crashkernel");
	ck_assert_uint_eq(r->end.v, 0x17ffffff);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_page_owner)
{
	static const char text[] =
		"Page allocated via order 0, mask 0x1\n"
		"PFN 4096 Block 8 type 1   Flags   AR  B   MA\n"
		" [<ffffffff8116f8e6>] __alloc_pages_nodemask+0x16d/0x230\n"
		" [<ffffffffa0427d72>] leak_init+0x10/0x20 [leaky]\n"
		" [<ffffffffffffffff>] 0xffffffffffffffff\n"
		"\n"
		"Page allocated via order 3, mask 0x52dc0(GFP_KERNEL|__GFP_NOWARN), pid 7, tgid 7 (a\n"
		"b), ts 5 ns\n"
		"PFN 0x1000 type Unmovable Block 8 type Unmovable Flags 0x200(slab|node=0)\n"
		" get_page_from_freelist+0x1a4/0x1420\n"
		" kvmalloc_node_noprof+0x1/0x2\n"
		"Slab cache page\n"
		"Charged to offline memcg user.slice\n"
		"\n"
		"Page allocated via order 2, mask 0x1\n"
		"PFN 5 Block 8 type 1   Flags   AR  B   MA\n"
		" [<ffffffff8116f8e6>] __alloc_pages_nodemask+0x16d/0x230\n"
		" [<ffffffffa0427d72>] leak_init+0x10/0x20 [leaky]\n"
		" [<ffffffffffffffff>] 0xffffffffffffffff\n"
		"Page has been migrated, last migrate reason: compaction\n"
		"\n"
		"Page allocated via order 0, mask 0x1\n"
		"PFN 6 Block 8 type 1   Flags   AR  B   MA\n"
		" broken_of";
	const struct fact_allocation_stack *s;
	struct facts f;

	for (size_t piece = 1; piece < 1000; piece += 77) {
		read_file(&f, "page_owner", text, piece);
		ck_assert_str_eq(f.evidence[0]->kind, "page_owner");
		ck_str(f.evidence[0]->note, "3 records of 2 stacks, 13 pages");
		ck_assert_uint_eq(f.lists[FACT_allocation_stack].n, 2);
		s = nth_fact(&f, FACT_allocation_stack, 0);
		ck_num(s->pages, 8);
		ck_num(s->allocations, 1);
		ck_num(s->order, 3);
		ck_num(s->gfp_mask, 0x52dc0);
		ck_assert_uint_eq(s->n_frames, 2);
		ck_assert_uint_eq(s->head.origin.line, 7);
		s = nth_fact(&f, FACT_allocation_stack, 1);
		ck_num(s->pages, 5);
		ck_num(s->allocations, 2);
		ck_assert(!s->order.known);
		ck_num(s->gfp_mask, 1);
		ck_assert_uint_eq(s->n_frames, 2);
		ck_str(s->frames[1], "leak_init+0x10/0x20 [leaky]");
		ck_str(s->module, "leaky");
		ck_assert_str_eq(s->source, "page_owner");
		ck_assert(!s->may_miss_pages.known);
		facts_deinit(&f);
	}
}
END_TEST

START_TEST(test_page_owner_sorted)
{
	const struct fact_allocation_stack *s;
	struct facts f;

	read_file(&f, "page_owner",
		  "12 times:\nPage allocated via order 1, mask 0x1\n f+0x1/0x2\n\n"
		  "3 times:\nPage allocated via order 0, mask 0x1\n g+0x1/0x2\n\n",
		  50);
	s = nth_fact(&f, FACT_allocation_stack, 0);
	ck_num(s->pages, 24);
	ck_num(s->allocations, 12);
	ck_str(s->frames[0], "f+0x1/0x2");
	ck_num(((const struct fact_allocation_stack *)nth_fact(&f, FACT_allocation_stack, 1))
		       ->pages,
	       3);
	facts_deinit(&f);
	/* --cull=st */
	read_file(&f, "page_owner", "7 times, 9 pages:\n f+0x1/0x2\n g+0x1/0x2\n\n", 50);
	s = nth_fact(&f, FACT_allocation_stack, 0);
	ck_num(s->pages, 9);
	ck_num(s->allocations, 7);
	ck_assert_uint_eq(s->n_frames, 2);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_page_owner_stacks)
{
	const struct fact_allocation_stack *s;
	struct facts f;

	read_file(&f, "page_owner",
		  " f+0x1/0x2\n g+0x1/0x2 [m 0123456789abcdef]\nhandle: 5\nnr_base_pages: 16\n\n"
		  " f+0x1/0x2\n h+0x1/0x2\nnr_base_pages: 17\n\n",
		  50);
	ck_assert_uint_eq(f.lists[FACT_allocation_stack].n, 2);
	s = nth_fact(&f, FACT_allocation_stack, 1);
	ck_num(s->pages, 16);
	ck_assert(!s->allocations.known && !s->order.known);
	ck_str(s->module, "m");
	ck_assert_str_eq(s->source, "page_owner_stacks");
	facts_deinit(&f);
	/* before 6.12, it counted allocations */
	read_file(&f, "page_owner", " f+0x1/0x2\nstack_count: 16\n\n", 50);
	s = nth_fact(&f, FACT_allocation_stack, 0);
	ck_num(s->allocations, 16);
	ck_assert(!s->pages.known);
	facts_deinit(&f);
}
END_TEST

/* A record of stack @p i. */
static int print_record(char *buf, size_t n, unsigned int i)
{
	return snprintf(
		buf, n,
		"Page allocated via order 0, mask 0x1, pid 1, ts 5 ns\nPFN %u type Movable\n"
		" f%u+0x1/0x2\n %0300u+0x1/0x2\n\n",
		i, i, 0);
}

/* More stacks than the table has room for: what a leak holds is found, within the error told. */
START_TEST(test_more_stacks_than_fit)
{
	enum { RECORDS = 100 * 1000, EACH = 500, EVERY = 10 };
	char *text = malloc((size_t)RECORDS * EACH);
	const struct fact_allocation_stack *s;
	struct facts f;
	size_t n = 0;

	for (unsigned int i = 0; i < RECORDS; i++)
		n += (size_t)print_record(text + n, EACH, i % EVERY ? i : 7);
	read_file(&f, "page_owner", text, 100ul * 1000);
	s = nth_fact(&f, FACT_allocation_stack, 0);
	ck_str(s->frames[0], "f7+0x1/0x2");
	ck_assert_uint_le(s->pages.v, RECORDS / EVERY + 1);
	ck_assert_uint_ge(s->pages.v + num_or(s->may_miss_pages, 0), RECORDS / EVERY + 1);
	ck_assert_uint_le(num_or(s->may_miss_pages, 0), 100);
	facts_deinit(&f);
	free(text);
}
END_TEST

static size_t read_nothing(void *arg, void *buf, size_t n)
{
	(void)arg;
	(void)buf;
	(void)n;
	return 0;
}

/* A file read in parts by several threads gives what it gives when it is read as a stream. */
START_TEST(test_page_owner_in_parts)
{
	enum { RECORDS = 80 * 1000, EACH = 500, STACKS = 997 };
	char *text = malloc((size_t)RECORDS * EACH);
	FILE *file = tmpfile();
	struct proc_input in = { read_nothing, NULL, fileno(file) };
	struct facts f, g;
	size_t n = 0;

	for (unsigned int i = 0; i < RECORDS; i++)
		n += (size_t)print_record(text + n, EACH, i * 7 % STACKS);
	ck_assert_uint_eq(fwrite(text, 1, n, file), n);
	ck_assert_int_eq(fflush(file), 0);
	read_file(&f, "page_owner", text, 100ul * 1000);
	facts_init(&g);
	facts_add_evidence(&g, "test", "page_owner");
	ck_assert_int_eq(proc_read(proc_file_of((struct str){ text, n }), &g, 0, &in), OK);
	ck_assert_uint_eq(g.evidence[0]->lines, 5ul * RECORDS);
	ck_assert_uint_eq(f.evidence[0]->lines, 5ul * RECORDS);
	ck_assert_uint_eq(f.lists[FACT_allocation_stack].n, STACKS);
	ck_assert_uint_eq(g.lists[FACT_allocation_stack].n, STACKS);
	for (size_t i = 0; i < STACKS; i++) {
		const struct fact_allocation_stack *a = nth_fact(&f, FACT_allocation_stack, i);
		const struct fact_allocation_stack *b = nth_fact(&g, FACT_allocation_stack, i);

		ck_assert_uint_eq(a->pages.v, b->pages.v);
		ck_assert_uint_eq(a->head.origin.line, b->head.origin.line);
		ck_assert(str_eq(a->frames[0], b->frames[0]));
	}
	facts_deinit(&f);
	facts_deinit(&g);
	(void)fclose(file);
	free(text);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("proc", test_page_owner, test_page_owner_sorted, test_page_owner_stacks,
		       test_more_stacks_than_fit, test_page_owner_in_parts, test_allocinfo,
		       test_vmallocinfo, test_slabinfo, test_meminfo, test_zoneinfo, test_iomem);
}
