// SPDX-License-Identifier: GPL-2.0-or-later
// Counting slab pages by their type, over the whole memmap (include/linux/page-flags.h:PageSlab()).
#include "walk/slab_pages.h"

#include <stdlib.h>
#include <string.h>

enum {
	CHUNK = 64, /* struct pages that are read at once: a page full */
	PAGE_STRUCT_MAX = 256,
	SUBSECTION = 512, /* pages: the memmap has holes no smaller (PAGES_PER_SUBSECTION) */
	CHUNKS_MAX =
		1 << 17, /* 32 GiB of RAM; what more there is would hold up who asked for tasks */
	HOLES_MAX = 1 << 16,
};

/* How a struct page says that it heads a slab. */
struct shape {
	uint32_t size, word, compound, cache; /* bytes, offsets */
	uint64_t mask, value;		      /* of the word: flags or page_type */
};

/* Going over the memmap. */
struct memmap_scan {
	struct target *t;
	struct shape shape;
	struct slab_count *count;
	struct slab_pages *open; /* whose tail pages may follow */
	uint64_t pool, pool_end; /* KFENCE's, by page */
};

/*
 * A flag up to 6.9, a page type since 46df8e73a4a3 ("mm: free up PG_slab") in 6.10. VMCOREINFO says
 * which (dump tools ask the same question), else the types do.
 */
static bool slab_mark(const struct dump *d, struct shape *s)
{
	const struct types *ty = d->types;
	struct member flags = types_member(ty, "page", "flags");
	struct member type = types_member(ty, "page", "page_type");
	int64_t n;

	if (vmcoreinfo_number(d, "PAGE_SLAB_MAPCOUNT_VALUE", &n) && type.found) {
		s->value = (uint32_t)n;
		/* since 6.12 the upper 8 bits are the type, the others free for its use */
		s->mask = s->value & 0xffffff ? 0xffffffff : 0xff000000;
	} else if (types_enum(ty, "PGTY_slab", &n) && n > 0 && n < 256 && type.found) {
		s->value = (uint64_t)n << 24;
		s->mask = 0xff000000;
	} else if ((vmcoreinfo_number(d, "PG_slab", &n) || types_enum(ty, "PG_slab", &n)) &&
		   n >= 0 && n < 32 && flags.found) {
		s->value = s->mask = 1ull << n;
	} else {
		return false;
	}
	s->word = s->mask >> 24 ? type.offset : flags.offset;
	return true;
}

static bool read_shape(const struct dump *d, struct shape *s)
{
	const struct types *ty = d->types;
	struct member head = types_member(ty, "page", "compound_head");
	struct member cache = types_member(ty, "slab", "slab_cache");

	/* renamed in 7.x, the low bit still marks a tail */
	if (!head.found)
		head = types_member(ty, "page", "compound_info");
	/* d122019bf061 ("mm: Split slab into its own type") in 5.17 */
	if (!cache.found)
		cache = types_member(ty, "page", "slab_cache");
	*s = (struct shape){ .size = types_size(ty, "page"),
			     .compound = head.offset,
			     .cache = cache.offset };
	return head.found && cache.found && s->size >= 32 && s->size <= PAGE_STRUCT_MAX &&
	       head.offset <= s->size - 8 && cache.offset <= s->size - 8 && slab_mark(d, s) &&
	       s->word <= s->size - 4;
}

static uint64_t word_at(const char *page, uint32_t offset, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, page + offset, n);
	return v;
}

static struct slab_pages *cache_of(struct slab_count *c, kaddr_t addr)
{
	size_t lo = 0, hi = c->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->caches[mid].cache == addr)
			return &c->caches[mid];
		if (c->caches[mid].cache < addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return &c->strays;
}

static void one_page(struct memmap_scan *s, const char *page, uint64_t pfn)
{
	const struct shape *sh = &s->shape;
	uint64_t word = word_at(page, sh->word, 4);
	bool tail = word_at(page, sh->compound, 1) & 1;

	if (tail && s->open) {
		s->open->pages++;
		return;
	}
	s->open = NULL;
	/* a struct page that was never initialised is all ones */
	if (tail || (word & sh->mask) != sh->value || word_at(page, 0, 8) == UINT64_MAX)
		return;
	if (pfn >= s->pool && pfn < s->pool_end)
		return;
	s->open = cache_of(s->count, word_at(page, sh->cache, 8));
	s->open->slabs++;
	s->open->pages++;
}

static bool read_pages(const struct memmap_scan *s, uint64_t pfn, char *buf, size_t n)
{
	return dump_read(s->t->dump, s->t->dump->mmu.vmemmap + pfn * s->shape.size, buf,
			 n * s->shape.size) == OK;
}

/*
 * KFENCE marks every other page of its pool, from the third on, as a slab of no cache's count
 * (mm/kfence/core.c:kfence_init_pool()). How many there are is written nowhere.
 */
static void find_pool(struct memmap_scan *s)
{
	struct dump *d = s->t->dump;
	char pair[2 * PAGE_STRUCT_MAX];
	const struct shape *sh = &s->shape;
	uint64_t left, budget = 1 << 20;
	kaddr_t pool;
	paddr_t at;

	if (!d->sym[SYM___kfence_pool] || dump_u64(d, d->sym[SYM___kfence_pool], &pool) || !pool ||
	    d->arch->translate(d, pool, &at, &left))
		return;
	s->pool = at / d->container.page_size;
	s->pool_end = s->pool + 2;
	while (budget-- && read_pages(s, s->pool_end, pair, 2) &&
	       (word_at(pair, sh->word, 4) & sh->mask) == sh->value &&
	       (word_at(pair + sh->size, sh->word, 4) & sh->mask) != sh->value)
		s->pool_end += 2;
}

/* Only where RAM is in the dump: a slab's own page always is, but for a filter's mistake. */
static bool scan_all(struct memmap_scan *s)
{
	struct container *c = &s->t->dump->container;
	uint64_t pfn = c->ops->next(c, 0), chunks = 0, holes = 0, behind = 0;
	char *buf = malloc((size_t)CHUNK * PAGE_STRUCT_MAX);

	while (buf && pfn < c->max_pfn && chunks < CHUNKS_MAX && holes < HOLES_MAX) {
		pfn &= ~(uint64_t)(CHUNK - 1);
		if (pfn != behind)
			s->open = NULL;
		if (read_pages(s, pfn, buf, CHUNK)) {
			for (uint64_t i = 0; i < CHUNK; i++)
				one_page(s, buf + i * s->shape.size, pfn + i);
			behind = pfn + CHUNK;
			chunks++;
		} else {
			behind = (pfn | (SUBSECTION - 1)) + 1;
			s->open = NULL;
			holes++;
		}
		pfn = c->ops->next(c, behind);
	}
	free(buf);
	return chunks && chunks < CHUNKS_MAX && holes < HOLES_MAX;
}

bool slab_pages_count(struct target *t, struct slab_count *c)
{
	struct memmap_scan s = { .t = t, .count = c };

	if (!t->dump->mmu.vmemmap || !read_shape(t->dump, &s.shape))
		return false;
	find_pool(&s);
	return scan_all(&s);
}
