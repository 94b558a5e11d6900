// SPDX-License-Identifier: GPL-2.0-or-later
// Shared memory and tmpfs hold the memory: NR_SHMEM.
#include "rule/share.h"

static void check(const struct incident *in, struct verdict *v)
{
	struct shares s;
	struct finding *f = consumer_check(in, v, HOLD_SHMEM, &s);

	if (!f)
		return;
	if (!counters_get(&in->mem->totals, "shmem").known) {
		f->confidence = f->confidence == CERTAIN ? LIKELY : f->confidence;
		add_step(f,
			 "this kernel does not print shmem: it is at most the page cache less the "
			 "swap cache, the file LRU and unevictable pages");
	}
	set_cause(
		f,
		"Files in tmpfs (/dev/shm, /run, /tmp), System V and POSIX shared memory, memfd and "
		"GPU buffers live in memory until they are deleted, whoever made them; killing "
		"processes frees none of it while a file remains. It can go to swap, nowhere else.");
	add_next(f, NULL, "df -h -t tmpfs; ipcs -m -u",
		 "Find the file system or segments that hold it.");
	add_next(f, "root", "find /dev/shm /run /tmp -xdev -type f -size +10M -exec ls -la {} +",
		 "Find the files.");
	add_next(f, "root", "lsof +L1 | grep -E 'memfd|SYSV|/dev/shm'",
		 "Find deleted ones that a process keeps open.");
	add_next(f, "root", "mount -o remount,size=SIZE /dev/shm",
		 "Bound the tmpfs (its default is half of RAM each).");
}

DEFINE_RULE(
	oom_shmem, .title = "shared memory or tmpfs holds the memory",
	.doc = "Compares NR_SHMEM with RAM; half: certain, a quarter and the largest account: likely. Shmem "
	       "is inside the anonymous LRU (or unevictable) and taken out of those accounts here. Where an "
	       "old kernel does not print it, an upper bound from the page cache is used: at most likely.",
	.refs = REFS("mm/show_mem.c:show_free_areas()", "mm/shmem.c:shmem_add_to_page_cache()"),
	.on = CONSUMER_HEADS, .needs = NEED(mem_info), .applies = consumer_applies, .check = check);
