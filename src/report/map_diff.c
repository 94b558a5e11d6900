// SPDX-License-Identifier: GPL-2.0-or-later
// Two boots' memory maps side by side, and what else changed between them.
#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "fact/json.h"
#include "model/map_diff.h"
#include "report/map.h"

enum { WIDTH = 80, MIN_WORDS = 14, MAX_FIELDS = 24 };

/* One figure or text that a boot has, before and after. */
struct field {
	const char *name;
	bool is_text, is_hex, is_bytes;
	struct num before, after;
	struct str text_before, text_after;
};

struct compared {
	const struct drawn *before, *after;
	struct map_diff diff;
	struct field fields[MAX_FIELDS];
	size_t n_fields;
};

/* ---- what is compared ---- */

static void add_num(struct compared *c, const char *name, struct num before, struct num after,
		    bool bytes)
{
	if (before.known == after.known && (!before.known || before.v == after.v))
		return;
	if (c->n_fields < MAX_FIELDS)
		c->fields[c->n_fields++] = (struct field){
			.name = name, .before = before, .after = after, .is_bytes = bytes
		};
}

static void add_text(struct compared *c, const char *name, struct str before, struct str after)
{
	if (!str_eq(before, after) && c->n_fields < MAX_FIELDS)
		c->fields[c->n_fields++] = (struct field){
			.name = name, .is_text = true, .text_before = before, .text_after = after
		};
}

static struct num counted(size_t n)
{
	return num_at(n, 0);
}

static void compare_boots(struct compared *c)
{
	static const char *const items[] = { "kernel_code", "rwdata", "rodata", "init", "bss" };
	const struct fact_boot *a = c->before->boot.boot, *b = c->after->boot.boot;
	struct num usable_a = num_at(c->before->account.usable, 0),
		   usable_b = num_at(c->after->account.usable, 0);

	add_text(c, "kernel", a->kernel, b->kernel);
	add_text(c, "build", a->build, b->build);
	add_text(c, "started by", str_c(a->entry), str_c(b->entry));
	if (strcmp(c->before->map.map, c->after->map.map) != 0)
		add_text(c, "map", str_c(c->before->map.map), str_c(c->after->map.map));
	add_num(c, "entries of the map", counted(c->before->map.entries),
		counted(c->after->map.entries), false);
	add_num(c, "RAM in the firmware's map", a->ram_usable, b->ram_usable, true);
	add_num(c, "last_pfn", a->last_pfn, b->last_pfn, false);
	if (c->n_fields && strcmp(c->fields[c->n_fields - 1].name, "last_pfn") == 0)
		c->fields[c->n_fields - 1].is_hex = true;
	add_num(c, "covered by MTRRs", a->mtrr_covered, b->mtrr_covered, true);
	add_num(c, "lost to MTRRs", a->mtrr_lost, b->mtrr_lost, true);
	add_num(c, "crash kernel", a->crashkernel, b->crashkernel, true);
	add_num(c, "Memory: available", a->mem_available, b->mem_available, true);
	add_num(c, "Memory: total", a->mem_total, b->mem_total, true);
	add_num(c, "Memory: reserved", a->mem_reserved, b->mem_reserved, true);
	add_num(c, "Memory: cma-reserved", a->cma_reserved, b->cma_reserved, true);
	for (size_t i = 0; i < ARRAY_SIZE(items); i++)
		add_num(c, items[i], counters_get(&a->memory_line, items[i]),
			counters_get(&b->memory_line, items[i]), true);
	if (c->before->account.known && c->after->account.known)
		add_num(c, "usable", usable_a, usable_b, true);
	add_num(c, "CPUs", a->cpus, b->cpus, false);
}

/* The last boot with a map of each piece of evidence; the first and last of one. */
static bool choose(const struct facts *f, const struct drawn_boots *boots, struct compared *c)
{
	uint32_t first;

	if (boots->n < 2)
		return false;
	first = boots->v[0].boot.head->origin.evidence;
	c->after = &boots->v[boots->n - 1];
	c->before = &boots->v[0];
	if (c->after->boot.head->origin.evidence != first)
		for (size_t i = 0; i < boots->n; i++)
			if (boots->v[i].boot.head->origin.evidence == first)
				c->before = &boots->v[i];
	(void)f;
	return true;
}

static bool compare(const struct facts *f, struct arena *arena, struct compared *c)
{
	struct drawn_boots boots = draw_boots(f, arena);

	*c = (struct compared){ 0 };
	if (!choose(f, &boots, c) || arena->failed)
		return false;
	c->diff = map_diff_of(&c->before->map, &c->after->map, arena);
	compare_boots(c);
	return true;
}

/* ---- text ---- */

static struct str words(const struct map_row *row, size_t entries, struct arena *arena)
{
	struct map_row one;
	struct str s;

	if (!row)
		return STR("-");
	one = *row;
	one.split = false;
	s = row_words(&one, arena);
	return entries > 1 ? arena_printf(arena, "%.*s (%zu entries)", STR_ARG(s), entries) : s;
}

