// SPDX-License-Identifier: GPL-2.0-or-later
// mmwhy simulate kexec: what kexec_file_load(2), reboot after reboot, makes of a memory map.
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/simulate.h"
#include "fact/json.h"
#include "model/kexec_series.h"

enum { TIMES_DEFAULT = 200, TIMES_MAX = 10000 };

#define BIG_LOSS (1ull << 20)

static const char *const origins[] = {
	[KEXEC_BLOBS_NAMED] = "named by the evidence's boot",
	[KEXEC_BLOBS_GIVEN] = "given",
	[KEXEC_BLOBS_ASSUMED] = "assumed, since that boot names none",
};

static const char *why_fixed(const struct cli *cli, const struct kexec_series *s)
{
	if (cli->fixed)
		return "given";
	return s->told ? "by its own e820 update lines or tables"
		       : "by its release, which backports may belie";
}

static void put_table(const char *name, const struct e820_table *t)
{
	printf("%s:\n", name);
	for (size_t i = 0; i < t->n; i++)
		printf("  [mem 0x%016" PRIx64 "-0x%016" PRIx64 "] %s%s\n", t->v[i].addr,
		       t->v[i].addr + t->v[i].size - 1, e820_type_text(t->v[i].type),
		       t->v[i].type == E820_RESERVED_KERN ? " (setup_data)" : "");
}

static void put_tables(const struct kexec_boot *b)
{
	put_table("e820_table_firmware", &b->firmware);
	put_table("e820_table_kexec", &b->kexec);
	put_table("e820_table", &b->used);
}

static void put_row(uint64_t k, const struct kexec_boot *b)
{
	printf("%6" PRIu64 " %9zu %9zu %9zu %16" PRIu64 " %16" PRIu64 "\n", k, b->firmware.n,
	       b->kexec.n, b->used.n, e820_ram(&b->used), b->ram_lost);
}

static void put_start(const struct cli *cli, const struct kexec_series *s)
{
	printf("From %zu entries; setup_data blobs of", s->now->firmware.n);
	for (size_t i = 0; i < s->n_blobs; i++)
		printf(" %" PRIu64, s->blob[i].size);
	printf(" bytes (%s), placed 0x%" PRIx64 " lower each time (%s).\n", origins[s->origin],
	       s->shift, s->shift_seen ? "as between its last two boots" : "assumed");
	printf("The kernel %s (%s).\n",
	       s->n_kept == s->n_blobs ? "splits the kexec table at each blob"
	       : s->n_kept	       ? "splits the kexec table at some of the blobs"
				       : "leaves the kexec table alone: fixed",
	       why_fixed(cli, s));
	printf("%6s %9s %9s %9s %16s %16s\n", "KEXEC", "FIRMWARE", "KEXEC", "USED", "RAM", "LOST");
	put_row(0, s->now);
}

static struct json_object *table_json(const struct e820_table *t)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < t->n; i++) {
		struct json_object *e = json_object_new_object();
		char text[24];

		snprintf(text, sizeof(text), "0x%" PRIx64, t->v[i].addr);
		json_object_object_add(e, "start", json_object_new_string(text));
		snprintf(text, sizeof(text), "0x%" PRIx64, t->v[i].addr + t->v[i].size - 1);
		json_object_object_add(e, "end", json_object_new_string(text));
		json_add_str(e, "type", str_c(e820_type_text(t->v[i].type)));
		json_object_object_add(e, "type_code", json_object_new_int64(t->v[i].type));
		json_object_array_add(list, e);
	}
	return list;
}

static struct json_object *boot_json(uint64_t k, const struct kexec_boot *b)
{
	struct json_object *obj = json_object_new_object();

	json_add_num(obj, "kexec", num_at(k, 0), false);
	json_add_num(obj, "ram", num_at(e820_ram(&b->used), 0), false);
	json_add_num(obj, "dropped_entries", num_at(b->dropped, 0), false);
	json_add_num(obj, "ram_lost", num_at(b->ram_lost, 0), false);
	json_object_object_add(obj, "e820_table_firmware", table_json(&b->firmware));
	json_object_object_add(obj, "e820_table_kexec", table_json(&b->kexec));
	json_object_object_add(obj, "e820_table", table_json(&b->used));
	return obj;
}

/* What was seen on the way. */
struct series_end {
	uint64_t dropped_at; /* the first kexec that drops an entry; 0: none */
	uint64_t lost_at, ram_lost, first_lost, ram_left, times;
};

static void note(struct series_end *o, uint64_t k, const struct kexec_boot *b)
{
	o->times = k;
	if (b->dropped && !o->dropped_at)
		o->dropped_at = k;
	if (b->ram_lost && !o->lost_at) {
		o->lost_at = k;
		o->ram_lost = b->ram_lost;
		o->first_lost = b->first_lost;
		o->ram_left = e820_ram(&b->used);
	}
}

static void put_outcome(const struct series_end *o)
{
	if (o->dropped_at)
		printf("Kexec %" PRIu64
		       " is the first whose map does not fit the zeropage's %d entries.\n",
		       o->dropped_at, E820_MAX_ZEROPAGE);
	if (o->lost_at)
		printf("RAM goes at kexec %" PRIu64 ": %" PRIu64 " bytes from 0x%" PRIx64
		       " on; %" PRIu64 " bytes are left.\n",
		       o->lost_at, o->ram_lost, o->first_lost, o->ram_left);
	else
		printf("No RAM goes in %" PRIu64 " kexecs.\n", o->times);
	printf("kexec_load(2) (kexec -c) instead: kexec-tools takes /sys/firmware/memmap, which these kernels "
	       "(4.13 and newer) leave as the firmware or the last kexec gave it, and passes what is beyond %d entries "
	       "in SETUP_E820_EXT: no entry is added, none dropped.\n",
	       E820_MAX_ZEROPAGE);
}

