// SPDX-License-Identifier: GPL-2.0-or-later
// A zone's watermarks or counters are beyond all memory: mm/page_alloc.c __setup_per_zone_wmarks(),
// setup_per_zone_lowmem_reserve().
#include <inttypes.h>

#include "rule/request.h"

static bool beyond(struct num n, uint64_t limit)
{
	return n.known && (n.hi || n.v > limit);
}

static struct str in_kib(struct num n, struct arena *a)
{
	unsigned __int128 kib = ((unsigned __int128)n.hi << 64 | n.v) / 1024;

	return arena_printf(a, "%" PRIu64 " kB", (uint64_t)kib);
}

/* One line for each absurd number. @return how many. */
static size_t absurd_numbers(const struct incident *in, const struct fact_zone_state *z,
			     struct finding *f, struct arena *a)
{
	/* Sizes get some slack: reports count the RAM in more than one way. */
	enum { N_MARKS = 4 };
	static const char *const names[] = { "min",	"low",	   "high", "boost",
					     "present", "managed", "free" };
	uint64_t ram = wm_ram_of(in);
	size_t n = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct num x = counters_get(&z->values, names[i]);

		if (!beyond(x, i < N_MARKS ? ram : 4 * ram))
			continue;
		n++;
		if (!f)
			continue;
		cite_num(f, &z->head, x);
		add_step(f, "%.*s: %s %.*s is more than all RAM", STR_ARG(z->zone), names[i],
			 STR_ARG(in_kib(x, a)));
	}
	for (size_t i = 0; i < z->n_reserve; i++) {
		if (!beyond(z->lowmem_reserve[i], ram))
			continue;
		n++;
		if (!f)
			continue;
		cite_num(f, &z->head, z->lowmem_reserve[i]);
		add_step(f, "%.*s: lowmem_reserve[%zu], %.*s, is more than all RAM",
			 STR_ARG(z->zone), i, STR_ARG(in_kib(z->lowmem_reserve[i], a)));
	}
	return n;
}

/* Sane sizes and reserves beside a min above them: not the managed count is wrong, but what is to
 * be kept free. @return the sum of the printed mins, 0 if it is not that. */
static uint64_t kept_by_order(const struct incident *in)
{
	const struct fact_zone_state *z;
	uint64_t ram = wm_ram_of(in), sum = 0;
	bool any = false;

	incident_for_each (in, zone_state, z) {
		struct num min = counters_get(&z->values, "min");
		struct num managed = counters_get(&z->values, "managed");

		if (!min.known || min.hi || !managed.known || beyond(managed, ram) ||
		    __builtin_add_overflow(sum, min.v, &sum))
			return 0;
		for (size_t i = 0; i < z->n_reserve; i++)
			if (beyond(z->lowmem_reserve[i], ram))
				return 0;
		any |= managed.v && min.v > managed.v;
	}
	/* min_free_kbytes is an int */
	return any && sum / 1024 <= INT32_MAX ? sum : 0;
}

static void say_kept(const struct incident *in, struct finding *f, uint64_t sum)
{
	const struct fact_zone_state *z;

	set_cause(
		f,
		"The zones' sizes and reserves are sane, their min watermarks are not: "
		"vm.min_free_kbytes, which is shared out among the zones, is larger than memory.");
	add_step(f, "the zones' min together: %s, so vm.min_free_kbytes is about %" PRIu64,
		 human(f, sum), sum / 1024);
	incident_for_each (in, zone_state, z)
		cite(f, &z->head);
	value_num(f, "min_free", sum);
	add_rejected(f, "a shortage: the free pages are there, all of them must be kept");
	add_next(f, "root", "sysctl -w vm.min_free_kbytes=65536",
		 "Set it back to a few percent of RAM at most.");
	add_next(f, NULL,
		 "grep -r min_free_kbytes /etc/sysctl.conf /etc/sysctl.d /usr/lib/sysctl.d",
		 "Find who set it.");
}

static void say_underflow(struct finding *f)
{
	set_cause(f, "Watermarks and lowmem_reserve[] are computed from the zones' managed page "
		     "counts. Numbers beyond the machine's memory come from a managed count that "
		     "went below zero: someone took more pages out of a zone than were in it "
		     "(memory hotplug or a balloon that moves pages between zones), or memory was "
		     "overwritten.");
	add_rejected(f, "a shortage: the free pages are there, the comparison is broken");
	add_next(f, "root", "grep -E 'zone|managed|min|protection' /proc/zoneinfo",
		 "Compare each zone's managed count with present: the one that is larger, or "
		 "enormous, underflowed.");
	add_next(f, "root",
		 "echo 1 > /proc/sys/vm/lowmem_reserve_ratio; sysctl -w "
		 "vm.min_free_kbytes=$(sysctl -n vm.min_free_kbytes)",
		 "Recompute the watermarks once the counts are right; deflate the balloon or "
		 "reboot if they are not.");
	add_fix(f,
		(struct finding_fix){
			.commit = "63341ab03706e11a31e3dd8ccc0fbc9beaf723f0",
			.subject = "virtio-balloon: fix managed page counts when migrating pages "
				   "between zones",
			.release = "v5.5",
			.present = "unknown",
			.how = STR("if pages moved by virtio-balloon are what broke the count") });
}

