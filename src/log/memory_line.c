// SPDX-License-Identifier: GPL-2.0-or-later
// "Memory: ...K/...K available (...)": mem_init_print_info() of mm/mm_init.c, before 3.11 the
// mem_init() of each architecture.
#include "log/boot.h"

enum { MAX_ITEM_NAME = 24 };

struct memory_line {
	uint32_t line; /* the list of the last line goes on in the next */
};

extern const struct log_parser log_parser_memory_line;

/* "16496504K", "125312k", "126080KB", "512MB": bytes. */
static bool scan_size(struct scan *sc, uint64_t *ret)
{
	struct scan at = *sc;
	uint64_t v, unit = 1024;

	if (!scan_u64(&at, &v))
		return false;
	if (scan_lit(&at, "MB") || scan_lit(&at, "M"))
		unit = 1ull << 20;
	else if (!scan_lit(&at, "KB") && !scan_lit(&at, "kB") && !scan_lit(&at, "K") &&
		 !scan_lit(&at, "k"))
		return false;
	if (__builtin_mul_overflow(v, unit, ret))
		return false;
	*sc = at;
	return true;
}

/* "kernel code" is kernel_code, "cma-reserved" cma_reserved. */
static struct str item_name(struct log_ctx *c, struct str name)
{
	char buf[MAX_ITEM_NAME];

	for (size_t i = 0; i < name.n; i++)
		buf[i] = (char)(name.p[i] == ' ' || name.p[i] == '-' ? '_' : name.p[i]);
	return log_str(c, (struct str){ buf, name.n });
}

/* "256576K reserved", "0K cma-reserved", "0k highmem". */
static void item(struct log_ctx *c, struct fact_boot *b, struct str s, uint32_t line)
{
	struct scan sc = scan_of(str_trim(s));
	struct str name;
	uint64_t v;

	if (!scan_size(&sc, &v))
		return;
	name = str_trim(scan_rest(&sc));
	if (name.n && name.n < MAX_ITEM_NAME)
		counters_set(&b->memory_line, &c->facts->arena, item_name(c, name),
			     num_at(v, line));
	if (str_is(name, "reserved"))
		b->mem_reserved = num_at(v, line);
	else if (str_is(name, "cma-reserved"))
		b->cma_reserved = num_at(v, line);
	else if (str_is(name, "highmem"))
		b->highmem = num_at(v, line);
}

/* @return whether the list ends on this line. */
static bool items(struct log_ctx *c, const struct line *l, struct scan sc)
{
	struct fact_boot *b = log_boot(c, l);
	struct str one;

	while (!scan_end(&sc) && *sc.p != ')' && *sc.p != '[') {
		if (scan_until_any(&sc, ",)[", &one))
			item(c, b, one, l->no);
		(void)scan_char(&sc, ',');
	}
	return !scan_end(&sc);
}

/* ARM before 3.11: "Memory: 64MB 64MB = 128MB total", whole megabytes: the line after is exact. */
static bool sum_line(struct log_ctx *c, const struct line *l, struct scan sc)
{
	uint64_t v;

	if (!scan_past(&sc, "= ", NULL) || !scan_size(&sc, &v) || !scan_lit(&sc, " total"))
		return false;
	if (!boot_replays(c, l))
		log_boot(c, l)->mem_total = num_at(v, l->no);
	return true;
}

static bool available_line(struct log_ctx *c, const struct line *l, struct scan sc)
{
	uint64_t available, total = 0;
	bool has_total;
	struct fact_boot *b;

	if (!scan_size(&sc, &available))
		return false;
	has_total = scan_char(&sc, '/') && scan_size(&sc, &total);
	if (!scan_blanks(&sc) || !scan_lit(&sc, "available"))
		return false;
	if (boot_replays(c, l))
		return true;
	b = log_boot(c, l);
	b->mem_available = num_at(available, l->no);
	if (has_total)
		b->mem_total = num_at(total, l->no);
	(void)scan_blanks(&sc);
	if (!scan_char(&sc, '('))
		(void)scan_char(&sc, ',');
	if (!items(c, l, sc)) {
		struct memory_line *m = log_state(c, &log_parser_memory_line);

		m->line = l->last_no;
		log_open(c, &log_parser_memory_line);
	}
	return true;
}

/* "  DMA32 zone: 7145 pages used for memmap": calc_memmap_size(), up to 6.x at KERN_DEBUG. */
static bool memmap_line(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct fact_boot *b;
	uint64_t pages;

	if (!scan_past(&sc, " zone: ", NULL) || !scan_u64(&sc, &pages) ||
	    !scan_lit(&sc, " pages used for memmap"))
		return false;
	b = log_boot(c, l);
	if (!boot_replays(c, l) &&
	    !__builtin_add_overflow(pages, num_or(b->memmap_pages, 0), &pages))
		b->memmap_pages = num_at(pages, l->no);
	return true;
}

/* kasan_init() of each architecture. Tags take a byte for 16; the hardware's take none. */
static bool kasan_line(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);

	if (!scan_past(&sc, "KernelAddressSanitizer initialized", NULL))
		return false;
	if (!str_has(l->text, "hw-tags"))
		log_boot(c, l)->kasan = num_at(str_has(l->text, "sw-tags") ? 16 : 8, l->no);
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));

	if (memmap_line(c, l) || kasan_line(c, l))
		return true;
	if (!scan_lit(&sc, "Memory: "))
		return false;
	return available_line(c, l, sc) || sum_line(c, l, sc);
}

/* A list that a mailer or a serial line broke. */
static bool more(struct log_ctx *c, const struct line *l)
{
	struct memory_line *m = log_state(c, &log_parser_memory_line);
	bool next =
		line_gap(l->no, m->line) == 1 && (str_has(l->text, ", ") || str_has(l->text, ")"));

	if (!next || items(c, l, scan_of(l->text)))
		log_done(c, &log_parser_memory_line);
	m->line = l->last_no;
	return next;
}

DEFINE_LOG_PARSER(memory_line,
		  .anchors = (const char *const[]){ "Memory: ", "pages used for memmap",
						    "KernelAddressSanitizer", NULL },
		  .state_size = sizeof(struct memory_line), .head = head, .more = more);