static struct json_object *outcome_json(const struct cli *cli, const struct kexec_series *s,
					const struct series_end *o)
{
	struct json_object *obj = simulate_json("kexec"), *blobs = json_object_new_array();

	for (size_t i = 0; i < s->n_blobs; i++) {
		struct json_object *b = json_object_new_object();

		json_add_num(b, "bytes", num_at(s->blob[i].size, 0), false);
		json_object_object_add(b, "splits_kexec_table",
				       json_object_new_boolean(s->keeps[i]));
		json_object_array_add(blobs, b);
	}
	json_object_object_add(obj, "blobs", blobs);
	json_add_str(obj, "blobs_are", str_c(origins[s->origin]));
	json_add_str(obj, "fix_is", str_c(why_fixed(cli, s)));
	json_add_num(obj, "times", num_at(o->times, 0), false);
	if (o->dropped_at)
		json_add_num(obj, "first_dropped_at", num_at(o->dropped_at, 0), false);
	if (o->lost_at) {
		json_add_num(obj, "ram_lost_at", num_at(o->lost_at, 0), false);
		json_add_num(obj, "ram_lost", num_at(o->ram_lost, 0), false);
		json_add_num(obj, "ram_left", num_at(o->ram_left, 0), false);
	}
	return obj;
}

/* Until much RAM goes, or as often as asked for; without --times rows only where something happens.
 */
static void run_series(const struct cli *cli, struct kexec_series *s)
{
	uint64_t times = cli->times ? cli->times : TIMES_DEFAULT;
	struct json_object *boots = cli->json ? json_object_new_array() : NULL;
	struct series_end o = { 0 };

	if (boots)
		json_object_array_add(boots, boot_json(0, s->now));
	else
		put_start(cli, s);
	for (uint64_t k = 1; k <= times && k <= TIMES_MAX; k++) {
		kexec_series_step(s);
		note(&o, k, s->now);
		if (boots && cli->times)
			json_object_array_add(boots, boot_json(k, s->now));
		else if (!boots && (cli->times || k == 1 || k == o.dropped_at || k == o.lost_at ||
				    s->now->ram_lost > BIG_LOSS))
			put_row(k, s->now);
		if (!cli->times && s->now->ram_lost > BIG_LOSS)
			break;
	}
	if (boots) {
		struct json_object *obj = outcome_json(cli, s, &o);

		if (!cli->times)
			json_object_array_add(boots, boot_json(o.times, s->now));
		json_object_object_add(obj, "boots", boots);
		simulate_put_json(obj);
		return;
	}
	put_outcome(&o);
	if (cli->times)
		put_tables(s->now);
}

/* --blobs: names and sizes. */
static bool given_blobs(const char *list, struct kexec_series *s)
{
	struct str rest = str_c(list);

	while (rest.n) {
		const char *comma = memchr(rest.p, ',', rest.n);
		struct str word = str_first(rest, comma ? (size_t)(comma - rest.p) : rest.n);
		uint64_t size = kexec_blob_size(word);

		if (!size && !str_to_u64(word, 10, &size))
			return false;
		if (!size || size > KEXEC_BLOB_MAX || !kexec_series_blob(s, size))
			return false;
		rest = str_from(rest, word.n + 1);
	}
	return s->n_blobs > 0;
}

static bool prepare(const struct cli *cli, const struct incidents *boots, struct kexec_series *s,
		    int *ret_code)
{
	const struct incident *last = NULL;

	for (size_t i = boots->n; i-- > 0 && !last;)
		if (kexec_series_start(s, &boots->v[i], i > 1 ? &boots->v[i - 1] : NULL))
			last = &boots->v[i];
	*ret_code = EXIT_UNREADABLE;
	if (!last) {
		fprintf(stderr, "mmwhy: no firmware memory map in the evidence\n");
		return false;
	}
	*ret_code = EXIT_USAGE;
	if (cli->kernel)
		s->release = release_of(str_c(cli->kernel), str_c(""));
	if (cli->blobs) {
		kexec_series_forget(s);
		if (!given_blobs(cli->blobs, s)) {
			fprintf(stderr, "mmwhy: --blobs takes a list of efi, ima, rng and sizes\n");
			return false;
		}
	}
	if (s->in_use)
		fprintf(stderr, "mmwhy: no firmware memory map in the evidence: started from the "
				"map in use\n");
	if (s->n_damaged)
		fprintf(stderr, "mmwhy: %zu lines of the map are damaged and left out\n",
			s->n_damaged);
	kexec_series_fix(s, cli->fixed);
	return true;
}

int simulate_kexec(const struct cli *cli, const struct incidents *boots)
{
	struct kexec_series *s = kexec_series_new();
	int code = EXIT_UNREADABLE;

	if (!s) {
		fprintf(stderr, "mmwhy: out of memory\n");
	} else if (prepare(cli, boots, s, &code)) {
		run_series(cli, s);
		code = EXIT_NOTHING;
	}
	kexec_series_free(s);
	return code;
}
