// SPDX-License-Identifier: GPL-2.0-or-later
// Telling a kernel's message from people's words and code about it: mails hold both.
#include "log/talk.h"

#include "base/cleanup.h"

/* "pr_warn("...", "printk(KERN_ERR "...", "panic("...", "dev_err(dev, "...": an open bracket right
 * behind a name, then a string. No message of a kernel looks so. */
static bool is_call(struct str text)
{
	static const char *const calls[] = { "pr_",  "printk", "panic(",  "dev_",
					     "WARN", "printf", "pr_debug" };
	ptrdiff_t quote = str_find(text, "\"", 0);
	struct str before = quote > 0 ? str_first(text, (size_t)quote) : (struct str){ 0 };

	if (!str_has(before, "("))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (str_has(before, calls[i]))
			return true;
	return false;
}

/* A format string that printk() has still to fill in, with the quotation mark of its end. */
static bool is_format(struct str text)
{
	static const char *const conversions[] = { "%s", "%d",	"%u",  "%lu",  "%ld",
						   "%x", "%lx", "%#x", "%llx", "%08llx" };

	if (!str_has(text, "\\n\"") && !str_has(text, "\","))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(conversions); i++)
		if (str_has(text, conversions[i]))
			return true;
	return false;
}

/* An odd number of quotation marks before it, the first behind a blank: in the middle of a
 * quotation. */
static bool is_quoted(struct str text, size_t at)
{
	struct str before = str_first(text, at);
	ptrdiff_t first = str_find(before, "\"", 0);
	size_t n = 0;

	if (first <= 0 || before.p[first - 1] != ' ')
		return false;
	for (size_t i = 0; i < before.n; i++)
		n += before.p[i] == '"';
	return n % 2;
}

/* "I still see the 'kswapd0: ...": a mark behind a blank opens. */
static bool is_quoted_once(struct str text, size_t at)
{
	bool open = false;

	for (size_t i = 1; i < at; i++) {
		if (text.p[i] != '\'')
			continue;
		open = !open && text.p[i - 1] == ' ' && text.p[i + 1] != ' ';
	}
	return open;
}

bool is_talk(struct str text, size_t at)
{
	return str_starts(text, "Subject: ") || str_starts(text, "#regzbot") || is_call(text) ||
	       is_format(text) || is_quoted(text, at) || is_quoted_once(text, at);
}
