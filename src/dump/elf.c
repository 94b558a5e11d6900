// SPDX-License-Identifier: GPL-2.0-or-later
// ELF cores: /proc/vmcore, /proc/kcore copies, QEMU's dump-guest-memory.
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "dump/container.h"
#include "dump/elf_machine.h"
#include "dump/xen.h"

enum { PAGE = 4096, NOTES_MAX = 16 << 20, PHDRS_MAX = 1 << 20 };

struct segment {
	paddr_t start, end; /* of RAM */
	uint64_t off, filesz;
};

struct elf {
	struct segment *segments; /* ascending by start */
	size_t n;
	size_t last;	   /* where the last look-up ended */
	size_t scan;	   /* where the last next_elf() ended */
	uint64_t scanned;  /* the page that it gave */
	uint64_t file_end; /* of the last segment's bytes */
	char page[PAGE];   /* where the file is not mapped */
};

/* One program header, whatever the class. */
struct phdr {
	uint32_t type;
	uint64_t off, paddr, filesz, memsz;
};

static bool read_phdr(struct container *c, bool is64, uint64_t at, struct phdr *ret)
{
	Elf64_Phdr p64;
	Elf32_Phdr p32;

	if (is64) {
		if (!bytes_read(c->bytes, at, &p64, sizeof(p64)))
			return false;
		*ret = (struct phdr){ p64.p_type, p64.p_offset, p64.p_paddr, p64.p_filesz,
				      p64.p_memsz };
		return true;
	}
	if (!bytes_read(c->bytes, at, &p32, sizeof(p32)))
		return false;
	*ret = (struct phdr){ p32.p_type, p32.p_offset, p32.p_paddr, p32.p_filesz, p32.p_memsz };
	return true;
}

static void add_note_segment(struct container *c, const struct phdr *p)
{
	uint64_t n = p->filesz;
	unsigned char *copy;
	const void *ptr;

	if (p->off > bytes_size(c->bytes))
		return;
	if (n > bytes_size(c->bytes) - p->off)
		n = bytes_size(c->bytes) - p->off;
	if (n > NOTES_MAX)
		n = NOTES_MAX;
	ptr = bytes_ptr(c->bytes, p->off, n);
	if (!ptr) {
		copy = arena_alloc(c->arena, n);
		if (!copy || !bytes_read(c->bytes, p->off, copy, n))
			return;
		ptr = copy;
	}
	container_add_notes(c, ptr, n);
}

static void add_segment(struct container *c, const struct phdr *p)
{
	struct elf *e = c->priv;
	uint64_t file_end;
	struct segment *s;
	paddr_t end;

	/* /proc/kcore gives no physical address for vmalloc space: all ones */
	if (!p->memsz || p->paddr == UINT64_MAX ||
	    __builtin_add_overflow(p->paddr, p->memsz, &end) || end > UINT64_MAX - PAGE)
		return;
	if (__builtin_add_overflow(p->off, p->filesz, &file_end))
		return;
	if (file_end > e->file_end)
		e->file_end = file_end;
	s = arena_push(c->arena, (void **)&e->segments, &e->n, sizeof(*s));
	*s = (struct segment){ p->paddr, end, p->off, p->filesz < p->memsz ? p->filesz : p->memsz };
	if ((end + PAGE - 1) / PAGE > c->max_pfn)
		c->max_pfn = (end + PAGE - 1) / PAGE;
}

static int by_start(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* PN_XNUM: more than 65534 program headers; the number stands in the first section header. */
static uint64_t n_phdrs(struct container *c, const Elf64_Ehdr *eh)
{
	Elf64_Shdr sh;

	if (eh->e_phnum == PN_XNUM && bytes_read(c->bytes, eh->e_shoff, &sh, sizeof(sh)))
		return sh.sh_info;
	return eh->e_phnum;
}

/* A Xen guest's pages, those that follow each other as one segment. */
static void add_xen_segments(struct container *c, const struct xen_pages *x)
{
	uint64_t first = 0, start = UINT64_MAX, n = 0;

	for (uint64_t i = 0; i <= x->n; i++) {
		uint64_t frame = i < x->n ? xen_frame(c, x, i) : UINT64_MAX;

		if (n && frame == start + n) {
			n++;
			continue;
		}
		if (n)
			add_segment(c, &(struct phdr){ .off = x->pages + first * PAGE,
						       .paddr = start * PAGE,
						       .filesz = n * PAGE,
						       .memsz = n * PAGE });
		first = i;
		start = frame;
		n = frame != UINT64_MAX;
	}
}

static enum status settle(struct container *c)
{
	struct elf *e = c->priv;

	if (!e->n)
		return ST_BAD_DATA;
	container_check_size(c, e->file_end, false);
	qsort(e->segments, e->n, sizeof(e->segments[0]), by_start);
	return OK;
}

static enum status read_headers(struct container *c, bool is64, uint64_t phoff, uint64_t n)
{
	uint64_t entsize = is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);

	if (n > PHDRS_MAX || phoff > bytes_size(c->bytes))
		return ST_BAD_DATA;
	c->priv = arena_new(c->arena, struct elf);
	for (uint64_t i = 0; i < n; i++) {
		struct phdr p;

		if (!read_phdr(c, is64, phoff + i * entsize, &p))
			break;
		if (p.type == PT_NOTE)
			add_note_segment(c, &p);
		else if (p.type == PT_LOAD)
			add_segment(c, &p);
	}
	return OK;
}

