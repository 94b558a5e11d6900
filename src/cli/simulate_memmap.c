// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy simulate memmap: map, nodes, zones and holes under other parameters, before the reboot.
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/simulate.h"
#include "fact/json.h"
#include "model/layout_input.h"

#define RANGE "[mem 0x%016" PRIx64 "-0x%016" PRIx64 "]"

/* One simulation: the boot as it was, and as it would be. */
struct memmap_run {
	const struct cli *cli;
	const struct incident *boot;
	struct layout_input *in;
	struct layout *before, *after;
	struct arena arena;
	struct effect {
		const char *id, *severity;
		struct str text;
	} * effects;
	size_t n_effects;
};

static void add_effect(struct memmap_run *r, const char *id, const char *severity, struct str text)
{
	struct effect *e = arena_push(&r->arena, (void **)&r->effects, &r->n_effects, sizeof(*e));

	*e = (struct effect){ id, severity, text };
}

#define EFFECT(r, id, severity, ...)                                                               \
	add_effect(r, id, severity, arena_printf(&(r)->arena, __VA_ARGS__))

static struct str size_text(struct memmap_run *r, uint64_t bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
	size_t u = 0;
	uint64_t v = bytes;

	while (u < 4 && v >= 1024 && (v % 1024 == 0 || v >= 10240)) {
		v /= 1024;
		u++;
	}
	return arena_printf(&r->arena, "%" PRIu64 " %s", v, units[u]);
}

static uint64_t memory_of(const struct layout *l)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < l->memory.n; i++)
		sum += l->memory.v[i].end - l->memory.v[i].start;
	return sum;
}

static uint64_t node_bytes(const struct layout *l, int32_t node)
{
	return memblock_bytes(&l->memory, node);
}

static void judge_params(struct memmap_run *r)
{
	if (r->after->worst == E820_PARAM_IGNORED)
		EFFECT(r, "parameter_ignored", "medium",
		       "a part without a number changes nothing: the kernel ignores it");
	if (r->after->worst == E820_PARAM_ODD)
		EFFECT(r, "parameter_malformed", "high",
		       "a part is malformed and acted upon all the same: a missing start is address 0, what "
		       "follows the number is dropped (a shell or boot loader eats an unquoted $ and what is behind it)");
}

static void judge_start(struct memmap_run *r)
{
	const struct layout *l = r->after;

	if (l->invalid)
		EFFECT(r, "invalid_map", "critical",
		       "the kernel panics: \"Invalid user supplied memory map\"");
	else if (!l->memory.n)
		EFFECT(r, "no_memory", "critical", "no memory is left: the kernel cannot start");
	else if (l->memory.v[0].start >= 0x100000)
		EFFECT(r, "no_low_memory", "critical",
		       "no memory is left below 1 MiB: the kernel finds no place for the trampoline that "
		       "starts the other processors");
	else if (!memblock_overlaps(&l->memory, 16 << 20, 24 << 20))
		EFFECT(r, "kernel_not_ram", "critical",
		       "16 MiB, where kernels are loaded, is no RAM any more: one that is not placed "
		       "elsewhere runs outside of its memory");
}

/* RAM that the firmware does not list as RAM. */
static uint64_t foreign(const struct layout_input *in, const struct layout *l, uint64_t *ret_at)
{
	struct memblock *firmware = malloc(sizeof(*firmware));
	uint64_t sum = 0;

	if (!firmware)
		return 0;
	memblock_of_e820(firmware, &in->e820, in->page);
	for (size_t i = 0; i < l->memory.n; i++) {
		uint64_t own = l->memory.v[i].end - l->memory.v[i].start;

		for (size_t k = 0; k < firmware->n; k++) {
			uint64_t a = l->memory.v[i].start, b = l->memory.v[i].end;

			if (a < firmware->v[k].start)
				a = firmware->v[k].start;
			if (b > firmware->v[k].end)
				b = firmware->v[k].end;
			own -= a < b ? b - a : 0;
		}
		if (own && !sum)
			*ret_at = l->memory.v[i].start;
		sum += own;
	}
	free(firmware);
	return sum;
}

