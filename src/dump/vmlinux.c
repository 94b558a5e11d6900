// SPDX-License-Identifier: GPL-2.0-or-later
// A vmlinux' symbol table, through libelf.
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <string.h>

#include "base/cleanup.h"
#include "dump/build_id.h"
#include "dump/debuginfo.h"

enum { SYMBOLS_MAX = 8 << 20 };

static bool is_wanted(const GElf_Sym *s)
{
	int type = GELF_ST_TYPE(s->st_info);

	return s->st_shndx != SHN_UNDEF && s->st_value &&
	       (type == STT_FUNC || type == STT_OBJECT || type == STT_NOTYPE);
}

static void read_table(struct dump *d, Elf *elf, Elf_Scn *scn, const GElf_Shdr *sh,
		       struct plain_symbols *ret)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t n = data && sh->sh_entsize ? data->d_size / sh->sh_entsize : 0;

	for (size_t i = 0; i < n && i < SYMBOLS_MAX; i++) {
		struct plain_symbol *slot;
		const char *name;
		GElf_Sym s;

		if (!gelf_getsym(data, (int)i, &s) || !is_wanted(&s))
			continue;
		name = elf_strptr(elf, sh->sh_link, s.st_name);
		if (!name || !*name || strncmp(name, ".L", 2) == 0)
			continue;
		slot = arena_push(&d->arena, (void **)&ret->v, &ret->n, sizeof(*slot));
		*slot = (struct plain_symbol){ s.st_value, arena_strdup(&d->arena, name) };
	}
}

static Elf *open_elf(int fd)
{
	if (fd < 0 || elf_version(EV_CURRENT) == EV_NONE)
		return NULL;
	return elf_begin(fd, ELF_C_READ_MMAP, NULL);
}

struct build_id build_id_of_file(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf *elf = open_elf(fd);
	struct build_id id = { "" };
	Elf_Scn *scn = NULL;
	GElf_Shdr sh;

	while (elf && !*id.hex && (scn = elf_nextscn(elf, scn))) {
		Elf_Data *data = NULL;

		if (gelf_getshdr(scn, &sh) && sh.sh_type == SHT_NOTE)
			data = elf_rawdata(scn, NULL);
		if (data && data->d_buf)
			id = build_id_in_notes(data->d_buf, data->d_size);
	}
	elf_end(elf);
	return id;
}

enum status vmlinux_symbols(struct dump *d, const char *path, struct plain_symbols *ret)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf *elf = open_elf(fd);
	Elf_Scn *scn = NULL;
	GElf_Shdr sh;

	if (!elf)
		return fd < 0 ? ST_OS : ST_BAD_DATA;
	while ((scn = elf_nextscn(elf, scn)))
		if (gelf_getshdr(scn, &sh) && sh.sh_type == SHT_SYMTAB)
			read_table(d, elf, scn, &sh, ret);
	elf_end(elf);
	return ret->n ? OK : ST_BAD_DATA;
}
