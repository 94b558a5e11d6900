// SPDX-License-Identifier: GPL-2.0-or-later
// proc: saved files of /proc and debugfs. The texts are written by us from the kernels'
// seq_printf().
#include "proc/proc.h"

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
	ck_num(s->bytes, 43011 * 192);
	ck_num(s->used_bytes, 43000 * 192);
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
	ck_num(c->value, 55 * 1024);
	ck_assert_str_eq(c->unit, "bytes");
	c = nth_fact(&f, FACT_counter, 3);
	ck_num(c->value, 3);
	ck_assert_str_eq(c->unit, "entries");
	facts_deinit(&f);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("proc", test_allocinfo, test_slabinfo, test_meminfo);
}