static const struct {
	char mark;
	enum style style;
} looks[] = {
	[MAP_SAME] = { ' ', PLAIN },
	[MAP_WENT] = { '-', RED },
	[MAP_CAME] = { '+', CYAN },
	[MAP_CHANGED] = { '!', YELLOW },
};

static void draw_row(struct out *o, const struct diff_row *r, int digits, int column,
		     struct arena *arena)
{
	struct str before = words(r->before, r->n_before, arena);
	struct str after = words(r->after, r->n_after, arena);
	char size[SIZE_TEXT];

	out_style(o, looks[r->change].style);
	out_printf(o, "%c 0x%0*" PRIx64 "-0x%0*" PRIx64 " %10s  ", looks[r->change].mark, digits,
		   r->start, digits, r->end, map_size(size, r->end - r->start + 1));
	out_safe(o, before);
	out_printf(o, "%*s| ", before.n < (size_t)column ? column - (int)before.n : 1, "");
	out_safe(o, after);
	out_style(o, PLAIN);
	out_printf(o, "\n");
}

static void draw_rows(struct out *o, const struct compared *c, struct arena *arena)
{
	int digits = map_digits(&c->before->map), other = map_digits(&c->after->map), column;
	unsigned int width = o->opt->width ? o->opt->width : WIDTH, fixed;

	digits = digits > other ? digits : other;
	fixed = 2 + (unsigned int)(2 * (digits + 2) + 1) + 10 + 2 + 2;
	column = width > fixed + 2 * MIN_WORDS ? (int)(width - fixed) / 2 : MIN_WORDS;
	out_printf(o, "  %-*s %10s  %-*s| %s\n", 2 * (digits + 2) + 1, "RANGE", "SIZE", column,
		   "BEFORE", "AFTER");
	for (size_t i = 0; i < c->diff.n; i++)
		if (c->diff.v[i].before || c->diff.v[i].after)
			draw_row(o, &c->diff.v[i], digits, column, arena);
}

static void out_total(struct out *o, const char *what, uint64_t bytes)
{
	char size[SIZE_TEXT];

	if (bytes)
		out_printf(o, "  %-28s %20" PRIu64 " bytes, %s\n", what, bytes,
			   map_size(size, bytes));
}

static void draw_totals(struct out *o, const struct map_diff *d)
{
	out_printf(o, "\n");
	if (!d->bytes[MAP_WENT] && !d->bytes[MAP_CAME] && !d->bytes[MAP_CHANGED])
		out_printf(o, "  the same ranges\n");
	out_total(o, "- went from the map", d->bytes[MAP_WENT]);
	out_total(o, "+ came into the map", d->bytes[MAP_CAME]);
	out_total(o, "! became something else", d->bytes[MAP_CHANGED]);
	out_total(o, "RAM that is RAM no more", d->ram_went);
	out_total(o, "RAM that was none before", d->ram_came);
}

static void out_value(struct out *o, const struct field *f, bool after)
{
	struct num n = after ? f->after : f->before;
	struct str text = after ? f->text_after : f->text_before;
	char size[SIZE_TEXT];

	if (f->is_text)
		out_safe(o, text.n ? text : STR("-"));
	else if (!n.known)
		out_printf(o, "-");
	else if (f->is_hex)
		out_printf(o, "0x%" PRIx64, n.v);
	else if (f->is_bytes)
		out_printf(o, "%" PRIu64 " (%s)", n.v, map_size(size, n.v));
	else
		out_printf(o, "%" PRIu64, n.v);
}

static void draw_fields(struct out *o, const struct compared *c)
{
	if (c->n_fields)
		out_printf(o, "\n");
	for (size_t i = 0; i < c->n_fields; i++) {
		out_printf(o, "  %-28s ", c->fields[i].name);
		out_value(o, &c->fields[i], false);
		out_printf(o, c->fields[i].is_text ? "\n  %28s " : "  ->  ", "");
		if (c->fields[i].is_text)
			out_printf(o, "-> ");
		out_value(o, &c->fields[i], true);
		out_printf(o, "\n");
	}
}

static bool has_word(struct str line, struct str word)
{
	struct str w;

	while ((w = str_word(&line)).n)
		if (str_eq(w, word))
			return true;
	return false;
}

/* Calls @p each for the words of one command line that the other has not. */
static void words_gone(struct str from, struct str to, void (*each)(void *arg, struct str word),
		       void *arg)
{
	struct str w;

	while ((w = str_word(&from)).n)
		if (!has_word(to, w))
			each(arg, w);
}

static void print_gone(void *arg, struct str word)
{
	struct out *o = arg;

	out_printf(o, "  - on the command line        ");
	out_safe(o, word);
	out_printf(o, "\n");
}

static void print_new(void *arg, struct str word)
{
	struct out *o = arg;

	out_printf(o, "  + on the command line        ");
	out_safe(o, word);
	out_printf(o, "\n");
}

