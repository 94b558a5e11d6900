// SPDX-License-Identifier: GPL-2.0-or-later
// From the firmware's map to nodes: setup_arch(), trim_bios_range(), e820__memblock_setup(),
// x86_numa_init().
#include "model/layout.h"

#include <stdlib.h>

#include "model/layout_zones.h"

enum { BIOS_BEGIN = 0xa0000, BIOS_END = 0x100000 };

struct layout *layout_new(void)
{
	return calloc(1, sizeof(struct layout));
}

/* The value of the last "NAME=value", which is what counts; @p name alone gives "". */
bool layout_param(struct str cmdline, const char *name, struct str *ret)
{
	bool found = false;
	struct str word;

	while ((word = e820_next_param(&cmdline)).n && !str_is(word, "--")) {
		size_t n = strlen(name);

		if (!str_starts(word, name) || (word.n > n && word.p[n] != '='))
			continue;
		*ret = word.n > n ? str_from(word, n + 1) : (struct str){ "", 0 };
		found = true;
	}
	return found;
}

/* "numa=off", "acpi=off", "acpi=noirq" leaves the SRAT alone. */
static bool numa_off(struct str cmdline)
{
	struct str value;

	return (layout_param(cmdline, "numa", &value) &&
		(str_is(value, "off") || str_is(value, "noacpi"))) ||
	       (layout_param(cmdline, "acpi", &value) && str_is(value, "off"));
}

/* e820_end_pfn(): since 6.11 ACPI data counts, too. */
static uint64_t end_pfn(const struct e820_table *t, uint64_t page, struct release r)
{
	bool acpi = release_since(r, 6, 11);
	uint64_t end = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct e820_entry *e = &t->v[i];
		uint64_t last = (e->addr + e->size) / page;

		if ((e->type == E820_RAM || (acpi && e->type == E820_ACPI)) && last > end)
			end = last;
	}
	return end;
}

/* e820__reserve_setup_data() comes between the parameters and the user-defined map. */
static bool apply_updates(const struct layout_input *in, struct e820_table *t, bool setup_data)
{
	for (size_t i = 0; i < in->n_update; i++) {
		const struct e820_entry *u = &in->update[i];

		if ((u->type == E820_RESERVED_KERN) == setup_data)
			e820_range_update(t, u->addr, u->size, E820_RAM, u->type);
	}
	return e820_sanitize(t);
}

/* e820_add_kernel_range() */
static void add_kernel(const struct layout_input *in, struct e820_table *t)
{
	if (!in->kernel.size)
		return;
	e820_range_remove(t, in->kernel.addr, in->kernel.size, 0);
	(void)e820_add(t, in->kernel.addr, in->kernel.size, E820_RAM);
}

static void make_map(const struct layout_input *in, struct layout *l)
{
	l->used = in->e820;
	(void)e820_sanitize(&l->used);
	l->user = e820_cmdline(&l->used, in->cmdline, &l->worst);
	l->invalid = !apply_updates(in, &l->used, true) && l->user;
	l->user_map = l->used;
	add_kernel(in, &l->used);
	e820_range_update(&l->used, 0, in->page, E820_RAM, E820_RESERVED);
	e820_range_remove(&l->used, BIOS_BEGIN, BIOS_END - BIOS_BEGIN, E820_RAM);
	(void)apply_updates(in, &l->used, false);
	l->max_pfn = end_pfn(&l->used, in->page, in->release);
}

/* The last "numa=fake=": other words of numa= beside it count, too. */
static struct str fake_nodes(struct str cmdline)
{
	struct str word, last = { "", 0 };

	while ((word = e820_next_param(&cmdline)).n && !str_is(word, "--"))
		if (str_starts(word, "numa=fake="))
			last = str_from(word, strlen("numa=fake="));
	return last;
}

