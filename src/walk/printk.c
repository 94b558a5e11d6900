// SPDX-License-Identifier: GPL-2.0-or-later
// The lockless ring buffer of the kernel's log (kernel/printk/printk_ringbuffer.c, 5.10 and newer).
#include "walk/printk.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

enum { DATA_BITS_MAX = 30, COUNT_BITS_MAX = 26, RECORD_MAX = 64 * 1024 };

enum desc_state { COMMITTED = 1, FINALIZED = 2 };

struct ring {
	uint32_t count_bits, size_bits;
	kaddr_t descs, infos, data;
	uint64_t head_id, tail_id;
	struct member state_var, begin, next;	   /* of struct prb_desc */
	struct member ts, text_len, caller, flags; /* of struct printk_info */
	uint32_t desc_size, info_size;
};

static bool read_ring(struct target *t, struct ring *r)
{
	const struct types *ty = t->dump->types;
	struct dump *d = t->dump;
	kaddr_t prb;
#define RB(path) (prb + types_member(ty, "printk_ringbuffer", path).offset)
	if (!d->sym[SYM_prb] || dump_u64(d, d->sym[SYM_prb], &prb) || !prb ||
	    !types_member(ty, "printk_ringbuffer", "desc_ring.descs").found)
		return false;
	if (dump_u32(d, RB("desc_ring.count_bits"), &r->count_bits) ||
	    dump_u64(d, RB("desc_ring.descs"), &r->descs) ||
	    dump_u64(d, RB("desc_ring.infos"), &r->infos) ||
	    dump_u64(d, RB("desc_ring.head_id"), &r->head_id) ||
	    dump_u64(d, RB("desc_ring.tail_id"), &r->tail_id) ||
	    dump_u32(d, RB("text_data_ring.size_bits"), &r->size_bits) ||
	    dump_u64(d, RB("text_data_ring.data"), &r->data))
		return false;
#undef RB
	r->state_var = types_member(ty, "prb_desc", "state_var");
	r->begin = types_member(ty, "prb_desc", "text_blk_lpos.begin");
	r->next = types_member(ty, "prb_desc", "text_blk_lpos.next");
	r->ts = types_member(ty, "printk_info", "ts_nsec");
	r->text_len = types_member(ty, "printk_info", "text_len");
	r->caller = types_member(ty, "printk_info", "caller_id");
	r->flags = types_member(ty, "printk_info", "level");
	r->desc_size = types_size(ty, "prb_desc");
	r->info_size = types_size(ty, "printk_info");
	return r->count_bits <= COUNT_BITS_MAX && r->size_bits <= DATA_BITS_MAX && r->desc_size &&
	       r->info_size;
}

/* Where a record's text lies in the ring: behind the id that its block begins with. */
static kaddr_t text_of(const struct ring *r, uint64_t begin, uint64_t next, size_t *ret_room)
{
	uint64_t size = 1ull << r->size_bits, at = begin & (size - 1), end = next & (size - 1);

	/* no data, or the data was lost */
	if ((begin & 1) || begin == next)
		return 0;
	/* a block that would wrap stands at the start of the ring */
	if (begin >> r->size_bits != next >> r->size_bits && end) {
		at = 0;
	} else if (!end) {
		end = size;
	}
	if (end < at + 8)
		return 0;
	*ret_room = end - at - 8;
	return r->data + at + 8;
}

/* What goes over the ring, and what of it is not in the dump. */
struct reader {
	printk_fn fn;
	void *arg;
	struct walk_lost lost;
};

/* A record without text (printk_ringbuffer.c: EMPTY_LINE_LPOS). */
static bool is_empty_line(uint64_t begin, uint64_t next)
{
	return begin == 3 && next == 3;
}

/* Whose text it is says the block's first word: a ring that was written over leads to another's. */
static bool another_owns(struct target *t, kaddr_t text, uint64_t id)
{
	uint64_t owner;

	return dump_u64(t->dump, text - 8, &owner) == OK && owner != id;
}

static bool one(struct target *t, const struct ring *r, uint64_t id, struct reader *to)
{
	uint64_t index = id & ((1ull << r->count_bits) - 1);
	kaddr_t desc = r->descs + index * r->desc_size, info = r->infos + index * r->info_size,
		text;
	uint64_t sv, begin, next, ts;
	char buf[4096];
	uint32_t len = 0, caller = 0;
	uint8_t level = 0;
	size_t room;

	if (dump_u64(t->dump, desc + r->state_var.offset, &sv)) {
		walk_lost_add(t, &to->lost, desc + r->state_var.offset);
		return true;
	}
	if ((sv >> 62 != COMMITTED && sv >> 62 != FINALIZED) || ((sv ^ id) << 2))
		return true;
	if (dump_u64(t->dump, desc + r->begin.offset, &begin) ||
	    dump_u64(t->dump, desc + r->next.offset, &next) ||
	    dump_u64(t->dump, info + r->ts.offset, &ts) ||
	    dump_read(t->dump, info + r->text_len.offset, &len, 2)) {
		walk_lost_add(t, &to->lost, info + r->text_len.offset);
		return true;
	}
	(void)dump_u32(t->dump, info + r->caller.offset, &caller);
	(void)dump_read(t->dump, info + r->flags.offset, &level, 1);
	level = level >> r->flags.bit_offset & 7;
	if (is_empty_line(begin, next))
		return to->fn(to->arg, ts, caller, level, STR(""));
	text = text_of(r, begin, next, &room);
	if (!text || another_owns(t, text, id))
		return true;
	if (len > room)
		len = (uint32_t)room;
	if (len > sizeof(buf))
		len = sizeof(buf);
	if (dump_read(t->dump, text, buf, len)) {
		walk_lost_add(t, &to->lost, text);
		return true;
	}
	return to->fn(to->arg, ts, caller, level, (struct str){ buf, len });
}

void printk_each(struct target *t, printk_fn fn, void *arg)
{
	struct reader to = { .fn = fn, .arg = arg };
	struct ring r = { 0 };
	uint64_t n;

	if (!read_ring(t, &r)) {
		walk_note(
			t,
			"dmesg: the kernel's log buffer cannot be found (before 5.10, or not in the dump)");
		return;
	}
	n = (r.head_id - r.tail_id) & ((1ull << 62) - 1);
	if (n > 1ull << r.count_bits)
		n = 1ull << r.count_bits;
	for (uint64_t i = 0; i <= n; i++)
		if (!one(t, &r, (r.tail_id + i) & ((1ull << 62) - 1), &to))
			break;
	walk_lost_tell(t, &to.lost, "dmesg", "records of the kernel's log");
}
