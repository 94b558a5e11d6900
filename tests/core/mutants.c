// SPDX-License-Identifier: GPL-2.0-or-later
// mutants COUNT DUMP...: damages a dump (a description, or an ELF or other dump file) in COUNT ways
// and reads each: bits turned, cut short, pages zeroed, pointers crossed, lists bent into circles.
// Prints TAP: nothing crashes or hangs, and of those whose VMCOREINFO and page tables are whole at
// least 80 % still list the tasks, give or take 5 %. MUTANT=N runs the one mutant.
#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "core.h"
#include "dump/dump.h"
#include "evidence/dump.h"
#include "fact/kinds.h"

enum { HANG_SECONDS = 60, UNDO_MAX = 64, KINDS = 5 };

struct undo {
	uint64_t off, n;
	uint8_t *p;
};

struct subject {
	const char *path;
	int fd;
	uint8_t *map; /* of the file, shared */
	uint64_t size;
	Elf64_Phdr *loads; /* none: not ELF */
	size_t n_loads;
	uint64_t notes, n_notes, direct;
	uint8_t *is_table; /* by page */
	uint64_t max_pfn;
	uint64_t *full; /* offsets of pages that are not zero */
	size_t n_full;
	size_t tasks;
	struct undo undo[UNDO_MAX];
	size_t n_undo;
	bool whole; /* VMCOREINFO and page tables were not touched */
	uint64_t seed;
};

static char now[256];

static void hang(int sig)
{
	(void)sig;
	(void)!write(STDOUT_FILENO, now, strlen(now));
	_exit(1);
}

static uint64_t next(struct subject *s)
{
	s->seed = s->seed * 6364136223846793005ull + 1442695040888963407ull;
	return s->seed >> 24;
}

static void quiet(void *arg, const char *path, const char *what)
{
	(void)path;
	if (arg)
		printf("# %s\n", what);
}

/* Everything that is done with a dump. */
static size_t count_tasks(const struct subject *s, bool verbose)
{
	struct evidence_options opt = { quiet, verbose ? &opt : NULL, NULL };
	struct facts f;
	size_t n;

	facts_init(&f);
	(void)evidence_dump(&f, &s->fd, 1, s->path, &opt);
	facts_finish(&f);
	n = f.lists[FACT_task].n;
	facts_deinit(&f);
	return n;
}

static int open_subject(const char *path)
{
	size_t n = strlen(path);
	int fd = memfd_create("mutant", MFD_CLOEXEC), in;
	struct core *c;
	struct stat st;

	if (fd < 0)
		err(2, "memfd");
	if (n > 5 && strcmp(path + n - 5, ".core") == 0) {
		c = core_read(path);
		core_write(c, fd);
		core_free(c);
		return fd;
	}
	in = open(path, O_RDONLY | O_CLOEXEC);
	if (in < 0 || fstat(in, &st))
		err(2, "%s", path);
	for (off_t at = 0; at < st.st_size;)
		if (sendfile(fd, in, &at, (size_t)(st.st_size - at)) <= 0)
			err(2, "%s", path);
	close(in);
	return fd;
}

static void find_segments(struct subject *s)
{
	const Elf64_Ehdr *eh = (const void *)s->map;
	const Elf64_Phdr *ph = (const void *)(s->map + eh->e_phoff);

	if (memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0)
		return;
	for (unsigned int i = 0; i < eh->e_phnum; i++) {
		if (ph[i].p_type == PT_NOTE) {
			s->notes = ph[i].p_offset;
			s->n_notes = ph[i].p_filesz;
		} else if (ph[i].p_type == PT_LOAD) {
			s->loads = core_push(s->loads, &s->n_loads, sizeof(*s->loads));
			s->loads[s->n_loads - 1] = ph[i];
		}
	}
}

/* Physical address and offset in the file, either way; UINT64_MAX: none. */
static uint64_t to_offset(const struct subject *s, uint64_t phys)
{
	for (size_t i = 0; i < s->n_loads; i++)
		if (phys - s->loads[i].p_paddr < s->loads[i].p_filesz)
			return s->loads[i].p_offset + (phys - s->loads[i].p_paddr);
	return UINT64_MAX;
}

static uint64_t to_phys(const struct subject *s, uint64_t off)
{
	for (size_t i = 0; i < s->n_loads; i++)
		if (off - s->loads[i].p_offset < s->loads[i].p_filesz)
			return s->loads[i].p_paddr + (off - s->loads[i].p_offset);
	return UINT64_MAX;
}

