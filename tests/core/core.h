// SPDX-License-Identifier: GPL-2.0-or-later
// A made-up kernel's memory, and the dump formats that it can be written in: what mkcore and the
// tests of src/dump are built from. Everything is little-endian x86-64. Errors end the program.
#ifndef MMWHY_TESTS_CORE_H
#define MMWHY_TESTS_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CORE_PAGE = 4096, CORE_NAME = 64, CORE_LINE = 1024 };

/* How struct pages of slabs are marked: a page type, or a flag's number. */
#define CORE_TYPE_SLAB 0xf5000000u
#define CORE_FLAG_SLAB 9
#define CORE_MEMMAP    0xffffea0000000000ull

typedef uint64_t vaddr;

/** What a dump says of a page. */
enum page_kind { KIND_PRESENT, KIND_EXCLUDED, KIND_HOLE };

/** A member of a struct; `type` is a basic type or a struct's name. */
struct field {
	char name[CORE_NAME], type[CORE_NAME];
	uint32_t bits, bit_size, size, count;
};

struct layout {
	char name[CORE_NAME];
	struct field *fields;
	size_t n;
	uint32_t bits, align;
	int btf_id;
};

struct symbol_entry {
	char *name;
	vaddr addr;
	char type;
};

/** Linear pieces of virtual memory. */
struct area {
	vaddr start;
	uint64_t size, phys;
};

struct task_entry {
	vaddr addr, signal;
	uint32_t pid, tgid;
};

/** What an "expect" line says, for the test to check. */
struct expectation {
	char what[CORE_NAME], text[CORE_LINE];
};

enum kallsyms_form { SYMS_PLACE, SYMS_PERCPU, SYMS_RELATIVE, SYMS_ABSOLUTE };

/** How the dump is to be written. */
struct shape {
	bool kdump;	   /**< else ELF */
	bool qemu;	   /**< QEMU's odd headers: e_ehsize 8, section headers first */
	bool virt;	   /**< program headers carry virtual addresses, as /proc/vmcore's */
	bool elf32;	   /**< ELF class 32 */
	char machine[65];  /**< whose the headers say it is; empty: x86_64 */
	bool big_endian;   /**< the headers' numbers are */
	bool kdump_notes;  /**< those of the CPUs that ran a task, as a crashed kernel saves them */
	bool short_header; /**< of kdump: as a machine of 32 bits writes it */
	bool flattened;	   /**< makedumpfile -F */
	bool shuffled;	   /**< flattened, with its records out of order */
	unsigned int phdrs; /**< so many empty program headers more (PN_XNUM beyond 65534) */
	unsigned int version, split, part, omit; /**< omit: the part, from 1, that is lost */
	uint32_t pack;				 /**< flags of a page descriptor */
	bool mixed;				 /**< every page in another packing */
	uint32_t dump_level;
	bool no_vmcoreinfo, twice, no_notes;
	uint64_t pad;		       /**< RAM goes on up to here, all zero, after the kernel's */
	bool pad_excluded;	       /**< ... and is left out */
	unsigned int lkcd;	       /**< the version of LKCD's format */
	bool rle;		       /**< LKCD: packed by its own means */
	bool sadump, s390, xen, media; /**< media: a SADUMP copied to other media */
	bool gzip, zstd;	       /**< the whole file is packed once more */
	unsigned int stopped_pct; /**< what wrote it ran out of room after so many of the pages */
	uint64_t truncate;	  /**< bytes that the file keeps; 0 all */
	unsigned int truncate_pct;
};

struct core {
	uint8_t *ram, *kind;
	uint64_t ram_size, ram_next;
	struct area *areas;
	size_t n_areas;
	vaddr text, image_next, image_end, direct, vmalloc_next;
	uint64_t text_phys, root, tables_at; /**< tables_at: page tables lie from here on */
	vaddr memmap_next;		     /**< where the next slab's struct pages go */
	unsigned int levels, cpus;
	uint64_t sme_mask;
	struct layout *layouts;
	size_t n_layouts, layout; /**< layout: that fields are added to */
	struct symbol_entry *symbols;
	size_t n_symbols;
	struct task_entry *tasks;
	size_t n_tasks;
	vaddr lists[4]; /**< heads: modules, slab_caches */
	vaddr percpu[8], percpu_start;
	vaddr xa_root, prb;
	uint32_t n_records, log_at;
	char release[CORE_NAME];
	char *vmcoreinfo;
	size_t n_vmcoreinfo;
	enum kallsyms_form kallsyms;
	bool short_names, hide_kallsyms, no_btf, no_kallsyms_all, large_pages;
	bool frame_pointers; /**< CONFIG_UNWINDER_FRAME_POINTER: no ORC tables */
	struct shape shape;
	struct expectation *expect; /**< what the description promises */
	size_t n_expect;
	char (*marks)[CORE_LINE]; /**< "exclude", "hole", "zero" lines, for the end */
	size_t n_marks;
	bool built;
};

