// SPDX-License-Identifier: GPL-2.0-or-later
// One record of page_owner text: print_page_owner() of mm/page_owner.c, stack_print() of the same
// (page_owner_stacks, 6.9 and newer), and what tools/mm/page_owner_sort.c makes of the former.
//
// A record is, each part left out by one or the other: "12 times, 24 pages...:", "Page allocated
// via order ...", "PFN ...", frames that begin with a blank, details, "nr_base_pages: 24", an empty
// line.
#include "proc/owner.h"

#include "base/limits.h"

static const char allocated[] = "Page allocated via order ";

static bool take_allocated(struct str line, struct owner_record *r)
{
	struct scan sc = scan_of(line);
	uint64_t order;

	if (!scan_lit(&sc, allocated) || !scan_u64(&sc, &order))
		return false;
	r->has_order = order < LIMIT_ORDERS;
	r->order = r->has_order ? (uint32_t)order : 0;
	r->has_mask = scan_lit(&sc, ", mask ") && scan_hex(&sc, &r->mask);
	return true;
}

/* "12 times:", "12 times, 24 pages, PID 1, ...:" */
static bool take_times(struct str line, struct owner_record *r)
{
	struct scan sc = scan_of(line);
	uint64_t times;

	if (!scan_u64(&sc, &times) || !scan_lit(&sc, " times"))
		return false;
	r->allocations = times;
	r->has_pages = scan_lit(&sc, ", ") && scan_u64(&sc, &r->pages) && scan_lit(&sc, " pages");
	return true;
}

/* "nr_base_pages: 24"; "stack_count: 24" counted allocations before 6.12. */
static bool take_count(struct str line, struct owner_record *r)
{
	struct scan sc = scan_of(line);
	uint64_t n;

	if (scan_lit(&sc, "nr_base_pages: ") && scan_u64(&sc, &n)) {
		r->pages = n;
		r->has_pages = true;
		return true;
	}
	if (!scan_lit(&sc, "stack_count: ") || !scan_u64(&sc, &n))
		return false;
	r->allocations = n;
	return true;
}

/* What of a record was seen. */
struct seen {
	bool times, head, count;
};

/* @return false if the line begins the next record. */
static bool take_line(struct str line, struct owner_record *r, struct seen *seen)
{
	bool begun = seen->head || seen->count || r->stack.n;

	if (!line.n)
		return true;
	if (line.p[0] == 'P' && str_starts(line, allocated)) {
		if (begun)
			return false;
		seen->head = take_allocated(line, r);
	} else if (line.p[0] >= '0' && line.p[0] <= '9') {
		if (begun || seen->times)
			return false;
		seen->times = take_times(line, r);
	} else if (!seen->count && r->stack.n) {
		seen->count = take_count(line, r);
	}
	return true;
}

static bool is_frame(const char *p)
{
	return *p == ' ' || *p == '[' || *p == '\t';
}

/* Sets what was not told but follows. */
static void conclude(struct owner_record *r, const struct seen *seen)
{
	if (!seen->times && !seen->count && !seen->head) {
		r->stack.n = 0;
		return;
	}
	if (seen->head && !seen->times && !seen->count)
		r->allocations = 1;
	if (!r->has_pages && seen->head && r->has_order &&
	    !__builtin_mul_overflow(r->allocations, 1ull << r->order, &r->pages))
		r->has_pages = true;
}

size_t owner_record(struct str text, bool whole, struct owner_record *ret)
{
	const char *p = text.p, *end = text.p + text.n, *nl;
	struct seen seen = { 0 };
	bool blank = false;

	*ret = (struct owner_record){ .first = { text.p, 0 } };
	while (p < end && !blank) {
		bool frame = is_frame(p) && !seen.count;

		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl) {
			if (!whole)
				return 0;
			ret->stack.n = 0; /* it broke off */
			return text.n;
		}
		blank = nl == p || (nl == p + 1 && *p == '\r');
		if (frame && !blank && (!ret->stack.n || ret->stack.p + ret->stack.n == p)) {
			ret->stack.p = ret->stack.n ? ret->stack.p : p;
			ret->stack.n = (size_t)(nl + 1 - ret->stack.p);
		} else if (!take_line((struct str){ p, (size_t)(nl - p) }, ret, &seen)) {
			break;
		}
		if (!ret->lines++)
			ret->first.n = (size_t)(nl - p);
		p = nl + 1;
	}
	if (!blank && p == end && !whole)
		return 0;
	conclude(ret, &seen);
	return (size_t)(p - text.p);
}

size_t owner_sync(struct str text, size_t from)
{
	const char *p = text.p + from, *end = text.p + text.n, *nl;

	while (p < end && (nl = memchr(p, '\n', (size_t)(end - p)))) {
		p = nl + 1;
		if (p < end && *p == '\n')
			return (size_t)(p - text.p) + 1;
		if (p < end && *p == 'P' &&
		    str_starts((struct str){ p, (size_t)(end - p) }, allocated))
			return (size_t)(p - text.p);
	}
	return text.n;
}
