// SPDX-License-Identifier: GPL-2.0-or-later
// The kdump-compressed format in all its versions, whole and split (makedumpfile's diskdump_mod.h).
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "pack.h"

struct header {
	char signature[8];
	uint32_t version;
	char utsname[6][65];
	char timestamp[22];
	uint32_t status, block_size, sub_hdr_size, bitmap_blocks, max_mapnr;
} __attribute__((packed));

struct sub_header {
	uint64_t phys_base;
	uint32_t dump_level, split;
	uint64_t start_pfn, end_pfn, offset_vmcoreinfo, size_vmcoreinfo, offset_note, size_note,
		offset_eraseinfo, size_eraseinfo, start_pfn_64, end_pfn_64, max_mapnr_64;
} __attribute__((packed));

struct desc {
	uint64_t offset;
	uint32_t size, flags;
	uint64_t page_flags;
};

/* Bytes of the sub header that a version has. */
static const uint8_t sub_sizes[] = { 8, 12, 32, 48, 64, 80, 104 };

struct dump_plan {
	uint64_t pages, bitmap_blocks, start, end, present;
	uint64_t descs, data;
};

static enum page_kind kind_of(const struct core *c, uint64_t pfn)
{
	if (pfn < c->ram_size / CORE_PAGE)
		return (enum page_kind)c->kind[pfn];
	return c->shape.pad_excluded ? KIND_EXCLUDED : KIND_PRESENT;
}

static void write_bitmaps(const struct core *c, struct out *o, const struct dump_plan *p)
{
	uint8_t *bits = malloc(CORE_PAGE);
	uint64_t half = p->bitmap_blocks / 2;

	for (uint64_t block = 0; bits && block < p->bitmap_blocks; block++) {
		bool second = block >= half;
		uint64_t first = block % half * CORE_PAGE * 8;

		memset(bits, 0, CORE_PAGE);
		for (uint64_t i = 0; i < CORE_PAGE * 8 && first + i < p->pages; i++) {
			enum page_kind kind = kind_of(c, first + i);

			if (kind == KIND_PRESENT || (!second && kind == KIND_EXCLUDED))
				bits[i / 8] |= (uint8_t)(1u << (i % 8));
		}
		out_write(o, (2 + block) * CORE_PAGE, bits, CORE_PAGE);
	}
	free(bits);
}

/* As another machine writes it. */
static void disguise(const struct shape *s, struct header *h)
{
	uint32_t words[5];

	memcpy(words, &h->status, sizeof(words));
	for (size_t i = 0; s->big_endian && i < 5; i++)
		words[i] = __builtin_bswap32(words[i]);
	if (s->big_endian)
		h->version = __builtin_bswap32(h->version);
	memcpy(&h->status, words, sizeof(words));
	if (s->short_header) /* a struct timeval takes 8 bytes less, and no padding */
		memcpy(h->timestamp + 10, words, sizeof(words));
}

static void write_headers(const struct core *c, struct out *o, const struct dump_plan *p,
			  uint64_t notes, size_t n_notes)
{
	const struct shape *s = &c->shape;
	struct header h = { .signature = "KDUMP  ",
			    .version = s->version,
			    .block_size = CORE_PAGE,
			    .sub_hdr_size = 1,
			    .bitmap_blocks = (uint32_t)p->bitmap_blocks,
			    .max_mapnr = (uint32_t)p->pages };
	struct sub_header sub = { .dump_level = s->dump_level,
				  .split = s->split > 1,
				  .start_pfn = p->start,
				  .end_pfn = p->end,
				  .start_pfn_64 = p->start,
				  .end_pfn_64 = p->end,
				  .max_mapnr_64 = p->pages,
				  .offset_note = n_notes ? notes : 0,
				  .size_note = n_notes };

	h.signature[7] = ' ';
	if (s->stopped_pct)
		h.status = 0x8; /* DUMP_DH_COMPRESSED_INCOMPLETE */
	if (!s->qemu) {		/* QEMU knows the machine only */
		strcpy(h.utsname[0], "Linux");
		strcpy(h.utsname[2], c->release);
	}
	if (strcmp(s->machine, "none") != 0)
		strcpy(h.utsname[4], *s->machine ? s->machine : "x86_64");
	sub.phys_base = c->text_phys - (c->text - 0xffffffff80000000ull);
	if (!s->no_vmcoreinfo) {
		sub.offset_vmcoreinfo = notes + n_notes;
		sub.size_vmcoreinfo = c->n_vmcoreinfo;
		out_write(o, notes + n_notes, c->vmcoreinfo, c->n_vmcoreinfo);
	}
	disguise(s, &h);
	out_write(o, 0, &h, sizeof(h));
	out_write(o, CORE_PAGE, &sub, sub_sizes[s->version]);
}