static void mark_tables(struct subject *s, uint64_t table, unsigned int level, uint64_t mask)
{
	uint64_t off = to_offset(s, table), entry;

	if (off == UINT64_MAX || table / CORE_PAGE >= s->max_pfn || s->is_table[table / CORE_PAGE])
		return;
	s->is_table[table / CORE_PAGE] = 1;
	for (unsigned int i = 0; level > 1 && i < 512; i++) {
		memcpy(&entry, s->map + off + 8ull * i, 8);
		if ((entry & 1) && !((level == 2 || level == 3) && (entry & 128)))
			mark_tables(s, entry & mask, level - 1, mask);
	}
}

static void learn(struct subject *s)
{
	static const uint8_t zero[CORE_PAGE];
	struct dump *d;
	struct stat st;

	if (fstat(s->fd, &st))
		err(2, "%s", s->path);
	s->size = (uint64_t)st.st_size;
	s->map = mmap(NULL, s->size, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);
	if (s->map == MAP_FAILED)
		err(2, "mmap");
	find_segments(s);
	if (dump_open(s->fd, s->path, &d))
		errx(2, "%s: does not open", s->path);
	s->max_pfn = d->container.max_pfn;
	s->direct = d->mmu.direct_map;
	s->is_table = calloc(1, s->max_pfn + 1);
	if (s->n_loads && s->is_table)
		mark_tables(s, d->mmu.root, d->mmu.levels, d->mmu.pte_mask);
	dump_close(d);
	for (uint64_t at = 0; at + CORE_PAGE <= s->size; at += CORE_PAGE) {
		if (memcmp(s->map + at, zero, CORE_PAGE) == 0)
			continue;
		s->full = core_push(s->full, &s->n_full, sizeof(*s->full));
		s->full[s->n_full - 1] = at;
	}
	s->tasks = count_tasks(s, true);
	printf("# %s: %zu tasks, %zu pages that are not zero\n", s->path, s->tasks, s->n_full);
}

/* Before bytes change: keeps them, and sees whose they are. */
static void touch(struct subject *s, uint64_t off, uint64_t n)
{
	struct undo *u = &s->undo[s->n_undo];
	uint64_t phys = to_phys(s, off), last = to_phys(s, off + n - 1);

	if (s->n_undo == UNDO_MAX)
		errx(2, "too many changes");
	u->off = off;
	u->n = n;
	u->p = malloc(n);
	if (!u->p)
		err(2, "memory");
	memcpy(u->p, s->map + off, n);
	s->n_undo++;
	if (off < s->notes + s->n_notes && off + n > s->notes)
		s->whole = false;
	if (phys != UINT64_MAX && last != UINT64_MAX)
		for (uint64_t at = phys / CORE_PAGE; at <= last / CORE_PAGE; at++)
			s->whole &= at >= s->max_pfn || !s->is_table[at];
}

static uint64_t somewhere(struct subject *s)
{
	return s->full[next(s) % s->n_full];
}

static void turn_bits(struct subject *s)
{
	for (uint64_t n = 1 + next(s) % 16; n; n--) {
		uint64_t off = somewhere(s) + next(s) % CORE_PAGE;

		touch(s, off, 1);
		s->map[off] ^= (uint8_t)(1u << next(s) % 8);
	}
}

static void zero_pages(struct subject *s)
{
	for (uint64_t n = 1 + next(s) % 4; n; n--) {
		uint64_t off = somewhere(s);

		touch(s, off, CORE_PAGE);
		memset(s->map + off, 0, CORE_PAGE);
	}
}

/* The offset of a word that looks like a kernel pointer. */
static uint64_t find_pointer(struct subject *s)
{
	for (int tries = 0; tries < 10000; tries++) {
		uint64_t off = somewhere(s) + next(s) % (CORE_PAGE / 8) * 8, v;

		memcpy(&v, s->map + off, 8);
		if (v >> 47 == 0x1ffff && v < 0xfffffffffffff000)
			return off;
	}
	return somewhere(s);
}

static void cross_pointers(struct subject *s)
{
	for (uint64_t n = 1 + next(s) % 8; n; n--) {
		uint64_t a = find_pointer(s), b = find_pointer(s), v;

		touch(s, a, 8);
		touch(s, b, 8);
		memcpy(&v, s->map + a, 8);
		memcpy(s->map + a, s->map + b, 8);
		memcpy(s->map + b, &v, 8);
	}
}

/* What a pointer points to leads back to the pointer, or to itself. */
static void bend_list(struct subject *s)
{
	for (uint64_t n = 1 + next(s) % 4; n; n--) {
		uint64_t a = find_pointer(s), v, to, back;

		memcpy(&v, s->map + a, 8);
		to = to_offset(s, v - s->direct);
		if (to == UINT64_MAX || to + 8 > s->size)
			continue;
		back = next(s) % 2 ? v : s->direct + to_phys(s, a);
		touch(s, to, 8);
		memcpy(s->map + to, &back, 8);
	}
}

