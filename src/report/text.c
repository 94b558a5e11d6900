// SPDX-License-Identifier: GPL-2.0-or-later
// Findings as text for a terminal.
#include "report/report.h"

bool report_text(const struct diagnosis *d, const struct report_options *opt, write_fn write,
		 void *arg)
{
	(void)opt;
	for (size_t i = 0; i < d->n_findings; i++)
		if (!write(arg, d->findings[i]->summary.p, d->findings[i]->summary.n))
			return false;
	return true;
}

bool report_budgets(const struct facts *f, const struct report_options *opt, write_fn write,
		    void *arg)
{
	(void)f;
	(void)opt;
	(void)write;
	(void)arg;
	return true;
}
