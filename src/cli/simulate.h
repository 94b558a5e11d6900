// SPDX-License-Identifier: GPL-2.0-or-later
// What the two simulations share.
#ifndef MMWHY_CLI_SIMULATE_H
#define MMWHY_CLI_SIMULATE_H

#include "cli/cli.h"
#include "model/incident.h"

/** Each takes the last of @p boots that has a map; the first of them is all facts, without a boot.
 * @return the exit status. */
int simulate_kexec(const struct cli *cli, const struct incidents *boots);
int simulate_memmap(const struct cli *cli, const struct incidents *boots);

/** { "mmwhy", "schema", "simulate": @p what }. Caller-owned. */
struct json_object *simulate_json(const char *what);
void simulate_put_json(struct json_object *obj);

#endif
