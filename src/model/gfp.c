// SPDX-License-Identifier: GPL-2.0-or-later
// gfp flags of any kernel in one form: include/linux/gfp.h, gfp_types.h and
// include/trace/events/mmflags.h.
#include "model/gfp.h"

#include "base/cleanup.h"
#include "model/machine.h"

enum {
	RECLAIM = G_DIRECT_RECLAIM | G_KSWAPD_RECLAIM,
	KERNEL = RECLAIM | G_IO | G_FS,
	USER = KERNEL | G_HARDWALL,
	HIGHUSER = USER | G_HIGHMEM,
	HUGE_LIGHT = ((HIGHUSER | G_MOVABLE | G_COMP | G_NOMEMALLOC | G_NOWARN) & ~RECLAIM),
};

struct flag_name {
	const char *name;
	uint32_t bits;
};

/* What the kernel prints; sets before the flags they hold, as in mmflags.h. */
static const struct flag_name names_of[] = {
	{ "GFP_TRANSHUGE", HUGE_LIGHT | G_DIRECT_RECLAIM },
	{ "GFP_TRANSHUGE_LIGHT", HUGE_LIGHT },
	{ "GFP_HIGHUSER_MOVABLE", HIGHUSER | G_MOVABLE },
	{ "GFP_HIGHUSER", HIGHUSER },
	{ "GFP_USER", USER },
	{ "GFP_KERNEL_ACCOUNT", KERNEL | G_ACCOUNT },
	{ "GFP_KERNEL", KERNEL },
	{ "GFP_TEMPORARY", KERNEL | G_RECLAIMABLE }, /* read, never said: gone in 4.14 */
	{ "GFP_NOFS", RECLAIM | G_IO },
	{ "GFP_ATOMIC", G_HIGH | G_ATOMIC | G_KSWAPD_RECLAIM },
	{ "GFP_NOIO", RECLAIM },
	{ "GFP_NOWAIT", G_KSWAPD_RECLAIM },
	{ "GFP_DMA32", G_DMA32 },
	{ "GFP_DMA", G_DMA },
	{ "__GFP_RECLAIM", RECLAIM },
	{ "__GFP_WAIT", G_DIRECT_RECLAIM },
	{ "__GFP_DMA", G_DMA },
	{ "__GFP_HIGHMEM", G_HIGHMEM },
	{ "__GFP_DMA32", G_DMA32 },
	{ "__GFP_MOVABLE", G_MOVABLE },
	{ "__GFP_RECLAIMABLE", G_RECLAIMABLE },
	{ "__GFP_HIGH", G_HIGH },
	{ "__GFP_IO", G_IO },
	{ "__GFP_FS", G_FS },
	{ "__GFP_ZERO", G_ZERO },
	{ "__GFP_ATOMIC", G_ATOMIC },
	{ "__GFP_DIRECT_RECLAIM", G_DIRECT_RECLAIM },
	{ "__GFP_KSWAPD_RECLAIM", G_KSWAPD_RECLAIM },
	{ "__GFP_WRITE", G_WRITE },
	{ "__GFP_NOWARN", G_NOWARN },
	{ "__GFP_RETRY_MAYFAIL", G_RETRY_MAYFAIL },
	{ "__GFP_REPEAT", G_RETRY_MAYFAIL },
	{ "__GFP_NOFAIL", G_NOFAIL },
	{ "__GFP_NORETRY", G_NORETRY },
	{ "__GFP_MEMALLOC", G_MEMALLOC },
	{ "__GFP_COMP", G_COMP },
	{ "__GFP_NOMEMALLOC", G_NOMEMALLOC },
	{ "__GFP_HARDWALL", G_HARDWALL },
	{ "__GFP_THISNODE", G_THISNODE },
	{ "__GFP_ACCOUNT", G_ACCOUNT },
	{ "__GFP_COLD", G_COLD },
	{ "__GFP_NOTRACK", G_OTHER },
	{ "__GFP_NOACCOUNT", G_OTHER },
	{ "__GFP_OTHER_NODE", G_OTHER },
	{ "__GFP_ZEROTAGS", G_OTHER },
	{ "__GFP_SKIP_ZERO", G_OTHER },
	{ "__GFP_SKIP_KASAN", G_OTHER },
	{ "__GFP_SKIP_KASAN_POISON", G_OTHER },
	{ "__GFP_SKIP_KASAN_UNPOISON", G_OTHER },
	{ "__GFP_NOLOCKDEP", G_OTHER },
	{ "__GFP_NO_OBJ_EXT", G_OTHER },
	{ "__GFP_NO_KSWAPD", G_OTHER },
	{ "__GFP_KMEMCG", G_ACCOUNT },
};

