// SPDX-License-Identifier: GPL-2.0-or-later
// The page allocator's check of a zone: mm/page_alloc.c __zone_watermark_ok(), gfp_to_alloc_flags()
// and __alloc_pages_may_oom().
#include "model/watermark.h"

static enum tri tri_and(enum tri a, enum tri b)
{
	if (a == T_NO || b == T_NO)
		return T_NO;
	return a == T_YES && b == T_YES ? T_YES : T_MAYBE;
}

static struct num in_pages(struct num bytes, uint64_t page_size)
{
	unsigned __int128 x = (unsigned __int128)bytes.hi << 64 | bytes.v;

	if (!bytes.known)
		return bytes;
	x /= page_size;
	return (struct num){
		.v = (uint64_t)x, .hi = (uint16_t)(x >> 64), .line = bytes.line, .known = true
	};
}

/* Pages as a signed number that sums of a few cannot overflow. */
int64_t wm_pages_or(struct num n, int64_t dflt)
{
	if (!n.known)
		return dflt;
	return n.hi || n.v > (uint64_t)WM_MOST ? WM_MOST : (int64_t)n.v;
}

/* --- what the request may do ------------------------------------------------------------- */

/* May it go below min because it cannot wait? ALLOC_HARDER, ALLOC_NON_BLOCK. */
static enum tri may_dig(const struct gfp *g)
{
	if (g->source == GFP_UNKNOWN)
		return T_MAYBE;
	if (gfp_has(g, G_NOMEMALLOC) || gfp_has(g, G_DIRECT_RECLAIM))
		return gfp_sure(g, G_NOMEMALLOC | G_DIRECT_RECLAIM) ? T_NO : T_MAYBE;
	if (g->old || gfp_has(g, G_ATOMIC))
		return T_YES;
	return gfp_has(g, G_HIGH) ? T_MAYBE : T_NO;
}

static int64_t less_half(int64_t min)
{
	return min - min / 2;
}

/* The mark that a request really faces in the slow path. */
static struct wm_range lowered_min(const struct wm *w, const struct wm_zone *z, enum tri dig)
{
	int64_t mark = wm_pages_or(z->mark[WM_MIN], 0);
	int64_t boost =
		wm_pages_or(in_pages(counters_get(&z->z->values, "boost"), w->m.page_size), 0);
	struct wm_range r = { mark, mark };

	if (gfp_has(&w->gfp, G_HIGH) || !gfp_sure(&w->gfp, G_HIGH)) {
		if (w->order == 0 && boost <= mark) /* boost is ignored for these */
			r.lo = mark - boost;
		r.lo = less_half(r.lo);
		if (gfp_has(&w->gfp, G_HIGH) && gfp_sure(&w->gfp, G_HIGH))
			r.hi = dig == T_YES && !w->order ? r.lo : less_half(r.hi);
	}
	if (dig != T_NO)
		r.lo -= r.lo / 4;
	if (dig == T_YES)
		r.hi -= r.hi / 4;
	return r;
}

/* --- single pages ------------------------------------------------------------------------ */

static void add_reserve(struct wm_range *need, const struct reserve_range *r)
{
	need->lo += (int64_t)(r->lo < (uint64_t)WM_MOST ? r->lo : (uint64_t)WM_MOST);
	need->hi += (int64_t)(r->hi < (uint64_t)WM_MOST ? r->hi : (uint64_t)WM_MOST);
	if (!r->known)
		need->hi = WM_MOST; /* it may be anything */
}

static struct wm_range unusable_pages(const struct wm *w, const struct wm_zone *z,
				      enum wm_mark mark)
{
	int64_t block = w->order < 32 ? ((int64_t)1 << w->order) - 1 : WM_MOST;
	int64_t cma = wm_pages_or(z->cma, 0);
	struct wm_range r = { block, block };

