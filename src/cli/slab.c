// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy slab: the slab caches of a dump or report, largest first.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/view.h"

static int largest(const void *a, const void *b)
{
	const struct fact_slab_cache *x = *(struct fact_slab_cache *const *)a;
	const struct fact_slab_cache *y = *(struct fact_slab_cache *const *)b;
	uint64_t p = num_or(x->bytes, 0), q = num_or(y->bytes, 0);

	if (p != q)
		return p > q ? -1 : 1;
	return (x->head.id > y->head.id) - (x->head.id < y->head.id);
}

static void cell(struct num n, int width)
{
	if (n.known)
		printf("%*" PRIu64 " ", width, n.v);
	else
		printf("%*s ", width, "-");
}

/* Where the machine has several. */
static void print_nodes(const struct fact_slab_cache *s)
{
	for (size_t i = 0; s->n_nodes > 1 && i < s->n_nodes; i++) {
		cell((struct num){ 0 }, 12);
		cell((struct num){ 0 }, 12);
		cell(s->nodes[i].objects, 10);
		cell(s->nodes[i].active, 10);
		cell((struct num){ 0 }, 9);
		cell(s->nodes[i].slabs_count, 8);
		cell(s->nodes[i].partial_count, 8);
		printf("   on node %" PRIu64 "\n", num_or(s->nodes[i].node, 0));
	}
}

/* The two ways to count, as they come out. */
static void print_sums(struct fact_slab_cache *const *v, size_t n)
{
	uint64_t counted = 0, typed = 0;
	bool both = false;

	for (size_t i = 0; i < n; i++) {
		const struct fact_slab_cache *s = v[i];

		counted += num_or(s->bytes, 0);
		typed += num_or(s->type_bytes, 0);
		both |= s->type_bytes.known;
	}
	printf("Together %" PRIu64 " KiB by the caches' counters", counted >> 10);
	if (both)
		printf(", %" PRIu64 " KiB by the type of the pages", typed >> 10);
	printf(".\n");
}

static void print(const struct cli *cli, const struct facts *f)
{
	const struct fact_list *list = &f->lists[FACT_slab_cache];
	struct fact_slab_cache **v = malloc((list->n + 1) * sizeof(*v));
	size_t n = 0;

	(void)cli;
	if (!v)
		return;
	for (size_t i = 0; i < list->n; i++)
		if (view_is_now(f, list->v[i]))
			v[n++] = (struct fact_slab_cache *)list->v[i];
	qsort(v, n, sizeof(*v), largest);
	printf("%12s %12s %10s %10s %9s %8s %8s  %s\n", "BYTES", "USED BYTES", "OBJECTS", "ACTIVE",
	       "OBJ BYTES", "SLABS", "PARTIAL", "NAME");
	for (size_t i = 0; i < n; i++) {
		cell(v[i]->bytes, 12);
		cell(v[i]->used_bytes, 12);
		cell(v[i]->objects, 10);
		cell(v[i]->active, 10);
		cell(v[i]->size.known ? v[i]->size : v[i]->object_size, 9);
		cell(v[i]->slabs_count, 8);
		cell(v[i]->partial_count, 8);
		printf(" ");
		put_safe(v[i]->name);
		printf(num_or(v[i]->reclaimable, 0) ? "  (reclaimable)\n" : "\n");
		print_nodes(v[i]);
	}
	print_sums(v, n);
	free(v);
}

static int run(struct cli *cli, int argc, char **argv)
{
	return view(cli, argc, argv, FACT_slab_cache, NEED(slab_cache), print);
}

DEFINE_COMMAND(
	slab, .operands = "DUMP", .help = "slab caches, largest first",
	.about =
		"  BYTES       of all slabs of the cache, by its counters\n"
		"  USED BYTES  of the objects in use\n"
		"  OBJECTS     that its slabs have room for; ACTIVE: in use\n"
		"  OBJ BYTES   of one object, with what lies between two\n"
		"  SLABS       and PARTIAL: those on the nodes' lists of partly used ones\n"
		"  NAME        (reclaimable): given back under pressure\n"
		"\n"
		"With several nodes, one more line a node. The last line sums up what the counters say, and what the types of the pages\n"
		"say. --json has the same as \"slab_cache\" facts. A saved /proc/slabinfo will do, too.\n",
	.run = run);
