// SPDX-License-Identifier: GPL-2.0-or-later
// What Mem-Info does not count, as far as allocation stacks name it.
#include "rule/callsites.h"

#include <inttypes.h>

#include "model/machine.h"
#include "rule/stacks.h"

static bool passes(const struct fact_allocation_stack *a, const char *const *functions)
{
	for (size_t i = 0; i < a->n_frames; i++) {
		struct str name = frame_function(a->frames[i]);

		for (size_t k = 0; functions[k]; k++)
			if (str_starts(name, functions[k]))
				return true;
	}
	return false;
}

struct callsites callsites_of(const struct incident *in, const char *const *functions)
{
	uint64_t page = machine_of(in).page_size;
	const struct fact_allocation_stack *a;
	struct callsites c = { 0 };

	incident_for_each (in, allocation_stack, a) {
		uint64_t bytes = stack_bytes(a, page);

		c.n++;
		if (!passes(a, functions) || __builtin_add_overflow(c.bytes, bytes, &c.bytes))
			continue;
		if (!c.top || bytes > stack_bytes(c.top, page))
			c.top = a;
	}
	return c;
}

static struct finding *speak(const struct incident *in, struct verdict *v, const struct shares *s,
			     const struct callsites *c, const char *what)
{
	struct finding *f =
		fire(v, s->shortage && in->oom ? SEV_HIGH : SEV_MEDIUM, LIKELY,
		     "%s holds %s (%.1f %% of %s), by the report's own list of allocations", what,
		     v_human(v, c->bytes), percent(c->bytes, s->whole), s->whole_name);
	struct str who = stack_function(c->top);

	add_step(f, "all call sites through it: %s; the largest%s%.*s: %s", human(f, c->bytes),
		 who.n ? ", " : "", STR_ARG(who),
		 human(f, stack_bytes(c->top, machine_of(in).page_size)));
	cite(f, &c->top->head);
	if (s->v[HOLD_UNEXPLAINED].known)
		add_step(f, "in no account of Mem-Info: %s, may err by %s",
			 human(f, s->v[HOLD_UNEXPLAINED].bytes),
			 human(f, s->v[HOLD_UNEXPLAINED].err));
	set_margin(f, "with less than %s in it (a quarter of %s)", human(f, s->whole / 4),
		   s->whole_name);
	value_num(f, "bytes", c->bytes);
	value_num(f, "of", s->whole);
	return f;
}

bool callsites_room(const struct incident *in)
{
	const char *why;
	struct shares s;

	return shares_of(in, &s, &why) &&
	       (!s.v[HOLD_UNEXPLAINED].known ||
		s.v[HOLD_UNEXPLAINED].bytes + s.v[HOLD_UNEXPLAINED].err >= s.whole / 4);
}

struct finding *callsites_check(const struct incident *in, struct verdict *v,
				const char *const *functions, const char *what, const char *file)
{
	struct callsites c = callsites_of(in, functions);
	const struct holding *rest;
	struct shares s;
	const char *why;

	if (!shares_of(in, &s, &why)) {
		cannot_tell(v, file, "%s", why);
		return NULL;
	}
	rest = &s.v[HOLD_UNEXPLAINED];
	if (c.top && c.bytes <= s.whole && c.bytes >= s.whole / 4)
		return speak(in, v, &s, &c, what);
	if (rest->known && rest->bytes + rest->err < s.whole / 4)
		return NULL; /* it cannot hold more than what nobody else has */
	if (!c.n)
		cannot_tell(v, file, "Mem-Info does not count it, and up to %s is in no account",
			    rest->known ? v_human(v, rest->bytes + rest->err)
					: "an unknown part of RAM");
	return NULL;
}