static void judge_ram(struct memmap_run *r)
{
	uint64_t before = memory_of(r->before), after = memory_of(r->after), at = 0, alien;

	if (after < before)
		EFFECT(r, "ram_lost", after < before / 8 ? "high" : "low",
		       "%.*s of %.*s RAM are gone", STR_ARG(size_text(r, before - after)),
		       STR_ARG(size_text(r, before)));
	alien = foreign(r->in, r->after, &at);
	if (alien)
		EFFECT(r, "foreign_ram", "high",
		       "%.*s are taken for RAM that the firmware does not list as RAM, in the range from "
		       "0x%" PRIx64 " on",
		       STR_ARG(size_text(r, alien)), at);
}

static void judge_nodes(struct memmap_run *r)
{
	const struct layout *l = r->after;

	if (l->faked && !r->before->faked)
		EFFECT(r, "numa_not_used", "medium",
		       "the firmware's table of nodes is not used: %s",
		       l->numa == NUMA_CONFLICT	   ? "its nodes overlap"
		       : l->numa == NUMA_UNCOVERED ? "it leaves 1 MiB of RAM or more without a node"
						   : "the command line says so");
	if (r->in->ignores_fake)
		EFFECT(r, "numa_fake", "info",
		       "numa=fake= has no effect: in its log this kernel ignored it (no "
		       "CONFIG_NUMA_EMU)");
	else if (l->fake.n && l->emulated)
		EFFECT(r, "numa_fake", "info",
		       "numa=fake=: the nodes are those of a kernel with CONFIG_NUMA_EMU, others "
		       "ignore it");
	else if (l->fake.n)
		EFFECT(r, "numa_fake", "medium",
		       "numa=fake=%.*s: no nodes can be made of it, they stay as they are",
		       STR_ARG(l->fake));
	for (size_t i = 0; i < l->n_nodes; i++)
		if (!node_bytes(l, l->node[i].node) && node_bytes(r->before, l->node[i].node))
			EFFECT(r, "node_without_memory", "medium",
			       "node %" PRId32 " loses all its memory", l->node[i].node);
	if (l->movable_node_guess)
		EFFECT(r, "movable_node", "info",
		       "movable_node: assumed that the kernel lies in the node of 16 MiB only");
}

/* Whether the boot as it was has the hole already. */
static bool had_hole(const struct layout *before, const struct layout_hole *h)
{
	for (size_t i = 0; i < before->n_holes; i++)
		if (before->hole[i].start == h->start && before->hole[i].end == h->end)
			return true;
	return false;
}

static void judge_hole(struct memmap_run *r, const struct layout_hole *h)
{
	static const struct {
		const char *severity, *text;
	} states[] = {
		[HOLE_ZEROED_BY_ALLOCATION] = { "info",
						"zeroed with the whole memory map, harmless" },
		[HOLE_GARBAGE] = { "high",
				   "never initialised by this kernel: reading /proc/kpageflags, "
				   "/proc/kpagecount or memory hotplug over them can panic" },
		[HOLE_RESERVED_ZEROED] = { "medium",
					   "zeroed by this kernel only where the firmware's map has an "
					   "entry: they read as pages of node 0" },
		[HOLE_ZEROED] = { "low",
				  "zeroed by this kernel: they read as pages of node 0, zone DMA" },
		[HOLE_INITIALISED] = { "info", "initialised by this kernel, harmless" },
	};
	bool known = r->in->release.known || r->in->zeroes_holes;
	uint64_t pages = h->end - h->start;

	EFFECT(r, "struct_page_hole", known ? states[r->after->holes].severity : "medium",
	       "%" PRIu64 " page%s in a hole, pfn 0x%" PRIx64 " to 0x%" PRIx64 ", %s node %" PRId32
	       "%s: %s",
	       pages, pages == 1 ? "" : "s", h->start, h->end - 1,
	       h->before ? "before the start of" : "behind the end of", h->node,
	       had_hole(r->before, h) ? " (as before)" : "",
	       known ? states[r->after->holes].text
		     : "no release tells whether the kernel initialises them (4.15 to 4.17 do not)");
}

