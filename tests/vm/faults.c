// SPDX-License-Identifier: GPL-2.0-or-later
// A kernel module that breaks a guest's memory in the ways that user space cannot. Built against
// the headers of the guest's kernel; insmod faults.ko what=NAME does one thing and fails to load,
// so nothing of it stays.
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/oom.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/vmalloc.h>

enum { STUCK_MS = 15000 };

static char *what = "";
module_param(what, charp, 0);
static unsigned long mib = 100;
module_param(mib, ulong, 0);

static atomic_t once = ATOMIC_INIT(1);

static void stick(void)
{
	if (atomic_dec_if_positive(&once) == 0)
		mdelay(STUCK_MS);
}

/* A cache that says it has much, and does not come back when asked for it. */
static unsigned long faulty_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1 << 20;
}

static unsigned long faulty_scan(struct shrinker *s, struct shrink_control *sc)
{
	stick();
	return SHRINK_STOP;
}

static struct shrinker faulty = {
	.count_objects = faulty_count,
	.scan_objects = faulty_scan,
	.seeks = DEFAULT_SEEKS,
};

static int shrinker(void)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 0, 0)
	return register_shrinker(&faulty);
#else
	return register_shrinker(&faulty, "faulty");
#endif
}

/* Reclaim itself does not come back. */
static int in_reclaim(struct kprobe *p, struct pt_regs *regs)
{
	stick();
	return 0;
}

static struct kprobe probe = { .symbol_name = "shrink_lruvec", .pre_handler = in_reclaim };

static int reclaim(void)
{
	return register_kprobe(&probe);
}

/* A page that is freed while it is counted as mapped. */
static int page(void)
{
	enum { ORDER = 4 }; /* small ones are looked at later, if at all */
	struct page *p = alloc_pages(GFP_KERNEL, ORDER);

	atomic_set(&p->_mapcount, 5);
	__free_pages(p, ORDER);
	return -ECANCELED;
}

/* A process whose counters do not come to zero. */
static int rss(void)
{
	atomic_long_add(7, &current->mm->rss_stat.count[MM_ANONPAGES]);
	return -ECANCELED;
}

/* The entry for a page of this process. */
static pte_t *entry_of(unsigned long at)
{
	p4d_t *p4d = p4d_offset(pgd_offset(current->mm, at), at);

	return pte_offset_kernel(pmd_offset(pud_offset(p4d, at), at), at);
}

static int entry(pte_t bad)
{
	unsigned long at =
		vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, 0);

	if (IS_ERR_VALUE(at) || put_user(1, (char __user *)at + 1))
		return -ENOMEM;
	set_pte(entry_of(at), bad);
	return -ECANCELED;
}

static int table(void)
{
	return entry(pfn_pte(1ul << 32, PAGE_SHARED));
}

static int swap_entry(void)
{
	return entry(swp_entry_to_pte(swp_entry(20, 0x1234)));
}

/* Written behind its end; slub_debug=FZ sees it. */
static int object(void)
{
	char *p = kmalloc(64, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
	memset(p, 0x41, 72);
	kfree(p);
	return -ECANCELED;
}

/* The addresses are there, the pages are not. */
static int pages(void)
{
	vfree(__vmalloc(mib << 20, GFP_KERNEL | __GFP_NORETRY));
	return -ECANCELED;
}

/* A struct page as of a hole that nobody initialised; a reader of struct pages meets it. */
static int unset(void)
{
	memset(alloc_page(GFP_KERNEL), 0xff, sizeof(struct page));
	return -ECANCELED;
}

/* Pages one by one, until there are none; whoever asks so gives up after one round of reclaim. */
static int single(void)
{
	struct page *p, *next;
	LIST_HEAD(all);

	while ((p = alloc_page(GFP_KERNEL | __GFP_NORETRY)))
		list_add(&p->lru, &all);
	list_for_each_entry_safe(p, next, &all, lru) __free_page(p);
	return -ECANCELED;
}

/* A driver that gives its memory back when asked before a kill, and does not say how much. */
static struct list_head held = LIST_HEAD_INIT(held);

static int give_back(struct notifier_block *n, unsigned long nothing, void *freed)
{
	struct page *p, *next;

	list_for_each_entry_safe(p, next, &held, lru)
	{
		list_del(&p->lru);
		__free_page(p);
	}
	return NOTIFY_OK;
}

static struct notifier_block on_oom = { .notifier_call = give_back };

static int notifier(void)
{
	unsigned long n;

	for (n = 0; n < mib << (20 - PAGE_SHIFT); n++) {
		struct page *p = alloc_page(GFP_KERNEL);

		if (!p)
			break;
		list_add(&p->lru, &held);
	}
	return register_oom_notifier(&on_oom);
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 16, 0)
/* A page fault that fails calls the OOM killer, as it did before v5.16 and its stable releases. */
static bool (*synchronize)(bool handle);
static bool (*kill_one)(struct oom_control *oc);
static struct mutex *lock;

void pagefault_out_of_memory(void)
{
	struct oom_control oc = { 0 };

	if (synchronize(true) || !mutex_trylock(lock))
		return;
	kill_one(&oc);
	mutex_unlock(lock);
}

static int divert(struct kprobe *p, struct pt_regs *regs)
{
	regs->ip = (unsigned long)pagefault_out_of_memory;
	return 1;
}

static struct kprobe on_fault = { .symbol_name = "pagefault_out_of_memory", .pre_handler = divert };

static int fault(void)
{
	struct kprobe p = { .symbol_name = "kallsyms_lookup_name" };
	unsigned long (*look_up)(const char *name);
	int err = register_kprobe(&p);

	if (err)
		return err;
	look_up = (void *)p.addr;
	unregister_kprobe(&p);
	synchronize = (void *)look_up("mem_cgroup_oom_synchronize");
	kill_one = (void *)look_up("out_of_memory");
	lock = (void *)look_up("oom_lock");
	return synchronize && kill_one && lock ? register_kprobe(&on_fault) : -ENOENT;
}
#else
static int fault(void)
{
	return -EINVAL;
}
#endif

static int __init faults_init(void)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} all[] = {
		{ "shrinker", shrinker }, { "reclaim", reclaim }, { "page", page },
		{ "rss", rss },		  { "table", table },	  { "swap", swap_entry },
		{ "object", object },	  { "pages", pages },	  { "notifier", notifier },
		{ "fault", fault },	  { "unset", unset },	  { "single", single },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (!strcmp(what, all[i].name))
			return all[i].run();
	return -EINVAL;
}
module_init(faults_init);

MODULE_DESCRIPTION("breaks a guest's memory");
MODULE_LICENSE("GPL");