/* makedumpfile -E that ran out of room: DUMP_ELF_INCOMPLETE. Other machines have flags of their own
 * there. */
static void check_complete(struct container *c, const Elf64_Ehdr *eh)
{
	if ((c->machine == EM_X86_64 || c->machine == EM_AARCH64) && eh->e_flags & 1)
		container_cut(c, STR("incomplete: what wrote it stopped (no room left?)"));
}

static enum status open_elf(struct container *c)
{
	struct xen_pages xen;
	Elf64_Ehdr eh;
	Elf32_Ehdr eh32;
	enum status st;

	/* QEMU 7.2 and newer write a wrong e_ehsize: honour e_phoff, check nothing else */
	if (!bytes_read(c->bytes, 0, &eh32, sizeof(eh32)) ||
	    memcmp(eh32.e_ident, ELFMAG, SELFMAG) != 0)
		return ST_UNSUPPORTED;
	if (eh32.e_ident[EI_DATA] != ELFDATA2LSB) {
		c->format = "ELF";
		c->machine = __builtin_bswap16(eh32.e_machine);
		c->why = arena_printf(
			c->arena, "an ELF core of %s machine, big-endian: these are not read yet",
			elf_machine_text(c));
		return ST_BAD_DATA;
	}
	c->machine = eh32.e_machine;
	c->page_size = PAGE;
	c->format = "ELF";
	if (eh32.e_ident[EI_CLASS] != ELFCLASS64) {
		st = read_headers(c, false, eh32.e_phoff, eh32.e_phnum);
		return st ? st : settle(c);
	}
	if (!bytes_read(c->bytes, 0, &eh, sizeof(eh)))
		return ST_BAD_DATA;
	check_complete(c, &eh);
	st = read_headers(c, true, eh.e_phoff, n_phdrs(c, &eh));
	if (st)
		return st;
	if (xen_pages_find(c, &eh, &xen)) {
		c->format = "Xen";
		add_xen_segments(c, &xen);
	}
	return settle(c);
}

/* kcore and kdump give kernel text twice: any segment that holds the address will do. */
static const struct segment *find(struct container *c, paddr_t addr)
{
	struct elf *e = c->priv;
	const struct segment *s = &e->segments[e->last];
	size_t lo = 0, hi = e->n;

	if (addr >= s->start && addr < s->end)
		return s;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (e->segments[mid].start <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (size_t back = 0; lo-- > 0 && back < 8; back++) {
		if (addr < e->segments[lo].end) {
			e->last = lo;
			return &e->segments[lo];
		}
	}
	return NULL;
}

static enum page_state state_elf(struct container *c, paddr_t addr)
{
	const struct segment *s = find(c, addr);

	if (!s)
		return PAGE_MISSING;
	if (addr - s->start < s->filesz && s->off + (addr - s->start) >= bytes_size(c->bytes))
		return PAGE_DAMAGED;
	/* makedumpfile -E writes what it left out as p_memsz > p_filesz */
	return addr - s->start < s->filesz ? PAGE_PRESENT : PAGE_EXCLUDED;
}

static const void *ptr_elf(struct container *c, paddr_t addr, size_t n, enum page_state *ret)
{
	const struct segment *s = find(c, addr);
	const void *p;

	*ret = !s ? PAGE_MISSING : PAGE_EXCLUDED;
	if (!s || addr - s->start >= s->filesz || n > s->filesz - (addr - s->start))
		return NULL;
	p = bytes_ptr(c->bytes, s->off + (addr - s->start), n);
	if (!p && n <= PAGE) {
		struct elf *e = c->priv;

		p = bytes_read(c->bytes, s->off + (addr - s->start), e->page, n) ? e->page : NULL;
	}
	*ret = p ? PAGE_PRESENT : PAGE_DAMAGED;
	return p;
}

static enum page_state read_elf(struct container *c, paddr_t addr, void *buf, size_t n)
{
	const struct segment *s;
	enum page_state state;
	const void *p = ptr_elf(c, addr, n, &state);

	if (p)
		memcpy(buf, p, n);
	if (p || state != PAGE_DAMAGED)
		return state;
	s = find(c, addr);
	return bytes_read(c->bytes, s->off + (addr - s->start), buf, n) ? PAGE_PRESENT
									: PAGE_DAMAGED;
}

/* Whether any of a segment's bytes from a page on are in the file. */
static bool holds(const struct container *c, const struct segment *s, uint64_t pfn)
{
	uint64_t from = pfn * PAGE > s->start ? pfn * PAGE : s->start;

	return from - s->start < s->filesz && s->off + (from - s->start) < bytes_size(c->bytes);
}

/* Segments ascend by where they begin; of those behind the last answer's none can be passed over.
 */
static uint64_t next_elf(struct container *c, uint64_t pfn)
{
	struct elf *e = c->priv;

	if (pfn < e->scanned)
		e->scan = 0;
	while (e->scan < e->n && !holds(c, &e->segments[e->scan], pfn))
		e->scan++;
	if (e->scan == e->n)
		return UINT64_MAX;
	e->scanned = e->segments[e->scan].start / PAGE;
	if (e->scanned < pfn)
		e->scanned = pfn;
	return e->scanned;
}

static void close_elf(struct container *c)
{
	(void)c;
}

extern const struct container_ops container_elf;
const struct container_ops container_elf = {
	.name = "elf",
	.open = open_elf,
	.read = read_elf,
	.ptr = ptr_elf,
	.state = state_elf,
	.next = next_elf,
	.close = close_elf,
};