/* What the evidence does not hold, and what was taken instead. */
static void judge_input(struct memmap_run *r)
{
	if (r->in->n_damaged)
		EFFECT(r, "damaged_map", "medium",
		       "%zu lines of the map are damaged and left out: the result lacks them",
		       r->in->n_damaged);
	if (r->in->user_only)
		EFFECT(r, "user_map", "info",
		       "the evidence has no firmware map: started from the one in use, which has the parameters of that boot in it");
	if (!r->in->srat.n && !r->boot->boot)
		EFFECT(r, "nodes_assumed", "info", "the evidence tells no nodes: one was assumed");
	if (r->in->nodes_guessed)
		EFFECT(r, "nodes_assumed", "info",
		       "the evidence has no table of nodes (SRAT): each node was taken to own what its early ranges or zones span");
}

static void judge(struct memmap_run *r)
{
	judge_input(r);
	judge_params(r);
	judge_start(r);
	judge_ram(r);
	judge_nodes(r);
	for (size_t i = 0; i < r->after->n_holes; i++)
		judge_hole(r, &r->after->hole[i]);
}

/* The range as a fact, as the log of such a boot would give it. */
static struct fact_memory_range *add_fact(struct facts *f, const char *map, uint64_t start,
					  uint64_t end)
{
	struct fact_memory_range *r = fact_add(f, FACT_memory_range, (struct origin){ 0 });

	r->map = map;
	if (start < end) {
		r->start = num_at(start, 0);
		r->end = num_at(end - 1, 0);
	}
	return r;
}

static void zone_facts(const struct layout_input *in, const struct layout *l, struct facts *f)
{
	for (enum zone_type z = 0; z < ZONE_TYPES; z++) {
		struct fact_memory_range *r;

		if (z == ZONE_MOVABLE || !(in->zones & 1u << z))
			continue;
		r = add_fact(f, "zone", l->zone_low[z] * in->page, l->zone_high[z] * in->page);
		r->zone = str_c(zone_type_name(z));
		r->empty = l->zone_low[z] == l->zone_high[z];
	}
}

static void node_facts(const struct layout_input *in, const struct layout *l, struct facts *f)
{
	struct fact_memory_range *r;

	for (size_t i = 0; i < l->n_nodes; i++) {
		if (!l->node[i].movable)
			continue;
		r = add_fact(f, "movable", 0, 0);
		r->start = num_at(l->node[i].movable * in->page, 0);
		r->node = num_int(l->node[i].node, 0);
	}
	for (size_t i = 0; i < l->memory.n; i++) {
		const struct memblock_region *m = &l->memory.v[i];

		r = add_fact(f, "early-node", m->start, m->end);
		if (m->node != NO_NODE)
			r->node = num_int(m->node, 0);
	}
	for (size_t i = 0; i < l->n_nodes; i++) {
		const struct layout_node *n = &l->node[i];

		r = add_fact(f, "initmem", n->start * in->page, n->end * in->page);
		r->node = num_int(n->node, 0);
		r->empty = !n->end;
	}
}

static uint64_t zeroed_pages(const struct layout_input *in, const struct layout *l)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < l->n_unavailable; i++)
		pages += l->unavailable[i].pages;
	return l->holes == HOLE_ZEROED && release_since(in->release, 5, 0) ? pages : 0;
}

static void unavailable_facts(const struct layout_input *in, const struct layout *l,
			      struct facts *f)
{
	uint64_t zeroed = zeroed_pages(in, l);

	if (zeroed)
		add_fact(f, "unavailable", 0, 0)->pages = num_at(zeroed, 0);
	for (size_t i = 0; l->holes == HOLE_INITIALISED && i < l->n_unavailable; i++) {
		const struct layout_unavailable *u = &l->unavailable[i];
		struct fact_memory_range *r = add_fact(f, "unavailable", 0, 0);

		r->node = num_int(u->node, 0);
		r->zone = str_c(zone_type_name(u->zone));
		r->pages = num_at(u->pages, 0);
	}
}

