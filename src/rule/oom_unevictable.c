// SPDX-License-Identifier: GPL-2.0-or-later
// Locked or unevictable memory fills RAM: NR_UNEVICTABLE.
#include "rule/share.h"

/* @return whether most of it is mlocked, which says who did it. */
static bool add_locked(struct finding *f, const struct incident *in)
{
	const struct fact_zone_state *z;
	uint64_t locked = 0;
	bool any = false;

	incident_for_each (in, zone_state, z) {
		struct num n = counters_get(&z->values, "mlocked");

		if (!n.known || __builtin_add_overflow(locked, num_or(n, 0), &locked))
			continue;
		any = true;
		if (num_or(n, 0))
			cite_num(f, &z->head, n);
	}
	if (!any)
		return false;
	add_step(f, "of it mlocked: %s (the zones printed)", human(f, locked));
	value_num(f, "mlocked", locked);
	if (locked >= num_or(counters_get(&in->mem->totals, "unevictable"), 0) / 2)
		return true;
	add_rejected(f,
		     "mostly mlock(): only %s is; the rest is ramfs (an unpacked initramfs), "
		     "SHM_LOCKed segments or buffers that a driver pinned",
		     human(f, locked));
	return false;
}

static void check(const struct incident *in, struct verdict *v)
{
	struct shares s;
	struct finding *f;

	if (!counters_get(&in->mem->totals, "unevictable").known)
		return;
	f = consumer_check(in, v, HOLD_UNEVICTABLE, &s);
	if (!f)
		return;
	set_cause(
		f,
		"These pages were made unevictable: mlock() or mlockall(), SHM_LOCK, ramfs, or the "
		"files of an initramfs. Reclaim does not even look at them.");
	if (!add_locked(f, in) && f->confidence == CERTAIN)
		f->confidence = LIKELY;
	add_next(f, NULL, "grep -H VmLck /proc/[0-9]*/status | sort -k2nr | head",
		 "See which process locked it.");
	add_next(f, NULL, "df -a -t ramfs -t rootfs -t tmpfs; du -sx /",
		 "See whether it is the files of an initramfs.");
	add_next(f, NULL, "ulimit -l; systemctl show SERVICE -p LimitMEMLOCK",
		 "Bound what may be locked.");
}

DEFINE_RULE(
	oom_unevictable, .title = "locked or unevictable memory fills RAM",
	.doc = "Compares the unevictable LRU, less shmem that cannot be in the anonymous one, with RAM; half of it "
	       "and mostly mlocked: certain, a quarter and the largest account: likely, a tenth and the largest while nearly "
	       "nothing is free: possible. mlocked tells which part mlock() made. Clear on kernels before "
	       "2.6.28, which have no such list.",
	.refs = REFS("mm/show_mem.c:show_free_areas()", "mm/mlock.c:mlock_folio()",
		     "mm/vmscan.c:shrink_folio_list()"),
	.on = CONSUMER_HEADS, .needs = NEED(mem_info), .applies = consumer_applies, .check = check);
