// SPDX-License-Identifier: GPL-2.0-or-later
// mkcore DESCRIPTION OUT: a dump from its description; OUT.1, OUT.2, ... for the parts of a split
// one. mkcore --expect DESCRIPTION: what the description promises.
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core.h"

static void write_to(struct core *c, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		err(2, "%s", path);
	core_write(c, fd);
	if (close(fd))
		err(2, "%s", path);
}

int main(int argc, char **argv)
{
	struct core *c;
	char path[4096];

	if (argc != 3)
		errx(2, "usage: mkcore DESCRIPTION OUT | mkcore --expect DESCRIPTION");
	if (strcmp(argv[1], "--expect") == 0) {
		c = core_read(argv[2]);
		for (size_t i = 0; i < c->n_expect; i++)
			printf("%s %s\n", c->expect[i].what, c->expect[i].text);
		core_free(c);
		return 0;
	}
	c = core_read(argv[1]);
	if (c->shape.split < 2)
		write_to(c, argv[2]);
	for (; c->shape.part < c->shape.split && c->shape.split > 1; c->shape.part++) {
		snprintf(path, sizeof(path), "%s.%u", argv[2], c->shape.part + 1);
		if (c->shape.part + 1 != c->shape.omit)
			write_to(c, path);
	}
	core_free(c);
	return 0;
}
