// SPDX-License-Identifier: GPL-2.0-or-later
// What the makers of telephones print between the kernel's clock and its message: the CPU and the
// task, each in their own form, out of their own print_prefix() in kernel/printk/printk.c.
#include "log/vendor.h"

#include "base/cleanup.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool take(struct str *s, const struct scan *to)
{
	*s = scan_rest(to);
	return true;
}

static bool cpu_number(struct scan *sc)
{
	const char *start = sc->p;
	uint64_t n;

	return scan_u64(sc, &n) && sc->p - start <= 3;
}

/* "(0)[543:kswapd0]", "-(0)[0:swapper/0]", "<1>.(1)[1647:Binder_1][name:usb20_host&]": MediaTek */
static bool mediatek(struct str *s)
{
	struct scan sc = scan_of(*s), at;
	struct str name;
	uint64_t n;

	scan_blanks(&sc);
	at = sc;
	if (scan_char(&at, '<') && cpu_number(&at) && scan_char(&at, '>'))
		sc = at;
	scan_blanks(&sc);
	(void)(scan_char(&sc, '-') || scan_char(&sc, '.') || scan_char(&sc, '*'));
	if (!scan_char(&sc, '(') || !cpu_number(&sc) || !scan_char(&sc, ')') ||
	    !scan_char(&sc, '[') || !scan_u64(&sc, &n) || !scan_char(&sc, ':') ||
	    !scan_until_any(&sc, "]", &name) || !scan_char(&sc, ']'))
		return false;
	at = sc;
	if (scan_lit(&at, "[name:") && scan_until_any(&at, "]", &name) && str_ends(name, "&") &&
	    scan_char(&at, ']'))
		sc = at;
	return take(s, &sc);
}

/* "I[0:  kswapd0:  543] ": Samsung */
static bool samsung(struct str *s)
{
	struct scan sc = scan_of(*s);
	struct str name;

	scan_blanks(&sc);
	if (sc.p < sc.end && *sc.p >= 'A' && *sc.p <= 'Z')
		sc.p++;
	if (!scan_char(&sc, '[') || !cpu_number(&sc) || !scan_char(&sc, ':') ||
	    !scan_until_any(&sc, "]", &name) || !scan_lit(&sc, "] "))
		return false;
	return str_has(name, ":") && is_digit(name.p[name.n - 1]) && take(s, &sc);
}

/* "4e 8b": bytes of a dump */
static bool bytes(struct scan sc)
{
	struct str word;
	uint64_t n;

	for (int i = 0; i < 2; i++)
		if (!scan_blanks(&sc) || !scan_until_any(&sc, " ", &word) || word.n != 2 ||
		    !str_to_u64(word, 16, &n))
			return false;
	return true;
}

/* "c3    254 ", also without the task: Spreadtrum, Google */
static bool spreadtrum(struct str *s)
{
	struct scan sc = scan_of(*s), at;
	uint64_t n;

	(void)scan_char(&sc, ' ');
	if (!scan_char(&sc, 'c') || !cpu_number(&sc) || !scan_char(&sc, ' ') || bytes(sc))
		return false;
	at = sc;
	scan_blanks(&at);
	if (at.p - sc.p > 1 && scan_u64(&at, &n) && scan_char(&at, ' '))
		return take(s, &at);
	return take(s, &sc);
}

/* "[pid:1,cpu7,swapper/0]": Huawei; "[2018:03:09 10:00:00]" before it */
static bool huawei(struct str *s)
{
	struct scan sc = scan_of(*s), at = sc;
	struct str date;
	uint64_t n;

	if (scan_lit(&at, "[20") && scan_until_any(&at, "]", &date) && date.n == 17 &&
	    scan_char(&at, ']'))
		sc = at;
	if (!scan_lit(&sc, "[pid:") || !scan_u64(&sc, &n) || !scan_lit(&sc, ",cpu") ||
	    !cpu_number(&sc) || !scan_char(&sc, ',') || !scan_past(&sc, "]", NULL))
		return false;
	return take(s, &sc);
}

/* "(CPU:0-pid:320:logd.auditd) " */
static bool cpu_and_pid(struct str *s)
{
	struct scan sc = scan_of(*s);
	uint64_t n;

	scan_blanks(&sc);
	if (!scan_lit(&sc, "(CPU:") || !cpu_number(&sc) || !scan_lit(&sc, "-pid:") ||
	    !scan_u64(&sc, &n) || !scan_char(&sc, ':') || !scan_past(&sc, ")", NULL))
		return false;
	(void)scan_char(&sc, ' ');
	return take(s, &sc);
}

bool vendor_prefix_alone(struct str *s)
{
	return mediatek(s) || huawei(s) || cpu_and_pid(s);
}

bool vendor_prefix(struct str *s)
{
	return vendor_prefix_alone(s) || samsung(s) || spreadtrum(s);
}
