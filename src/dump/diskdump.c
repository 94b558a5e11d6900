// SPDX-License-Identifier: GPL-2.0-or-later
// The kdump-compressed format, versions 1 to 6 (makedumpfile's diskdump_mod.h).
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "dump/container.h"
#include "dump/elf_machine.h"
#include "dump/unpack.h"

/* struct disk_dump_header of a 64-bit machine; the timestamp's padding makes it packed */
struct header {
	char signature[8];
	uint32_t version;
	char utsname[6][65];
	char timestamp[22];
	uint32_t status, block_size, sub_hdr_size, bitmap_blocks, max_mapnr;
} __attribute__((packed));

/* struct kdump_sub_header; fields count from the version named */
struct sub_header {
	uint64_t phys_base;
	uint32_t dump_level, split;			 /* 1, 2 */
	uint64_t start_pfn, end_pfn;			 /* 2 */
	uint64_t offset_vmcoreinfo, size_vmcoreinfo;	 /* 3 */
	uint64_t offset_note, size_note;		 /* 4 */
	uint64_t offset_eraseinfo, size_eraseinfo;	 /* 5 */
	uint64_t start_pfn_64, end_pfn_64, max_mapnr_64; /* 6 */
} __attribute__((packed));

/* Of header.status; the others name a compression. */
enum {
	STATUS_INCOMPLETE = 0x8,       /* DUMP_DH_COMPRESSED_INCOMPLETE */
	STATUS_EXCLUDED_VMEMMAP = 0x10 /* DUMP_DH_EXCLUDED_VMEMMAP: makedumpfile -e */
};

/* Of sub_header.dump_level: makedumpfile.h:DL_EXCLUDE_* */
enum { LEVEL_ZERO = 0x1 };

struct page_desc {
	uint64_t offset;
	uint32_t size, flags;
	uint64_t page_flags;
} __attribute__((packed));

enum {
	SLOTS = 512,	  /* unpacked pages kept */
	RANK_BITS = 4096, /* pages counted together */
	RANK_BYTES = RANK_BITS / 8,
	BLOB_MAX = 16 << 20,
	PAGE_SIZE_MAX = 64 << 10,
	LAST_DESCS = 4096, /* descriptors that tell where the file ends */
};

struct slot {
	uint64_t pfn_plus_1;
	unsigned char *page;
};

struct diskdump {
	uint64_t bitmap1, bitmap2, bitmap_bytes; /* offsets in the file */
	uint64_t descs;
	uint32_t *rank;	     /* dumpable pages before each run of RANK_BITS */
	uint64_t first_rank; /* dumpable pages before start_pfn: split dumps */
	struct slot *slots;
	unsigned char *scratch;
	uint32_t lacks; /* flags of a compression this build cannot read */
};

static bool read_header(struct container *c, struct header *h)
{
	return bytes_read(c->bytes, 0, h, sizeof(*h)) && memcmp(h->signature, "KDUMP   ", 8) == 0;
}

static struct str machine_in(const struct header *h)
{
	return (struct str){ h->utsname[4], strnlen(h->utsname[4], 65) };
}

static bool good_header(const struct header *h)
{
	uint32_t b = h->block_size;

	/* that of a machine of 32 bits is shorter: another number stands there */
	return !elf_machine_is_32_bit(machine_in(h)) && b >= 4096 && b <= PAGE_SIZE_MAX &&
	       (b & (b - 1)) == 0 && h->sub_hdr_size < 1024 && h->version >= 1 && h->version <= 16;
}

/* Says which machine's it is, if that is why it cannot be read. */
static struct str strange_header(struct container *c, const struct header *h)
{
	uint32_t version = h->version > 16 ? __builtin_bswap32(h->version) : h->version;
	struct str machine = machine_in(h);

	if (version < 1 || version > 16 || !machine.n)
		return STR("");
	if (version == h->version && !elf_machine_is_32_bit(machine))
		return STR("");
	return arena_printf(c->arena, "a dump of a %s machine (%.*s): these are not read yet",
			    version != h->version ? "big-endian" : "32-bit", STR_ARG(machine));
}

static void read_sub_header(struct container *c, const struct header *h, struct sub_header *s)
{
	static const uint8_t known[] = { 8, 12, 32, 48, 64, 80, 104 };
	size_t n = known[h->version < 6 ? h->version : 6];

	memset(s, 0, sizeof(*s));
	if (!h->sub_hdr_size || !bytes_read(c->bytes, h->block_size, s, n))
		memset(s, 0, sizeof(*s));
	if (h->version < 6) {
		s->max_mapnr_64 = h->max_mapnr;
		s->start_pfn_64 = s->start_pfn;
		s->end_pfn_64 = s->end_pfn;
	}
}