	if (w->era == WM_HALVING && w->order >= 0)
		r.hi += 2; /* 2.6.36 to 3.3 took (1 << order) + 1 */
	r.lo += z->highatomic.lo;
	r.hi += z->highatomic.hi;
	if (gfp_has(&w->gfp, G_MOVABLE) && gfp_sure(&w->gfp, G_MOVABLE)) {
		if (mark == WM_HIGH) /* the last try has no ALLOC_CMA */
			r.hi += cma;
	} else {
		r.lo += gfp_sure(&w->gfp, G_MOVABLE) ? cma : 0;
		r.hi += cma;
	}
	return r;
}

static enum tri enough(const struct wm_zone *z, const struct wm_check *c, enum wm_mark mark)
{
	int64_t free = wm_pages_or(z->free, 0);

	if (!z->free.known)
		return T_MAYBE;
	if (free - c->unusable.lo <= c->need.lo && (z->mark[mark].known || free <= c->unusable.lo))
		return T_NO;
	if (!z->mark[mark].known)
		return T_MAYBE;
	return free - c->unusable.hi > c->need.hi ? T_YES : T_MAYBE;
}

/* --- blocks ------------------------------------------------------------------------------ */

static bool has_letter(struct str types, const char *letters)
{
	for (size_t i = 0; i < types.n; i++)
		if (strchr(letters, types.p[i]))
			return true;
	return false;
}

/* Whether a free block of this list may be taken. */
static enum tri list_usable(const struct wm *w, const struct free_blocks *b)
{
	enum tri dig;

	if (!b->count.known)
		return T_MAYBE;
	if (!b->count.v)
		return T_NO;
	if (!b->types.n || has_letter(b->types, "UMER"))
		return b->types.n ? T_YES : T_MAYBE;
	if (has_letter(b->types, "C") && gfp_has(&w->gfp, G_MOVABLE))
		return gfp_sure(&w->gfp, G_MOVABLE) ? T_YES : T_MAYBE;
	dig = may_dig(&w->gfp);
	return has_letter(b->types, "H") && dig != T_NO ? dig : T_NO;
}

/* 4.4 and newer: one block in a list that the request may take from. */
static enum tri block_in_lists(const struct wm *w, const struct wm_zone *z)
{
	/* Only the sum at its end shows that a list was printed whole. */
	enum tri found = z->z->n_blocks && z->z->blocks_total.known ? T_NO : T_MAYBE;

	if (!w->order)
		return T_YES;
	for (size_t i = 0; i < z->z->n_blocks; i++) {
		enum tri t;

		if (z->z->blocks[i].order < (unsigned int)w->order)
			continue;
		t = list_usable(w, &z->z->blocks[i]);
		if (t == T_YES)
			return T_YES;
		if (t == T_MAYBE)
			found = T_MAYBE;
	}
	return found;
}

bool wm_count_of_order(const struct wm_zone *z, unsigned int order, int64_t *ret)
{
	for (size_t i = 0; i < z->z->n_blocks; i++) {
		if (z->z->blocks[i].order != order || !z->z->blocks[i].count.known)
			continue;
		*ret = wm_pages_or(z->z->blocks[i].count, 0);
		return *ret < INT64_MAX >> (order + 5);
	}
	return false;
}

/* Before 4.4, for one starting point: at each order its blocks become unavailable and less must be
 * free. */
static enum tri halving(const struct wm_zone *z, int order, int64_t free, int64_t min)
{
	int64_t n;

	if (order > 20)
		return T_NO;
	for (int o = 0; o < order; o++) {
		if (!wm_count_of_order(z, (unsigned int)o, &n))
			return T_MAYBE;
		free -= n << o;
		min >>= 1;
		if (free <= min)
			return T_NO;
	}
	return T_YES;
}

static enum tri block_by_halving(const struct wm *w, const struct wm_zone *z,
				 const struct wm_check *c, struct wm_range mark)
{
	int64_t free = wm_pages_or(z->free, 0);
	enum tri worst, best;

	if (!w->order)
		return T_YES;
	if (!z->free.known)
		return T_MAYBE;
	worst = halving(z, w->order, free - c->unusable.hi, mark.hi);
	/* From 3.12 on, CMA pages are left out of the first comparison only. */
	best = halving(z, w->order, free - (((int64_t)1 << w->order % 32) - 1), mark.lo);
	return worst == best ? worst : T_MAYBE;
}

