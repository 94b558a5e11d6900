// SPDX-License-Identifier: GPL-2.0-or-later
// The anchors of all parsers, one a line: what grep -F -f is given to do the same search.
#include <stdio.h>

#include "log/parser.h"

int main(void)
{
	for (size_t i = 0; i < n_log_parsers; i++)
		for (const char *const *a = log_parsers[i]->anchors; *a; a++)
			puts(*a);
	return 0;
}
