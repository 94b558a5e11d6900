// SPDX-License-Identifier: GPL-2.0-or-later
// The host took memory back: what a balloon holds leaves the pages that the kernel manages.
// virtballoon fill_balloon(), adjust_managed_page_count().
#include <inttypes.h>

#include "rule/share.h"

enum { LEAST = 32 * 1024 * 1024 };

static struct num balloon_counter(const struct incident *in)
{
	struct num sum = { 0 };

	for (size_t i = 0; i < in->mem->n_nodes; i++) {
		struct num n = counters_get(&in->mem->nodes[i], "Balloon");

		if (!n.known)
			n = counters_get(&in->mem->nodes[i], "balloon");
		if (!n.known || n.hi)
			continue;
		if (__builtin_add_overflow(sum.v, n.v, &sum.v))
			return (struct num){ 0 };
		sum.known = true;
		sum.line = sum.line ? sum.line : n.line;
	}
	return sum;
}

static void speak(const struct incident *in, struct verdict *v, uint64_t gone, struct num counted)
{
	uint64_t now = num_or(budget_of(in)->total, 0), before = now + gone;
	bool much = gone >= before / 4;
	struct finding *f =
		fire(v, in->oom && much ? SEV_HIGH : SEV_MEDIUM, counted.known ? CERTAIN : LIKELY,
		     "%s of the memory that this machine started with is gone from the kernel's "
		     "hands: a balloon gave it to the host",
		     v_human(v, gone));

	set_cause(
		f,
		"A balloon driver (virtio, VMware, Hyper-V, Xen) allocates pages and lends them to the "
		"host; they count as reserved, not as used. Memory that was taken offline looks the same. "
		"What is left is too little for what runs here.");
	if (counted.known) {
		add_step(f, "Balloon: %s", human(f, gone));
		cite_num(f, &in->mem->head, counted);
	} else {
		add_step(f, "managed at boot %s - managed now %s = %s", human(f, before),
			 human(f, now), human(f, gone));
		cite_num(f, &in->boot->head, boot_managed(in->boot));
	}
	cite_num(f, &in->mem->head, in->mem->ram_total);
	cite_num(f, &in->mem->head, in->mem->ram_reserved);
	set_margin(f, "with less than a tenth of the memory gone");
	value_num(f, "gone", gone);
	value_num(f, "managed", now);
	add_next(
		f, NULL, "virsh dommemstat DOMAIN; virsh dominfo DOMAIN",
		"On the host: compare the current with the maximum memory, and see who shrinks it.");
	add_next(f, NULL, NULL,
		 "Let the balloon deflate on OOM (virtio-balloon's deflate-on-oom), or set a floor "
		 "below which the host does not go.");
}

static void check(const struct incident *in, struct verdict *v)
{
	struct num counted = balloon_counter(in),
		   total = budget_of(in) ? budget_of(in)->total : counted;
	uint64_t before, now = num_or(total, 0);

	if (counted.known) {
		if (counted.v > LEAST && counted.v > now / 10)
			speak(in, v, counted.v, counted);
		return;
	}
	if (!boot_managed(in->boot).known || !total.known) {
		cannot_tell(
			v, "boot",
			"the log does not hold both how much memory the machine started with and "
			"how much it has now");
		return;
	}
	before = num_or(boot_managed(in->boot), 0);
	if (before > now && before - now > LEAST && before - now > before / 10)
		speak(in, v, before - now, counted);
}

DEFINE_RULE(
	oom_balloon, .title = "a balloon gave memory to the host",
	.doc = "Compares the pages the kernel manages at the report (pages RAM - pages reserved) with what it "
	       "had at boot (\"Memory: xK/yK available\", y less what is reserved): a tenth and 32 MiB less is a balloon or memory taken "
	       "offline; likely. Kernels from 7.1 on print Balloon: themselves; then it is certain.",
	.refs = REFS("drivers/virtio/virtio_balloon.c:fill_balloon()",
		     "mm/page_alloc.c:adjust_managed_page_count()"),
	.on = CONSUMER_HEADS, .needs = NEED(mem_info), .applies = consumer_applies, .check = check);