static const char *type_word(const struct layout_input *in, uint32_t type, char buf[static 32])
{
	return e820_type_print(type, release_since(in->release, 6, 17), buf);
}

static void layout_facts(const struct layout_input *in, const struct layout *l, struct facts *f)
{
	char word[32];

	for (size_t i = 0; l->user && i < l->user_map.n; i++) {
		const struct e820_entry *e = &l->user_map.v[i];
		struct fact_memory_range *r = add_fact(f, "user", e->addr, e->addr + e->size);

		r->type = arena_str(&f->arena, str_c(type_word(in, e->type, word)));
	}
	if (l->invalid || !l->memory.n)
		return;
	zone_facts(in, l, f);
	node_facts(in, l, f);
	unavailable_facts(in, l, f);
}

static void put_json(struct memmap_run *r)
{
	struct json_object *obj = simulate_json("memmap"), *list = json_object_new_array();
	struct facts f;

	facts_init(&f);
	if (r->boot->boot)
		(void)facts_add_evidence(
			&f, r->boot->facts->evidence[r->boot->head->origin.evidence]->path, "log");
	layout_facts(r->in, r->after, &f);
	if (r->cli->kernel)
		json_add_str(obj, "kernel", str_c(r->cli->kernel));
	else if (r->boot->boot)
		json_add_str(obj, "kernel", r->boot->boot->kernel);
	json_add_str(obj, "cmdline", r->in->cmdline);
	json_add_num(obj, "ram_before", num_at(memory_of(r->before), 0), false);
	json_add_num(obj, "ram_after", num_at(memory_of(r->after), 0), false);
	json_add_num(obj, "last_pfn", num_at(r->after->max_pfn, 0), false);
	for (size_t i = 0; i < r->n_effects; i++) {
		struct json_object *e = json_object_new_object();

		json_add_str(e, "id", str_c(r->effects[i].id));
		json_add_str(e, "severity", str_c(r->effects[i].severity));
		json_add_str(e, "text", r->effects[i].text);
		json_object_array_add(list, e);
	}
	json_object_object_add(obj, "effects", list);
	json_object_object_add(obj, "facts", facts_to_json(&f));
	simulate_put_json(obj);
	facts_deinit(&f);
}

static void put_zones(const struct layout_input *in, const struct layout *l)
{
	printf("Zone ranges:\n");
	for (enum zone_type z = 0; z < ZONE_TYPES; z++) {
		if (z == ZONE_MOVABLE || !(in->zones & 1u << z))
			continue;
		if (l->zone_low[z] == l->zone_high[z])
			printf("  %-8s empty\n", zone_type_name(z));
		else
			printf("  %-8s " RANGE "\n", zone_type_name(z), l->zone_low[z] * in->page,
			       l->zone_high[z] * in->page - 1);
	}
	printf("Movable zone start for each node\n");
	for (size_t i = 0; i < l->n_nodes; i++)
		if (l->node[i].movable)
			printf("  Node %" PRId32 ": 0x%016" PRIx64 "\n", l->node[i].node,
			       l->node[i].movable * in->page);
}

static void put_nodes(const struct layout_input *in, const struct layout *l)
{
	printf("Early memory node ranges\n");
	for (size_t i = 0; i < l->memory.n; i++)
		printf("  node %3" PRId32 ": " RANGE "\n", l->memory.v[i].node,
		       l->memory.v[i].start, l->memory.v[i].end - 1);
	for (size_t i = 0; i < l->n_nodes; i++) {
		const struct layout_node *n = &l->node[i];

		if (n->end)
			printf("Initmem setup node %" PRId32 " " RANGE "\n", n->node,
			       n->start * in->page, n->end * in->page - 1);
		else
			printf("Initmem setup node %" PRId32 " as memoryless\n", n->node);
	}
	for (size_t i = 0; l->holes == HOLE_INITIALISED && i < l->n_unavailable; i++)
		printf("On node %" PRId32 ", zone %s: %" PRIu64 " pages in unavailable ranges\n",
		       l->unavailable[i].node, zone_type_name(l->unavailable[i].zone),
		       l->unavailable[i].pages);
	if (zeroed_pages(in, l))
		printf("Zeroed struct page in unavailable ranges: %" PRIu64 " pages\n",
		       zeroed_pages(in, l));
}

