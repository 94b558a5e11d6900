// SPDX-License-Identifier: GPL-2.0-or-later
// Which finding caused which: a second pass, so that no rule sees another.
#ifndef MMWHY_RULE_LINKS_H
#define MMWHY_RULE_LINKS_H

#include "rule/finding.h"

/** Sets because_of among findings of the same report or boot. @p scratch may fail: no links then.
 */
void link_findings(struct finding **v, size_t n, struct arena *scratch);

#endif