/* One way the bits have lain: what bit i means; 0 where no kernel of that age had such a bit. */
struct layout {
	uint32_t from,
		before; /**< KVER() of the first release, and of the first that had another */
	bool old;
	uint32_t bit[28];
};

static const struct layout layouts[] = {
	{ KVER(2, 0, 0),
	  KVER(2, 6, 31),
	  true,
	  { G_DMA,	G_HIGHMEM,     G_DMA32,	 0,	   G_DIRECT_RECLAIM, G_HIGH,
	    G_IO,	G_FS,	       G_COLD,	 G_NOWARN, G_RETRY_MAYFAIL,  G_NOFAIL,
	    G_NORETRY,	G_OTHER,       G_COMP,	 G_ZERO,   G_NOMEMALLOC,     G_HARDWALL,
	    G_THISNODE, G_RECLAIMABLE, G_MOVABLE } },
	{ KVER(2, 6, 31),
	  KVER(4, 4, 0),
	  true,
	  { G_DMA,	     G_HIGHMEM,	   G_DMA32,    G_MOVABLE,  G_DIRECT_RECLAIM,
	    G_HIGH,	     G_IO,	   G_FS,       G_COLD,	   G_NOWARN,
	    G_RETRY_MAYFAIL, G_NOFAIL,	   G_NORETRY,  G_MEMALLOC, G_COMP,
	    G_ZERO,	     G_NOMEMALLOC, G_HARDWALL, G_THISNODE, G_RECLAIMABLE,
	    G_ACCOUNT,	     G_OTHER,	   G_OTHER,    G_OTHER,	   G_WRITE } },
	{ KVER(4, 4, 0), KVER(4, 10, 0), false, { G_DMA,
						  G_HIGHMEM,
						  G_DMA32,
						  G_MOVABLE,
						  G_RECLAIMABLE,
						  G_HIGH,
						  G_IO,
						  G_FS,
						  G_COLD,
						  G_NOWARN,
						  G_RETRY_MAYFAIL,
						  G_NOFAIL,
						  G_NORETRY,
						  G_MEMALLOC,
						  G_COMP,
						  G_ZERO,
						  G_NOMEMALLOC,
						  G_HARDWALL,
						  G_THISNODE,
						  G_ATOMIC,
						  G_ACCOUNT,
						  G_OTHER,
						  G_DIRECT_RECLAIM,
						  G_OTHER,
						  G_WRITE,
						  G_KSWAPD_RECLAIM } },
	{ KVER(4, 10, 0), KVER(4, 16, 0), false, { G_DMA,
						   G_HIGHMEM,
						   G_DMA32,
						   G_MOVABLE,
						   G_RECLAIMABLE,
						   G_HIGH,
						   G_IO,
						   G_FS,
						   G_COLD,
						   G_NOWARN,
						   G_RETRY_MAYFAIL,
						   G_NOFAIL,
						   G_NORETRY,
						   G_MEMALLOC,
						   G_COMP,
						   G_ZERO,
						   G_NOMEMALLOC,
						   G_HARDWALL,
						   G_THISNODE,
						   G_ATOMIC,
						   G_ACCOUNT,
						   G_OTHER,
						   G_DIRECT_RECLAIM,
						   G_WRITE,
						   G_KSWAPD_RECLAIM,
						   G_OTHER } },
	{ KVER(4, 16, 0),
	  KVER(5, 0, 0),
	  false,
	  { G_DMA,	G_HIGHMEM,  G_DMA32,   G_MOVABLE,	 G_RECLAIMABLE,	   G_HIGH,
	    G_IO,	G_FS,	    G_WRITE,   G_NOWARN,	 G_RETRY_MAYFAIL,  G_NOFAIL,
	    G_NORETRY,	G_MEMALLOC, G_COMP,    G_ZERO,		 G_NOMEMALLOC,	   G_HARDWALL,
	    G_THISNODE, G_ATOMIC,   G_ACCOUNT, G_DIRECT_RECLAIM, G_KSWAPD_RECLAIM, G_OTHER } },
	{ KVER(5, 0, 0),
	  UINT32_MAX,
	  false,
	  { G_DMA,   G_HIGHMEM,	   G_DMA32,	    G_MOVABLE,	G_RECLAIMABLE,	  G_HIGH,
	    G_IO,    G_FS,	   G_ZERO,	    G_ATOMIC,	G_DIRECT_RECLAIM, G_KSWAPD_RECLAIM,
	    G_WRITE, G_NOWARN,	   G_RETRY_MAYFAIL, G_NOFAIL,	G_NORETRY,	  G_MEMALLOC,
	    G_COMP,  G_NOMEMALLOC, G_HARDWALL,	    G_THISNODE, G_ACCOUNT,	  G_OTHER,
	    G_OTHER, G_OTHER,	   G_OTHER,	    G_OTHER } },
};

