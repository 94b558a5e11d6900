// SPDX-License-Identifier: GPL-2.0-or-later
// What the drawings of memory maps share.
#ifndef MMWHY_REPORT_MAP_H
#define MMWHY_REPORT_MAP_H

#include "model/account.h"
#include "model/phys_map.h"
#include "report/out.h"

/** A boot with its map and its account. */
struct drawn {
	struct incident boot;
	struct phys_map map;
	struct account account;
	bool same_as_before; /**< the rows are those of the boot before it in the same evidence */
};

struct drawn_boots {
	struct drawn *v;
	size_t n;
};

/** Every boot of the facts that has a map. Memory is the arena's. */
struct drawn_boots draw_boots(const struct facts *f, struct arena *arena);

enum { SIZE_TEXT = 24 };
/** "4 KiB", "1.75 GiB": four digits at most, exact where that is enough. */
const char *map_size(char buf[SIZE_TEXT], uint64_t bytes);
/** Hex digits that the highest address of a map takes, at least 8. */
int map_digits(const struct phys_map *m);
/** What a row is, in words: "RAM", "lost: usable, in no node", "crashkernel". */
struct str row_words(const struct map_row *row, struct arena *arena);
/** "console.log: boot 3, Linux 6.1.0, started by kexec" */
void out_boot(struct out *o, const struct facts *f, const struct fact_boot *b);

/** A row, an account as JSON. */
struct json_object *row_json(const struct facts *f, const struct map_row *row);
struct json_object *account_json(const struct facts *f, const struct account *a);
struct json_object *drawn_json(const struct facts *f, const struct drawn *d);

#endif
