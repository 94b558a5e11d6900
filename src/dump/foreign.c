// SPDX-License-Identifier: GPL-2.0-or-later
// Formats that we do not read ourselves: LKCD, s390's dumps. libkdumpfile reads their physical
// pages, where it is installed.
#include <string.h>

#include "base/cleanup.h"
#include "dump/foreign.h"

static const struct {
	struct str magic;
	const char *format, *arch; /* arch: as libkdumpfile names it, where the format knows it */
	uint16_t machine;
} kinds[] = {
	{ STR("\xed\x23\x8f\x61\x73\x01\x19\xa8"), "LKCD", "x86_64", 62 },
	{ STR("\xa8\x19\x01\x73\x61\x8f\x23\xed"), "LKCD", "s390x", 22 },
	{ STR("\xa8\x19\x01\x73\x61\x8f\x23\xfd"), "s390", "s390x", 22 },
};

bool foreign_is(struct str head)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (head.n >= kinds[i].magic.n &&
		    memcmp(head.p, kinds[i].magic.p, kinds[i].magic.n) == 0)
			return true;
	return false;
}

static enum status open_foreign(struct container *c)
{
	char head[8];

	if (!bytes_read(c->bytes, 0, head, sizeof(head)))
		return ST_UNSUPPORTED;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (memcmp(head, kinds[i].magic.p, sizeof(head)) != 0)
			continue;
		c->format = kinds[i].format;
		c->machine = kinds[i].machine;
		return foreign_open(c, kinds[i].arch);
	}
	return ST_UNSUPPORTED;
}

extern const struct container_ops container_foreign;
const struct container_ops container_foreign = {
	.name = "foreign",
	.open = open_foreign,
	.read = foreign_read,
	.ptr = foreign_ptr,
	.state = foreign_state,
	.next = foreign_next,
	.close = foreign_close,
};
