// SPDX-License-Identifier: GPL-2.0-or-later
// What the beginning of a log shows about all of it.
#ifndef MMWHY_LOG_SHAPE_H
#define MMWHY_LOG_SHAPE_H

#include "log/log.h"

enum log_encoding { ENCODING_BYTES, ENCODING_UTF16LE, ENCODING_UTF16BE };

enum log_encoding shape_encoding(const char *sample, size_t n);
/** Mail, a web page: anchors may be hidden or broken by it, so nothing is to be skipped. */
bool shape_hides_anchors(const char *sample, size_t n);
/** grep -n, cat -n: each line begins with its number. */
bool shape_numbered(const char *sample, size_t n);

#endif
