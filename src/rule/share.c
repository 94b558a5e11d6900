// SPDX-License-Identifier: GPL-2.0-or-later
// Who holds how much of the memory.
#include "rule/share.h"

#include <inttypes.h>

#include "rule/request.h"

enum { MAX_LOOKED_AT = 4096 };

static const char *const names[HOLDERS] = {
	[HOLD_FREE] = "free memory",
	[HOLD_ANON] = "anonymous memory of processes",
	[HOLD_SHMEM] = "shared memory and tmpfs",
	[HOLD_FILE] = "page cache",
	[HOLD_UNEVICTABLE] = "unevictable memory",
	[HOLD_SLAB] = "slab",
	[HOLD_HUGETLB] = "the huge page pools",
	[HOLD_PAGETABLES] = "page tables",
	[HOLD_STACKS] = "kernel stacks",
	[HOLD_MISC] = "memory that drivers account for",
	[HOLD_UNEXPLAINED] = "memory in no account",
};

static const struct {
	const char *term;
	enum holder who;
} parts[] = {
	{ "free", HOLD_FREE },
	{ "free_pcp", HOLD_FREE },
	{ "active_anon", HOLD_ANON },
	{ "inactive_anon", HOLD_ANON },
	{ "isolated_anon", HOLD_ANON },
	{ "active_file", HOLD_FILE },
	{ "inactive_file", HOLD_FILE },
	{ "isolated_file", HOLD_FILE },
	{ "active", HOLD_ANON }, /* old kernels: anonymous and file pages in one list */
	{ "inactive", HOLD_ANON },
	{ "unevictable", HOLD_UNEVICTABLE },
	{ "slab_unreclaimable", HOLD_SLAB },
	{ "slab_reclaimable", HOLD_SLAB },
	{ "slab", HOLD_SLAB },
	{ "hugetlb", HOLD_HUGETLB },
	{ "pagetables", HOLD_PAGETABLES },
	{ "sec_pagetables", HOLD_PAGETABLES },
	{ "kernel_stack", HOLD_STACKS },
	{ "shadow_call_stack", HOLD_STACKS },
	{ "kernel_misc_reclaimable", HOLD_MISC },
	{ "zspages", HOLD_MISC },
	{ "gpu_active", HOLD_MISC },
	{ "gpu_reclaim", HOLD_MISC },
};

const char *holder_name(enum holder who)
{
	return names[who];
}

static void hold(struct holding *h, const char *name, struct num n, uint64_t err)
{
	h->known = true;
	if (__builtin_add_overflow(h->bytes, num_or(n, 0), &h->bytes))
		h->bytes = UINT64_MAX;
	h->err += err;
	if (h->n_parts == sizeof(h->parts) / sizeof(h->parts[0]))
		return;
	h->names[h->n_parts] = name;
	h->parts[h->n_parts++] = n;
}

static void hold_terms(struct shares *s)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct budget_term *t = budget_term(s->budget, parts[i].term);

		if (t)
			hold(&s->v[parts[i].who], t->name, t->bytes, num_or(t->may_err_by, 0));
	}
}

/*
 * Shmem sits in the anonymous LRU, or in the unevictable one where it is locked or there is no way
 * to write it out. Kernels before 2.6.32 do not print it: it is what the page cache has beyond the
 * swap cache and the file LRU, at most.
 */
static void hold_shmem(struct shares *s)
{
	const struct fact_mem_info *mem = s->in->mem;
	struct holding *anon = &s->v[HOLD_ANON], *locked = &s->v[HOLD_UNEVICTABLE];
	struct num n = counters_get(&mem->totals, "shmem");
	uint64_t rest, take;

	if (!n.known && mem->pagecache.known && anon->known && s->v[HOLD_FILE].known) {
		rest = s->v[HOLD_FILE].bytes + num_or(mem->swapcache, 0) + locked->bytes;
		n = num_at(mem->pagecache.v > rest ? mem->pagecache.v - rest : 0,
			   mem->pagecache.line);
	}
	if (!n.known)
		return;
	hold(&s->v[HOLD_SHMEM], "shmem", n, anon->err);
	take = n.v < anon->bytes ? n.v : anon->bytes;
	anon->bytes -= take;
	anon->less = num_at(take, n.line);
	rest = n.v - take;
	locked->bytes -= rest < locked->bytes ? rest : locked->bytes;
}

