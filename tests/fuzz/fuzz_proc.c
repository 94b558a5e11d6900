// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as each file of src/proc: the first picks the file, the second in what pieces it is
// read. Pieces make no difference.
#include <stdlib.h>

#include "fuzz.h"
#include "pipeline.h"
#include "proc/proc.h"

struct bytes {
	struct str left;
	size_t piece;
};

static size_t read_bytes(void *arg, void *buf, size_t n)
{
	struct bytes *b = arg;

	n = n < b->piece ? n : b->piece;
	n = n < b->left.n ? n : b->left.n;
	if (n)
		memcpy(buf, b->left.p, n);
	b->left = str_from(b->left, n);
	return n;
}

static void read_it(struct facts *f, const struct proc_file *file, struct str text, size_t piece)
{
	struct bytes b = { text, piece };
	struct proc_input in = { read_bytes, &b, -1 };

	facts_init(f);
	if (proc_read(file, f, facts_add_evidence(f, "fuzz", file->evidence), &in))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data + 2, size - 2 };
	const struct proc_file *file;
	struct facts whole, cut;

	if (size < 3)
		return 0;
	(void)proc_file_of(text);
	file = proc_files[data[0] % n_proc_files];
	read_it(&whole, file, text, text.n);
	read_it(&cut, file, text, 1 + data[1]);
	for (size_t k = 0; k < FACT_KINDS; k++)
		if (whole.lists[k].n != cut.lists[k].n)
			abort();
	pipeline_diagnose(&whole);
	facts_deinit(&cut);
	facts_deinit(&whole);
	return 0;
}
