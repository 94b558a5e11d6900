// SPDX-License-Identifier: GPL-2.0-or-later
// Walking a kernel list that may be broken.
#include "dump/list.h"

enum { ENTRIES_PER_PAGE = 64 };

void list_begin(struct list_iter *it, struct dump *d, kaddr_t head)
{
	*it = (struct list_iter){ .dump = d,
				  .head = head,
				  .limit = d->container.max_pfn * ENTRIES_PER_PAGE,
				  .power = 1 };
	it->status = dump_u64(d, head, &it->next);
	if (it->status)
		it->bad = head;
	/* a list that was never initialised */
	if (!it->status && !it->next) {
		it->status = ST_BAD_DATA;
		it->bad = head;
	}
}

static bool cycle(struct list_iter *it)
{
	if (it->entry == it->tortoise)
		return true;
	if (++it->lambda == it->power) {
		it->tortoise = it->entry;
		it->power *= 2;
		it->lambda = 0;
	}
	return false;
}

bool list_next(struct list_iter *it)
{
	if (it->status || it->next == it->head)
		return false;
	it->entry = it->next;
	if (++it->steps > it->limit)
		it->status = ST_LIMIT;
	else if (cycle(it))
		it->status = ST_LOOP;
	else if (dump_u64(it->dump, it->entry, &it->next))
		it->status = ST_FAULT;
	if (it->status)
		it->bad = it->entry;
	return it->status == OK;
}