static bool is_highmem(const struct fact_zone_state *z)
{
	return str_is(z->zone, "HighMem") || str_is(z->zone, "Movable");
}

struct marks {
	uint64_t free, low, high;
};

/* Free pages and watermarks of the zones printed, or of those that may serve the kernel. */
static struct marks marks_of(const struct incident *in, bool lowmem)
{
	const struct fact_zone_state *z;
	struct marks m = { 0 };

	incident_for_each (in, zone_state, z) {
		if (lowmem && is_highmem(z))
			continue;
		m.free += num_or(counters_get(&z->values, "free"), 0) / 4;
		m.low += num_or(counters_get(&z->values, "low"), 0) / 4;
		m.high += num_or(counters_get(&z->values, "high"), 0) / 4;
	}
	return m;
}

/*
 * Whether these zones are short of pages: at most twice the high watermarks are free, since some
 * may have been freed between the decision and the report. A request for several pages in a row may
 * fail with more free than that, for want of a row: then the watermarks themselves count.
 */
static bool zones_short(const struct incident *in, bool lowmem)
{
	struct marks m = marks_of(in, lowmem);
	bool row = in->oom && num_int_or(in->oom->order, 0) > 0;

	return m.high && (row ? m.free <= m.high : m.free / 2 <= m.high);
}

static bool set_whole(struct shares *s)
{
	struct num boot = boot_managed(s->in->boot);
	uint64_t all = 0;

	s->exact = true;
	s->whole_name = "RAM";
	if (s->budget->total.known) {
		s->whole = num_or(s->budget->total, 0);
		s->whole_parts[0] = s->in->mem->ram_total;
		s->whole_parts[1] = s->in->mem->ram_reserved;
		return s->whole > 0;
	}
	s->exact = false;
	if (boot.known && boot.v) {
		s->whole = num_or(boot, 0);
		return true;
	}
	for (enum holder h = 0; h < HOLDERS; h++)
		if (__builtin_add_overflow(all, s->v[h].bytes, &all))
			return false;
	/* A cut report accounts for too little to compare with. */
	if (!s->v[HOLD_FREE].known || !s->v[HOLD_ANON].known || !s->v[HOLD_SLAB].known)
		return false;
	s->whole = all;
	s->whole_name = "the memory that the report accounts for";
	return all > 0;
}

static void set_shortage(struct shares *s)
{
	const struct holding *free = &s->v[HOLD_FREE];
	bool few = free->known && free->bytes < s->whole / 20;
	bool row = s->in->oom && num_int_or(s->in->oom->order, 0) > 0;
	struct marks m = marks_of(s->in, false);
	/* zones that are not printed have next to nothing */
	struct num all = counters_get(&s->in->mem->totals, "free");
	bool seen_all = all.known && num_or(all, 0) / 4 <= m.free + m.free / 8;

	if (!m.high)
		s->shortage = few;
	else if (s->in->mem->restricted || s->in->mem->head.cut) /* others may have plenty */
		s->shortage = (few || seen_all) && zones_short(s->in, false);
	else
		s->shortage = zones_short(s->in, false) || (few && !row && m.free / 4 <= m.high);
}

static void set_unexplained(struct shares *s)
{
	struct num n = s->budget->unexplained;
	int64_t bytes = num_int_or(n, 0);

	if (!n.known)
		return;
	hold(&s->v[HOLD_UNEXPLAINED], "unexplained", num_at(bytes > 0 ? (uint64_t)bytes : 0, 0),
	     num_or(s->budget->may_err_by, 0));
}

static bool numbers_sound(const struct shares *s)
{
	for (enum holder h = 0; h < HOLDERS; h++)
		if (s->v[h].bytes > s->whole + s->whole / 8)
			return false;
	return true;
}

bool shares_of(const struct incident *in, struct shares *ret, const char **why)
{
	*ret = (struct shares){ .in = in, .budget = budget_of(in) };
	*why = "the report has no budget";
	if (!ret->budget || !in->mem)
		return false;
	hold_terms(ret);
	hold_shmem(ret);
	*why = "the report prints neither how much RAM there is nor who holds it";
	if (!set_whole(ret))
		return false;
	set_unexplained(ret);
	set_shortage(ret);
	ret->damaged = !numbers_sound(ret);
	*why = "an account is larger than RAM: a number is damaged, or RAM was miscounted";
	return !ret->damaged;
}

