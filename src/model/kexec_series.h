// SPDX-License-Identifier: GPL-2.0-or-later
// Kexec after kexec, from a boot's facts: which blobs, where, and whether its kernel is fixed.
#ifndef MMWHY_MODEL_KEXEC_SERIES_H
#define MMWHY_MODEL_KEXEC_SERIES_H

#include "model/incident.h"
#include "model/kexec.h"
#include "model/release.h"

enum { KEXEC_BLOBS_MAX = 16, KEXEC_BLOB_MAX = 1 << 20 };

enum kexec_blobs { KEXEC_BLOBS_NAMED, KEXEC_BLOBS_GIVEN, KEXEC_BLOBS_ASSUMED };

enum kexec_fix { KEXEC_UNFIXED = -1, KEXEC_AS_TOLD, KEXEC_FIXED };

/** About 700 KiB: kexec_series_new(). */
struct kexec_series {
	struct kexec_boot *now, *next;
	struct kexec_blob blob[KEXEC_BLOBS_MAX]; /**< of the boot that is now */
	bool keeps[KEXEC_BLOBS_MAX];		 /**< it splits the kexec table, too */
	size_t n_blobs, n_kept;
	enum kexec_blobs origin;
	uint64_t shift;	  /**< how much lower the next kexec puts them */
	bool shift_seen;  /**< between the last two boots */
	bool told;	  /**< keeps[] is what the boot's own lines tell */
	bool in_use;	  /**< no firmware map: began with the one in use */
	size_t n_damaged; /**< lines of the map that were left out */
	struct release release;
};

/** NULL without memory. */
struct kexec_series *kexec_series_new(void);
void kexec_series_free(struct kexec_series *s);

/**
 * Takes the map of @p boot and the blobs that it names ("e820: update [mem] usable ==> usable",
 * printed twice where the kexec table is split, too). @p previous may be NULL.
 * @return false where it has no map.
 */
bool kexec_series_start(struct kexec_series *s, const struct incident *boot,
			const struct incident *previous);
/** Other blobs instead: none, then one after the other, placed where kexec would. */
void kexec_series_forget(struct kexec_series *s);
bool kexec_series_blob(struct kexec_series *s, uint64_t size);
/** Decides keeps[] and reserves the blobs that the boot named. Call once, before the first step. */
void kexec_series_fix(struct kexec_series *s, enum kexec_fix fix);
/** kexec_file_load and reboot. */
void kexec_series_step(struct kexec_series *s);

/** "efi", "ima", "rng": with the 16-byte header of struct setup_data; 0: no such name. */
uint64_t kexec_blob_size(struct str name);

#endif
