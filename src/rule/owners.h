// SPDX-License-Identifier: GPL-2.0-or-later
// How to make the kernel at hand name who holds its memory.
#ifndef MMWHY_RULE_OWNERS_H
#define MMWHY_RULE_OWNERS_H

#include "rule/rule.h"

/** Next steps: the boot options of that release that list pages by who allocated them. */
void add_page_tracing(struct finding *f, const struct incident *in);
/** Next step: the boot option that lists a cache's objects by who allocated them. @p cache may be
 *  empty: all caches. */
void add_object_tracing(struct finding *f, const struct incident *in, struct str cache);

#endif