static void undo(struct subject *s)
{
	while (s->n_undo) {
		struct undo *u = &s->undo[--s->n_undo];

		memcpy(s->map + u->off, u->p, u->n);
		free(u->p);
	}
}

/* @return whether the tasks are still listed. */
static bool cut_short(struct subject *s)
{
	uint64_t keep = next(s) % 4 ? next(s) % s->size : s->size - next(s) % 65536 % s->size;
	uint8_t *tail = malloc(s->size - keep + 1);
	uint64_t tables = 0;
	size_t n;

	if (!tail)
		err(2, "memory");
	memcpy(tail, s->map + keep, s->size - keep);
	s->whole = s->n_loads && keep >= s->notes + s->n_notes;
	for (uint64_t pfn = 0; pfn < s->max_pfn; pfn++)
		tables += s->is_table[pfn] && to_offset(s, pfn * CORE_PAGE) + CORE_PAGE > keep;
	s->whole &= !tables;
	if (ftruncate(s->fd, (off_t)keep))
		err(2, "ftruncate");
	n = count_tasks(s, getenv("MUTANT"));
	if (ftruncate(s->fd, (off_t)s->size))
		err(2, "ftruncate");
	memcpy(s->map + keep, tail, s->size - keep);
	free(tail);
	return n * 100 >= s->tasks * 95 && n * 100 <= s->tasks * 105;
}

static bool one(struct subject *s, unsigned long i)
{
	static void (*const changes[])(struct subject *) = { turn_bits, zero_pages, cross_pointers,
							     bend_list };
	const struct itimerval limit = { .it_value = { .tv_sec = HANG_SECONDS } };
	size_t n;

	s->seed = i * 0x9e3779b97f4a7c15ull + 1;
	s->whole = s->n_loads > 0;
	(void)snprintf(now, sizeof(now), "not ok - %s: mutant %lu hangs\n", s->path, i);
	(void)setitimer(ITIMER_PROF, &limit, NULL); /* of CPU: others may use it, too */
	if (i % KINDS == KINDS - 1)
		return cut_short(s);
	changes[i % KINDS](s);
	n = count_tasks(s, getenv("MUTANT"));
	undo(s);
	return n * 100 >= s->tasks * 95 && n * 100 <= s->tasks * 105;
}

static void run(struct subject *s, unsigned long count, int test)
{
	size_t whole[KINDS] = { 0 }, listed[KINDS] = { 0 }, n = 0, good = 0;
	const char *only = getenv("MUTANT");
	struct rusage use;

	for (unsigned long i = 0; i < count; i++) {
		bool ok;

		if (only && strtoul(only, NULL, 10) != i)
			continue;
		ok = one(s, i);
		whole[i % KINDS] += s->whole;
		listed[i % KINDS] += s->whole && ok;
		if (only || (s->whole && !ok && getenv("MUTANTS_VERBOSE")))
			printf("# mutant %lu: %s, tasks %s\n", i, s->whole ? "whole" : "not whole",
			       ok ? "listed" : "lost");
	}
	for (size_t i = 0; i < KINDS; i++) {
		n += whole[i];
		good += listed[i];
	}
	(void)getrusage(RUSAGE_SELF, &use);
	printf("# bits %zu of %zu, zeroed %zu of %zu, crossed %zu of %zu, cyclic %zu of %zu, cut %zu of %zu; peak %ld MiB\n",
	       listed[0], whole[0], listed[1], whole[1], listed[2], whole[2], listed[3], whole[3],
	       listed[4], whole[4], use.ru_maxrss / 1024);
	printf("%s %d - %lu mutants of %s: %zu of %zu whole ones list their tasks\n",
	       good * 100 >= n * 80 ? "ok" : "not ok", test, count, s->path, good, n);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	const char *quick = getenv("MUTANTS");

	if (!count)
		errx(2, "usage: mutants COUNT DUMP...");
	if (quick)
		count = strtoul(quick, NULL, 10);
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPROF, hang);
	printf("1..%d\n", argc - 2);
	for (int i = 2; i < argc; i++) {
		struct subject s = { .path = argv[i], .fd = open_subject(argv[i]) };

		learn(&s);
		run(&s, count, i - 1);
		munmap(s.map, s.size);
		close(s.fd);
		free(s.full);
		free(s.loads);
		free(s.is_table);
	}
	return 0;
}
