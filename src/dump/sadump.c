// SPDX-License-Identifier: GPL-2.0-or-later
// SADUMP, what a Fujitsu PRIMEQUEST's firmware saves: one partition, or a media backup.
// (libkdumpfile up to 0.5.6 gives the first page of a run for all of it.)
#include <string.h>

#include "base/cleanup.h"
#include "dump/container.h"

enum {
	MEDIA_HEADER = 4096, /* before the partition's header, in a media backup */
	PART_HEADER = 168,   /* behind it, words up to a block's end: each 11 * (the last + 7) */
	BLOCK_MAX = 1 << 20,
	RANK_BYTES = 512,
	PAGE = 4096,
};

struct part_header {
	char signature[8];
	uint32_t enable, reboot, compress, recycle, label[16];
	uint8_t ids[3][16], time[16];
	uint32_t set_disk_set, pad;
	uint64_t used_device;
} __attribute__((packed));

struct header {
	char signature[8];
	uint32_t version, pad;
	uint8_t time[16];
	uint32_t status, compress, block_size, extra_hdr_size, sub_hdr_size, bitmap_blocks;
	uint32_t dumpable_bitmap_blocks, max_mapnr, total_ram_blocks, device_blocks, written_blocks;
	uint32_t current_cpu, nr_cpus, pad2;
	uint64_t max_mapnr_64, total_ram_blocks_64, device_blocks_64, written_blocks_64;
} __attribute__((packed));

_Static_assert(sizeof(struct part_header) == PART_HEADER, "as on disk");

struct sadump {
	uint64_t ram, dumped, bytes; /* bitmaps in the file, and their size */
	uint64_t data;
	uint32_t *rank; /* dumped pages before each run of RANK_BYTES of the bitmap */
};

static bool at_part(struct container *c, uint64_t at, struct part_header *ret)
{
	return bytes_read(c->bytes, at, ret, sizeof(*ret)) &&
	       memcmp(ret->signature, "sadump\0\0", 8) == 0;
}

/* Where the words behind the partition's header end: a block. 0: they do not. */
static uint64_t block_end(struct container *c, uint64_t at)
{
	uint32_t last, word;

	if (!bytes_read(c->bytes, at + PART_HEADER, &last, 4))
		return 0;
	for (uint64_t n = PART_HEADER + 4; n <= BLOCK_MAX; n += 4, last = word) {
		if (!bytes_read(c->bytes, at + n, &word, 4))
			return 0;
		if (word != 11 * (last + 7))
			return n & (n - 1) ? 0 : n;
	}
	return 0;
}

static enum status build_rank(struct container *c, struct sadump *s)
{
	uint64_t runs = (s->bytes + RANK_BYTES - 1) / RANK_BYTES, sum = 0, words[RANK_BYTES / 8];

	s->rank = arena_alloc(c->arena, (runs + 1) * sizeof(*s->rank));
	if (!s->rank)
		return ST_NOMEM;
	for (uint64_t i = 0; i < runs; i++) {
		s->rank[i] = (uint32_t)sum;
		/* blocks are of 512 bytes and more */
		if (!bytes_read(c->bytes, s->dumped + i * RANK_BYTES, words, sizeof(words)))
			return ST_BAD_DATA;
		for (size_t w = 0; w < ARRAY_SIZE(words); w++)
			sum += (uint64_t)__builtin_popcountll(words[w]);
		if (sum > UINT32_MAX)
			return ST_LIMIT;
	}
	s->rank[runs] = (uint32_t)sum;
	container_check_size(c, s->data + sum * PAGE, false);
	return OK;
}

/* Bits begin with a byte's highest. */
static bool bit(struct container *c, uint64_t bitmap, uint64_t pfn)
{
	unsigned char b;

	return bytes_read(c->bytes, bitmap + pfn / 8, &b, 1) && (b << (pfn % 8) & 0x80);
}

static uint64_t rank_of(struct container *c, uint64_t pfn)
{
	const struct sadump *s = c->priv;
	uint64_t run = pfn / (RANK_BYTES * 8ull), n = s->rank[run];
	unsigned char bytes[RANK_BYTES];
	size_t whole = pfn / 8 % RANK_BYTES;

	if (!bytes_read(c->bytes, s->dumped + run * RANK_BYTES, bytes, whole + 1))
		return n;
	for (size_t i = 0; i < whole; i++)
		n += (uint64_t)__builtin_popcount(bytes[i]);
	return n + (uint64_t)__builtin_popcount(bytes[whole] & (0xff00 >> pfn % 8 & 0xff));
}

