// SPDX-License-Identifier: GPL-2.0-or-later
// Registers: __show_regs() and show_ip() of x86, __show_regs() of arm, arm64 and riscv,
// show_regs() of powerpc, mips, s390, sparc, parisc and alpha.
#include "log/regs.h"

#include <ctype.h>

#include "base/cleanup.h"
#include "log/frame.h"

static bool in_list(struct str name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, list[i]))
			return true;
	return false;
}

/* Letters, then a number: "x29", "R15", "g1", "CR0", "GPR04". */
static bool is_numbered(struct str name)
{
	static const char *const letters[] = { "r", "x", "R", "g",  "o",  "l",	"i",
					       "a", "t", "s", "CR", "DR", "GPR" };
	size_t n = name.n;

	while (n && isdigit((unsigned char)name.p[n - 1]))
		n--;
	return n < name.n && name.n - n <= 2 &&
	       in_list(str_first(name, n), letters, ARRAY_SIZE(letters));
}

static bool is_register(struct str name)
{
	static const char *const names[] = {
		"RAX",	  "RBX",      "RCX",	 "RDX",	    "RSI",	"RDI", "RBP",	 "RSP",
		"EAX",	  "EBX",      "ECX",	 "EDX",	    "ESI",	"EDI", "EBP",	 "ESP",
		"FS",	  "GS",	      "CS",	 "DS",	    "ES",	"SS",  "EFLAGS", "knlGS",
		"PKRU",	  "ORIG_RAX", "pc",	 "lr",	    "psr",	"sp",  "ip",	 "fp",
		"pstate", "NIP",      "LR",	 "CTR",	    "REGS",	"MSR", "XER",	 "CFAR",
		"DAR",	  "DSISR",    "IRQMASK", "DEAR",    "ESR",	"CR",  "epc",	 "ra",
		"gp",	  "tp",	      "status",	 "badaddr", "cause",	"Hi",  "Lo",	 "Acx",
		"Status", "Cause",    "BadVA",	 "PrId",    "TSTATE",	"TPC", "TNPC",	 "Y",
		"ret_pc", "IIR",      "ISR",	 "IOR",	    "ORIG_R28", "PSW", "ps",	 "v0",
		"pv",	  "at",	      "era",	 "ERA",
	};

	return is_numbered(name) || in_list(name, names, ARRAY_SIZE(names));
}

/* "0018:ffff88805a6d71d8", "[<c0149ea8>]", "0000000000000000(0000)", "<ffff...>". */
static bool scan_value(struct scan *sc, uint64_t *ret)
{
	struct scan at = *sc, selector;
	uint64_t v;

	(void)scan_char(&at, '[');
	(void)scan_char(&at, '<');
	if (!scan_hex(&at, &v))
		return false;
	selector = at;
	if (scan_char(&selector, ':') && scan_hex(&selector, &v))
		at = selector;
	(void)scan_char(&at, '>');
	(void)scan_char(&at, ']');
	if (!scan_end(&at) && !strchr(" \t(<>,", *at.p))
		return false;
	*ret = v;
	*sc = at;
	return true;
}

/* What may stand behind a value before the next name: "(nZCv daif)", "<SF,HV,EE>". */
static void skip_words(struct scan *sc)
{
	for (;;) {
		(void)scan_blanks(sc);
		if (scan_char(sc, '('))
			(void)scan_past(sc, ")", NULL);
		else if (scan_char(sc, '<'))
			(void)scan_past(sc, ">", NULL);
		else
			return;
	}
}

static bool scan_pair(struct scan *sc, const struct line *l, struct regs_line *ret)
{
	struct scan at = *sc;
	struct str name;
	uint64_t v;

	if (!scan_blanks(&at) || !scan_name(&at, "", &name) || !is_register(name) ||
	    !scan_blanks(&at) || !(scan_char(&at, ':') || scan_char(&at, '=')) ||
	    !scan_blanks(&at) || !scan_value(&at, &v))
		return false;
	ret->v[ret->n++] = (struct reg){ name, num_at(v, l->no) };
	skip_words(&at);
	*sc = at;
	return true;
}