/* text.c: descriptions */

/** Reads a description, with what it includes from the same folder, and builds the kernel. */
struct core *core_read(const char *path);
void core_free(struct core *c);

/* memory.c */

void core_init(struct core *c, uint64_t ram_size);
/** Memory in the kernel image, in the direct map, in vmalloc space. */
vaddr core_image(struct core *c, size_t size, size_t align);
vaddr core_alloc(struct core *c, size_t size, size_t align);
vaddr core_vmalloc(struct core *c, size_t size);
void core_memmap(struct core *c, uint32_t page_struct);
void *core_ptr(struct core *c, vaddr addr, size_t n);
uint64_t core_phys(struct core *c, vaddr addr);
void core_put(struct core *c, vaddr addr, uint64_t v, size_t n);
uint64_t core_get(struct core *c, vaddr addr);
/** Writes the page tables for all areas. */
void core_map(struct core *c);

/* layout.c */

/** "struct NAME" begins one; then "TYPE NAME..." lines. */
void layout_begin(struct core *c, const char *name);
void layout_field(struct core *c, const char *type, const char *name);
uint32_t layout_size(struct core *c, const char *type);
bool layout_find(struct core *c, const char *type, const char *path, struct field *ret);
/** Offset in bytes; the struct must have it. */
uint32_t layout_at(struct core *c, const char *type, const char *path);
/** Writes a member, if the struct has it. */
void layout_set(struct core *c, vaddr at, const char *type, const char *path, uint64_t v);
/** The layouts as BTF, in the kernel image, between __start_BTF and __stop_BTF. */
void core_write_btf(struct core *c);

/* kernel.c */

void core_symbol(struct core *c, const char *name, vaddr addr, char type);
/** A variable in the image, with its symbol. */
vaddr core_variable(struct core *c, const char *name, size_t size);
vaddr core_find_symbol(const struct core *c, const char *name);
void core_begin(struct core *c);
void core_task(struct core *c, uint32_t pid, uint32_t tgid, const char *comm, const char *opts);
void core_log(struct core *c, uint64_t ns, const char *text);
void core_cache(struct core *c, const char *name, const unsigned int v[7]);
void core_module(struct core *c, const char *name, uint32_t size);
/** One more entry of an e820 table, which @p name points to. */
void core_e820(struct core *c, const char *name, uint64_t start, uint64_t last, uint32_t type);
/** A char * with its text. */
void core_text_pointer(struct core *c, const char *name, const char *text);
/** Symbols, types, VMCOREINFO and page tables, after everything else. */
void core_finish(struct core *c);

/* stack.c */

/** Text, its functions and ORC entries. */
void core_text(struct core *c);
/** A sleeping task's kernel stack; returns thread.sp. */
vaddr core_stack(struct core *c);

/* kallsyms.c */

void core_write_kallsyms(struct core *c);

/* write_*.c: containers */

struct out {
	int fd;
	bool flattened, shuffled;
	uint64_t at;
	struct out_record {
		uint64_t off;
		size_t n;
		uint8_t *p;
	} * held; /**< shuffled: until the end */
	size_t n_held;
};

void out_write(struct out *o, uint64_t off, const void *p, size_t n);
/** Writes the core in its shape (part of split) to @p fd. */
void core_write(struct core *c, int fd);
/** Packs the whole file. */
void wrap_file(int fd, bool zstd);
void write_elf(struct core *c, struct out *o);
void write_kdump(struct core *c, struct out *o);
void write_foreign(struct core *c, struct out *o);
/** Notes as the formats carry them: one NT_PRSTATUS a CPU, VMCOREINFO. Caller frees. */
uint8_t *core_notes(struct core *c, size_t *ret_n);

/** Growing array in malloc'd memory. */
void *core_push(void *v, size_t *n, size_t elem_size);

#endif
