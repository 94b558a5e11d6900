// SPDX-License-Identifier: GPL-2.0-or-later
// The watermark arithmetic in words, a line a zone.
#include <inttypes.h>

#include "model/watermark.h"

struct str wm_zone_name(const struct wm_zone *z, struct arena *a)
{
	if (!z->z->node.known)
		return z->z->zone;
	return arena_printf(a, "Node %" PRIu64 " %.*s", z->node, STR_ARG(z->z->zone));
}

static struct str range_text(struct wm_range r, struct arena *a)
{
	if (r.lo >= WM_MOST)
		return STR("a number beyond all RAM");
	if (r.lo == r.hi)
		return arena_printf(a, "%" PRId64, r.lo);
	if (r.hi >= WM_MOST)
		return arena_printf(a, "at least %" PRId64, r.lo);
	return arena_printf(a, "%" PRId64 " to %" PRId64, r.lo, r.hi);
}

static const char *sign_of(enum tri t)
{
	switch (t) {
	case T_NO:
		return "<=";
	case T_YES:
		return ">";
	case T_MAYBE:
		break;
	}
	return "against";
}

static struct str halving_text(const struct wm *w, const struct wm_zone *z,
			       const struct wm_check *c, struct str out, struct arena *a)
{
	int64_t free = wm_pages_or(z->free, 0) - c->unusable.lo, n;
	int64_t min = c->need.lo - (int64_t)z->reserve.lo;

	for (int o = 0; o < w->order && o <= 20; o++) {
		if (!wm_count_of_order(z, (unsigned int)o, &n))
			break;
		free -= n << o;
		min >>= 1;
		out = arena_printf(
			a, "%.*s; without the %" PRId64 " of order %d: %" PRId64 " %s %" PRId64,
			STR_ARG(out), n, o, free, free <= min ? "<=" : ">", min);
		if (free <= min)
			break;
	}
	return out;
}

static struct str block_text(const struct wm *w, const struct wm_zone *z, const struct wm_check *c,
			     struct str out, struct arena *a)
{
	if (w->era == WM_HALVING)
		return halving_text(w, z, c, out, a);
	if (c->block == T_NO && z->largest >= 0)
		return arena_printf(a,
				    "%.*s, but its largest free block that this request may take"
				    " is of order %d, not %d",
				    STR_ARG(out), z->largest, w->order);
	if (c->block == T_NO)
		return arena_printf(a, "%.*s, but no free block that this request may take",
				    STR_ARG(out));
	if (c->block == T_MAYBE)
		return arena_printf(a,
				    "%.*s; whether a block of order %d may be taken is not"
				    " printed",
				    STR_ARG(out), w->order);
	return arena_printf(a, "%.*s, and a free block of order %d", STR_ARG(out), w->order);
}

static const char *outcome_of(const struct wm_check *c)
{
	switch (c->ok) {
	case T_NO:
		return "fails";
	case T_YES:
		return "would be served";
	case T_MAYBE:
		break;
	}
	return "undecided";
}

static struct str need_text(const struct wm_zone *z, enum wm_mark mark, struct arena *a)
{
	const struct wm_check *c = &z->at[mark];
	const char *name = mark == WM_MIN ? "min" : "high";
	struct wm_range line = { c->need.lo - (int64_t)z->reserve.lo,
				 c->need.hi - (int64_t)z->reserve.hi };
	struct str lowered = STR("");

	if (!z->mark[mark].known)
		return arena_printf(a, "%s (not printed)", name);
	if (z->broken)
		return arena_printf(a, "%s + reserve (damaged: more than all RAM)", name);
	if (line.lo < wm_pages_or(z->mark[mark], 0))
		lowered = arena_printf(a, " (lowered from %" PRId64 " for this request)",
				       wm_pages_or(z->mark[mark], 0));
	if (!z->reserve.known)
		return arena_printf(a, "%s %" PRId64 "%.*s + a reserve that is not printed", name,
				    line.lo, STR_ARG(lowered));
	return arena_printf(
		a, "%s %" PRId64 "%.*s + reserve %.*s = %.*s", name, line.lo, STR_ARG(lowered),
		STR_ARG(range_text(
			(struct wm_range){ (int64_t)z->reserve.lo, (int64_t)z->reserve.hi }, a)),
		STR_ARG(range_text(c->need, a)));
}

struct str wm_step(const struct wm *w, const struct wm_zone *z, enum wm_mark mark, struct arena *a)
{
	const struct wm_check *c = &z->at[mark];
	struct str name = wm_zone_name(z, a), out;
	int64_t free = wm_pages_or(z->free, 0);

	if (z->allowed == T_NO)
		return arena_printf(a, "%.*s: may not be used: %s", STR_ARG(name), z->why_not);
	if (z->empty)
		return arena_printf(a, "%.*s: holds no memory that the allocator manages",
				    STR_ARG(name));
	if (!z->free.known)
		return arena_printf(a, "%.*s: its free pages are not printed", STR_ARG(name));
	out = arena_printf(a, "%.*s: free %" PRId64 " pages", STR_ARG(name), free);
	if (c->unusable.hi)
		out = arena_printf(a, "%.*s - %.*s not usable = %.*s", STR_ARG(out),
				   STR_ARG(range_text(c->unusable, a)),
				   STR_ARG(range_text((struct wm_range){ free - c->unusable.hi,
									 free - c->unusable.lo },
						      a)));
	out = arena_printf(a, "%.*s %s %.*s", STR_ARG(out), sign_of(c->order0),
			   STR_ARG(need_text(z, mark, a)));
	if (w->order && c->order0 != T_NO)
		out = block_text(w, z, c, out, a);
	return arena_printf(a, "%.*s: %s", STR_ARG(out), outcome_of(c));
}
