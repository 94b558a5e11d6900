// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel prints of the task that it runs for: comm, pid, gfp mask, allowed nodes.
#include "log/current.h"

#include "log/cpu_line.h"

struct str current_comm(struct str text, size_t end)
{
	struct str comm = str_trim(str_first(text, end));
	size_t n = 0;

	if (comm.n <= COMM_MAX)
		return comm;
	while (n < comm.n && comm.p[comm.n - n - 1] != ' ')
		n++;
	return str_from(comm, comm.n - n);
}

bool current_pid(const struct line *l, struct str comm, struct num *ret)
{
	struct cpu_line cpu;

	if (!comm.n || !cpu_line(l, &cpu) || !cpu.pid.known)
		return false;
	/* Words that follow the command may be cut themselves. */
	comm = str_first(comm, COMM_MAX);
	if (!str_eq(str_first(cpu.comm, comm.n), comm) ||
	    (cpu.comm.n > comm.n && cpu.comm.p[comm.n] != ' '))
		return false;
	*ret = cpu.pid;
	return true;
}

bool current_gfp(struct log_ctx *c, const struct line *l, const char *key, struct num *ret_mask,
		 struct str *ret_flags)
{
	struct scan sc = scan_of(l->text);
	struct str flags;
	uint64_t mask;

	if (!scan_key(&sc, key) || !scan_hex(&sc, &mask))
		return false;
	*ret_mask = num_at(mask, l->no);
	if (scan_char(&sc, '(') && scan_until_any(&sc, ")", &flags))
		*ret_flags = log_str(c, flags);
	return true;
}

/* A value reaches to the key behind it; the comma before that is not its own. */
static void node_field(struct log_ctx *c, struct str text, const char *key, size_t *end,
		       struct str *ret)
{
	struct str v;

	if (!str_last_field(text, key, end, &v))
		return;
	while (str_ends(v, ",") || str_ends(v, " "))
		v.n--;
	if (ret)
		*ret = log_str(c, v);
}

void current_nodes(struct log_ctx *c, struct str text, struct current_nodes ret)
{
	size_t end = text.n;

	node_field(c, text, "mems_allowed=", &end, ret.mems_allowed);
	node_field(c, text, "cpuset=", &end, ret.cpuset);
	node_field(c, text, "nodemask=", &end, ret.nodemask);
}
