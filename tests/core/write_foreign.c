// SPDX-License-Identifier: GPL-2.0-or-later
// Rare formats: SADUMP of one partition; LKCD 8 and 9, s390's, which are left to libkdumpfile;
// Xen's.
#include <elf.h>
#include <endian.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "pack.h"

enum { ROOM = 2 * CORE_PAGE };

static uint64_t n_pages(const struct core *c)
{
	return c->ram_size / CORE_PAGE;
}

static bool there(const struct core *c, uint64_t pfn)
{
	return c->kind[pfn] == KIND_PRESENT;
}

/* struct _dump_header of version 8; 9 adds the last member */
struct lkcd_header {
	uint64_t magic;
	uint32_t version, header_size, level, page_size;
	uint64_t memory_size, memory_start, memory_end;
	uint32_t n_pages;
	char panic[256];
	uint64_t sec, usec;
	char utsname[6][65];
	uint64_t current_task;
	uint32_t compress, flags, device;
	uint64_t buffer_size;
} __attribute__((packed));

struct lkcd_page {
	uint64_t address;
	uint32_t size, flags;
};

enum { LKCD_RLE = 1, LKCD_GZIP = 2, LKCD_RAW = 1, LKCD_COMPRESSED = 2, LKCD_END = 4 };

/* A byte is itself; 0 and 0 are a zero; 0, N and a byte are N of these. */
static size_t pack_rle(const uint8_t *page, uint8_t *to)
{
	size_t n = 0, at = 0;

	while (at < CORE_PAGE && n + 3 < CORE_PAGE) {
		size_t run = 1;

		while (at + run < CORE_PAGE && run < 255 && page[at + run] == page[at])
			run++;
		if (run < 4 && page[at]) {
			to[n++] = page[at++];
			continue;
		}
		to[n++] = 0;
		if (run == 1) {
			to[n++] = 0;
		} else {
			to[n++] = (uint8_t)run;
			to[n++] = page[at];
		}
		at += run;
	}
	return at < CORE_PAGE ? 0 : n;
}

static void write_lkcd_page(const struct core *c, struct out *o, uint64_t pfn, uint64_t *at)
{
	struct lkcd_page p = { .address = pfn * CORE_PAGE, .flags = LKCD_COMPRESSED };
	const uint8_t *page = c->ram + pfn * CORE_PAGE;
	uint8_t packed[ROOM];
	uint32_t flags = 0;

	if (c->shape.rle) {
		p.size = (uint32_t)pack_rle(page, packed);
	} else {
		p.size = (uint32_t)pack_page(c->shape.pack, page, packed, &flags);
		if (!flags)
			p.size = 0;
	}
	if (!p.size) {
		memcpy(packed, page, CORE_PAGE);
		p.size = CORE_PAGE;
		p.flags = LKCD_RAW;
	}
	out_write(o, *at, &p, sizeof(p));
	out_write(o, *at + sizeof(p), packed, p.size);
	*at += sizeof(p) + p.size;
}

static void write_lkcd(const struct core *c, struct out *o)
{
	bool new = c->shape.lkcd >= 9;
	uint64_t at = new ? 128 << 10 : 64 << 10;
	struct lkcd_page end = { .flags = LKCD_END };
	struct lkcd_header h = { .magic = 0xa8190173618f23edull,
				 .version = c->shape.lkcd,
				 .header_size = sizeof(h),
				 .page_size = CORE_PAGE,
				 .memory_size = c->ram_size,
				 .memory_end = c->ram_size,
				 .n_pages = (uint32_t)n_pages(c),
				 .utsname = { "Linux" },
				 .buffer_size = at };

	h.compress = c->shape.rle ? LKCD_RLE : c->shape.pack ? LKCD_GZIP : 0;
	strcpy(h.utsname[2], c->release);
	strcpy(h.utsname[4], "x86_64");
	out_write(o, 0, &h, sizeof(h) - (new ? 0 : sizeof(h.buffer_size)));
	for (uint64_t pfn = 0; pfn < n_pages(c); pfn++)
		if (there(c, pfn))
			write_lkcd_page(c, o, pfn, &at);
	out_write(o, at, &end, sizeof(end));
}

struct sadump_part_header {
	char signature[8];
	uint32_t enable, reboot, compress, recycle, label[16];
	uint8_t ids[3][16], time[16];
	uint32_t set_disk_set, pad;
	uint64_t used_device;
	uint32_t magic[(CORE_PAGE - 168) / 4];
} __attribute__((packed));

struct sadump_header {
	char signature[8];
	uint32_t version, pad;
	uint8_t time[16];
	uint32_t status, compress, block_size, extra_hdr_size, sub_hdr_size, bitmap_blocks;
	uint32_t dumpable_bitmap_blocks, max_mapnr, total_ram_blocks, device_blocks, written_blocks;
	uint32_t current_cpu, nr_cpus, pad2;
	uint64_t max_mapnr_64, total_ram_blocks_64, device_blocks_64, written_blocks_64;
} __attribute__((packed));

/* Its bits begin with the highest. */
static void write_sadump_bitmap(const struct core *c, struct out *o, uint64_t at, bool dumpable)
{
	uint8_t bits[CORE_PAGE] = { 0 };

	for (uint64_t pfn = 0; pfn < n_pages(c); pfn++)
		if (there(c, pfn) || (!dumpable && c->kind[pfn] == KIND_EXCLUDED))
			bits[pfn / 8] |= (uint8_t)(0x80 >> pfn % 8);
	out_write(o, at, bits, sizeof(bits));
}

