// SPDX-License-Identifier: GPL-2.0-or-later
// Runs one module's unit tests, each in a child of its own.
#include "unit.h"

#include <stdlib.h>

int main(void)
{
	SRunner *runner;
	int failed;

	/* libcheck's own 4 s are little on a machine that is busy with other tests */
	(void)setenv("CK_DEFAULT_TIMEOUT", "60", 0);
	runner = srunner_create(unit_suite());
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