/* Reads the mask as one layout; false if no caller of such a kernel passes that. */
static bool read_as(const struct layout *l, uint64_t mask, uint32_t *ret)
{
	uint32_t bits = 0;

	for (unsigned int i = 0; i < 64; i++) {
		if (!(mask >> i & 1))
			continue;
		if (i >= ARRAY_SIZE(l->bit) || !l->bit[i])
			return false;
		bits |= l->bit[i];
	}
	*ret = bits;
	if ((bits & (G_MOVABLE | G_RECLAIMABLE)) == (G_MOVABLE | G_RECLAIMABLE))
		return false;
	if ((bits & G_FS) && !(bits & G_IO))
		return false;
	return !(bits & G_IO) || (bits & RECLAIM);
}

/* Since 4.6 names stand behind the number, so a bare number is an older kernel's, or was cut. */
static bool may_be(const struct layout *l, bool bare, bool mine)
{
	return mine || !bare || l->from < KVER(4, 6, 0);
}

static struct gfp decode_number(struct num mask, bool bare, uint32_t version)
{
	struct gfp g = { .mask = mask, .sure = G_ALL, .old_sure = true };
	bool any = false, chosen = false;

	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		const struct layout *l = &layouts[i];
		bool mine = version >= l->from && version < l->before;
		uint32_t bits;

		if (!may_be(l, bare, mine) || !read_as(l, mask.v, &bits))
			continue;
		if (any) {
			g.sure &= ~(bits ^ g.bits);
			g.old_sure = g.old_sure && g.old == l->old;
		}
		if (!any || (mine && !chosen)) {
			g.bits = bits;
			g.old = l->old;
		}
		any = true;
		chosen = chosen || mine;
	}
	if (!any)
		return (struct gfp){ .mask = mask };
	g.source = g.sure == G_ALL ? GFP_AGREED : chosen ? GFP_RELEASE : GFP_GUESSED;
	return g;
}

static bool bits_of_name(struct str name, uint32_t *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(names_of); i++) {
		if (str_is(name, names_of[i].name)) {
			*ret = names_of[i].bits;
			return true;
		}
	}
	if (str_starts(name, "0x")) { /* bits without a name in that kernel */
		*ret = G_OTHER;
		return true;
	}
	return false;
}

static bool decode_names(struct str names, uint32_t *ret)
{
	struct scan s = scan_of(names);
	uint32_t bits = 0, b;
	struct str name;

	while (scan_until_any(&s, "|", &name)) {
		if (!bits_of_name(str_trim(name), &b))
			return false;
		bits |= b;
		if (!scan_char(&s, '|'))
			break;
	}
	*ret = bits;
	return scan_end(&s);
}

struct gfp gfp_decode(struct num mask, struct str names, uint32_t version)
{
	struct gfp g = { .source = GFP_NAMES, .sure = G_ALL, .old_sure = true, .mask = mask };

	names = str_trim(names);
	if (names.n && decode_names(names, &g.bits))
		return g;
	if (!mask.known || mask.hi)
		return (struct gfp){ .mask = mask };
	if (!mask.v) {
		g.source = GFP_AGREED;
		g.old_sure = false;
		return g;
	}
	return decode_number(mask, !names.n, version);
}

struct str gfp_text(const struct gfp *g, struct arena *a)
{
	struct str out = STR("");
	uint32_t left = g->bits;

	if (!left)
		return STR("no flags");
	if (g->old && (left & G_DIRECT_RECLAIM)) /* kswapd was always woken then */
		left |= G_KSWAPD_RECLAIM;
	for (size_t i = 0; i < ARRAY_SIZE(names_of) && left; i++) {
		uint32_t b = names_of[i].bits;

		if (b == G_OTHER || (left & b) != b)
			continue;
		/* 4.4 and newer have two flags for it, and this is neither's name */
		if (!g->old && strcmp(names_of[i].name, "__GFP_WAIT") == 0)
			continue;
		left &= ~b;
		out = arena_printf(a, "%.*s%s%s", STR_ARG(out), out.n ? "|" : "", names_of[i].name);
	}
	return out.n ? out : STR("no flags");
}

const char *gfp_source_text(const struct gfp *g)
{
	switch (g->source) {
	case GFP_UNKNOWN:
		return "unknown";
	case GFP_NAMES:
		return "flag names printed by the kernel";
	case GFP_AGREED:
		return "the same in every kernel whose flags have these bits";
	case GFP_RELEASE:
		return "read as this release does";
	case GFP_GUESSED:
		return "release unknown, read as the oldest kernel that fits";
	}
	return "";
}