static const unsigned char *blob(struct container *c, uint64_t off, uint64_t n)
{
	unsigned char *copy;
	const void *p;

	if (!off || !n || n > BLOB_MAX)
		return NULL;
	p = bytes_ptr(c->bytes, off, n);
	if (p)
		return p;
	copy = arena_alloc(c->arena, n);
	return copy && bytes_read(c->bytes, off, copy, n) ? copy : NULL;
}

static uint64_t count_bits(const unsigned char *p, size_t bytes)
{
	uint64_t n = 0, word;

	for (size_t i = 0; i + 8 <= bytes; i += 8) {
		memcpy(&word, p + i, 8);
		n += (uint64_t)__builtin_popcountll(word);
	}
	return n;
}

static enum status build_rank(struct container *c, struct diskdump *d)
{
	uint64_t runs = (d->bitmap_bytes + RANK_BYTES - 1) / RANK_BYTES;
	unsigned char buf[RANK_BYTES];
	uint64_t sum = 0;

	d->rank = arena_alloc(c->arena, (runs + 1) * sizeof(*d->rank));
	if (!d->rank)
		return ST_NOMEM;
	for (uint64_t i = 0; i < runs; i++) {
		uint64_t left = d->bitmap_bytes - i * RANK_BYTES;

		d->rank[i] = (uint32_t)sum;
		if (!bytes_read(c->bytes, d->bitmap2 + i * RANK_BYTES, buf,
				left < RANK_BYTES ? left : RANK_BYTES))
			return ST_BAD_DATA;
		sum += count_bits(buf, left < RANK_BYTES ? left : RANK_BYTES);
		if (sum > UINT32_MAX)
			return ST_LIMIT;
	}
	d->rank[runs] = (uint32_t)sum;
	return OK;
}

static bool bit(struct container *c, uint64_t bitmap, uint64_t pfn)
{
	unsigned char b;

	return bytes_read(c->bytes, bitmap + pfn / 8, &b, 1) && (b >> (pfn % 8) & 1);
}

/* How many dumpable pages lie before pfn. */
static uint64_t rank_of(struct container *c, uint64_t pfn)
{
	const struct diskdump *d = c->priv;
	uint64_t run = pfn / RANK_BITS, bits = pfn % RANK_BITS, n = d->rank[run], word;
	uint64_t at = d->bitmap2 + run * RANK_BYTES;

	for (; bits >= 64; bits -= 64, at += 8) {
		if (!bytes_read(c->bytes, at, &word, 8))
			return n;
		n += (uint64_t)__builtin_popcountll(word);
	}
	if (bits && bytes_read(c->bytes, at, &word, 8))
		n += (uint64_t)__builtin_popcountll(word & ((1ull << bits) - 1));
	return n;
}

static void take_release(struct container *c, const struct header *h)
{
	const char *release = h->utsname[2];

	c->release = arena_str(c->arena, (struct str){ release, strnlen(release, 65) });
	c->machine = elf_machine_of(machine_in(h));
	/* some writers leave it empty: the header's places are those of x86-64, the rest will show
	 */
	if (!*h->utsname[4])
		c->machine = EM_X86_64;
}

static enum status set_bitmaps(struct container *c, struct diskdump *d, const struct header *h,
			       const struct sub_header *s)
{
	uint64_t block = h->block_size;
	uint64_t first = block * (1 + (uint64_t)h->sub_hdr_size);
	uint64_t max_bytes = (uint64_t)h->bitmap_blocks / 2 * block;

	d->bitmap_bytes = (s->max_mapnr_64 / 8 + 8) & ~7ull;
	if (d->bitmap_bytes > max_bytes)
		d->bitmap_bytes = max_bytes;
	if (!d->bitmap_bytes || !s->max_mapnr_64)
		return ST_BAD_DATA;
	if (first + max_bytes + d->bitmap_bytes > bytes_size(c->bytes)) {
		container_check_size(c, first + max_bytes + d->bitmap_bytes, true);
		c->why = c->warning;
		return ST_BAD_DATA;
	}
	d->bitmap1 = first;
	d->bitmap2 = first + max_bytes;
	d->descs = first + (uint64_t)h->bitmap_blocks * block;
	c->max_pfn = d->bitmap_bytes * 8;
	if (c->max_pfn > s->max_mapnr_64)
		c->max_pfn = s->max_mapnr_64;
	return build_rank(c, d);
}

static bool read_desc(struct container *c, uint64_t index, struct page_desc *ret)
{
	const struct diskdump *d = c->priv;

	return bytes_read(c->bytes, d->descs + index * sizeof(*ret), ret, sizeof(*ret));
}

/*
 * makedumpfile lays out all descriptors first, then fills them in the order of the pages: where it
 * ran out of room, or was killed, they are zero from there on. @return how many are filled.
 */
