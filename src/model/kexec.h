// SPDX-License-Identifier: GPL-2.0-or-later
// What kexec_file_load(2) does to the memory map, boot after boot
// (arch/x86/kernel/kexec-bzimage64.c).
#ifndef MMWHY_MODEL_KEXEC_H
#define MMWHY_MODEL_KEXEC_H

#include "model/e820.h"

/** A setup_data blob that kexec passes; sizes with the 16-byte header. */
struct kexec_blob {
	uint64_t addr, size;
};

/** The tables of one boot. */
struct kexec_boot {
	struct e820_table firmware; /**< e820_table_firmware: as the boot loader or kexec gave it */
	struct e820_table kexec;    /**< e820_table_kexec: what the next kernel gets */
	struct e820_table used;	    /**< e820_table */
	size_t dropped; /**< entries that the zeropage had no room for when this boot was started */
	uint64_t ram_lost;   /**< bytes of RAM in them */
	uint64_t first_lost; /**< where they begin */
};

/** A boot from firmware (or from any zeropage): sanitises what it was given. */
void kexec_first_boot(const struct e820_table *zeropage, struct kexec_boot *ret);
/**
 * This boot finds @p n blobs in its setup_data: e820__reserve_setup_data(). @p fixed: the kernel
 * leaves the kexec table alone (8efbc518b884 for SETUP_EFI, 7fd817c90650 for SETUP_RNG_SEED,
 * fc7f27cda843 for all).
 */
void kexec_reserve_blobs(struct kexec_boot *boot, const struct kexec_blob *v, size_t n, bool fixed);
/** kexec_file_load: the next kernel's tables from this one's. setup_e820_entries() drops what is
 * beyond 128. */
void kexec_next_boot(const struct kexec_boot *now, struct kexec_boot *ret);

#endif
