// SPDX-License-Identifier: GPL-2.0-or-later
// A NUMA node that has no memory.
#include <inttypes.h>

#include "rule/maps.h"

static bool empty(const struct fact_memory_range *r)
{
	return r->empty || (num_or(r->start, 1) == 0 && num_or(r->end, 1) == 0);
}

/* A pSeries partition numbers its nodes after the machine's: those of other partitions are empty.
 */
static enum severity severity(const struct incident *in)
{
	return str_starts(in->boot->arch, "ppc64") ? SEV_INFO : SEV_LOW;
}

/* Memory that was plugged in later. */
static void tell_later(const struct incident *in, struct finding *f, uint64_t node)
{
	const struct fact_zone_state *z;
	const struct fact_memory_range *r;

	incident_for_each (in, memory_range, r) {
		if (strcmp(r->map, "srat") != 0 || !r->node.known || r->node.v != node ||
		    !str_has(r->type, "hotplug"))
			continue;
		f->severity = SEV_INFO;
		add_step(f, "the firmware's SRAT names it as a node for memory that is plugged in");
		cite(f, &r->head);
		break;
	}
	fact_for_each (in->facts, zone_state, z) {
		struct num managed = counters_get(&z->values, "managed");

		if (z->head.boot != in->head->boot || !z->node.known || z->node.v != node ||
		    z->head.origin.evidence != in->head->origin.evidence || !num_or(managed, 0))
			continue;
		f->severity = SEV_INFO;
		add_step(f, "it has memory since: zone %.*s has %s", STR_ARG(z->zone),
			 human(f, managed.v));
		cite_num(f, &z->head, managed);
		break;
	}
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_memory_range *r;
	bool told = false;

	incident_for_each (in, memory_range, r) {
		struct finding *f;

		told |= strcmp(r->map, "initmem") == 0;
		if (strcmp(r->map, "initmem") != 0 || !r->node.known || !empty(r))
			continue;
		f = fire(v, severity(in), CERTAIN,
			 "Node %" PRId64 " had no memory when the kernel set it up",
			 (int64_t)r->node.v);
		value_int(f, "node", (int64_t)r->node.v);
		set_cause(
			f,
			"The kernel set the node up without a single page: its modules are missing or disabled, the "
			"map that reached the kernel lost them, or the node is one of CPUs or devices only.");
		cite(f, &r->head);
		tell_later(in, f, r->node.v);
		set_margin(f, "with one page of RAM on the node");
		add_next(f, NULL, "numactl -H; dmidecode -t memory",
			 "See whether the machine has memory there.");
	}
	if (!told)
		cannot_tell(v, "memory_range",
			    "the log of this boot has no line that sets a node up (\"Initmem setup "
			    "node\")");
}

/* A crash kernel has memory on one node only: that is how it is meant. */
static bool applies(const struct incident *in)
{
	return !is_kdump_boot(in->boot);
}

DEFINE_RULE(
	node_without_memory, .title = "a NUMA node without memory",
	.doc = "The kernel's own statement, \"Initmem setup node N\" with an empty range or \"as memoryless\". Low: "
	       "some machines are built so, crash kernels are left out, and pSeries partitions mostly are so (info there); with "
	       "ram_lost* beside it, it is where the RAM went. Cannot tell where no such line is in the log.",
	.refs = REFS("mm/mm_init.c:free_area_init_node()"), .on = NEED(boot), .applies = applies,
	.check = check);