/* The kernel's own needs come from below HighMem alone: there, that is the whole. */
static void narrow_to_lowmem(struct shares *s, enum holder who)
{
	const struct fact_zone_state *z;
	uint64_t low = 0, high = 0;

	if (who != HOLD_SLAB && who != HOLD_STACKS)
		return;
	incident_for_each (s->in, zone_state, z) {
		struct num n = counters_get(&z->values, "managed");

		if (!n.known)
			n = counters_get(&z->values, "present");
		if (str_is(z->zone, "HighMem"))
			high += num_or(n, 0);
		else
			low += num_or(n, 0);
	}
	/* 6.1 and newer print no zone above the request's highest: the count of its pages is left
	 */
	if (!high && machine_of(s->in).bits == 32)
		high = num_or(s->in->mem->highmem_total, 0);
	if (!high || !low || low >= s->whole || s->in->mem->restricted_nodes.n)
		return;
	s->whole = low;
	s->whole_name = "the memory below HighMem, where the kernel's own data must be";
	s->lowmem = true;
	s->shortage = zones_short(s->in, true);
}

static bool is_largest(const struct shares *s, enum holder who)
{
	for (enum holder h = 0; h < HOLDERS; h++)
		if (h != who && h != HOLD_FREE && s->v[h].bytes > s->v[who].bytes)
			return false;
	return true;
}

/* What takes a quarter of RAM on no healthy machine. */
static bool rarely_large(enum holder who)
{
	return who == HOLD_STACKS || who == HOLD_PAGETABLES || who == HOLD_UNEXPLAINED ||
	       who == HOLD_UNEVICTABLE;
}

enum share_level share_level(const struct shares *s, enum holder who)
{
	const struct holding *h = &s->v[who];
	bool largest = s->lowmem || is_largest(s, who);

	if (!h->known)
		return SHARE_SMALL;
	if (s->exact && h->bytes > h->err && h->bytes - h->err > s->whole / 2)
		return SHARE_CERTAIN;
	if (h->bytes >= s->whole / 4)
		return largest || rarely_large(who) ? SHARE_LIKELY : SHARE_POSSIBLE;
	if (h->bytes >= s->whole / 10 && largest && s->v[HOLD_FREE].bytes < s->whole / 10)
		return SHARE_POSSIBLE;
	return SHARE_SMALL;
}

/* A Mem-Info that stands apart from the report it was printed for: its head was lost, or cut off.
 */
static bool apart(const struct fact_mem_info *m, const struct fact_oom *o)
{
	const struct origin *mem = &m->head.origin, *oom = &o->head.origin;

	return !o->mem && !o->trigger.known && m->head.report == m->head.id &&
	       m->head.boot == o->head.boot && mem->evidence == oom->evidence &&
	       mem->line < oom->line;
}

static bool mem_stands_apart(const struct fact_oom *o, const struct facts *f)
{
	const struct fact_mem_info *m;

	if (o->mem || o->trigger.known || f->lists[FACT_mem_info].n > MAX_LOOKED_AT)
		return false;
	fact_for_each (f, mem_info, m)
		if (apart(m, o))
			return true;
	return false;
}

static bool followed_by_oom(const struct incident *in)
{
	const struct fact_oom *o;

	if (in->facts->lists[FACT_oom].n > MAX_LOOKED_AT)
		return false;
	fact_for_each (in->facts, oom, o)
		if (apart(in->mem, o))
			return true;
	return false;
}

/* SysRq-m on a busy machine shows little free memory and much page cache, which is as it should be:
 * need is when there is neither. */
static bool in_need(const struct incident *in)
{
	struct marks m = marks_of(in, false);
	struct num active = counters_get(&in->mem->totals, "active_file");
	struct num inactive = counters_get(&in->mem->totals, "inactive_file");
	uint64_t total = num_or(in->mem->ram_total, 0);

	if (!m.low || m.free > m.low)
		return false;
	return active.known && inactive.known && total &&
	       num_or(active, 0) / 2 + num_or(inactive, 0) / 2 < total / 20;
}

