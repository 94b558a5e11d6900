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

bool memparse(struct scan *s, uint64_t *ret)
{
	bool hex = s->end - s->p > 2 && s->p[0] == '0' && (s->p[1] | 0x20) == 'x';
	unsigned int power;
	uint64_t v;

	if (hex ? !scan_hex(s, &v) : !scan_u64(s, &v))
		return false;
	power = scan_end(s) ? 0 : suffix(*s->p);
	if (power) {
		v <<= 10 * power;
		s->p++;
	}
	*ret = v;
	return true;
}

/* "%start-from+to": a change of types. */
static bool change_types(struct e820_table *t, struct scan *s, uint64_t size)
{
	uint64_t start, from = 0, to = 0;

	if (!memparse(s, &start))
		return false;
	if (scan_char(s, '-') && !scan_hex(s, &from))
		return false;
	if (scan_char(s, '+') && !scan_hex(s, &to))
		return false;
	if (!scan_end(s))
		return false;
	if (from && to)
		e820_range_update(t, start, size, (uint32_t)from, (uint32_t)to);
	else if (to)
		return e820_add(t, start, size, (uint32_t)to);
	else
		e820_range_remove(t, start, size, (uint32_t)from);
	return true;
}

bool e820_memmap_param(struct e820_table *t, struct str value)
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
		return true;
	}
	if (!memparse(&s, &size))
		return false;
	if (scan_char(&s, '%'))
		return change_types(t, &s, size);
	for (size_t i = 0; i < sizeof(adds) / sizeof(adds[0]); i++) {
		if (!scan_char(&s, adds[i].sign))
			continue;
		return memparse(&s, &start) && e820_add(t, start, size, adds[i].type) &&
		       scan_end(&s);
	}
	e820_range_remove(t, size, UINT64_MAX - size, E820_RAM);
	return scan_end(&s);
}

bool e820_mem_param(struct e820_table *t, struct str value)
{
	struct scan s = scan_of(value);
	uint64_t size;

	if (str_is(value, "nopentium") || !memparse(&s, &size) || !size)
		return false;
	e820_range_remove(t, size, UINT64_MAX - size, E820_RAM);
	return true;
}

/* parse_memmap_opt(): a comma-separated list. */
static bool memmap_list(struct e820_table *t, struct str value)
{
	bool any = false;

	while (value.n) {
		const char *comma = memchr(value.p, ',', value.n);
		size_t n = comma ? (size_t)(comma - value.p) : value.n;

		any |= e820_memmap_param(t, str_first(value, n));
		value = str_from(value, n + 1);
	}
	return any;
}

bool e820_cmdline(struct e820_table *t, struct str cmdline)
{
	bool user = false;
	struct str word;

	while ((word = str_word(&cmdline)).n) {
		if (str_is(word, "--"))
			break;
		if (str_starts(word, "memmap="))
			user |= memmap_list(t, str_from(word, 7));
		else if (str_starts(word, "mem="))
			user |= e820_mem_param(t, str_from(word, 4));
	}
	if (user)
		e820_sanitize(t);
	return user;
}