/* A row of numbered registers: "GPR00: a b c d", "$ 4   : a b c d", "r04-07  a b c d". */
static bool row(struct scan sc, const struct line *l, struct regs_line *ret)
{
	static const char *const names[] = {
		"r0",  "r1",  "r2",  "r3",  "r4",  "r5",  "r6",	 "r7",	"r8",  "r9",  "r10",
		"r11", "r12", "r13", "r14", "r15", "r16", "r17", "r18", "r19", "r20", "r21",
		"r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29", "r30", "r31",
	};
	uint64_t first, last, v;

	if (scan_char(&sc, '$'))
		(void)scan_blanks(&sc);
	else if (!scan_lit(&sc, "GPR") && !scan_char(&sc, 'r'))
		return false;
	if (!scan_u64(&sc, &first) || first >= ARRAY_SIZE(names))
		return false;
	if (scan_char(&sc, '-') && !scan_u64(&sc, &last))
		return false;
	(void)scan_blanks(&sc);
	(void)scan_char(&sc, ':');
	while (scan_blanks(&sc) && first < ARRAY_SIZE(names) && ret->n < REGS_OF_LINE &&
	       scan_value(&sc, &v))
		ret->v[ret->n++] = (struct reg){ str_c(names[first++]), num_at(v, l->no) };
	return ret->n > 1 && scan_end(&sc);
}

bool regs_line(const struct line *l, struct regs_line *ret)
{
	struct scan sc = scan_of(str_trim(l->text));

	*ret = (struct regs_line){ 0 };
	if (row(sc, l, ret))
		return true;
	ret->n = 0;
	while (ret->n < REGS_OF_LINE && scan_pair(&sc, l, ret))
		;
	return ret->n > 0;
}

/* "[<ffffffff810ad2c0>]  [<ffffffff810ad2c0>] f+0x10/0x50", "f+0x1/0x2", "ffffffff80101234 f+0x1",
 * "<f+0x1/0x2>". */
static bool scan_place_of_ip(struct scan *sc, struct frame *ret)
{
	uint64_t v;

	for (int i = 0; i < 2; i++) {
		struct scan at = *sc;

		(void)scan_blanks(&at);
		(void)scan_char(&at, '[');
		(void)scan_char(&at, '<');
		if (!scan_hex(&at, &v) || (!scan_lit(&at, ">]") && !scan_char(&at, ']') &&
					   !scan_char(&at, ' ') && !scan_end(&at)))
			break;
		ret->address = num_at(v, ret->line);
		*sc = at;
	}
	(void)scan_blanks(sc);
	(void)scan_char(sc, '<');
	return scan_symbol(sc, ret) || ret->address.known;
}

/* x86: the selector's privilege level tells user space. */
static bool x86_ip(struct scan sc, struct frame *ret, bool *user)
{
	struct scan at;
	uint64_t cs;

	if (scan_lit(&sc, "EIP is at ") || scan_lit(&sc, "EIP: ")) {
		at = sc;
		if (scan_hex(&at, &cs) && scan_char(&at, ':'))
			sc = at;
		*user = false;
		return scan_place_of_ip(&sc, ret) && ret->symbol.n;
	}
	if (!scan_lit(&sc, "RIP: ") || !scan_hex(&sc, &cs) || !scan_char(&sc, ':'))
		return false;
	*user = (cs & 3) == 3;
	return scan_place_of_ip(&sc, ret);
}

bool ip_line(const struct line *l, struct frame *ret, bool *user)
{
	static const char *const keys[] = {
		"PC is at ", "pc is at ", "pc : ", "epc : ", "epc   : ", "NIP ",
		"TPC: ",     "IAOQ[0]: ", "era: ", "ERA: ",  "IP: ",
	};
	struct scan sc = scan_of(str_trim(l->text));

	*ret = (struct frame){ .reliable = true, .line = l->no };
	*user = false;
	if (x86_ip(sc, ret, user))
		return true;
	if (scan_lit(&sc, "Krnl PSW : "))
		return scan_past(&sc, "(", NULL) && scan_symbol(&sc, ret);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (scan_lit(&sc, keys[i]))
			return scan_place_of_ip(&sc, ret) && ret->symbol.n;
	return false;
}