/* One page was asked for by somebody who could wait for reclaim, and there was none to give: memory
 * itself was short, as before a kill. */
static bool page_was_short(const struct incident *in)
{
	const struct fact_alloc_failure *a = in->fail;
	struct gfp g;

	if (!request_failed_page(in) || !in->mem || !a->order.known || num_int_or(a->order, 1))
		return false;
	g = gfp_decode(a->gfp_mask, a->gfp_flags, machine_of(in).version);
	return gfp_has(&g, G_DIRECT_RECLAIM) && gfp_sure(&g, G_DIRECT_RECLAIM) &&
	       zones_short(in, false);
}

bool consumer_applies(const struct incident *in)
{
	const struct fact_oom *o = in->oom;

	if (in->fail)
		return page_was_short(in);
	if (!o)
		return in->head && in->head->kind == FACT_mem_info &&
		       (followed_by_oom(in) || in_need(in));
	if (o->sysrq && !zones_short(in, false))
		return false;
	return !o->lowmemorykiller && (!o->scope || strcmp(o->scope, "global") == 0) &&
	       !mem_stands_apart(o, in->facts);
}

bool consumer_slab_table_alone(const struct incident *in)
{
	return !in->fail && in->of[FACT_slab_cache].n &&
	       (!in->mem || !counters_get(&in->mem->totals, "slab_unreclaimable").known);
}

bool consumer_applies_slab(const struct incident *in)
{
	const struct fact_mem_info *m = in->mem;
	uint64_t ram, slab;

	if (consumer_applies(in) || consumer_slab_table_alone(in))
		return true;
	if (!request_failed_page(in) || !m || !zones_short(in, false))
		return false;
	ram = num_or(m->ram_total, 0) - num_or(m->ram_reserved, 0);
	slab = num_or(counters_get(&m->totals, "slab_unreclaimable"), 0);
	return m->ram_total.known && ram && ram <= num_or(m->ram_total, 0) && slab > ram / 2;
}

/* The names begin sentences too. */
static struct str capital(struct arena *a, const char *name)
{
	struct str s = arena_str(a, str_c(name));

	if (s.n && s.p[0] >= 'a' && s.p[0] <= 'z')
		((char *)s.p)[0] = (char)(s.p[0] - 'a' + 'A');
	return s;
}

static enum severity severity_of(const struct shares *s, enum share_level level)
{
	bool by_hand = s->in->oom && s->in->oom->sysrq;

	if (!s->shortage || by_hand)
		return SEV_LOW;
	if (!s->in->oom && !followed_by_oom(s->in))
		return level >= SHARE_LIKELY ? SEV_MEDIUM : SEV_LOW;
	return level >= SHARE_LIKELY ? SEV_HIGH : SEV_LOW;
}

/* Certain of the share is not certain of the cause: where memory as a whole is not short, or no
 * number says how much there is, it is at most likely. */
/* Cut before the line that names the constraint: a memory policy or cpuset may be behind it. */
static bool constraint_lost(const struct incident *in)
{
	return in->oom && in->head->cut && !in->oom->constraint.n;
}

/* Memory of processes lies mostly where the kernel's own requests may not go: they failed for want
 * of room below that. */
static bool out_of_reach(const struct shares *s, enum holder who, struct arena *a)
{
	const struct wm *w = wm_of(s->in, a);

	if (who != HOLD_ANON && who != HOLD_SHMEM && who != HOLD_FILE && who != HOLD_UNEVICTABLE)
		return false;
	if (w->gfp.source == GFP_UNKNOWN || w->highest.hi >= ZONE_MOVABLE)
		return false;
	for (size_t i = 0; i < w->n; i++)
		if (w->zones[i].type > w->highest.hi && w->zones[i].type < ZONE_DEVICE &&
		    !w->zones[i].empty)
			return true;
	/* 6.1 and newer do not print such zones */
	return num_or(s->in->mem->highmem_total, 0) > 0;
}

static enum confidence confidence_of(const struct shares *s, enum share_level level)
{
	const struct fact_oom *o = s->in->oom;