static void draw_command_lines(struct out *o, const struct fact_boot *a, const struct fact_boot *b)
{
	if (!a->cmdline.n || !b->cmdline.n)
		return;
	words_gone(a->cmdline, b->cmdline, print_gone, o);
	words_gone(b->cmdline, a->cmdline, print_new, o);
}

bool report_map_diff(const struct facts *f, const struct report_options *opt, write_fn write,
		     void *arg)
{
	struct out o = { .opt = opt, .write = write, .arg = arg, .ok = true };
	struct compared c;
	struct arena arena;
	bool ok;

	arena_init(&arena);
	ok = compare(f, &arena, &c);
	if (ok) {
		out_printf(&o, "BEFORE ");
		out_boot(&o, f, c.before->boot.boot);
		out_printf(&o, "AFTER  ");
		out_boot(&o, f, c.after->boot.boot);
		out_printf(&o, "\n");
		draw_rows(&o, &c, &arena);
		draw_totals(&o, &c.diff);
		draw_fields(&o, &c);
		draw_command_lines(&o, c.before->boot.boot, c.after->boot.boot);
	}
	arena_deinit(&arena);
	return ok && o.ok;
}

/* ---- JSON ---- */

static struct json_object *ranges_json(const struct map_diff *d, struct arena *arena)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < d->n; i++) {
		const struct diff_row *r = &d->v[i];
		struct json_object *obj;
		char hex[32];

		if (!r->before && !r->after)
			continue;
		obj = json_object_new_object();
		snprintf(hex, sizeof(hex), "0x%" PRIx64, r->start);
		json_add_str(obj, "start", str_c(hex));
		snprintf(hex, sizeof(hex), "0x%" PRIx64, r->end);
		json_add_str(obj, "end", str_c(hex));
		json_add_num(obj, "bytes", num_at(r->end - r->start + 1, 0), false);
		json_add_str(obj, "change", str_c(map_change_name(r->change)));
		if (r->before)
			json_add_str(obj, "before", words(r->before, 0, arena));
		if (r->after)
			json_add_str(obj, "after", words(r->after, 0, arena));
		json_add_num(obj, "entries_before_count", num_at(r->n_before, 0), false);
		json_add_num(obj, "entries_after_count", num_at(r->n_after, 0), false);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *fields_json(const struct compared *c)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < c->n_fields; i++) {
		const struct field *f = &c->fields[i];
		struct json_object *obj = json_object_new_object();

		json_add_str(obj, "name", str_c(f->name));
		if (f->is_text) {
			json_add_str(obj, "before", f->text_before);
			json_add_str(obj, "after", f->text_after);
		} else {
			json_add_num(obj, "before", f->before, false);
			json_add_num(obj, "after", f->after, false);
		}
		json_object_array_add(list, obj);
	}
	return list;
}

static void push_word(void *arg, struct str word)
{
	struct json_object *obj = json_object_new_object();

	json_add_str(obj, "word", word);
	json_object_array_add(arg, obj);
}

static struct json_object *boot_json(const struct drawn *d)
{
	struct json_object *obj = json_object_new_object();

	json_object_object_add(obj, "evidence",
			       json_object_new_int64(d->boot.head->origin.evidence));
	json_object_object_add(obj, "boot", json_object_new_int(d->boot.head->boot));
	return obj;
}

static struct json_object *compared_json(const struct compared *c, struct arena *arena)
{
	static const char *const names[] = { "same_bytes", "went_bytes", "came_bytes",
					     "changed_bytes" };
	struct json_object *obj = json_object_new_object();
	struct json_object *gone = json_object_new_array(), *new = json_object_new_array();
	struct str a = c->before->boot.boot->cmdline, b = c->after->boot.boot->cmdline;

	json_object_object_add(obj, "before", boot_json(c->before));
	json_object_object_add(obj, "after", boot_json(c->after));
	json_object_object_add(obj, "ranges", ranges_json(&c->diff, arena));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		json_add_num(obj, names[i], num_at(c->diff.bytes[i], 0), false);
	json_add_num(obj, "ram_went_bytes", num_at(c->diff.ram_went, 0), false);
	json_add_num(obj, "ram_came_bytes", num_at(c->diff.ram_came, 0), false);
	json_object_object_add(obj, "fields", fields_json(c));
	if (a.n && b.n) {
		words_gone(a, b, push_word, gone);
		words_gone(b, a, push_word, new);
	}
	json_object_object_add(obj, "cmdline_gone", gone);
	json_object_object_add(obj, "cmdline_new", new);
	return obj;
}

struct json_object *map_diff_json(const struct diagnosis *d)
{
	struct json_object *top = report_json(d, true);
	struct compared c;
	struct arena arena;

	arena_init(&arena);
	if (compare(d->facts, &arena, &c))
		json_object_object_add(top, "diff", compared_json(&c, &arena));
	arena_deinit(&arena);
	return top;
}
