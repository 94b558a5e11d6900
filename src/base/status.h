// SPDX-License-Identifier: GPL-2.0-or-later
// What a function that can fail returns.
#ifndef MMWHY_BASE_STATUS_H
#define MMWHY_BASE_STATUS_H

/**
 * Zero is success, negatives are failures. A function that can fail returns this and nothing else;
 * its results go through `ret` parameters, which stay untouched when it fails.
 */
enum status {
	OK = 0,
	ST_NOMEM = -1,	     /**< memory is exhausted */
	ST_OS = -2,	     /**< a system call failed; errno says which way */
	ST_FAULT = -3,	     /**< the evidence has nothing at this address */
	ST_MISSING = -4,     /**< what was asked for is not in the evidence */
	ST_BAD_DATA = -5,    /**< the evidence contradicts its own format */
	ST_LOOP = -6,	     /**< a list or table leads back to itself */
	ST_LIMIT = -7,	     /**< a bound of limits.h was reached */
	ST_UNSUPPORTED = -8, /**< a format or feature we do not read */
};

/** The status in words, for messages. Never NULL. */
const char *status_text(enum status st);

#endif
