// SPDX-License-Identifier: GPL-2.0-or-later
// A dead kernel's memory: reading it by physical and kernel virtual address, its symbols and types.
//
// To add an architecture: a file src/dump/ARCH.c with a struct arch_ops, and a line in archs.def.
#ifndef MMWHY_DUMP_DUMP_H
#define MMWHY_DUMP_DUMP_H

#include "base/arena.h"
#include "base/status.h"
#include "dump/container.h"
#include "fact/num.h"

enum symbol {
#define SYMBOL(name) SYM_##name,
#include "dump/symbols.def"
#undef SYMBOL
	SYM_COUNT
};

struct dump;
struct kallsyms;
struct types;
struct sleeper;
struct unwind_regs;
struct unwind_frame;

/** Translation and registers of one architecture. */
struct arch_ops {
	const char *name;
	uint16_t elf_machine;
	/** Finds the page tables from VMCOREINFO. */
	enum status (*init)(struct dump *d);
	/** After the symbols are known: finds the direct map, for speed. May be NULL. */
	void (*use_symbols)(struct dump *d);
	/** ST_FAULT where nothing is mapped; *ret_left: bytes that follow contiguously. */
	enum status (*translate)(struct dump *d, kaddr_t addr, paddr_t *ret, uint64_t *ret_left);
	/** Registers of a CPU out of its NT_PRSTATUS. @return false: it holds none. */
	bool (*note_regs)(const struct note *n, struct unwind_regs *ret);
	/** Of a task that was switched out. *ret_at: where they were pushed, or should stand. */
	bool (*sleeper_regs)(struct dump *d, const struct sleeper *s, struct unwind_regs *ret,
			     kaddr_t *ret_at);
	/** As unwind() (unwind.h). */
	size_t (*unwind)(struct dump *d, struct unwind_regs regs, struct unwind_frame *frames,
			 size_t max, bool *ret_whole);
};

/** Translation state; meaning is the architecture's. */
struct mmu {
	uint64_t phys_base, kernel_map; /**< kernel text: phys = v - kernel_map + phys_base */
	kaddr_t text, end;		/**< of the kernel image, as far as known */
	paddr_t root;
	unsigned int levels;
	uint64_t pte_mask;
	kaddr_t direct_map; /**< 0 unknown */
	kaddr_t vmemmap;    /**< the struct pages, by page frame number; 0 unknown */
	struct tlb_entry {
		kaddr_t page;
		paddr_t addr;
		uint64_t size; /**< 0: empty */
	} tlb[64];
};

struct dump {
	struct arena arena;
	const char *path;
	struct container container;
	struct str vmcoreinfo;	  /**< "KEY=VALUE\n" lines */
	bool vmcoreinfo_searched; /**< found by searching memory */
	struct str release;
	const struct arch_ops *arch;
	struct mmu mmu;
	struct kallsyms *kallsyms;
	kaddr_t sym[SYM_COUNT]; /**< by enum symbol; 0: not there */
	struct types *types;
	struct dump_modules *modules; /**< dump_modules() */
	struct orc *orc;	      /**< orc_find() */
	uint32_t n_cpus;
	uint64_t *percpu_offset; /**< __per_cpu_offset[] */
	struct str debuginfo;	 /**< the vmlinux that it was completed with */
	struct str why;		 /**< what stopped opening, or what is missing */
	uint64_t n_faults;
	enum page_state fault; /**< what the last fault met */
};

/**
 * Opens the dump behind @p fd (which stays the caller's and must stay open).
 * @return ST_UNSUPPORTED: no dump. On other failures d->why says what is missing; what was opened
 *         so far can be read. dump_close() in every case but ST_NOMEM.
 */
enum status dump_open(int fd, const char *path, struct dump **ret);
/** Of several files that are parts of one split dump, in any order. */
enum status dump_open_parts(const int *fds, size_t n, const char *path, struct dump **ret);
void dump_close(struct dump *d);
/** Once symbols are there: finds the direct map, the CPUs. */
void dump_use_symbols(struct dump *d);

/** Copies physical memory. @return OK or ST_FAULT; *ret_state (may be NULL) tells the absences
 * apart. */
enum status dump_read_phys(struct dump *d, paddr_t addr, void *buf, size_t n,
			   enum page_state *ret_state);
/** Why a page of kernel memory can or cannot be read, be it for a page table that is not there;
 * PAGE_MISSING where nothing is mapped. */
enum page_state dump_state(struct dump *d, kaddr_t addr);
/** Copies kernel memory by virtual address. */
enum status dump_read(struct dump *d, kaddr_t addr, void *buf, size_t n);
/** Single values, little-endian; 0 and ST_FAULT where nothing is. */
enum status dump_u64(struct dump *d, kaddr_t addr, uint64_t *ret);
enum status dump_u32(struct dump *d, kaddr_t addr, uint32_t *ret);
/** A NUL-terminated string of at most @p max bytes, in the dump's arena. Empty where nothing is. */
struct str dump_string(struct dump *d, kaddr_t addr, size_t max);

/** Value of "KEY=..." in VMCOREINFO; empty if absent. */
struct str vmcoreinfo_get(const struct dump *d, const char *key);
/** SYMBOL(name) in hex, NUMBER(name) and others in decimal (also negative). */
bool vmcoreinfo_symbol(const struct dump *d, const char *name, uint64_t *ret);
bool vmcoreinfo_number(const struct dump *d, const char *name, int64_t *ret);
/** Finds VMCOREINFO in the notes or, failing that, in memory. */
enum status vmcoreinfo_find(struct dump *d);

/** Address of a per-CPU variable's copy of one CPU. */
kaddr_t dump_percpu(const struct dump *d, kaddr_t var, uint32_t cpu);

#endif
