// SPDX-License-Identifier: GPL-2.0-or-later
// Whether BTF bytes from a dump may be shown to libbpf.
#ifndef MMWHY_DUMP_BTF_CHECK_H
#define MMWHY_DUMP_BTF_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Every type within bounds, every name in the strings, every type id there: false otherwise. */
bool btf_check(const void *data, size_t size);
/** A module's, whose ids and strings continue those of the kernel. */
bool btf_check_split(const void *data, size_t size, uint32_t base_types, uint32_t base_strings);

#endif
