// SPDX-License-Identifier: GPL-2.0-or-later
// mkseeds FOLDER: first inputs for the fuzz targets of src/dump, out of small dumps:
// FOLDER/TARGET/NAME.
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core.h"

static const char *folder;

static int create(const char *target, const char *name)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, target);
	(void)mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/%s", folder, target, name);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		err(2, "%s", path);
	return fd;
}

static void put(int fd, const void *p, size_t n)
{
	if (write(fd, p, n) != (ssize_t)n)
		err(2, "write");
}

static struct core *read_description(const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), DUMPS_DIR "/%s.core", name);
	return core_read(path);
}

/* One dump in each format; ELF is as long as its RAM, so only its headers and notes. */
static void containers(void)
{
	static const struct {
		const char *name;
		unsigned int version;
		bool flattened, mixed, elf, virt, split;
	} kinds[] = { { "v1", 1 },
		      { "v6", 6 },
		      { "mixed", 6, .mixed = true },
		      { "flattened", 6, .flattened = true },
		      { "split", 6, .split = true },
		      { "elf", 0, .elf = true },
		      { "elf-virt", 0, .elf = true, .virt = true },
		      { "elf-flattened", 0, .elf = true, .flattened = true } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct core *c = read_description("tiny");
		int fd = create("container", kinds[i].name);

		c->shape.version = kinds[i].version;
		c->shape.flattened = kinds[i].flattened;
		c->shape.mixed = kinds[i].mixed;
		c->shape.kdump = !kinds[i].elf;
		c->shape.qemu = kinds[i].elf && !kinds[i].virt;
		c->shape.virt = kinds[i].virt;
		c->shape.split = kinds[i].split ? 2 : 0;
		c->shape.truncate = kinds[i].elf ? 32768 : 0;
		core_write(c, fd);
		close(fd);
		core_free(c);
	}
}

static void notes(void)
{
	struct core *c = read_description("tiny");
	int fd = create("notes", "tiny");
	size_t n;
	uint8_t *v = core_notes(c, &n);

	put(fd, v, n);
	close(fd);
	free(v);
	core_free(c);
}

static size_t between(struct core *c, const char *from, const char *to)
{
	return core_find_symbol(c, to) - core_find_symbol(c, from);
}

static void btf(void)
{
	struct core *c = read_description("tiny");
	size_t n = between(c, "__start_BTF", "__stop_BTF");
	int fd = create("btf", "tiny");

	put(fd, core_ptr(c, core_find_symbol(c, "__start_BTF"), n), n);
	close(fd);
	core_free(c);
}

/* As fuzz_kallsyms.c wants it. */
static void kallsyms_tables(const char *name, uint8_t flags)
{
	struct core *c = read_description(name);
	static uint8_t zero[4096];
	vaddr names = core_find_symbol(c, "kallsyms_names");
	vaddr index = core_find_symbol(c, "kallsyms_token_index");
	vaddr tokens = core_find_symbol(c, "kallsyms_token_table");
	vaddr offsets = core_find_symbol(c, flags & 2 ? "kallsyms_addresses" : "kallsyms_offsets");
	vaddr num = core_find_symbol(c, "kallsyms_num_syms");
	size_t width = flags & 2 ? 8 : 4, n = (uint32_t)core_get(c, num);
	int fd = create("kallsyms", name);

	put(fd, &flags, 1);
	put(fd, core_ptr(c, num, 8), 8);
	put(fd, core_ptr(c, num - 8, 8), 8);
	put(fd, core_ptr(c, index, 512), 512);
	put(fd, core_ptr(c, tokens, index - tokens), index - tokens);
	put(fd, zero, 4096 - 528 - (index - tokens));
	put(fd, core_ptr(c, offsets, n * width), n * width);
	put(fd, core_ptr(c, names, tokens - names), tokens - names);
	close(fd);
	core_free(c);
}

/* An image to be searched: from the offsets to the end of the tables. */
static void kallsyms_image(const char *name)
{
	struct core *c = read_description(name);
	vaddr offsets = core_find_symbol(c, "kallsyms_offsets");
	vaddr end = core_find_symbol(c, "kallsyms_token_index") + 512;
	int fd = create("kallsyms", name);

	put(fd, "\1", 1);
	put(fd, core_ptr(c, offsets, end - offsets), end - offsets);
	close(fd);
	core_free(c);
}

static void page_tables(const char *name, uint8_t flags)
{
	struct core *c = read_description(name);
	int fd = create("page_tables", name);
	uint64_t size = c->ram_next - c->tables_at;

	/* the root, then the others: their addresses no longer fit, the fuzzer's task */
	put(fd, &flags, 1);
	put(fd, c->ram + c->root, CORE_PAGE);
	put(fd, c->ram + c->tables_at, size < 49152 ? size : 49152);
	close(fd);
	core_free(c);
}

/* Small tables that fit: one entry a level, then large pages. */
static void page_tables_by_hand(void)
{
	static uint64_t tables[5][512];
	int fd = create("page_tables", "hand");

	tables[0][511] = 0x1063;
	tables[0][273] = 0x1063;
	tables[1][510] = 0x2063;
	tables[1][0] = 0x1e3;
	tables[2][8] = 0x3063;
	tables[2][9] = 0x2001e3;
	for (uint64_t i = 0; i < 512; i++)
		tables[3][i] = i % 7 ? (i << 12) | 0x63 : 0;
	put(fd, "\0", 1);
	put(fd, tables, sizeof(tables));
	close(fd);
}

static void orc(void)
{
	struct core *c = read_description("tiny");
	size_t n = between(c, "__start_orc_unwind_ip", "__stop_orc_unwind_ip") / 4;
	vaddr start = core_find_symbol(c, "__start_orc_unwind");

	for (uint8_t version = 0; version < 4; version++) {
		uint8_t head[2] = { version, (uint8_t)n };
		static uint64_t stack[256];
		char name[] = "v1";
		int fd;

		name[1] = (char)('1' + version);
		fd = create("orc", name);
		put(fd, head, 2);
		for (uint32_t i = 0; i < n; i++) {
			int32_t rel = (int32_t)(10 * n + 16ull * i - 4ull * i);

			put(fd, &rel, 4);
		}
		put(fd, core_ptr(c, start, 6 * n), 6 * n);
		for (size_t i = 0; i < 256; i++)
			stack[i] = 0xffffffff81000000ull + 10 * n + i % 97;
		put(fd, stack, sizeof(stack));
		close(fd);
	}
	core_free(c);
}

static void walkers(void)
{
	struct core *c = read_description("tiny");
	uint64_t from = c->text_phys + (1 << 20);
	int fd = create("walkers", "tiny");

	put(fd, c->ram + from, c->tables_at - from);
	close(fd);
	core_free(c);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: mkseeds FOLDER");
	folder = argv[1];
	(void)mkdir(folder, 0755);
	containers();
	notes();
	btf();
	kallsyms_tables("elf-qemu", 4);
	kallsyms_tables("kallsyms-percpu", 0);
	kallsyms_tables("kallsyms-absolute", 2);
	kallsyms_image("kallsyms-searched");
	page_tables("elf-levels-5", 1);
	page_tables("elf-sme", 2);
	page_tables_by_hand();
	orc();
	walkers();
	return 0;
}
