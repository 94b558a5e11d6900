// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy simulate: what a kernel would do with a memory map.
#include "cli/simulate.h"

#include <json-c/json.h>
#include <stdio.h>

struct json_object *simulate_json(const char *what)
{
	struct json_object *obj = json_object_new_object();

	json_object_object_add(obj, "mmwhy", json_object_new_string(MMWHY_VERSION));
	json_object_object_add(obj, "schema", json_object_new_int(1));
	json_object_object_add(obj, "simulate", json_object_new_string(what));
	return obj;
}

void simulate_put_json(struct json_object *obj)
{
	puts(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PRETTY |
							 JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(obj);
}

/* The boots, and before them all facts as if of one more, without a boot fact: a saved
 * /sys/firmware/memmap. */
static struct incidents boots_and_rest(const struct facts *f, struct arena *arena)
{
	struct incidents boots = boots_of(f, arena), all = { .n = boots.n + 1 };

	all.v = arena_alloc(arena, all.n * sizeof(*all.v));
	if (!all.v)
		return (struct incidents){ 0 };
	all.v[0].facts = f;
	for (enum fact_kind kind = 0; kind < FACT_KINDS; kind++)
		all.v[0].of[kind] = (struct fact_slice){ f->lists[kind].v, f->lists[kind].n };
	if (boots.n)
		memcpy(&all.v[1], boots.v, boots.n * sizeof(*boots.v));
	return all;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct incidents boots;
	struct arena arena;
	struct mmwhy *m;
	int code, ret;
	bool kexec = argc && strcmp(argv[0], "kexec") == 0;

	if (!kexec && !(argc && strcmp(argv[0], "memmap") == 0)) {
		fprintf(stderr, "mmwhy: simulate what? kexec or memmap\n");
		return EXIT_USAGE;
	}
	m = cli_read(cli, argc - 1, argv + 1, &code);
	if (!m)
		return code;
	arena_init(&arena);
	boots = boots_and_rest(&m->facts, &arena);
	ret = kexec ? simulate_kexec(cli, &boots) : simulate_memmap(cli, &boots);
	arena_deinit(&arena);
	mmwhy_free(m);
	return ret;
}

DEFINE_COMMAND(simulate, .operands = "kexec|memmap EVIDENCE",
	       .help = "what a kernel would do with a memory map", .run = run);