static enum status read_header(struct container *c, struct sadump *s, uint64_t at, uint64_t block)
{
	struct header h;
	uint64_t pages;

	if (!bytes_read(c->bytes, at, &h, sizeof(h)) || memcmp(h.signature, "sadump\0\0", 8) != 0 ||
	    h.block_size != block)
		return ST_BAD_DATA;
	pages = h.version ? h.max_mapnr_64 : h.max_mapnr;
	s->bytes = h.dumpable_bitmap_blocks * block;
	s->ram = at + block * (1 + (uint64_t)h.sub_hdr_size);
	s->dumped = s->ram + block * h.bitmap_blocks;
	s->data = s->dumped + s->bytes;
	if (s->bytes > (uint64_t)h.bitmap_blocks * block || s->data > bytes_size(c->bytes))
		return ST_BAD_DATA;
	c->max_pfn = pages < s->bytes * 8 ? pages : s->bytes * 8;
	return c->max_pfn ? build_rank(c, s) : ST_BAD_DATA;
}

static enum status open_sadump(struct container *c)
{
	struct part_header part;
	struct sadump *s;
	uint64_t at = 0, block;

	if (!at_part(c, 0, &part)) {
		at = MEDIA_HEADER;
		if (!at_part(c, at, &part))
			return ST_UNSUPPORTED;
	}
	s = arena_new(c->arena, struct sadump);
	c->priv = s;
	c->page_size = PAGE;
	c->machine = 62; /* EM_X86_64 */
	c->format = "SADUMP";
	c->detail = at ? STR("media backup") : STR("single partition");
	if (!at && part.set_disk_set) {
		c->why = STR("one disk of a SADUMP disk set: these are not read");
		return ST_BAD_DATA;
	}
	block = block_end(c, at);
	return block >= RANK_BYTES ? read_header(c, s, at + block, block) : ST_BAD_DATA;
}

static enum page_state state_sadump(struct container *c, paddr_t addr)
{
	const struct sadump *s = c->priv;
	uint64_t pfn = addr / PAGE;

	if (pfn >= c->max_pfn)
		return PAGE_MISSING;
	if (bit(c, s->dumped, pfn))
		return PAGE_PRESENT;
	return bit(c, s->ram, pfn) ? PAGE_EXCLUDED : PAGE_MISSING;
}

static const void *ptr_sadump(struct container *c, paddr_t addr, size_t n, enum page_state *ret)
{
	const struct sadump *s = c->priv;
	const void *p;

	*ret = state_sadump(c, addr);
	if (*ret != PAGE_PRESENT)
		return NULL;
	p = bytes_ptr(c->bytes, s->data + rank_of(c, addr / PAGE) * PAGE + addr % PAGE, n);
	*ret = p ? PAGE_PRESENT : PAGE_DAMAGED;
	return p;
}

static enum page_state read_sadump(struct container *c, paddr_t addr, void *buf, size_t n)
{
	enum page_state state;
	const void *p = ptr_sadump(c, addr, n, &state);

	if (p)
		memcpy(buf, p, n);
	return state;
}

static uint64_t next_sadump(struct container *c, uint64_t pfn)
{
	const struct sadump *s = c->priv;
	unsigned char b;

	for (; pfn < c->max_pfn; pfn++) {
		if (!bytes_read(c->bytes, s->dumped + pfn / 8, &b, 1))
			break;
		if (!b)
			pfn |= 7;
		else if (b << (pfn % 8) & 0x80)
			return pfn;
	}
	return UINT64_MAX;
}

static void close_sadump(struct container *c)
{
	(void)c;
}

extern const struct container_ops container_sadump;
const struct container_ops container_sadump = {
	.name = "sadump",
	.open = open_sadump,
	.read = read_sadump,
	.ptr = ptr_sadump,
	.state = state_sadump,
	.next = next_sadump,
	.close = close_sadump,
};