static void write_sadump(const struct core *c, struct out *o)
{
	struct sadump_part_header part = { .signature = "sadump", .enable = 1 };
	struct sadump_header h = { .signature = "sadump",
				   .version = 1,
				   .block_size = CORE_PAGE,
				   .sub_hdr_size = 1,
				   .bitmap_blocks = 1,
				   .dumpable_bitmap_blocks = 1,
				   .nr_cpus = 1,
				   .max_mapnr_64 = n_pages(c) };
	uint64_t first = c->shape.media ? CORE_PAGE : 0, at = first + 5ull * CORE_PAGE;

	if (n_pages(c) > CORE_PAGE * 8)
		errx(2, "sadump: too much RAM");
	h.max_mapnr = (uint32_t)n_pages(c);
	out_write(o, first + CORE_PAGE, &h, sizeof(h));
	write_sadump_bitmap(c, o, first + 3ull * CORE_PAGE, false);
	write_sadump_bitmap(c, o, first + 4ull * CORE_PAGE, true);
	for (uint64_t pfn = 0; pfn < n_pages(c); pfn++) {
		if (!there(c, pfn))
			continue;
		out_write(o, at, c->ram + pfn * CORE_PAGE, CORE_PAGE);
		at += CORE_PAGE;
	}
	part.used_device = at;
	part.magic[0] = 1;
	for (size_t i = 1; i < sizeof(part.magic) / sizeof(part.magic[0]); i++)
		part.magic[i] = 11 * (part.magic[i - 1] + 7);
	if (first)
		out_write(o, 0, "media backup", 12);
	out_write(o, first, &part, sizeof(part));
}

struct s390_header {
	uint64_t magic;
	uint32_t version, hdr_size, level, page_size;
	uint64_t mem_size, mem_start, mem_end;
	uint32_t num_pages, pad;
	uint64_t tod, cpu_id;
	uint32_t arch, volnr, build_arch;
} __attribute__((packed));

static void write_s390(const struct core *c, struct out *o)
{
	struct s390_header h = { .magic = htobe64(0xa8190173618f23fdull),
				 .version = htobe32(5),
				 .hdr_size = htobe32(CORE_PAGE),
				 .page_size = htobe32(CORE_PAGE),
				 .mem_size = htobe64(c->ram_size),
				 .mem_end = htobe64(c->ram_size),
				 .num_pages = htobe32((uint32_t)n_pages(c)),
				 .arch = htobe32(2) };
	static const char end[16] = "DUMP_END\377";

	out_write(o, 0, &h, sizeof(h));
	out_write(o, CORE_PAGE, c->ram, c->ram_size);
	out_write(o, CORE_PAGE + c->ram_size, end, sizeof(end));
}

/* A guest whose memory Xen translates: its pages in any order, the last first here. */
static void write_xen(const struct core *c, struct out *o)
{
	static const char names[] = "\0.shstrtab\0.xen_pfn\0.xen_pages";
	uint64_t at = 4 * CORE_PAGE, n = 0, room = n_pages(c) * sizeof(uint64_t);
	uint64_t pages = (at + room + CORE_PAGE - 1) / CORE_PAGE * CORE_PAGE;
	Elf64_Shdr sh[4] = {
		[1] = { .sh_name = 1, .sh_offset = 2 * CORE_PAGE, .sh_size = sizeof(names) },
		[2] = { .sh_name = 11, .sh_offset = at },
		[3] = { .sh_name = 20, .sh_offset = pages }
	};
	Elf64_Ehdr eh = { .e_type = ET_CORE,
			  .e_machine = EM_X86_64,
			  .e_version = EV_CURRENT,
			  .e_shoff = CORE_PAGE,
			  .e_ehsize = sizeof(eh),
			  .e_shentsize = sizeof(sh[0]),
			  .e_shnum = 4,
			  .e_shstrndx = 1 };

	memcpy(eh.e_ident, ELFMAG, SELFMAG);
	eh.e_ident[EI_CLASS] = ELFCLASS64;
	eh.e_ident[EI_DATA] = ELFDATA2LSB;
	eh.e_ident[EI_VERSION] = EV_CURRENT;
	for (uint64_t pfn = n_pages(c); pfn-- > 0;) {
		if (!there(c, pfn))
			continue;
		out_write(o, at + n * sizeof(pfn), &pfn, sizeof(pfn));
		out_write(o, pages + n * CORE_PAGE, c->ram + pfn * CORE_PAGE, CORE_PAGE);
		n++;
	}
	sh[2].sh_size = n * sizeof(uint64_t);
	sh[3].sh_size = n * CORE_PAGE;
	out_write(o, 0, &eh, sizeof(eh));
	out_write(o, CORE_PAGE, sh, sizeof(sh));
	out_write(o, 2 * CORE_PAGE, names, sizeof(names));
}

void write_foreign(struct core *c, struct out *o)
{
	if (c->shape.lkcd)
		write_lkcd(c, o);
	else if (c->shape.sadump)
		write_sadump(c, o);
	else if (c->shape.xen)
		write_xen(c, o);
	else
		write_s390(c, o);
}