static int largest_block(const struct wm *w, const struct wm_zone *z)
{
	int largest = -1;

	for (size_t i = 0; i < z->z->n_blocks; i++)
		if (z->z->blocks[i].order < 32 && list_usable(w, &z->z->blocks[i]) != T_NO &&
		    (int)z->z->blocks[i].order > largest)
			largest = (int)z->z->blocks[i].order;
	return largest;
}

static void check_zone(const struct wm *w, struct wm_zone *z, enum wm_mark mark)
{
	struct wm_check *c = &z->at[mark];
	int64_t printed = wm_pages_or(z->mark[mark], 0);
	struct wm_range line = { printed, printed };
	enum tri lists, loop;

	if (mark == WM_MIN)
		line = lowered_min(w, z, may_dig(&w->gfp));
	c->need = line;
	add_reserve(&c->need, &z->reserve);
	c->unusable = unusable_pages(w, z, mark);
	c->order0 = enough(z, c, mark);
	lists = block_in_lists(w, z);
	loop = block_by_halving(w, z, c, line);
	c->block = w->era == WM_LISTS ? lists : loop;
	c->ok = tri_and(c->order0, c->block);
	z->era_matters = z->era_matters || tri_and(c->order0, lists) != tri_and(c->order0, loop);
}

/* --- the zone ---------------------------------------------------------------------------- */

/* Pages set aside for atomic blocks, where the request may not use them. */
static struct wm_range highatomic_of(const struct wm *w, const struct wm_zone *z)
{
	struct num now = in_pages(counters_get(&z->z->values, "free_highatomic"), w->m.page_size);
	struct num all =
		in_pages(counters_get(&z->z->values, "reserved_highatomic"), w->m.page_size);
	enum tri dig = may_dig(&w->gfp);
	struct wm_range r = { 0, 0 };

	if (w->era == WM_HALVING || dig == T_YES)
		return r;
	if (now.known)
		r.lo = r.hi = wm_pages_or(now, 0);
	else if (all.known) /* up to 6.11 all of it counts, later only what is free */
		r.hi = wm_pages_or(all, 0);
	else if (z->z->n_blocks && z->z->n_blocks < 32 && z->managed.known)
		r.hi = wm_pages_or(z->managed, 0) / 100 + (1 << (z->z->n_blocks - 1));
	if (dig == T_MAYBE || gfp_has(&w->gfp, G_HIGH))
		r.lo = 0;
	return r;
}

static bool absurd(struct num bytes, uint64_t ram)
{
	return bytes.known && (bytes.hi || bytes.v > ram);
}

uint64_t wm_ram_of(const struct incident *in)
{
	const struct fact_mem_info *m = in->mem;

	if (m && m->ram_total.known && !m->ram_total.hi && m->ram_total.v && !m->page_size_assumed)
		return m->ram_total.v;
	return 1ull << 52; /* more than any machine has */
}

static bool is_broken(const struct wm *w, const struct wm_zone *z)
{
	static const char *const marks[] = { "min", "low", "high", "managed", "present" };
	uint64_t ram = wm_ram_of(w->in);

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (absurd(counters_get(&z->z->values, marks[i]), i < 3 ? ram : 4 * ram))
			return true;
	return z->reserve.huge || z->reserve.lo > ram / w->m.page_size;
}

static void judge_node(const struct wm *w, struct wm_zone *z)
{
	if (node_list_given(w->nodemask) && !node_in_list(w->nodemask, z->node)) {
		z->allowed = T_NO;
		z->why_not = "its node is outside the request's nodemask";
		return;
	}
	if (node_list_given(w->mems) && !node_in_list(w->mems, z->node)) {
		bool hard = w->in->oom ||
			    (gfp_has(&w->gfp, G_HARDWALL) && gfp_has(&w->gfp, G_DIRECT_RECLAIM));

		z->allowed = hard ? T_NO : T_MAYBE;
		z->why_not = "its node is outside the cpuset's mems_allowed";
		return;
	}
	if (w->nodes_unknown || gfp_has(&w->gfp, G_THISNODE)) {
		z->allowed = T_MAYBE;
		z->why_not = w->nodes_unknown ? "the kernel does not print the nodemask"
					      : "__GFP_THISNODE, and the node is not printed";
	}
}