static void put_text(struct memmap_run *r)
{
	const struct layout *l = r->after;
	char word[32];

	if (l->user)
		printf("user-defined physical RAM map:\n");
	for (size_t i = 0; l->user && i < l->user_map.n; i++)
		printf("user: " RANGE " %s\n", l->user_map.v[i].addr,
		       l->user_map.v[i].addr + l->user_map.v[i].size - 1,
		       type_word(r->in, l->user_map.v[i].type, word));
	if (!l->invalid && l->memory.n) {
		printf("last_pfn = 0x%" PRIx64 "\n", l->max_pfn);
		put_zones(r->in, l);
		put_nodes(r->in, l);
	}
	printf("\nRAM: %" PRIu64 " bytes before, %" PRIu64 " after (%+" PRId64 ")\n",
	       memory_of(r->before), memory_of(l), (int64_t)(memory_of(l) - memory_of(r->before)));
	for (size_t i = 0; i < r->n_effects; i++)
		printf("%-8s  %.*s\n", r->effects[i].severity, STR_ARG(r->effects[i].text));
}

/* The last boot of the evidence that has a firmware map. */
static bool last_map(struct memmap_run *r, const struct incidents *boots)
{
	for (size_t i = boots->n; i-- > 0;) {
		r->boot = &boots->v[i];
		if (layout_input_of(r->boot, r->in))
			return true;
	}
	return false;
}

/* Why the evidence cannot be simulated; NULL: it can. */
static const char *refusal(const struct memmap_run *r)
{
	struct str arch = r->boot->boot ? r->boot->boot->arch : (struct str){ "", 0 };

	if ((arch.n && !str_is(arch, "x86_64")) || (r->in->zones & 1u << ZONE_HIGHMEM))
		return "only x86-64 is simulated, and the evidence is of another architecture";
	if (r->cli->kernel && !release_of(str_c(r->cli->kernel), str_c("")).known)
		return "--kernel wants a release such as 4.16 or 6.1.0-56-amd64";
	return NULL;
}

static void simulate(struct memmap_run *r)
{
	layout_run(r->in, r->before);
	if (r->cli->kernel) {
		r->in->release = release_of(str_c(r->cli->kernel), str_c(""));
		r->in->zeroes_holes = false;
	}
	if (r->cli->add)
		r->in->cmdline =
			arena_printf(&r->arena, "%.*s %s", STR_ARG(r->in->cmdline), r->cli->add);
	layout_run(r->in, r->after);
	judge(r);
	if (r->cli->json)
		put_json(r);
	else
		put_text(r);
}

static int run_on(struct memmap_run *r, const struct incidents *boots)
{
	const char *why;

	if (!r->in || !r->before || !r->after) {
		fprintf(stderr, "mmwhy: out of memory\n");
		return EXIT_UNREADABLE;
	}
	if (!last_map(r, boots)) {
		fprintf(stderr, "mmwhy: no firmware memory map in the evidence\n");
		return EXIT_UNREADABLE;
	}
	why = refusal(r);
	if (why) {
		fprintf(stderr, "mmwhy: %s\n", why);
		return EXIT_USAGE;
	}
	simulate(r);
	return EXIT_NOTHING;
}

int simulate_memmap(const struct cli *cli, const struct incidents *boots)
{
	struct memmap_run r = {
		.cli = cli, .in = layout_input_new(), .before = layout_new(), .after = layout_new()
	};
	int code;

	arena_init(&r.arena);
	code = run_on(&r, boots);
	arena_deinit(&r.arena);
	free(r.in);
	free(r.before);
	free(r.after);
	return code;
}
