// SPDX-License-Identifier: GPL-2.0-or-later
// Status codes in words.
#include "base/status.h"

const char *status_text(enum status st)
{
	switch (st) {
	case OK:
		return "success";
	case ST_NOMEM:
		return "out of memory";
	case ST_OS:
		return "system call failed";
	case ST_FAULT:
		return "address not in the evidence";
	case ST_MISSING:
		return "not in the evidence";
	case ST_BAD_DATA:
		return "damaged data";
	case ST_LOOP:
		return "a list leads back to itself";
	case ST_LIMIT:
		return "limit reached";
	case ST_UNSUPPORTED:
		return "not supported";
	}
	return "unknown status";
}