static void judge_allowed(const struct wm *w, struct wm_zone *z)
{
	z->allowed = T_YES;
	if (z->type == ZONE_DEVICE) {
		z->allowed = T_NO;
		z->why_not = "device memory serves no allocation";
	} else if (z->type < ZONE_TYPES && z->type > w->highest.hi) {
		z->allowed = T_NO;
		z->why_not = "it is above the highest zone that the flags allow";
	} else if (z->type >= ZONE_TYPES || z->type > w->highest.lo) {
		z->allowed = T_MAYBE;
		z->why_not = "whether the flags allow this zone depends on the kernel's build";
	}
	if (z->allowed != T_NO)
		judge_node(w, z);
}

static void set_zone(const struct wm *w, struct wm_zone *z, const struct fact_zone_state *s)
{
	const uint64_t page = w->m.page_size;
	struct num present = counters_get(&s->values, "present");

	z->z = s;
	z->type = zone_type_of(s->zone);
	z->node = num_or(s->node, 0);
	z->free = in_pages(counters_get(&s->values, "free"), page);
	z->managed = in_pages(counters_get(&s->values, "managed"), page);
	z->cma = in_pages(counters_get(&s->values, "free_cma"), page);
	z->mark[WM_MIN] = in_pages(counters_get(&s->values, "min"), page);
	z->mark[WM_HIGH] = in_pages(counters_get(&s->values, "high"), page);
	z->reserve = zone_reserve(s, &w->builds, w->gfp.bits & w->gfp.sure, page);
	z->empty = (z->managed.known && !z->managed.v && !z->managed.hi) ||
		   (!z->managed.known && present.known && !present.v && !present.hi);
	z->highatomic = highatomic_of(w, z);
	z->broken = is_broken(w, z);
	z->largest = largest_block(w, z);
	judge_allowed(w, z);
	for (enum wm_mark m = 0; m < WM_MARKS; m++)
		check_zone(w, z, m);
}

/* --- the request ------------------------------------------------------------------------- */

static void set_request(struct wm *w)
{
	const struct incident *in = w->in;
	struct num order = { .known = false };

	if (in->oom) {
		w->gfp = gfp_decode(in->oom->gfp_mask, in->oom->gfp_flags, w->m.version);
		w->nodemask = in->oom->nodemask;
		w->mems = in->oom->mems_allowed;
		order = in->oom->order;
	} else if (in->fail) {
		w->gfp = gfp_decode(in->fail->gfp_mask, in->fail->gfp_flags, w->m.version);
		w->nodemask = in->fail->nodemask;
		w->mems = in->fail->mems_allowed;
		order = in->fail->order;
	}
	w->order_known = order.known && num_int_or(order, 0) < 64;
	w->order = w->order_known ? (int)num_int_or(order, 0) : 0;
	if (w->order < 0) /* SysRq-f asks for nothing */
		w->order = 0;
}

/* A marker of the newer check in what the kernel printed; the flags came with the same release. */
static bool marks_new(const struct incident *in)
{
	const struct fact_zone_state *z;

	if (in->mem && in->mem->n_nodes)
		return true;
	incident_for_each (in, zone_state, z) {
		if (counters_get(&z->values, "reserved_highatomic").known ||
		    counters_get(&z->values, "boost").known)
			return true;
		for (size_t i = 0; i < z->n_blocks; i++)
			if (has_letter(z->blocks[i].types, "H"))
				return true;
	}
	return false;
}

static bool marks_old(const struct incident *in)
{
	const struct fact_zone_state *z;

	incident_for_each (in, zone_state, z) {
		bool any = false;

		for (size_t i = 0; i < z->n_blocks; i++) {
			if (has_letter(z->blocks[i].types, "R"))
				return true;
			any = any || (z->blocks[i].count.known && z->blocks[i].count.v);
		}
		if (any && !z->types_printed)
			return true;
	}
	return false;
}

