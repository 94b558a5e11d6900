// SPDX-License-Identifier: GPL-2.0-or-later
// What the makers of telephones print between the kernel's clock and its message.
#ifndef MMWHY_LOG_VENDOR_H
#define MMWHY_LOG_VENDOR_H

#include "base/str.h"

/** "(0)[1:init]", "I[0: kswapd0: 543] ", "c0    254 ", ...: takes it from the front of @p s behind
 * a clock. */
bool vendor_prefix(struct str *s);

/** The same where no clock stands: only what nothing else looks like. */
bool vendor_prefix_alone(struct str *s);

#endif
