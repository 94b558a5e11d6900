// SPDX-License-Identifier: GPL-2.0-or-later
// Messages of damage, gathered by run of the kernel.
#include "rule/damage.h"

/* "^" in front of a word: at the start of the text. */
static bool has_any(struct str text, const char *const *words)
{
	for (; *words; words++)
		if (**words == '^' ? str_starts(text, *words + 1) : str_has(text, *words))
			return true;
	return false;
}

static bool same_run(const struct fact *a, const struct fact *b)
{
	return a->boot == b->boot && a->origin.evidence == b->origin.evidence;
}

bool damage_next(const struct facts *f, const char *const *words, struct damage *d)
{
	const struct fact_list *list = &f->lists[FACT_oops];

	d->n = 0;
	for (; d->at < list->n; d->at++) {
		const struct fact_oops *o = (const struct fact_oops *)list->v[d->at];

		if (!has_any(o->reason, words))
			continue;
		if (d->n && !same_run(&o->head, &d->first[0]->head))
			break;
		if (d->n < DAMAGE_SHOWN)
			d->first[d->n] = o;
		d->n++;
	}
	return d->n > 0;
}

struct finding *damage_fire(struct verdict *v, const struct damage *d, const char *summary)
{
	struct finding *f = fire(v, SEV_MEDIUM, CERTAIN, "%s (%zu message%s)", summary, d->n,
				 d->n == 1 ? "" : "s");

	f->evidence = d->first[0]->head.origin.evidence;
	f->boot = d->first[0]->head.boot;
	for (size_t i = 0; i < d->n && i < DAMAGE_SHOWN; i++) {
		add_step(f, "%.*s", STR_ARG(d->first[i]->reason));
		cite(f, &d->first[i]->head);
	}
	value_num(f, "messages_count", d->n);
	return f;
}
