// SPDX-License-Identifier: GPL-2.0-or-later
// memmap= and mem= on the command line (arch/x86/kernel/e820.c:parse_memmap_one(), parse_memopt()).
#include "model/e820.h"

/* How many powers of 1024 a letter stands for; 0: none. */
static unsigned int suffix(char c)
{
	static const char letters[] = "KkMmGgTtPpEe";

	for (unsigned int i = 0; letters[i]; i++)
		if (letters[i] == c)
			return i / 2 + 1;
	return 0;
}

static unsigned int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned int)(c - 'a') + 10 : 16;
}

/* simple_strtoull(s, &s, 0): hexadecimal behind 0x, octal behind 0; no digit is 0, overflow wraps.
 */
static uint64_t strtoull_any(struct scan *s)
{
	unsigned int base = 10;
	uint64_t v = 0;

	if (s->end - s->p > 2 && s->p[0] == '0' && (s->p[1] | 0x20) == 'x' &&
	    digit_of(s->p[2]) < 16) {
		base = 16;
		s->p += 2;
	} else if (!scan_end(s) && *s->p == '0') {
		base = 8;
	}
	for (; !scan_end(s) && digit_of(*s->p) < base; s->p++)
		v = v * base + digit_of(*s->p);
	return v;
}

bool memparse(struct scan *s, uint64_t *ret)
{
	const char *start = s->p;
	uint64_t v = strtoull_any(s);
	unsigned int power = scan_end(s) ? 0 : suffix(*s->p);

	if (power) {
		v <<= 10 * power;
		s->p++;
	}
	*ret = v;
	return s->p != start;
}

/* "%start-from+to": a change of types. */
static bool change_types(struct e820_table *t, struct scan *s, uint64_t size)
{
	uint64_t start, from = 0, to = 0;

	(void)memparse(s, &start);
	if (scan_char(s, '-'))
		from = strtoull_any(s);
	if (scan_char(s, '+'))
		to = strtoull_any(s);
	if (!scan_end(s))
		return false;
	if ((uint32_t)from && (uint32_t)to)
		e820_range_update(t, start, size, (uint32_t)from, (uint32_t)to);
	else if ((uint32_t)to)
		return e820_add(t, start, size, (uint32_t)to);
	else
		e820_range_remove(t, start, size, (uint32_t)from);
	return true;
}

/* Without a number nothing is done; a start that is missing is 0, and what is left over behind it
 * comes too late to undo anything. */
static enum e820_param memmap_one(struct e820_table *t, struct str value)
{
	static const struct {
		char sign;
		uint32_t type;
	} adds[] = {
		{ '@', E820_RAM }, { '#', E820_ACPI }, { '$', E820_RESERVED }, { '!', E820_PRAM }
	};
	struct scan s = scan_of(value);
	uint64_t size, start;

	if (str_starts(value, "exactmap")) {
		t->n = 0;
		return E820_PARAM_TAKEN;
	}
	if (!memparse(&s, &size))
		return E820_PARAM_IGNORED;
	if (scan_char(&s, '%'))
		return change_types(t, &s, size) ? E820_PARAM_TAKEN : E820_PARAM_ODD;
	for (size_t i = 0; i < sizeof(adds) / sizeof(adds[0]); i++) {
		if (!scan_char(&s, adds[i].sign))
			continue;
		if (!memparse(&s, &start) || !e820_add(t, start, size, adds[i].type))
			return E820_PARAM_ODD;
		return scan_end(&s) ? E820_PARAM_TAKEN : E820_PARAM_ODD;
	}
	e820_range_remove(t, size, UINT64_MAX - size, E820_RAM);
	return scan_end(&s) ? E820_PARAM_TAKEN : E820_PARAM_ODD;
}

enum e820_param e820_memmap_param(struct e820_table *t, struct str value)
{
	enum e820_param worst = E820_PARAM_TAKEN;

	for (;;) {
		const char *comma = value.n ? memchr(value.p, ',', value.n) : NULL;
		enum e820_param p =
			memmap_one(t, comma ? str_first(value, (size_t)(comma - value.p)) : value);

		if (p > worst)
			worst = p;
		if (!comma)
			return worst;
		value = str_from(value, (size_t)(comma - value.p) + 1);
	}
}

enum e820_param e820_mem_param(struct e820_table *t, struct str value)
{
	struct scan s = scan_of(value);
	uint64_t size;

	if (str_is(value, "nopentium"))
		return E820_PARAM_IGNORED;
	(void)memparse(&s, &size);
	if (!size)
		return E820_PARAM_ODD;
	e820_range_remove(t, size, UINT64_MAX - size, E820_RAM);
	return E820_PARAM_TAKEN;
}

/* next_arg(): what stands in double quotes may hold blanks, and loses the quotes around it. */
struct str e820_next_param(struct str *cmdline)
{
	bool quoted = false;
	struct str word;
	size_t n = 0;

	while (cmdline->n && (cmdline->p[0] == ' ' || cmdline->p[0] == '\t'))
		*cmdline = str_from(*cmdline, 1);
	for (; n < cmdline->n; n++) {
		char c = cmdline->p[n];

		if ((c == ' ' || c == '\t') && !quoted)
			break;
		quoted ^= c == '"';
	}
	word = str_first(*cmdline, n);
	*cmdline = str_from(*cmdline, n);
	if (word.n > 1 && word.p[0] == '"' && word.p[word.n - 1] == '"')
		word = (struct str){ word.p + 1, word.n - 2 };
	return word;
}

static struct str unquoted(struct str value)
{
	if (value.n > 1 && value.p[0] == '"' && value.p[value.n - 1] == '"')
		return (struct str){ value.p + 1, value.n - 2 };
	return value;
}

bool e820_cmdline(struct e820_table *t, struct str cmdline, enum e820_param *ret_worst)
{
	enum e820_param worst = E820_PARAM_TAKEN, p;
	bool user = false;
	struct str word;

	while ((word = e820_next_param(&cmdline)).n && !str_is(word, "--")) {
		bool mem = str_starts(word, "mem=");

		if (mem)
			p = e820_mem_param(t, unquoted(str_from(word, 4)));
		else if (str_starts(word, "memmap="))
			p = e820_memmap_param(t, unquoted(str_from(word, 7)));
		else
			continue;
		/* of a list without a number nothing is taken; with one, the rest of it is */
		user = user || p != E820_PARAM_IGNORED || (!mem && str_has(word, ","));
		if (p > worst)
			worst = p;
	}
	if (ret_worst)
		*ret_worst = worst;
	return user;
}
