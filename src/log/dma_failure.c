// SPDX-License-Identifier: GPL-2.0-or-later
// kernel/dma/pool.c, remap.c and arch/arm's atomic pools; kernel/dma/swiotlb.c, once lib/swiotlb.c.
#include "log/alloc_failure.h"

extern const struct log_parser log_parser_dma_failure;

struct dma_state {
	struct num suppressed;
};

/* "DMA: failed to allocate 128 KiB GFP_KERNEL|GFP_DMA pool for atomic allocation", before 5.8
 * "DMA: failed to allocate 256 KiB pool for atomic coherent allocation" */
static bool pool(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_alloc_failure *f;
	struct str flags;
	uint64_t kib;

	if (!scan_lit(&sc, "DMA: failed to allocate ") || !scan_u64(&sc, &kib) ||
	    !scan_lit(&sc, " KiB "))
		return false;
	f = alloc_oneline(c, l, "dma_pool");
	f->bytes = num_scaled(kib, 1024, l->no);
	f->reason = log_str(c, str_trim(l->text));
	if (scan_past(&sc, " pool", &flags) && flags.n)
		f->gfp_flags = log_str(c, flags);
	return true;
}

/* arch/arm: "ERROR: 256 KiB atomic DMA coherent pool is too small!" */
static bool arm_pool(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_alloc_failure *f;
	uint64_t kib;

	if (!scan_past(&sc, "ERROR: ", NULL) || !scan_u64(&sc, &kib) ||
	    !scan_lit(&sc, " KiB atomic DMA coherent pool is too small"))
		return false;
	f = alloc_oneline(c, l, "dma_pool");
	f->reason = log_str(c, str_trim(l->text));
	return true;
}

/* What dev_warn() puts in front: "ahci 0000:00:1f.2: " */
static struct str device_of(struct str before)
{
	before = str_trim(before);
	return str_ends(before, ":") ? str_first(before, before.n - 1) : before;
}

/* "DEV: Can not allocate SWIOTLB buffer earlier and can't now provide you with the DMA bounce
 * buffer", before 5.12 the words of a panic */
static bool swiotlb_absent(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct fact_alloc_failure *f;
	struct str before;

	if (!scan_past(&sc, "Can not allocate SWIOTLB buffer earlier", &before))
		return false;
	f = alloc_oneline(c, l, "swiotlb");
	f->device = log_str(c, device_of(before));
	f->reason = log_str(c, STR("Can not allocate SWIOTLB buffer earlier"));
	return true;
}

/* "DEV: swiotlb buffer is full (sz: 65536 bytes), total 32768 (slots), used 0 (slots)", before 4.20
 * without the slots */
static bool swiotlb_full(struct log_ctx *c, const struct line *l)
{
	struct dma_state *s = log_state(c, &log_parser_dma_failure);
	struct scan sc = scan_of(l->text);
	struct fact_alloc_failure *f;
	struct str before;
	uint64_t n;

	if (!scan_past(&sc, "swiotlb buffer is full", &before))
		return false;
	f = alloc_oneline(c, l, "swiotlb");
	f->repeats = s->suppressed;
	s->suppressed = (struct num){ 0 };
	f->device = log_str(c, device_of(before));
	f->reason = log_str(c, STR("swiotlb buffer is full"));
	(void)alloc_bytes(l->text, "(sz: ", " bytes", 1, l->no, &f->bytes);
	if (!scan_past(&sc, "total ", NULL) || !scan_u64(&sc, &n) ||
	    !scan_lit(&sc, " (slots), used "))
		return true;
	f->swiotlb_total_slots_count = num_at(n, l->no);
	if (scan_u64(&sc, &n))
		f->swiotlb_used_slots_count = num_at(n, l->no);
	return true;
}

/* "swiotlb: coherent allocation failed for device 0000:00:1f.2 size=4096", and before 4.20
 * "DMA: Out of SW-IOMMU space for 65536 bytes at device 0000:00:1f.2" */
static bool swiotlb_old(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_alloc_failure *f;
	struct str device;

	if (scan_past(&sc, "coherent allocation failed for device ", NULL)) {
		f = alloc_oneline(c, l, "swiotlb");
		if (scan_until_any(&sc, " ", &device))
			f->device = log_str(c, device);
		(void)alloc_bytes(l->text, "size=", "", 1, l->no, &f->bytes);
	} else if (scan_past(&sc, "Out of SW-IOMMU space for ", NULL)) {
		f = alloc_oneline(c, l, "swiotlb");
		(void)alloc_bytes(l->text, "space for ", " bytes", 1, l->no, &f->bytes);
		if (scan_past(&sc, "at device ", NULL))
			f->device = log_str(c, str_trim(scan_rest(&sc)));
	} else {
		return false;
	}
	f->reason = log_str(c, str_trim(l->text));
	return true;
}

/* "software IO TLB: Cannot allocate buffer" and its kin: no bounce buffers at all. Not "No low
 * mem": swiotlb_print_info() says it too where nobody asked for any. */
static bool swiotlb_boot(struct log_ctx *c, const struct line *l)
{
	static const char *const words[] = { "Cannot allocate buffer", "Failed to allocate",
					     "Failed to remap", "only able to allocate",
					     "Cannot allocate SWIOTLB buffer" };
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_alloc_failure *f;

	if (!scan_lit(&sc, "software IO TLB: ") && !str_has(scan_rest(&sc), words[4]))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!str_has(scan_rest(&sc), words[i]))
			continue;
		f = alloc_oneline(c, l, "swiotlb");
		f->reason = log_str(c, scan_rest(&sc));
		(void)alloc_bytes(l->text, "Failed to allocate ", " bytes", 1, l->no, &f->bytes);
		return true;
	}
	return false;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	static const char *const names[] = { "swiotlb_map", "swiotlb_tbl_map_single",
					     "swiotlb_map_page", "swiotlb_full", NULL };
	struct dma_state *s = log_state(c, &log_parser_dma_failure);

	if (str_has(l->text, "swiotlb_") && alloc_suppressed(l, names, &s->suppressed))
		return true;
	return pool(c, l) || arm_pool(c, l) || swiotlb_full(c, l) || swiotlb_absent(c, l) ||
	       swiotlb_old(c, l) || swiotlb_boot(c, l);
}

DEFINE_LOG_PARSER(dma_failure,
		  .anchors = (const char *const[]){ "DMA: failed to allocate",
						    "coherent pool is too small",
						    "swiotlb buffer is full",
						    "Can not allocate SWIOTLB buffer",
						    "coherent allocation failed for device",
						    "Out of SW-IOMMU space", "software IO TLB: ",
						    "Cannot allocate SWIOTLB buffer",
						    "swiotlb_map: ", "swiotlb_tbl_map_single: ",
						    "swiotlb_map_page: ", "swiotlb_full: ", NULL },
		  .state_size = sizeof(struct dma_state), .head = head);
