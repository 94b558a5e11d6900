// SPDX-License-Identifier: GPL-2.0-or-later
// The frames of a call trace: printk_stack_address() and show_trace_log_lvl() of x86,
// dump_backtrace_entry() of arm and arm64, show_stack() of powerpc, s390, mips, riscv, sparc,
// parisc and alpha; __sprint_symbol() for "symbol+0x1/0x2 [module]".
#include "log/frame.h"

#include <ctype.h>

static bool symbol_start(char c)
{
	return isalpha((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

/* "[nfsd]", "[mod 0123456789abcdef]" (build id), "[mod(O)]". */
static void scan_module(struct scan *sc, struct frame *ret)
{
	struct scan at = *sc;
	struct str name, rest;

	if (!scan_blanks(&at) || !scan_char(&at, '[') || !scan_name(&at, "-", &name) ||
	    str_is(name, "inline"))
		return;
	(void)scan_until_any(&at, "]", &rest);
	if (!scan_char(&at, ']'))
		return;
	ret->module = name;
	*sc = at;
}

bool scan_symbol(struct scan *sc, struct frame *ret)
{
	struct scan at = *sc;
	uint64_t offset, size;
	struct str name;

	if (scan_end(&at) || !symbol_start(*at.p) || !scan_name(&at, ".$:<>", &name))
		return false;
	if (!scan_lit(&at, "+0x") || !scan_hex(&at, &offset) || !scan_lit(&at, "/0x") ||
	    !scan_hex(&at, &size))
		return false;
	while (name.n > 1 && name.p[0] == '.') /* ppc64 before ELFv2: the function's entry */
		name = str_from(name, 1);
	ret->symbol = name;
	ret->offset = num_at(offset, ret->line);
	ret->size = num_at(size, ret->line);
	scan_module(&at, ret);
	*sc = at;
	return true;
}

/* "0xffffffffc0a1b2c3": no symbol for it. */
static bool scan_bare_address(struct scan *sc, struct frame *ret)
{
	struct scan at = *sc;
	const char *start = at.p;
	uint64_t v;

	if (!scan_lit(&at, "0x") || !scan_hex(&at, &v))
		return false;
	ret->symbol = (struct str){ start, (size_t)(at.p - start) };
	if (!ret->address.known)
		ret->address = num_at(v, ret->line);
	scan_module(&at, ret);
	*sc = at;
	return true;
}

/* "[<ffffffff810861fd>]", "[<(ptrval)>]". */
static bool scan_bracket(struct scan *sc, struct frame *ret)
{
	struct scan at = *sc;
	struct str hex;
	uint64_t v;

	if (!scan_lit(&at, "[<") || !scan_past(&at, ">]", &hex) || hex.n > 20)
		return false;
	if (str_to_u64(hex, 16, &v))
		ret->address = num_at(v, ret->line);
	else if (!str_has(hex, "ptrval"))
		return false;
	*sc = at;
	return true;
}

/* "[c00000037540f730] [c00000000127ec44]" of powerpc (stack, then code), "[0000000000456789]" of
 * sparc. */
static bool scan_plain_bracket(struct scan *sc, struct frame *ret)
{
	struct scan at = *sc;
	uint64_t v;
	struct str hex;
	int n = 0;

	while (n < 2) {
		struct scan next = at;

		if (!scan_blanks(&next) || !scan_char(&next, '[') || !scan_past(&next, "]", &hex) ||
		    (hex.n != 8 && hex.n != 16) || !str_to_u64(hex, 16, &v))
			break;
		ret->address = num_at(v, ret->line);
		at = next;
		n++;
	}
	if (!n)
		return false;
	*sc = at;
	return true;
}

/* x86-64 up to 2.6.17: "<ffffffff8015d5b5>{out_of_memory+53}", "{:ext3:f+12}". */
static bool scan_braces(struct scan *sc, struct frame *ret)
{
	struct scan at = *sc;
	uint64_t v, offset;
	struct str name, module = { "", 0 };

	if (!scan_char(&at, '<') || !scan_hex(&at, &v) || !scan_lit(&at, ">{"))
		return false;
	if (scan_char(&at, ':') && !scan_past(&at, ":", &module))
		return false;
	if (!scan_name(&at, ".", &name) || !scan_char(&at, '+') || !scan_u64(&at, &offset) ||
	    !scan_char(&at, '}'))
		return false;
	ret->address = num_at(v, ret->line);
	ret->symbol = name;
	ret->offset = num_at(offset, ret->line);
	ret->module = module;
	*sc = at;
	return true;
}

/* "<IRQ>", "</TASK>", "<<EOE>>", "<#DF>": which stack follows. */
static bool scan_marker(struct scan *sc)
{
	struct scan at = *sc;
	struct str name;

	if (!scan_char(&at, '<'))
		return false;
	(void)scan_char(&at, '<');
	(void)scan_char(&at, '/');
	(void)scan_char(&at, '#');
	if (scan_end(&at) || !isupper((unsigned char)*at.p) || !scan_name(&at, "-", &name) ||
	    !scan_char(&at, '>'))
		return false;
	(void)scan_char(&at, '>');
	*sc = at;
	return true;
}

/* "(unreliable)", "(P)", "(CP)": how sure the unwinder is; "(f+0x1/0x2)": what the function graph
 * tracer stands in for; s390 closes "([<...>] f+...". */
static void scan_notes(struct scan *sc, struct frame *ret)
{
	struct scan at = *sc;
	struct frame traced = { 0 };
	struct str note;

	if (scan_blanks(&at) && scan_char(&at, '(') && scan_symbol(&at, &traced) &&
	    scan_char(&at, ')'))
		*sc = at;
	at = *sc;
	if (scan_blanks(&at) && scan_char(&at, '(') && scan_name(&at, "", &note) &&
	    scan_char(&at, ')') && (str_is(note, "unreliable") || note.n <= 4)) {
		if (str_is(note, "unreliable"))
			ret->reliable = false;
		*sc = at;
	}
	(void)scan_char(sc, ')');
}

/* What scripts add: " mm/gup.c:144", " (mm/gup.c:144 lib/x.c:1)", " [inline]". */
static bool scan_place(struct scan *sc)
{
	struct scan at = *sc;
	bool paren, found = false;
	struct str word;

	(void)scan_blanks(&at);
	paren = scan_char(&at, '(');
	while (scan_blanks(&at) && scan_until_any(&at, " )", &word)) {
		ptrdiff_t colon = str_find(word, ":", 0);

		if (colon <= 0 || !str_has(word, ".") || (size_t)colon + 1 >= word.n ||
		    (word.p[colon + 1] != '?' && !isdigit((unsigned char)word.p[colon + 1])))
			break;
		found = true;
		*sc = at;
		if (!paren)
			break;
		while (scan_blanks(&at) && scan_lit(&at, "(discriminator ")) {
			(void)scan_past(&at, ")", NULL);
			*sc = at;
		}
	}
	if (found && paren)
		(void)scan_char(sc, ')');
	return found;
}

/* A symbol of a decoded trace: "f mm/gup.c:144 [inline]", "f (mm/gup.c:144)". */
static bool scan_decoded(struct scan *sc, struct frame *ret)
{
	struct scan at = *sc;
	struct str name;

	if (scan_end(&at) || !symbol_start(*at.p) || !scan_name(&at, ".$", &name) ||
	    !scan_place(&at))
		return false;
	(void)(scan_blanks(&at) && scan_lit(&at, "[inline]"));
	ret->symbol = name;
	scan_module(&at, ret);
	*sc = at;
	if (scan_name(&at, "-", &name) && scan_end(&at)) { /* the script drops the brackets */
		ret->module = name;
		*sc = at;
	}
	return true;
}

/* What stands behind the address. */
static bool scan_name_part(struct scan *sc, struct frame *ret, bool *loose)
{
	(void)scan_blanks(sc);
	if (scan_char(sc, '?')) {
		ret->reliable = false;
		(void)scan_blanks(sc);
	}
	if (scan_symbol(sc, ret)) {
		(void)scan_place(sc);
		(void)(scan_blanks(sc) && scan_lit(sc, "[inline]"));
	} else if (scan_decoded(sc, ret)) {
		*loose = true;
	} else if (!scan_bare_address(sc, ret)) {
		return false;
	}
	if (!ret->module.n)
		scan_module(sc, ret);
	scan_notes(sc, ret);
	return true;
}

static struct frame fresh(const struct line *l)
{
	return (struct frame){ .reliable = true, .line = l->no };
}

/* One frame with what stands before it. */
static bool scan_frame(struct scan *sc, const struct line *l, struct frame_line *ret)
{
	struct scan at = *sc;
	struct frame f = fresh(l);
	bool addressed, unsure;

	if (scan_braces(&at, &f)) {
		ret->v[ret->n++] = f;
		*sc = at;
		return true;
	}
	unsure = scan_lit(&at, "([<");
	if (unsure)
		at.p -= 2;
	addressed = scan_bracket(&at, &f) || scan_plain_bracket(&at, &f);
	if (!scan_name_part(&at, &f, &ret->loose))
		return false;
	if (unsure)
		f.reliable = false;
	if (!addressed)
		ret->bare = true;
	ret->v[ret->n++] = f;
	*sc = at;
	return true;
}

/* ARM: "(f+0x1/0x2)", "(f)", "f", "f+0x1/0x2"; nothing where the kernel has no symbols. */
static bool scan_arm_name(struct scan *sc, struct frame *ret)
{
	struct scan at = *sc;
	bool paren;
	struct str name;

	(void)scan_blanks(&at);
	if (ret->address.known && (scan_end(&at) || str_starts(scan_rest(&at), "from "))) {
		ret->symbol = (struct str){ "?", 1 };
		return true;
	}
	paren = scan_char(&at, '(');
	if (!scan_symbol(&at, ret) && !scan_bare_address(&at, ret)) {
		if (scan_end(&at) || !symbol_start(*at.p) || !scan_name(&at, ".$", &name))
			return false;
		ret->symbol = name;
		scan_module(&at, ret);
	}
	if (paren && !scan_char(&at, ')'))
		return false;
	*sc = at;
	return true;
}

/* "[<c034a094>] (f) from [<c034af24>] (g+0x140/0x368)" up to 5.15, "f from g+0x10/0x14" since. */
static bool scan_from(struct scan *sc, const struct line *l, struct frame_line *ret)
{
	struct scan at = *sc;
	struct frame callee = fresh(l), caller = fresh(l);

	(void)scan_lit(&at, "Function entered at "); /* a kernel without kallsyms */
	ret->bare = !scan_bracket(&at, &callee);
	if (!scan_arm_name(&at, &callee) || !scan_blanks(&at) || !scan_lit(&at, "from ") ||
	    !scan_blanks(&at))
		return false;
	(void)scan_bracket(&at, &caller);
	if (!scan_arm_name(&at, &caller) || (ret->bare && !caller.offset.known))
		return false; /* "Booting from ROM..." */
	ret->v[0] = callee;
	ret->v[1] = caller;
	ret->n = 2;
	ret->callers = true;
	*sc = at;
	return true;
}

/* A host's name that stands before the frames of the same line. */
static void skip_host(struct scan *sc)
{
	struct scan at = *sc;
	struct str host;

	if (!scan_name(&at, ".-", &host) || !scan_char(&at, ' ') || !scan_blanks(&at) ||
	    !str_starts(scan_rest(&at), "[<"))
		return;
	if (!str_is(host, "RIP") && !str_is(host, "EIP") && !str_is(host, "IP") &&
	    !str_is(host, "LR") && !str_is(host, "NIP")) /* an oops says again where it was */
		*sc = at;
}

bool frame_line(const struct line *l, struct frame_line *ret)
{
	struct scan sc = scan_of(str_trim(l->text)), start;
	bool ends = str_is(scan_rest(&sc), "</TASK>"), marked = false;

	*ret = (struct frame_line){ 0 };
	skip_host(&sc);
	while (scan_blanks(&sc) && scan_marker(&sc))
		marked = true;
	start = sc;
	if (scan_from(&sc, l, ret))
		return true;
	*ret = (struct frame_line){ .ends = ends };
	sc = start;
	if (marked && scan_end(&sc))
		return true;
	do {
		if (!scan_frame(&sc, l, ret))
			return false;
		(void)scan_blanks(&sc);
		while (scan_marker(&sc))
			(void)scan_blanks(&sc);
	} while (!scan_end(&sc) && ret->n < FRAMES_OF_LINE);
	return scan_end(&sc);
}