static uint32_t pack_of(const struct core *c, uint64_t pfn)
{
	static const uint32_t all[] = { 0, PACK_ZLIB, PACK_LZO, PACK_SNAPPY, PACK_ZSTD };

	return c->shape.mixed ? all[pfn % 5] : c->shape.pack;
}

/* Pages beyond the kernel's RAM are all one zero page. */
static void write_padding(struct out *o, struct dump_plan *p, uint64_t pages,
			  const struct desc *zero)
{
	enum { CHUNK = 65536 };
	struct desc *chunk = malloc(CHUNK * sizeof(*chunk));

	for (size_t i = 0; chunk && i < CHUNK; i++)
		chunk[i] = *zero;
	while (chunk && pages) {
		uint64_t n = pages < CHUNK ? pages : CHUNK;

		out_write(o, p->descs, chunk, n * sizeof(*chunk));
		p->descs += n * sizeof(*chunk);
		pages -= n;
	}
	free(chunk);
}

static void write_pages(const struct core *c, struct out *o, struct dump_plan *p)
{
	static const uint8_t zero[CORE_PAGE];
	uint8_t packed[2 * CORE_PAGE];
	struct desc d, zero_desc = { 0 };
	uint64_t ram = c->ram_size / CORE_PAGE, left = p->present;

	if (c->shape.stopped_pct)
		left = p->present * c->shape.stopped_pct / 100;
	for (uint64_t pfn = p->start; pfn < p->end && pfn < ram; pfn++) {
		const uint8_t *page = c->ram + pfn * CORE_PAGE;

		if (kind_of(c, pfn) != KIND_PRESENT)
			continue;
		/* the descriptors of what it had no room for stay zero */
		if (!left--)
			return;
		d = zero_desc;
		if (!d.size || memcmp(page, zero, CORE_PAGE) != 0) {
			d.size = (uint32_t)pack_page(pack_of(c, pfn), page, packed, &d.flags);
			d.offset = p->data;
			out_write(o, p->data, packed, d.size);
			p->data += d.size;
		}
		/* all zero pages are one, as makedumpfile has it */
		if (!zero_desc.size && memcmp(page, zero, CORE_PAGE) == 0)
			zero_desc = d;
		out_write(o, p->descs, &d, sizeof(d));
		p->descs += sizeof(d);
	}
	if (p->end > ram && !c->shape.pad_excluded)
		write_padding(o, p, p->end - ram, &zero_desc);
}

void write_kdump(struct core *c, struct out *o)
{
	uint64_t ram = c->shape.pad > c->ram_size ? c->shape.pad : c->ram_size;
	struct dump_plan p = { .pages = ram / CORE_PAGE, .end = ram / CORE_PAGE };
	unsigned int parts = c->shape.split > 1 ? c->shape.split : 1;
	size_t n_notes;
	uint8_t *notes = core_notes(c, &n_notes);

	p.bitmap_blocks = 2 * ((p.pages + CORE_PAGE * 8 - 1) / (CORE_PAGE * 8));
	if (parts > 1) {
		p.start = c->ram_size / CORE_PAGE / parts * c->shape.part;
		if (c->shape.part + 1 < parts)
			p.end = c->ram_size / CORE_PAGE / parts * (c->shape.part + 1);
	}
	for (uint64_t pfn = p.start; pfn < p.end; pfn++)
		p.present += kind_of(c, pfn) == KIND_PRESENT;
	p.descs = (2 + p.bitmap_blocks) * CORE_PAGE;
	p.data = p.descs + p.present * sizeof(struct desc);
	write_headers(c, o, &p, p.data, n_notes);
	out_write(o, p.data, notes, n_notes);
	p.data += n_notes + c->n_vmcoreinfo;
	free(notes);
	write_bitmaps(c, o, &p);
	write_pages(c, o, &p);
}
