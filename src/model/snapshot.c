// SPDX-License-Identifier: GPL-2.0-or-later
// One machine from the files of one tree: which pieces of evidence tell of one boot.
#include "model/snapshot.h"

#include <string.h>

/* What a piece tells of its machine, a bit each. */
enum { FIRMWARE = 1, IOMEM = 2, ZONES = 4, CMDLINE = 8, VERSION = 16 };

struct joining {
	struct facts *f;
	struct arena scratch;
	uint8_t *tells; /* by evidence; a home's are those of all that joined it */
};

static struct str without(struct str path, const char *tail)
{
	struct str rest = str_first(path, path.n - (path.n < strlen(tail) ? 0 : strlen(tail)));

	return str_ends(path, tail) && (!rest.n || rest.p[rest.n - 1] == '/') ? rest : path;
}

/* The folder that stands for "/": "host/" of "host/proc/iomem" and "host/sys/firmware/memmap". */
static struct str root_of(const char *path)
{
	struct str s = str_c(path), cut;

	while (s.n && s.p[s.n - 1] == '/')
		s.n--;
	while (s.n && s.p[s.n - 1] != '/')
		s.n--;
	cut = without(s, "proc/");
	return cut.n != s.n ? cut : without(s, "sys/firmware/");
}

static struct fact_boot *boot_of(const struct facts *f, size_t evidence)
{
	const struct fact_list *all = &f->lists[FACT_boot];

	for (size_t i = 0; i < all->n; i++)
		if (all->v[i]->origin.evidence == evidence)
			return (struct fact_boot *)all->v[i];
	return NULL;
}

static void look(struct joining *j)
{
	const struct fact_memory_range *r;
	const struct fact_boot *b;

	fact_for_each (j->f, memory_range, r) {
		uint8_t *tells = &j->tells[r->head.origin.evidence];

		if (strcmp(r->map, "firmware-memmap") == 0)
			*tells |= FIRMWARE;
		else if (strcmp(r->map, "iomem") == 0)
			*tells |= IOMEM;
		else if (strcmp(r->map, "zone") == 0)
			*tells |= ZONES;
	}
	fact_for_each (j->f, boot, b) {
		size_t e = b->head.origin.evidence;
		struct str path = str_c(j->f->evidence[e]->path);

		if (b->banner && str_ends(path, "proc/version"))
			j->tells[e] = VERSION;
		else if (strcmp(j->f->evidence[e]->kind, "snapshot") != 0)
			j->tells[e] = 0;
		else if (b->cmdline.n)
			j->tells[e] |= CMDLINE;
	}
}

/* A log's own zones are its boots' already. */
static bool may_join(const struct joining *j, size_t e)
{
	return j->tells[e] &&
	       (strcmp(j->f->evidence[e]->kind, "snapshot") == 0 || j->tells[e] == VERSION);
}

static bool one_tree(const struct joining *j, size_t a, size_t b)
{
	return str_eq(root_of(j->f->evidence[a]->path), root_of(j->f->evidence[b]->path));
}

static void fill(struct fact_boot *to, const struct fact_boot *from)
{
	if (!to->kernel.n) {
		to->kernel = from->kernel;
		to->build = from->build;
	}
	if (!to->arch.n)
		to->arch = from->arch;
	if (!to->cmdline.n)
		to->cmdline = from->cmdline;
	if (!to->page_size.known)
		to->page_size = from->page_size;
}

/* What @p e tells is of the boot @p b from now on. */
static void join(struct joining *j, size_t e, struct fact_boot *b)
{
	const struct fact_boot *own = boot_of(j->f, e);
	uint32_t home = b->head.origin.evidence;

	if (own)
		fill(b, own);
	for (size_t i = 0; i < j->f->lists[FACT_memory_range].n; i++) {
		struct fact *r = j->f->lists[FACT_memory_range].v[i];

		if (r->origin.evidence == e)
			r->boot = b->head.boot;
	}
	for (size_t i = 0; i < j->f->n_evidence; i++)
		if (i == e || j->f->evidence[i]->home == e)
			j->f->evidence[i]->home = home;
	j->tells[home] |= j->tells[e];
	j->tells[e] = 0;
}

static void join_trees(struct joining *j)
{
	for (size_t h = 0; h < j->f->n_evidence; h++) {
		struct fact_boot *b = may_join(j, h) ? boot_of(j->f, h) : NULL;

		for (size_t e = 0; b && e < j->f->n_evidence; e++)
			if (e != h && may_join(j, e) && one_tree(j, h, e) &&
			    !(j->tells[h] & j->tells[e]))
				join(j, e, b);
	}
}

/* ---- the log of the same boot ---- */

struct range {
	uint64_t start, end;
	bool ram;
};

static bool ram_word(struct str type)
{
	return str_is(type, "usable") || str_is(type, "System RAM");
}

/* The n-th range of a map of a piece's boot; false behind the last. */
static bool nth(const struct facts *f, size_t evidence, int32_t boot, const char *map, size_t *at,
		struct range *ret)
{
	const struct fact_list *all = &f->lists[FACT_memory_range];

	for (; *at < all->n; ++*at) {
		const struct fact_memory_range *r = (const struct fact_memory_range *)all->v[*at];

		if (r->head.origin.evidence != evidence || r->head.boot != boot ||
		    strcmp(r->map, map) != 0)
			continue;
		++*at;
		*ret = (struct range){ r->start.v, r->end.v, ram_word(r->type) };
		return true;
	}
	return false;
}

static bool same_map(const struct facts *f, const struct fact_boot *log, size_t memmap)
{
	size_t a = 0, b = 0, n = 0;
	struct range x, y;

	while (nth(f, log->head.origin.evidence, log->head.boot, "bios-e820", &a, &x)) {
		if (!nth(f, memmap, 0, "firmware-memmap", &b, &y) || x.start != y.start ||
		    x.end != y.end || x.ram != y.ram)
			return false;
		n++;
	}
	return n && !nth(f, memmap, 0, "firmware-memmap", &b, &y);
}

/* The last boot with that map in a log below the tree. */
static struct fact_boot *log_of(struct joining *j, size_t memmap)
{
	const struct fact_list *all = &j->f->lists[FACT_boot];
	struct str root = root_of(j->f->evidence[memmap]->path);

	for (size_t i = all->n; i-- > 0;) {
		struct fact_boot *b = (struct fact_boot *)all->v[i];
		struct str path = str_c(j->f->evidence[b->head.origin.evidence]->path);

		if (b->e820_entries.known && str_eq(str_first(path, root.n), root) &&
		    same_map(j->f, b, memmap))
			return b;
	}
	return NULL;
}

static void join_logs(struct joining *j)
{
	for (size_t e = 0; e < j->f->n_evidence; e++) {
		uint32_t home = j->f->evidence[e]->home;
		struct fact_boot *b = NULL;

		if (boot_of(j->f, home) && strcmp(j->f->evidence[e]->kind, "snapshot") == 0 &&
		    (j->tells[home] & FIRMWARE))
			b = log_of(j, e);
		if (b)
			for (size_t k = 0; k < j->f->n_evidence; k++)
				if (j->f->evidence[k]->home == home && k != home)
					join(j, k, b);
		if (b)
			join(j, home, b);
	}
}

void snapshots_join(struct facts *f)
{
	struct joining j = { .f = f };

	arena_init(&j.scratch);
	j.tells = arena_alloc(&j.scratch, f->n_evidence + 1);
	if (j.tells) {
		look(&j);
		join_trees(&j);
		join_logs(&j);
	} else {
		f->arena.failed = true;
	}
	arena_deinit(&j.scratch);
}