/* What the flags tell: their bits moved in the same release as the check. */
static bool flags_tell_era(const struct wm *w, enum wm_era *ret)
{
	*ret = w->gfp.old ? WM_HALVING : WM_LISTS;
	return w->gfp.source != GFP_UNKNOWN && w->gfp.old_sure;
}

static void set_era(struct wm *w)
{
	w->era_sure = true;
	w->era = WM_LISTS;
	if (w->gfp.source == GFP_NAMES || marks_new(w->in))
		return;
	w->era = WM_HALVING;
	if (marks_old(w->in) || flags_tell_era(w, &w->era))
		return;
	w->era_sure = false;
	w->era = w->m.version && w->m.version < KVER(4, 4, 0) ? WM_HALVING : WM_LISTS;
}

/* More than one node printed. A node alone is the one that the request was bound to, or all. */
static bool several_nodes(const struct incident *in)
{
	const struct fact_zone_state *z, *first = NULL;

	incident_for_each (in, zone_state, z) {
		if (!z->node.known)
			continue;
		if (!first)
			first = z;
		else if (z->node.v != first->node.v)
			return true;
	}
	return false;
}

/* What follows the zones shows that none was cut off behind the last one. */
static bool zones_whole(const struct incident *in)
{
	const struct fact_zone_state *z;

	if (in->mem && (in->mem->ram_total.known || in->mem->pagecache.known))
		return true;
	incident_for_each (in, zone_state, z)
		if (z->n_blocks)
			return true;
	return false;
}

static bool flags_sure(const struct wm *w)
{
	return w->gfp.source != GFP_UNKNOWN &&
	       gfp_sure(&w->gfp, G_ZONE | G_HIGH | G_DIRECT_RECLAIM);
}

static void set_zones(struct wm *w, struct arena *a)
{
	const struct fact_zone_state *s;
	bool era_matters = false;

	w->zones = arena_alloc(a, w->in->of[FACT_zone_state].n * sizeof(*w->zones));
	incident_for_each (w->in, zone_state, s) {
		struct wm_zone *z;

		if (!w->zones)
			break;
		z = &w->zones[w->n++];
		set_zone(w, z, s);
		era_matters = era_matters || (z->era_matters && z->allowed != T_NO);
	}
	w->sure = flags_sure(w) && (w->era_sure || !era_matters) && zones_whole(w->in) &&
		  !(w->in->mem && w->in->mem->page_size_assumed);
}

const struct wm *wm_of(const struct incident *in, struct arena *a)
{
	struct wm *w;

	if (in->memo && *in->memo)
		return *in->memo;
	w = arena_new(a, struct wm);
	w->in = in;
	w->m = machine_of(in);
	set_request(w);
	w->builds = zone_builds_of(in, &w->m);
	w->highest = zone_class_of(&w->builds, w->gfp.bits);
	set_era(w);
	w->nodes_given = node_list_given(w->nodemask) || node_list_given(w->mems);
	w->nodes_unknown =
		!w->nodemask.n && several_nodes(in) && !(in->oom && in->oom->constraint.n);
	set_zones(w, a);
	if (in->memo && !a->failed)
		*in->memo = w;
	return w;
}

struct wm_tally wm_tally_of(const struct wm *w, enum wm_mark mark)
{
	struct wm_tally t = { 0 };

	for (size_t i = 0; i < w->n; i++) {
		const struct wm_zone *z = &w->zones[i];

		if (z->allowed == T_NO || z->empty)
			continue;
		t.usable++;
		t.maybe += z->allowed == T_MAYBE;
		t.broken += z->broken;
		t.ok += z->at[mark].ok == T_YES;
		t.may_ok += z->at[mark].ok != T_NO;
		t.low += z->at[mark].order0 == T_NO;
		t.no_block += z->at[mark].order0 == T_YES && z->at[mark].block == T_NO;
	}
	return t;
}
