// SPDX-License-Identifier: GPL-2.0-or-later
// What the rules about one allocation request share.
#include "rule/request.h"

#include <inttypes.h>

#include "base/cleanup.h"
#include "model/machine.h"

enum {
	SHOW_ZONES = 16,    /**< spelled out in one finding */
	LAST_REPORTS = 256, /**< before a failure, whose time does not tell that they caused it */
};

bool request_global_oom(const struct incident *in)
{
	const struct fact_oom *o = in->oom;

	if (!o || o->sysrq || o->lowmemorykiller)
		return false;
	if (o->order.known && num_int_or(o->order, 0) < 0)
		return false;
	return !o->scope || strcmp(o->scope, "memcg") != 0;
}

bool request_from_page_fault(const struct incident *in)
{
	const struct fact_oom *o = in->oom;

	if (!o || !request_global_oom(in))
		return false;
	if (o->gfp_mask.known)
		return o->gfp_mask.v == 0 && !o->gfp_mask.hi;
	return o->page_fault || incident_has_frame(in, "pagefault_out_of_memory", NULL, NULL);
}

bool request_oom_has_request(const struct incident *in)
{
	return request_global_oom(in) && !request_from_page_fault(in);
}

static bool same_run(const struct fact *a, const struct fact *b)
{
	return a->origin.evidence == b->origin.evidence && a->boot == b->boot;
}

static bool was_killed(const struct fact_oom *o, struct num pid)
{
	for (size_t i = 0; i < o->n_victims; i++)
		if (o->victims[i].pid.known && o->victims[i].pid.v == pid.v)
			return true;
	return false;
}

