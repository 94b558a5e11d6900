// SPDX-License-Identifier: GPL-2.0-or-later
// The line that says whose context a trace was printed in: dump_stack_print_info() of
// lib/dump_stack.c, show_regs() of the arches before 3.11, check_hung_task().
#include "log/cpu_line.h"

#include <ctype.h>

/* "2.6.30", "5.4.0-rc4+": begins with digits and a dot. */
static bool is_release(struct str word)
{
	struct scan sc = scan_of(word);
	uint64_t v;

	return scan_u64(&sc, &v) && scan_char(&sc, '.') && scan_u64(&sc, &v);
}

/* Taint letters, then the release, then "#1 SMP" or "(2.6.18 #1)". */
static void kernel_of(struct str s, struct cpu_line *ret)
{
	const char *start = s.p;

	for (;;) {
		struct str word = str_word(&s);

		if (!word.n)
			return;
		if (word.p[0] == '(')
			word = str_from(word, 1);
		if (!is_release(word))
			continue;
		ret->taint = str_trim((struct str){ start, (size_t)(word.p - start) });
		while (ret->taint.n && ret->taint.p[ret->taint.n - 1] == '(')
			ret->taint.n--;
		ret->kernel = word;
		ret->version = str_trim(s);
		return;
	}
}

/* @return where the taint words begin, -1 if there are none; *words is their text. */
static ptrdiff_t find_taint(struct str s, size_t from, struct str *words)
{
	ptrdiff_t at = str_find(s, "Not tainted", from);

	if (at >= 0) {
		*words = str_from(s, (size_t)at + 11);
		return at;
	}
	at = str_find(s, "Tainted: ", from);
	if (at >= 0)
		*words = str_from(s, (size_t)at + 9);
	return at;
}

static void comm_and_kernel(struct str text, size_t from, struct cpu_line *ret)
{
	struct str words = { "", 0 };
	ptrdiff_t taint = find_taint(text, from, &words);
	ptrdiff_t kdump = str_find(text, " Kdump: loaded", from);
	size_t end = taint >= 0 ? (size_t)taint : text.n;

	if (kdump >= 0 && (size_t)kdump < end)
		end = (size_t)kdump;
	ret->comm = str_trim((struct str){ text.p + from, end - from });
	if (taint >= 0)
		kernel_of(words, ret);
}

/* "Process swapper (pid: 1, stack limit = 0xc0a1e238)" */
static bool process_line(const struct line *l, struct cpu_line *ret)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct str comm;

	if (!scan_lit(&sc, "Process ") || !scan_past(&sc, " (pid: ", &comm))
		return false;
	ret->comm = str_trim(comm);
	ret->pid = line_number(l, "(pid: ");
	return ret->pid.known;
}

/* The hung task report's second line: nothing but taint and release. */
static bool taint_line(const struct line *l, struct cpu_line *ret)
{
	struct str text = str_trim(l->text), words;

	if (find_taint(text, 0, &words) != 0)
		return false;
	kernel_of(words, ret);
	return ret->kernel.n && ret->version.n && ret->version.p[0] == '#';
}

bool cpu_line(const struct line *l, struct cpu_line *ret)
{
	struct str text = l->text, words;
	ptrdiff_t comm = str_find(text, " Comm: ", 0);

	*ret = (struct cpu_line){ 0 };
	if (comm >= 0 && str_has(str_first(text, (size_t)comm + 1), "PID: ")) {
		ret->cpu = line_number(l, "CPU: ");
		ret->uid = line_number(l, "UID: ");
		ret->pid = line_number(l, " PID: ");
		comm_and_kernel(text, (size_t)comm + 7, ret);
		return ret->pid.known;
	}
	comm = str_find(text, ", comm: ", 0);
	if (comm >= 0 && str_starts(str_trim(text), "Pid: ")) {
		ret->pid = line_number(l, "Pid: ");
		comm_and_kernel(text, (size_t)comm + 8, ret);
		return ret->pid.known;
	}
	if (str_starts(str_trim(text), "CPU: ") && find_taint(text, 0, &words) > 0) {
		ret->cpu = line_number(l, "CPU: ");
		kernel_of(words, ret);
		return ret->cpu.known && ret->kernel.n;
	}
	return process_line(l, ret) || taint_line(l, ret);
}