static void find_nodes(const struct layout_input *in, struct layout *l)
{
	struct numa_info *numa = malloc(sizeof(*numa));
	struct numa_how how = { l->max_pfn * in->page, in->release, { "", 0 } };

	if (!numa)
		return;
	*numa = in->srat;
	if (!in->ignores_fake)
		how.fake = l->fake = fake_nodes(in->cmdline);
	l->faked = !numa->n || numa_off(in->cmdline);
	if (!l->faked) {
		l->numa = numa_init(&l->memory, numa, &how);
		l->faked = l->numa != NUMA_OK;
	}
	if (l->faked)
		numa_dummy(&l->memory, numa, &how);
	l->emulated = numa->emulated;
	free(numa);
}

static struct layout_node *add_node(struct layout *l, int32_t node)
{
	size_t i = 0;

	while (i < l->n_nodes && l->node[i].node < node)
		i++;
	if (i < l->n_nodes && l->node[i].node == node)
		return &l->node[i];
	if (l->n_nodes == NUMA_NODES_MAX)
		return NULL;
	memmove(&l->node[i + 1], &l->node[i], (l->n_nodes - i) * sizeof(l->node[0]));
	l->n_nodes++;
	l->node[i] = (struct layout_node){ .node = node };
	return &l->node[i];
}

/* node_possible_map, in order; get_pfn_range_for_nid() for those with memory. */
static void list_nodes(const struct layout_input *in, struct layout *l)
{
	/* before 5.18 a node of the table that has neither memory nor processors is passed over */
	bool all = release_since(in->release, 5, 18) || !in->n_nodes;
	bool own = !l->faked && !l->emulated;

	for (size_t i = 0; all && own && i < in->srat.n; i++)
		(void)add_node(l, in->srat.v[i].node);
	for (size_t i = 0; own && i < in->n_nodes; i++)
		(void)add_node(l, in->nodes[i]);
	for (size_t i = 0; i < l->memory.n; i++) {
		const struct memblock_region *r = &l->memory.v[i];
		struct layout_node *n = r->node == NO_NODE ? NULL : add_node(l, r->node);

		if (!n)
			continue;
		if (!n->end)
			n->start = r->start / in->page;
		n->end = r->end / in->page;
	}
}

static size_t rank(const struct layout_input *in, int32_t node)
{
	size_t i = 0;

	while (i < in->n_late && in->late[i] != node)
		i++;
	return i;
}

/* Of two nodes without memory, which one's processor comes first: by the log, if both had none
 * there either; else processors are numbered as nodes are, as a rule. */
static bool comes_first(const struct layout_input *in, int32_t a, int32_t b)
{
	size_t x = rank(in, a), y = rank(in, b);

	return x < in->n_late && y < in->n_late ? x <= y : a <= b;
}

/* Before 5.18 (09f49dca570a) nodes without memory come last, in the order of their processors:
 * init_memory_less_node(). */
static void memoryless_last(const struct layout_input *in, struct layout *l)
{
	for (size_t i = 1; i < l->n_nodes; i++) {
		struct layout_node n = l->node[i];
		size_t k = i;

		for (; k > 0; k--) {
			const struct layout_node *b = &l->node[k - 1];

			if (b->end || (!n.end && comes_first(in, b->node, n.node)))
				break;
			l->node[k] = *b;
		}
		l->node[k] = n;
	}
}

enum hole_state hole_state_of(struct release r)
{
	if (!release_since(r, 4, 15))
		return HOLE_ZEROED_BY_ALLOCATION;
	if (!release_since(r, 4, 18))
		return HOLE_GARBAGE;
	if (!release_since(r, 4, 20))
		return HOLE_RESERVED_ZEROED;
	if (release_since(r, 5, 12) || (r.major == 5 && r.minor == 11 && r.patch >= 7) ||
	    (r.major == 5 && r.minor == 10 && r.patch >= 24))
		return HOLE_INITIALISED;
	return HOLE_ZEROED;
}

void layout_run(const struct layout_input *in, struct layout *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->holes = in->zeroes_holes ? HOLE_INITIALISED : hole_state_of(in->release);
	make_map(in, ret);
	memblock_of_e820(&ret->memory, &ret->used, in->page);
	if (ret->invalid || !ret->memory.n)
		return;
	find_nodes(in, ret);
	list_nodes(in, ret);
	layout_zones(in, ret);
	if (!release_since(in->release, 5, 18))
		memoryless_last(in, ret);
}