/* The first of v[lo..hi) that was read behind @p id. */
static size_t first_behind(const struct fact_list *list, size_t lo, size_t hi, uint32_t id)
{
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (list->v[mid]->id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* How many reports have a head: those stand first, and each kind in order of reading. */
static size_t n_with_head(const struct fact_list *list)
{
	size_t lo = 0, hi = list->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (((const struct fact_oom *)list->v[mid])->trigger.known)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The report of v[lo..hi) before the failure that killed its task just now. */
static const struct fact_oom *killed_just_now(const struct incident *in, size_t lo, size_t hi)
{
	const uint64_t soon = 60ull * 1000 * 1000 * 1000;
	const struct fact_list *list = &in->facts->lists[FACT_oom];
	struct num now = in->head->time_ns;
	size_t others = 0;

	hi = first_behind(list, lo, hi, in->head->id);
	for (size_t i = hi; i-- > lo && others < LAST_REPORTS;) {
		const struct fact_oom *o = (const struct fact_oom *)list->v[i];
		struct num then = o->head.time_ns;
		bool timed = then.known && now.known;
		bool is_soon = timed && now.v >= then.v && now.v - then.v <= soon;

		others += !is_soon;
		if ((is_soon || !timed) && same_run(&o->head, in->head) &&
		    was_killed(o, in->fail->pid))
			return o;
	}
	return NULL;
}

const struct fact_oom *request_killer(const struct incident *in)
{
	const struct fact_list *list = &in->facts->lists[FACT_oom];
	const struct fact_oom *o;
	size_t heads;

	if (!in->fail || !in->fail->pid.known)
		return NULL;
	heads = n_with_head(list);
	o = killed_just_now(in, 0, heads);
	return o ? o : killed_just_now(in, heads, list->n);
}

bool request_was_for_pages(const struct incident *in)
{
	return in->fail && in->fail->what && strcmp(in->fail->what, "page") == 0;
}

bool request_failed_page(const struct incident *in)
{
	return request_was_for_pages(in) && !request_killer(in);
}

const char *request_text(struct verdict *v, const struct wm *w)
{
	struct str flags = gfp_text(&w->gfp, v->arena), s;

	if (w->gfp.source == GFP_UNKNOWN)
		flags = STR("unknown flags");
	if (!w->order_known)
		s = flags;
	else if (w->order > 30)
		s = arena_printf(v->arena, "order %d %.*s", w->order, STR_ARG(flags));
	else
		s = arena_printf(v->arena, "order %d (%s) %.*s", w->order,
				 v_human(v, w->m.page_size << w->order), STR_ARG(flags));
	return arena_strdup(v->arena, s.p ? s.p : "");
}

const char *request_who(struct verdict *v)
{
	const struct incident *in = v->incident;
	struct str comm = in->oom ? in->oom->trigger.comm : in->fail ? in->fail->comm : STR("");
	struct num pid = in->oom    ? in->oom->trigger.pid
			 : in->fail ? in->fail->pid
				    : (struct num){ .known = false };

	if (!comm.n)
		return "a request";
	if (!pid.known)
		return arena_printf(v->arena, "%.*s", STR_ARG(comm)).p;
	return arena_printf(v->arena, "%.*s[%" PRIu64 "]", STR_ARG(comm), pid.v).p;
}

void request_show_zone(struct finding *f, const struct wm *w, const struct wm_zone *z,
		       enum wm_mark mark)
{
	const char *name = mark == WM_MIN ? "min" : "high";

	add_step(f, "%.*s", STR_ARG(wm_step(w, z, mark, f->arena)));
	cite_num(f, &z->z->head, counters_get(&z->z->values, "free"));
	cite_num(f, &z->z->head, counters_get(&z->z->values, name));
	if (z->allowed == T_NO || z->empty)
		return;
	if (z->z->n_reserve)
		cite_num(f, &z->z->head, z->z->lowmem_reserve[z->z->n_reserve - 1]);
	if (w->order && z->z->n_blocks)
		cite_num(f, &z->z->head, z->z->blocks[0].count);
}

void request_show(struct finding *f, const struct wm *w, enum wm_mark mark)
{
	size_t shown = 0;

	if (w->in->head)
		cite(f, w->in->head);
	if (w->gfp.source != GFP_UNKNOWN)
		add_step(f, "the request: %s0x%" PRIx64 " = %.*s (%s); highest zone it may use: %s",
			 "gfp_mask ", w->gfp.mask.v, STR_ARG(gfp_text(&w->gfp, f->arena)),
			 gfp_source_text(&w->gfp),
			 w->highest.lo == w->highest.hi ? zone_type_name(w->highest.lo)
							: "depends on the kernel's build");
	for (size_t i = 0; i < w->n; i++) {
		if (w->zones[i].allowed == T_NO)
			continue;
		if (shown++ < SHOW_ZONES)
			request_show_zone(f, w, &w->zones[i], mark);
	}
	if (shown > SHOW_ZONES)
		add_step(f, "and %zu zones more", shown - SHOW_ZONES);
}

void request_values(struct finding *f, const struct wm *w)
{
	if (w->order_known)
		value_int(f, "order_count", w->order);
	if (w->gfp.source != GFP_UNKNOWN)
		value_text(f, "gfp", gfp_text(&w->gfp, f->arena));
}

enum severity request_oom_severity(const struct incident *in)
{
	return in->oom && in->oom->panicked ? SEV_CRITICAL : SEV_HIGH;
}

static int64_t size_of(const struct wm *w, const struct wm_zone *z)
{
	if (z->managed.known)
		return wm_pages_or(z->managed, 0);
	return (int64_t)(num_or(counters_get(&z->z->values, "present"), 0) / w->m.page_size);
}

bool request_is_far(const struct wm *w, const struct wm_zone *z, int64_t spare)
{
	int64_t size = size_of(w, z);

	return size > 0 && spare >= size / 100 * REQUEST_FAR_PERCENT;
}

struct request_sums request_sums_of(const struct wm *w)
{
	struct request_sums s = { 0 };

	for (size_t i = 0; i < w->n; i++) {
		const struct wm_zone *z = &w->zones[i];
		int64_t free = wm_pages_or(z->free, 0), high = wm_pages_or(z->mark[WM_HIGH], 0);

		s.printed_free += free;
		if (z->allowed != T_NO) {
			s.allowed_free += free;
			s.allowed_high += high;
			s.allowed_managed += wm_pages_or(z->managed, 0);
		} else if (z->type < ZONE_DEVICE && z->type > w->highest.hi) {
			s.above_free += free;
			s.above_high += high;
			s.above_size += size_of(w, z);
			s.above++;
		} else if (z->type < ZONE_DEVICE) {
			s.other_free += free;
			s.other++;
		}
	}
	return s;
}

uint64_t request_cache(const struct wm *w, const struct wm_zone **most)
{
	uint64_t sum = 0, largest = 0;

	*most = NULL;
	for (size_t i = 0; i < w->n; i++) {
		const struct wm_zone *z = &w->zones[i];
		uint64_t n = num_or(counters_get(&z->z->values, "active_file"), 0) / 2 +
			     num_or(counters_get(&z->z->values, "inactive_file"), 0) / 2;

		if (z->allowed == T_NO || __builtin_add_overflow(sum, n, &sum))
			continue;
		if (n > largest) {
			largest = n;
			*most = z;
		}
	}
	return sum > UINT64_MAX / 2 ? UINT64_MAX : sum * 2;
}

bool request_reclaim_failed(const struct wm *w)
{
	const struct wm_zone *most;
	struct request_sums s = request_sums_of(w);

	return request_cache(w, &most) > request_bytes(w, s.allowed_managed) / 4;
}

void request_tell_cache(struct finding *f, const struct wm *w)
{
	const struct wm_zone *z;
	uint64_t cache = request_cache(w, &z);

	if (!z || !request_reclaim_failed(w))
		return;
	add_step(f, "page cache in these zones: %s, which reclaim did not take", human(f, cache));
	cite_num(f, &z->z->head, counters_get(&z->z->values, "inactive_file"));
	value_num(f, "low_page_cache", cache);
	add_next(f, NULL, "grep -E 'pgscan|pgsteal|allocstall' /proc/vmstat",
		 "See why reclaim leaves that page cache: dirty, under writeback, protected by "
		 "memory.min or memory.low, or a bug in this kernel.");
}

static bool is_none(const struct counters *c, const char *name)
{
	struct num n = counters_get(c, name);

	return n.known && !n.v && !n.hi;
}

/* Nothing free, no watermark, nothing in use: memblock has not handed its pages over. */
static bool nothing_yet(const struct incident *in)
{
	static const char *const marks[] = { "free", "min", "low", "high" };
	static const char *const users[] = { "free",	    "active_anon",   "inactive_anon",
					     "active_file", "inactive_file", "slab_unreclaimable" };
	const struct fact_zone_state *z;
	size_t zones = 0;

	if (!in->mem)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(users); i++)
		if (!is_none(&in->mem->totals, users[i]))
			return false;
	incident_for_each (in, zone_state, z) {
		for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
			if (!is_none(&z->values, marks[i]))
				return false;
		zones++;
	}
	return zones > 0;
}

/* The boot CPU's stack goes down to start_kernel() for ever: idle, it has other frames between. */
static bool in_start_kernel(const struct incident *in)
{
	static const char *const later[] = { "rest_init",	  "arch_call_rest_init",
					     "cpu_startup_entry", "do_idle",
					     "cpu_idle",	  "cpu_idle_loop",
					     "default_idle" };

	if (!incident_has_frame(in, "start_kernel", NULL, NULL))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(later); i++)
		if (incident_has_frame(in, later[i], NULL, NULL))
			return false;
	return true;
}

bool request_before_buddy(const struct incident *in, bool *empty)
{
	*empty = false;
	if (!request_failed_page(in))
		return false;
	*empty = nothing_yet(in);
	return *empty || in_start_kernel(in);
}