static uint64_t n_written(struct container *c, uint64_t n)
{
	uint64_t lo = 0, hi = n;

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;
		struct page_desc desc;

		if (read_desc(c, mid, &desc) && desc.offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void check_complete(struct container *c, uint32_t status, uint64_t n)
{
	struct page_desc last;

	if (!(status & STATUS_INCOMPLETE) && (!n || !read_desc(c, n - 1, &last) || last.offset))
		return;
	container_cut(c, arena_printf(c->arena,
				      "incomplete: what wrote it stopped (no room left?) after "
				      "%llu of %llu pages",
				      (unsigned long long)n_written(c, n), (unsigned long long)n));
}

/* The file is as long as the data of its last pages needs; those before lie before. */
static void check_size(struct container *c, uint32_t status)
{
	struct diskdump *d = c->priv;
	uint64_t end = c->end_pfn < c->max_pfn ? c->end_pfn : c->max_pfn;
	uint64_t n = end > c->start_pfn ? rank_of(c, end) - d->first_rank : 0, need;
	struct page_desc desc;

	check_complete(c, status, n);
	need = d->descs + n * sizeof(desc);
	for (uint64_t i = n > LAST_DESCS ? n - LAST_DESCS : 0; i < n; i++)
		if (read_desc(c, i, &desc) && desc.size <= 2 * c->page_size &&
		    desc.offset < UINT64_MAX / 2 && desc.offset + desc.size > need)
			need = desc.offset + desc.size;
	container_check_size(c, need, true);
}

static void set_part(struct container *c, const struct sub_header *s)
{
	struct diskdump *d = c->priv;

	c->end_pfn = UINT64_MAX;
	if (!s->split)
		return;
	c->is_part = true;
	c->start_pfn = s->start_pfn_64;
	c->end_pfn = s->end_pfn_64;
	if (c->start_pfn < c->max_pfn)
		d->first_rank = rank_of(c, c->start_pfn);
}

/* Bits set in a bitmap. */
static uint64_t count_bitmap(struct container *c, uint64_t at, uint64_t bytes)
{
	unsigned char buf[RANK_BYTES];
	uint64_t sum = 0;

	for (uint64_t i = 0; i < bytes; i += sizeof(buf)) {
		size_t n = bytes - i < sizeof(buf) ? (size_t)(bytes - i) : sizeof(buf);

		if (bytes_read(c->bytes, at + i, buf, n))
			sum += count_bits(buf, n);
	}
	return sum;
}

/* ": 4096 pages left out (cache, private cache and user)": RAM that is not in the dump */
static struct str left_out(struct container *c, uint32_t level)
{
	static const char *const kinds[] = { "zero", "cache", "private cache", "user", "free" };
	const struct diskdump *d = c->priv;
	uint64_t ram = count_bitmap(c, d->bitmap1, d->bitmap_bytes);
	uint64_t there = d->rank[(d->bitmap_bytes + RANK_BYTES - 1) / RANK_BYTES];
	struct str text = STR("");

	if (ram <= there) /* QEMU writes level 1, and all pages */
		return text;
	/* 4 stands for both kinds of cache */
	if (level & 4)
		level |= 2;
	/* zero pages share one, as a rule, and are not left out */
	if (level & ~(uint32_t)LEVEL_ZERO)
		level &= ~(uint32_t)LEVEL_ZERO;
	for (uint32_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const char *comma = !text.n ? " (" : level < 2u << i ? " and " : ", ";

		if (level & 1u << i)
			text = arena_printf(c->arena, "%.*s%s%s", STR_ARG(text), comma, kinds[i]);
	}
	return arena_printf(c->arena, ": %llu pages left out%.*s%s",
			    (unsigned long long)(ram - there), STR_ARG(text), text.n ? ")" : "");
}

static void describe(struct container *c, const struct header *h, const struct sub_header *s)
{
	bool vmemmap = h->status & STATUS_EXCLUDED_VMEMMAP;

	c->zeros_only = !(s->dump_level & ~(uint32_t)LEVEL_ZERO) && !vmemmap;
	c->detail = arena_printf(c->arena, "version %u%s, dump level %u%.*s%s%s", h->version,
				 bytes_flattened(c->bytes) ? ", flattened" : "", s->dump_level,
				 STR_ARG(left_out(c, s->dump_level)),
				 vmemmap ? ", with their struct pages" : "",
				 s->size_eraseinfo ? ", data erased by makedumpfile --config" : "");
}

static enum status open_diskdump(struct container *c)
{
	struct sub_header s;
	struct diskdump *d;
	const unsigned char *p;
	struct header h;
	enum status st;

	if (!read_header(c, &h))
		return ST_UNSUPPORTED;
	if (!good_header(&h)) {
		c->format = "kdump-compressed";
		c->why = strange_header(c, &h);
		return ST_BAD_DATA;
	}
	read_sub_header(c, &h, &s);
	d = arena_new(c->arena, struct diskdump);
	c->priv = d;
	c->page_size = h.block_size;
	c->format = "kdump-compressed";
	take_release(c, &h);
	st = set_bitmaps(c, d, &h, &s);
	if (st)
		return st;
	set_part(c, &s);
	check_size(c, h.status);
	d->slots = calloc(SLOTS, sizeof(*d->slots));
	d->scratch = malloc(2 * (size_t)c->page_size);
	if (!d->slots || !d->scratch)
		return ST_NOMEM;
	p = blob(c, s.offset_note, s.size_note);
	if (p)
		container_add_notes(c, p, s.size_note);
	p = blob(c, s.offset_vmcoreinfo, s.size_vmcoreinfo);
	if (p)
		c->vmcoreinfo = (struct str){ (const char *)p, s.size_vmcoreinfo };
	describe(c, &h, &s);
	return OK;
}

static enum page_state state_diskdump(struct container *c, paddr_t addr)
{
	const struct diskdump *d = c->priv;
	uint64_t pfn = addr / c->page_size;

	if (pfn >= c->max_pfn)
		return PAGE_MISSING;
	/* what another part holds should be there, and is not */
	if (bit(c, d->bitmap2, pfn))
		return pfn >= c->start_pfn && pfn < c->end_pfn ? PAGE_PRESENT : PAGE_DAMAGED;
	return bit(c, d->bitmap1, pfn) ? PAGE_EXCLUDED : PAGE_MISSING;
}

static uint64_t next_diskdump(struct container *c, uint64_t pfn)
{
	const struct diskdump *d = c->priv;
	uint64_t end = c->end_pfn < c->max_pfn ? c->end_pfn : c->max_pfn, word;

	if (pfn < c->start_pfn)
		pfn = c->start_pfn;
	while (pfn < end) {
		if (!bytes_read(c->bytes, d->bitmap2 + pfn / 64 * 8, &word, 8))
			break;
		word >>= pfn % 64;
		if (word) {
			pfn += (uint64_t)__builtin_ctzll(word);
			return pfn < end ? pfn : UINT64_MAX;
		}
		pfn += 64 - pfn % 64;
	}
	return UINT64_MAX;
}

static bool unpack_page(struct container *c, uint64_t pfn, unsigned char *page)
{
	struct diskdump *d = c->priv;
	struct page_desc desc;
	const void *data;
	uint64_t index = rank_of(c, pfn) - d->first_rank;

	if (!read_desc(c, index, &desc) || desc.size > 2 * (size_t)c->page_size)
		return false;
	data = bytes_ptr(c->bytes, desc.offset, desc.size);
	if (!data) {
		if (!bytes_read(c->bytes, desc.offset, d->scratch, desc.size))
			return false;
		data = d->scratch;
	}
	if (unpack_lacks(desc.flags))
		d->lacks |= desc.flags;
	return unpack(desc.flags, data, desc.size, page, c->page_size);
}

static const unsigned char *page_of(struct container *c, paddr_t addr, enum page_state *ret)
{
	struct diskdump *d = c->priv;
	uint64_t pfn = addr / c->page_size;
	struct slot *slot = &d->slots[(pfn ^ pfn >> 9) % SLOTS];

	*ret = PAGE_PRESENT;
	if (slot->pfn_plus_1 == pfn + 1)
		return slot->page;
	*ret = state_diskdump(c, addr);
	if (*ret != PAGE_PRESENT)
		return NULL;
	if (!slot->page)
		slot->page = malloc(c->page_size);
	slot->pfn_plus_1 = 0;
	if (!slot->page || !unpack_page(c, pfn, slot->page)) {
		*ret = PAGE_DAMAGED;
		return NULL;
	}
	slot->pfn_plus_1 = pfn + 1;
	return slot->page;
}

static const void *ptr_diskdump(struct container *c, paddr_t addr, size_t n, enum page_state *ret)
{
	const unsigned char *page = page_of(c, addr, ret);

	(void)n;
	return page ? page + addr % c->page_size : NULL;
}

static enum page_state read_diskdump(struct container *c, paddr_t addr, void *buf, size_t n)
{
	enum page_state state;
	const void *p = ptr_diskdump(c, addr, n, &state);

	if (p)
		memcpy(buf, p, n);
	return state;
}

static void close_diskdump(struct container *c)
{
	struct diskdump *d = c->priv;

	if (!d)
		return;
	for (size_t i = 0; d->slots && i < SLOTS; i++)
		free(d->slots[i].page);
	free(d->slots);
	free(d->scratch);
}

extern const struct container_ops container_diskdump;
const struct container_ops container_diskdump = {
	.name = "diskdump",
	.open = open_diskdump,
	.read = read_diskdump,
	.ptr = ptr_diskdump,
	.state = state_diskdump,
	.next = next_diskdump,
	.close = close_diskdump,
};
