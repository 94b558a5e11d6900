// SPDX-License-Identifier: GPL-2.0-or-later
// /proc/cmdline: cmdline_proc_show() of fs/proc/cmdline.c.
#include "base/cleanup.h"
#include "proc/map_facts.h"
#include "proc/proc.h"

/* One line of parameters, as boot loaders begin it. */
static bool probe(struct str sample)
{
	static const char *const first[] = { "BOOT_IMAGE=", "root=", "initrd=", "console=",
					     "ro ",	    "rw ",   "quiet " };
	struct str line = str_trim(sample);
	bool ours = false;

	if (sample.n > 4096 || memchr(line.p, '\n', line.n))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(first); i++)
		ours |= str_starts(line, first[i]);
	return ours && (str_has(line, "root=") || str_has(line, "BOOT_IMAGE=") ||
			str_has(line, "console="));
}

static bool line(struct proc_ctx *c, struct str text, uint32_t no)
{
	if (!text.n || no > 1)
		return false;
	facts_cite(c->facts, c->evidence, no, text);
	map_boot(c->facts, c->evidence, no)->cmdline = proc_str(c, str_trim(text));
	return true;
}

DEFINE_PROC_FILE(cmdline, .evidence = "snapshot", .probe = probe, .line = line);