	/* What was cut off may have said that only a cgroup or a node was short. */
	if (level == SHARE_CERTAIN &&
	    (s->in->mem->head.cut || (o && o->head.cut && !o->constraint.n)))
		return LIKELY;
	/* A single request may fail for reasons of its own. */
	if (level == SHARE_CERTAIN)
		return s->shortage && !constraint_lost(s->in) && (o || followed_by_oom(s->in))
			       ? CERTAIN
			       : LIKELY;
	return level == SHARE_LIKELY ? LIKELY : POSSIBLE;
}

static void add_arithmetic(struct finding *f, const struct shares *s, const struct holding *h,
			   enum holder who)
{
	const struct fact_mem_info *mem = s->in->mem;

	for (size_t i = 0; i < h->n_parts; i++) {
		if (!h->parts[i].line && who != HOLD_UNEXPLAINED)
			continue;
		if (!h->parts[i].v && i)
			continue;
		add_step(f, "%s = %" PRIu64 " bytes (%s)", h->names[i], h->parts[i].v,
			 human(f, h->parts[i].v));
		if (h->parts[i].line)
			cite_num(f, &mem->head, h->parts[i]);
	}
	if (h->less.v)
		add_step(f, "- shmem in the same lists = %" PRIu64 " bytes (%s)", h->less.v,
			 human(f, h->less.v));
	if (s->lowmem)
		add_step(f, "memory below HighMem = %s", human(f, s->whole));
	else if (s->exact && s->whole_parts[0].known)
		add_step(f, "RAM = %s - %s reserved = %s", human(f, num_or(s->whole_parts[0], 0)),
			 human(f, num_or(s->whole_parts[1], 0)), human(f, s->whole));
	else
		add_step(f, "%s = %s", s->whole_name, human(f, s->whole));
	add_step(f, "%s / %s = %.1f %%, may err by %s (%.2f %%)", human(f, h->bytes),
		 human(f, s->whole), percent(h->bytes, s->whole), human(f, h->err),
		 percent(h->err, s->whole));
	for (size_t i = 0; i < 2 && s->exact && !s->lowmem; i++)
		if (s->whole_parts[i].known)
			cite_num(f, &mem->head, s->whole_parts[i]);
}

static void add_others(struct finding *f, const struct shares *s, enum holder who)
{
	for (enum holder h = 0; h < HOLDERS; h++) {
		if (h == who || !s->v[h].known || s->v[h].bytes > s->v[who].bytes)
			continue;
		if (s->v[h].bytes < s->whole / 20)
			continue;
		add_rejected(f, "%s: only %s (%.1f %%)", names[h], human(f, s->v[h].bytes),
			     percent(s->v[h].bytes, s->whole));
	}
}

struct finding *consumer_check(const struct incident *in, struct verdict *v, enum holder who,
			       struct shares *s)
{
	enum share_level level;
	enum confidence sure;
	struct finding *f;
	struct holding *h;
	const char *why;

	if (!shares_of(in, s, &why)) {
		cannot_tell(v, "mem_info", "%s", why);
		return NULL;
	}
	h = &s->v[who];
	if (!h->known) {
		cannot_tell(v, "mem_info", "the report has no number for %s", names[who]);
		return NULL;
	}
	narrow_to_lowmem(s, who);
	level = share_level(s, who);
	if (level == SHARE_SMALL)
		return NULL;
	sure = confidence_of(s, level);
	if (sure == CERTAIN && out_of_reach(s, who, v->arena))
		sure = LIKELY;
	f = fire(v, severity_of(s, level), sure, "%s hold%s %s: %.1f %% of %s",
		 capital(v->arena, names[who]).p,
		 who == HOLD_HUGETLB || who == HOLD_PAGETABLES || who == HOLD_STACKS ? "" : "s",
		 v_human(v, h->bytes), percent(h->bytes, s->whole), s->whole_name);
	add_arithmetic(f, s, h, who);
	add_others(f, s, who);
	set_margin(f, "with less than %s in it (a quarter of %s)", human(f, s->whole / 4),
		   s->whole_name);
	value_num(f, "bytes", h->bytes);
	value_num(f, "may_err_by", h->err);
	value_num(f, "of", s->whole);
	value_num(f, "share_percent", (uint64_t)(percent(h->bytes, s->whole) + 0.5));
	return f;
}
