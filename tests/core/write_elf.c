// SPDX-License-Identifier: GPL-2.0-or-later
// ELF cores as QEMU and /proc/vmcore write them.
#include <elf.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core.h"
#include "dump/elf_machine.h"

struct plan {
	Elf64_Phdr *v;
	size_t n;
	uint64_t at; /* where the next segment's bytes go */
};

static void add(struct plan *p, uint32_t type, uint64_t vaddr_, uint64_t paddr, uint64_t filesz,
		uint64_t memsz)
{
	p->v = core_push(p->v, &p->n, sizeof(*p->v));
	p->v[p->n - 1] = (Elf64_Phdr){ .p_type = type,
				       .p_flags = PF_R | PF_W | PF_X,
				       .p_offset = p->at,
				       .p_vaddr = vaddr_,
				       .p_paddr = paddr,
				       .p_filesz = filesz,
				       .p_memsz = memsz };
	p->at += filesz;
}

static uint64_t run(const struct core *c, uint64_t at, enum page_kind kind)
{
	uint64_t n = 0;

	while (at + n < c->ram_size && c->kind[(at + n) / CORE_PAGE] == kind)
		n += CORE_PAGE;
	return n;
}

/* What is left out becomes p_memsz > p_filesz, as with makedumpfile -E. */
static void add_ram(struct core *c, struct plan *p)
{
	uint64_t at = 0;

	while (at < c->ram_size) {
		uint64_t hole = run(c, at, KIND_HOLE), there, excluded;

		at += hole;
		there = run(c, at, KIND_PRESENT);
		excluded = run(c, at + there, KIND_EXCLUDED);
		if (there + excluded)
			add(p, PT_LOAD, c->shape.virt ? c->direct + at : 0, at, there,
			    there + excluded);
		at += there + excluded;
	}
	if (c->shape.pad > c->ram_size) {
		uint64_t n = c->shape.pad - c->ram_size;

		add(p, PT_LOAD, 0, c->ram_size, c->shape.pad_excluded ? 0 : n, n);
	}
}

static void write_phdr(const struct core *c, struct out *o, uint64_t at, size_t i,
		       const Elf64_Phdr *p)
{
	Elf32_Phdr p32 = { .p_type = p->p_type,
			   .p_offset = (uint32_t)p->p_offset,
			   .p_vaddr = (uint32_t)p->p_vaddr,
			   .p_paddr = (uint32_t)p->p_paddr,
			   .p_filesz = (uint32_t)p->p_filesz,
			   .p_memsz = (uint32_t)p->p_memsz };

	if (c->shape.elf32)
		out_write(o, at + i * sizeof(p32), &p32, sizeof(p32));
	else
		out_write(o, at + i * sizeof(*p), p, sizeof(*p));
}

static void write_header(struct core *c, struct out *o, uint64_t phoff, size_t n)
{
	bool extended = n >= PN_XNUM;
	Elf64_Ehdr eh = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
				       EV_CURRENT },
			  .e_type = ET_CORE,
			  .e_machine = EM_X86_64,
			  .e_version = EV_CURRENT,
			  .e_phoff = phoff,
			  .e_ehsize = c->shape.qemu ? 8 : sizeof(Elf64_Ehdr),
			  .e_phentsize = sizeof(Elf64_Phdr),
			  .e_phnum = extended ? PN_XNUM : (uint16_t)n };
	Elf32_Ehdr eh32 = { .e_type = ET_CORE,
			    .e_machine = EM_X86_64,
			    .e_phoff = (uint32_t)phoff,
			    .e_phentsize = sizeof(Elf32_Phdr),
			    .e_phnum = (uint16_t)n };
	Elf64_Shdr sh[2] = { { .sh_info = (uint32_t)n } };

	if (*c->shape.machine)
		eh.e_machine = eh32.e_machine = elf_machine_of(str_c(c->shape.machine));
	if (c->shape.big_endian) {
		eh.e_machine = eh32.e_machine = __builtin_bswap16(eh.e_machine);
		eh.e_ident[EI_DATA] = ELFDATA2MSB;
	}
	if (c->shape.elf32) {
		memcpy(eh32.e_ident, eh.e_ident, EI_NIDENT);
		eh32.e_ident[EI_CLASS] = ELFCLASS32;
		out_write(o, 0, &eh32, sizeof(eh32));
		return;
	}
	if (extended || c->shape.qemu) {
		eh.e_shoff = sizeof(eh);
		eh.e_shentsize = sizeof(sh[0]);
		eh.e_shnum = 2;
		out_write(o, sizeof(eh), sh, sizeof(sh));
	}
	out_write(o, 0, &eh, sizeof(eh));
}

void write_elf(struct core *c, struct out *o)
{
	uint64_t phoff = sizeof(Elf64_Ehdr) + 2 * sizeof(Elf64_Shdr), off;
	struct plan p = { 0 };
	size_t n_notes;
	uint8_t *notes = core_notes(c, &n_notes);

	add(&p, PT_NOTE, 0, 0, n_notes, 0);
	if (c->shape.virt)
		add(&p, PT_LOAD, c->text, c->text_phys, 1 << 20, 1 << 20);
	add_ram(c, &p);
	for (unsigned int i = 0; i < c->shape.phdrs; i++)
		add(&p, PT_NULL, 0, 0, 0, 0);
	write_header(c, o, phoff, p.n);
	off = (phoff + p.n * sizeof(Elf64_Phdr) + n_notes + CORE_PAGE) & ~(uint64_t)(CORE_PAGE - 1);
	for (size_t i = 0; i < p.n; i++) {
		Elf64_Phdr *ph = &p.v[i];

		/* the notes right behind the headers, the memory at a page's start */
		ph->p_offset += i ? off - n_notes : phoff + p.n * sizeof(*ph);
		write_phdr(c, o, phoff, i, ph);
		if (ph->p_type == PT_NOTE)
			out_write(o, ph->p_offset, notes, n_notes);
		else if (ph->p_paddr < c->ram_size)
			for (uint64_t at = 0; at < ph->p_filesz; at += 16ull * CORE_PAGE)
				out_write(o, ph->p_offset + at, c->ram + ph->p_paddr + at,
					  ph->p_filesz - at < 16ull * CORE_PAGE
						  ? ph->p_filesz - at
						  : 16ull * CORE_PAGE);
		else if (ph->p_filesz && ftruncate(o->fd, (off_t)(ph->p_offset + ph->p_filesz)))
			err(2, "ftruncate");
	}
	free(notes);
	free(p.v);
}
