// SPDX-License-Identifier: GPL-2.0-or-later
// What kexec_file_load(2) does to the memory map.
#include "model/kexec.h"

void kexec_first_boot(const struct e820_table *zeropage, struct kexec_boot *ret)
{
	ret->used = *zeropage;
	e820_sanitize(&ret->used);
	ret->firmware = ret->used;
	ret->kexec = ret->used;
	ret->dropped = 0;
	ret->ram_lost = 0;
	ret->first_lost = 0;
}

void kexec_reserve_blobs(struct kexec_boot *boot, const struct kexec_blob *v, size_t n, bool fixed)
{
	for (size_t i = 0; i < n; i++) {
		e820_range_update(&boot->used, v[i].addr, v[i].size, E820_RAM, E820_RESERVED_KERN);
		if (!fixed)
			e820_range_update(&boot->kexec, v[i].addr, v[i].size, E820_RAM,
					  E820_RESERVED_KERN);
	}
	e820_sanitize(&boot->used);
	e820_sanitize(&boot->kexec);
}

void kexec_next_boot(const struct kexec_boot *now, struct kexec_boot *ret)
{
	static const size_t max = E820_MAX_ZEROPAGE;
	const struct e820_table *from = &now->kexec;
	size_t dropped = from->n > max ? from->n - max : 0;
	uint64_t lost = 0, first = 0;

	for (size_t i = from->n - dropped; i < from->n; i++) {
		if (i == max)
			first = from->v[i].addr;
		if (from->v[i].type == E820_RAM || from->v[i].type == E820_RESERVED_KERN)
			lost += from->v[i].size;
	}
	ret->used = *from;
	ret->used.n = from->n - dropped;
	e820_sanitize(&ret->used);
	ret->firmware = ret->used;
	ret->kexec = ret->used;
	ret->dropped = dropped;
	ret->ram_lost = lost;
	ret->first_lost = first;
}
