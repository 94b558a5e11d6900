// SPDX-License-Identifier: GPL-2.0-or-later
// Looking up ORC entries of the kernel and of modules.
#include "dump/orc.h"

#include <string.h>

#include "dump/modules.h"
#include "dump/types.h"

enum { ENTRY_BYTES = 6, ENTRIES_MAX = 8 << 20 };

/* Layout of the 16 bits behind the offsets. */
enum version {
	V1, /* 4.14: type:2, end:1 */
	V2, /* 6.3, ffb1b4a41016 ("x86/unwind/orc: Add 'signal' field to ORC metadata"): type:2,
	       signal:1, end:1 */
	V3, /* 6.4, fb799447ae29 ("x86,objtool: Split UNWIND_HINT_EMPTY in two"): type:3, signal:1
	     */
	V4, /* 7.1, 1735858caa4b: registers renumbered */
};

struct orc {
	enum version version;
	kaddr_t ip_at;
	const int32_t *ip; /* the kernel's, copied */
	const uint8_t *entries;
	uint32_t n;
	bool missing;
};

/*
 * By the shape of struct orc_entry, not by release: `signal` came with V2, `end` went with V3. V4
 * shows in orc_fp_entry, whose bp_reg is PREV_SP: 8 there, 1 before.
 */
static enum version detect(struct dump *d)
{
	uint8_t fp[ENTRY_BYTES];

	if (!types_member(d->types, "orc_entry", "signal").found)
		return V1;
	if (types_member(d->types, "orc_entry", "end").found)
		return V2;
	if (d->sym[SYM_orc_fp_entry] &&
	    dump_read(d, d->sym[SYM_orc_fp_entry], fp, sizeof(fp)) == OK && fp[4] >> 4 == 8)
		return V4;
	return V3;
}

static struct orc *load(struct dump *d)
{
	struct orc *o = arena_new(&d->arena, struct orc);
	kaddr_t start = d->sym[SYM___start_orc_unwind_ip], stop = d->sym[SYM___stop_orc_unwind_ip];
	kaddr_t entries = d->sym[SYM___start_orc_unwind];
	void *ip, *e;

	d->orc = o;
	o->missing = true;
	if (!start || stop <= start || !entries || (stop - start) / 4 > ENTRIES_MAX)
		return o;
	o->version = detect(d);
	o->ip_at = start;
	o->n = (uint32_t)((stop - start) / 4);
	ip = arena_alloc(&d->arena, o->n * 4ul);
	e = arena_alloc(&d->arena, o->n * (size_t)ENTRY_BYTES);
	if (!ip || !e || dump_read(d, start, ip, o->n * 4ul) ||
	    dump_read(d, entries, e, o->n * (size_t)ENTRY_BYTES))
		return o;
	o->ip = ip;
	o->entries = e;
	o->missing = false;
	return o;
}

static enum orc_reg reg_of(enum version v, unsigned int n)
{
	static const enum orc_reg old[] = { ORC_UNDEFINED,   ORC_PREV_SP,    ORC_DX,  ORC_DI,
					    ORC_BP,	     ORC_SP,	     ORC_R10, ORC_R13,
					    ORC_BP_INDIRECT, ORC_SP_INDIRECT };
	static const enum orc_reg v4[] = { ORC_UNDEFINED, ORC_AX,	   ORC_DX,	   ORC_SP,
					   ORC_BP,	  ORC_DI,	   ORC_R10,	   ORC_R13,
					   ORC_PREV_SP,	  ORC_SP_INDIRECT, ORC_BP_INDIRECT };

	if (v == V4)
		return n < sizeof(v4) / sizeof(v4[0]) ? v4[n] : ORC_BAD;
	return n < sizeof(old) / sizeof(old[0]) ? old[n] : ORC_BAD;
}

static enum orc_type old_type(unsigned int bits, bool end)
{
	static const enum orc_type types[] = { ORC_TYPE_CALL, ORC_TYPE_REGS, ORC_TYPE_REGS_PARTIAL,
					       ORC_TYPE_UNKNOWN };

	return end ? ORC_TYPE_END : types[bits & 3];
}

static void decode(enum version v, const uint8_t *p, struct orc_entry_info *ret)
{
	uint16_t bits;

	memcpy(&ret->sp_offset, p, 2);
	memcpy(&ret->bp_offset, p + 2, 2);
	memcpy(&bits, p + 4, 2);
	ret->sp_reg = reg_of(v, bits & 15);
	ret->bp_reg = reg_of(v, bits >> 4 & 15);
	ret->signal = v == V2 ? bits >> 10 & 1 : v >= V3 ? bits >> 11 & 1 : false;
	if (v == V1)
		ret->type = old_type(bits >> 8, bits >> 10 & 1);
	else if (v == V2)
		ret->type = old_type(bits >> 8, bits >> 11 & 1);
	else
		ret->type = (bits >> 8 & 7) <= ORC_TYPE_REGS_PARTIAL
				    ? (enum orc_type)(bits >> 8 & 7)
				    : ORC_TYPE_UNKNOWN;
	/* before V3 an undefined stack pointer says that there is nothing to unwind */
	if (v < V3 && ret->sp_reg == ORC_UNDEFINED && ret->type != ORC_TYPE_END)
		ret->type = ORC_TYPE_UNKNOWN;
}

/* The last entry at or before ip of a module's table, read from the dump as needed. */
static bool find_in_module(struct dump *d, const struct dump_module *m, kaddr_t ip,
			   struct orc_entry_info *ret)
{
	uint32_t lo = 0, hi = m->n_orc;
	uint8_t e[ENTRY_BYTES];

	if (!m->orc_ip || !m->orc || hi > ENTRIES_MAX)
		return false;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int32_t rel;

		if (dump_read(d, m->orc_ip + 4ull * mid, &rel, 4))
			return false;
		if (m->orc_ip + 4ull * mid + (uint64_t)(int64_t)rel <= ip)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo || dump_read(d, m->orc + (uint64_t)ENTRY_BYTES * (lo - 1), e, sizeof(e)))
		return false;
	decode(d->orc->version, e, ret);
	return true;
}

bool orc_there(struct dump *d)
{
	return !(d->orc ? d->orc : load(d))->missing;
}

bool orc_find(struct dump *d, kaddr_t ip, struct orc_entry_info *ret)
{
	struct orc *o = d->orc ? d->orc : load(d);
	struct dump_module *m;
	uint32_t lo = 0, hi = o->n;

	if (o->missing)
		return false;
	m = ip >= d->mmu.text && (!d->mmu.end || ip < d->mmu.end) ? NULL : module_at(d, ip);
	if (m)
		return find_in_module(d, m, ip, ret);
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (o->ip_at + 4ull * mid + (uint64_t)(int64_t)o->ip[mid] <= ip)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo)
		return false;
	decode(o->version, o->entries + (size_t)ENTRY_BYTES * (lo - 1), ret);
	return true;
}
