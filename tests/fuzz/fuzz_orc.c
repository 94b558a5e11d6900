// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as ORC tables and a stack to be unwound by them: a byte for the format and one for the
// number of entries, the entries' addresses, the entries, then text and stack.
#include <bpf/btf.h>
#include <stdlib.h>
#include <string.h>

#include "dump/orc.h"
#include "dump/types.h"
#include "dump/x86_64.h"
#include "flat.h"
#include "fuzz.h"

enum { ENTRY = 6, BTF_AT = 1 << 20, FP_AT = 1 << 19 };

/* struct orc_entry as each format has it, which is how the format is told. */
static struct btf *make_btf(unsigned int version)
{
	struct btf *btf = btf__new_empty();
	int u16 = btf__add_int(btf, "u16", 2, 0);

	(void)btf__add_struct(btf, "orc_entry", ENTRY);
	(void)btf__add_field(btf, "sp_offset", u16, 0, 0);
	if (version >= 1)
		(void)btf__add_field(btf, "signal", u16, 32, 1);
	if (version == 1)
		(void)btf__add_field(btf, "end", u16, 33, 1);
	return btf;
}

static void give_types(struct dump *d, uint8_t *memory, unsigned int version)
{
	static struct btf *btf[4];
	const void *raw;
	uint32_t n;

	if (!btf[version])
		btf[version] = make_btf(version);
	raw = btf__raw_data(btf[version], &n);
	memcpy(memory + BTF_AT, raw, n);
	memory[FP_AT + 4] = version == 3 ? 0x80 : 0x10;
	d->sym[SYM_orc_fp_entry] = FLAT_BASE + FP_AT;
	d->sym[SYM___start_BTF] = FLAT_BASE + BTF_AT;
	d->sym[SYM___stop_BTF] = FLAT_BASE + BTF_AT + n;
	(void)types_open(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct unwind_frame frames[UNWIND_FRAMES_MAX];
	uint64_t n, text;
	uint8_t *memory;
	struct dump *d;
	bool whole;

	if (size < 2 || size > FP_AT)
		return 0;
	memory = calloc(1, FLAT_SPAN);
	if (!memory)
		abort();
	memcpy(memory, data + 2, size - 2);
	d = flat_new(memory, FLAT_SPAN);
	give_types(d, memory, data[0] & 3);
	n = data[1];
	text = FLAT_BASE + (4 + ENTRY) * n;
	d->sym[SYM___start_orc_unwind_ip] = FLAT_BASE;
	d->sym[SYM___stop_orc_unwind_ip] = FLAT_BASE + 4 * n;
	d->sym[SYM___start_orc_unwind] = FLAT_BASE + 4 * n;
	for (unsigned int i = 0; i < 8; i++) {
		struct unwind_regs r = { .ip = text + 16ull * i,
					 .sp = text + 256 + 64ull * i,
					 .bp = text + 512,
					 .r10 = text + 768,
					 .r13 = text + 1024,
					 .di = text,
					 .dx = text + 8,
					 .ax = text + 16,
					 .full = i & 1,
					 .signal = i & 2 };

		if (x86_64_unwind(d, r, frames, UNWIND_FRAMES_MAX, &whole) > UNWIND_FRAMES_MAX)
			abort();
	}
	flat_free(d);
	free(memory);
	return 0;
}
