// SPDX-License-Identifier: GPL-2.0-or-later
// What the rules about kernel address space share.
#ifndef MMWHY_RULE_VMSPACE_H
#define MMWHY_RULE_VMSPACE_H

#include "model/machine.h"
#include "rule/rule.h"

/** A failure of vmalloc() or vmap(), or of percpu for want of their kind of space. */
bool vmspace_failed(const struct incident *in);
/** vmalloc() of 0 bytes, which is refused with the words of a failure. */
bool vmspace_of_nothing(const struct incident *in);
/** It asked for more than the machine has: no question of space. */
bool vmspace_absurd(const struct incident *in);
/** execmem's own line, which has neither size nor range. */
bool vmspace_executable(const struct fact_alloc_failure *a);
/** The range it had to stay in is the one for modules. */
bool vmspace_is_modules(const struct incident *in, const struct machine *m);
/** Bytes of the range; 0 if not printed. */
uint64_t vmspace_size(const struct fact_alloc_failure *a);
/** RAM in bytes from the report or the boot; 0 unknown. */
uint64_t vmspace_ram(const struct incident *in);

#endif