static void say_absurd(const struct incident *in, struct verdict *v, size_t n, size_t zones)
{
	const struct fact_zone_state *z;
	bool killed = in->oom != NULL;
	uint64_t kept = kept_by_order(in);
	struct finding *f =
		fire(v, killed || in->fail ? SEV_CRITICAL : SEV_HIGH, CERTAIN,
		     "%zu watermark%s or reserve%s of %zu zone%s exceed all RAM: the allocator can "
		     "give nothing from %s, however much is free",
		     n, n == 1 ? "" : "s", n == 1 ? "" : "s", zones, zones == 1 ? "" : "s",
		     zones == 1 ? "it" : "them");

	incident_for_each (in, zone_state, z)
		if (absurd_numbers(in, z, f, v->arena))
			cite(f, &z->head);
	cite(f, in->head);
	set_margin(f, "every watermark and reserve would have to be below the zone's own size");
	if (kept)
		say_kept(in, f, kept);
	else
		say_underflow(f);
	value_num(f, "broken_count", n);
}

/* HighMem keeps at least 32 pages, however small it is: a zone so small matters to nobody. */
static bool matters(const struct incident *in, struct num managed)
{
	const struct fact_zone_state *z;
	uint64_t sum = 0;

	incident_for_each (in, zone_state, z)
		if (__builtin_add_overflow(sum, num_or(counters_get(&z->values, "managed"), 0),
					   &sum))
			return true;
	return managed.v >= sum / 16;
}

/* Minimum above the zone's own size: legal numbers, but no ordinary request can ever be served. */
static void say_too_high(const struct incident *in, struct verdict *v,
			 const struct fact_zone_state *z)
{
	struct num min = counters_get(&z->values, "min");
	struct num managed = counters_get(&z->values, "managed");
	struct finding *f = fire(v, SEV_HIGH, CERTAIN,
				 "zone %.*s must keep %s free (min) but holds only %s: no ordinary "
				 "request can be served from it",
				 STR_ARG(z->zone), v_human(v, min.v), v_human(v, managed.v));

	set_cause(f, "The min watermark is larger than the zone. vm.min_free_kbytes is set too "
		     "high for this machine, or the zone shrank (balloon, hotplug) after it was "
		     "computed.");
	cite(f, in->head);
	cite_num(f, &z->head, min);
	cite_num(f, &z->head, managed);
	add_step(f, "%.*s: min %" PRIu64 " > managed %" PRIu64 " bytes", STR_ARG(z->zone), min.v,
		 managed.v);
	set_margin(f, "min would have to be below %s", human(f, managed.v));
	add_next(f, "root", "sysctl vm.min_free_kbytes", "Lower it to a few percent of RAM.");
	value_num(f, "min", min.v);
	value_num(f, "managed", managed.v);
}

static void check(const struct incident *in, struct verdict *v)
{
	const struct fact_zone_state *z;
	size_t n = 0, zones = 0;

	incident_for_each (in, zone_state, z) {
		size_t k = absurd_numbers(in, z, NULL, v->arena);

		n += k;
		zones += k != 0;
	}
	if (n) {
		say_absurd(in, v, n, zones);
		return;
	}
	incident_for_each (in, zone_state, z) {
		struct num min = counters_get(&z->values, "min");
		struct num managed = counters_get(&z->values, "managed");

		if (managed.known && managed.v && beyond(min, managed.v) && matters(in, managed)) {
			say_too_high(in, v, z);
			return;
		}
	}
}

/* A memcg's own kill looks at no zone. */
static bool applies(const struct incident *in)
{
	return !in->oom || !in->oom->scope || strcmp(in->oom->scope, "memcg") != 0 ||
	       in->of[FACT_zone_state].n;
}

DEFINE_RULE(
	watermark_broken, .title = "a zone's watermarks are impossible",
	.doc = "A zone whose min, low, high, managed, present or lowmem_reserve[] is larger than "
	       "all RAM, or whose min is larger than the zone itself, refuses every request, "
	       "however much of it is free. The numbers are derived from the zone's managed page "
	       "count, so a count that underflowed shows here first; where sizes and reserves are sane, "
	       "vm.min_free_kbytes is above memory. Zones of less than a sixteenth of the memory are left out. Certain: the printed numbers "
	       "are compared with each other and with the printed RAM.",
	.refs = REFS("mm/page_alloc.c:__setup_per_zone_wmarks()",
		     "mm/page_alloc.c:setup_per_zone_lowmem_reserve()",
		     "mm/page_alloc.c:__zone_watermark_ok()"),
	.on = NEED(oom) | NEED(alloc_failure) | NEED(mem_info), .needs = NEED(zone_state),
	.applies = applies, .check = check);
