// SPDX-License-Identifier: GPL-2.0-or-later
// mm/oom_kill.c: dump_tasks(), a row for each process that could have been killed.
#include <ctype.h>

#include "fact/page_size.h"
#include "log/oom.h"

extern const struct log_parser log_parser_task_table;

enum {
	MAX_COLS = 16,
	MIN_COLS = 6, /* numbers of a row behind the pid; 2.6.25 had fewest */
	ROW_MAX = 256,
	MAX_PAGE_SHIFT = 20,
};

enum col {
	COL_UID,
	COL_TGID,
	COL_TOTAL_VM,
	COL_RSS,
	COL_RSS_ANON,
	COL_RSS_FILE,
	COL_RSS_SHMEM,
	COL_NR_PTES,
	COL_NR_PMDS,
	COL_NR_PUDS,
	COL_PGTABLES,
	COL_SWAP,
	COL_OOM_ADJ,
	COL_OOM_SCORE_ADJ,
	COL_OTHER, /* cpu, and what vendors added */
};

static const char *const col_names[] = {
	[COL_UID] = "uid",
	[COL_TGID] = "tgid",
	[COL_TOTAL_VM] = "total_vm",
	[COL_RSS] = "rss",
	[COL_RSS_ANON] = "rss_anon",
	[COL_RSS_FILE] = "rss_file",
	[COL_RSS_SHMEM] = "rss_shmem",
	[COL_NR_PTES] = "nr_ptes",
	[COL_NR_PMDS] = "nr_pmds",
	[COL_NR_PUDS] = "nr_puds",
	[COL_PGTABLES] = "pgtables_bytes",
	[COL_SWAP] = "swapents",
	[COL_OOM_ADJ] = "oom_adj",
	[COL_OOM_SCORE_ADJ] = "oom_score_adj",
	[COL_OTHER] = "cpu",
};

struct columns {
	enum col v[MAX_COLS];
	size_t n;
	bool whole; /* "name" ended them */
};

struct row {
	int64_t pid, v[MAX_COLS];
	size_t n;
	struct str name;
	bool ended; /* the text did, before the name */
};

struct table_state {
	struct fact_oom *oom;
	struct columns cols;
	size_t first; /* of the rows, in the list of facts */
	size_t rows;
	bool header_open; /* the header's end was wrapped off */
	bool damaged;
	size_t n_part; /* a row whose end was wrapped off */
	struct line part_line;
	char part[ROW_MAX];
};

static struct table_state *state_of(struct log_ctx *c)
{
	return log_state(c, &log_parser_task_table);
}

static void begin(struct log_ctx *c, const struct line *l, bool again)
{
	struct table_state *s = state_of(c);
	struct fact_oom *oom = oom_report(c, l, OOM_TASKS, again);

	if (s->oom != oom)
		*s = (struct table_state){ .oom = oom,
					   .first = c->facts->lists[FACT_task_memory].n };
	log_open(c, &log_parser_task_table);
}

/* @return whether all words are names of columns. */
static bool add_columns(struct columns *cols, struct str text, bool any)
{
	struct str word;

	while ((word = str_word(&text)).n) {
		enum col col = COL_UID;

		if (str_is(word, "name")) {
			cols->whole = true;
			return true;
		}
		while (col < COL_OTHER && !str_is(word, col_names[col]))
			col++;
		if (col == COL_OTHER && !any && !str_is(word, col_names[COL_OTHER]))
			return false;
		if (cols->n == MAX_COLS)
			return false;
		cols->v[cols->n++] = col;
	}
	return true;
}

/* "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name" */
static bool header(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(str_trim(l->text));
	struct table_state *s = state_of(c);

	if (!scan_char(&sc, '[') || !scan_blanks(&sc) || !scan_lit(&sc, "pid") ||
	    !scan_blanks(&sc) || !scan_char(&sc, ']'))
		return false;
	begin(c, l, s->oom && c->report == &s->oom->head && (s->cols.n || s->rows));
	s->cols = (struct columns){ .n = 0 };
	(void)add_columns(&s->cols, scan_rest(&sc), true);
	s->header_open = !s->cols.whole;
	return true;
}

/* The rest of a header that was wrapped. */
static bool more_header(struct table_state *s, const struct line *l)
{
	struct columns cols = s->cols;

	if (!s->header_open || !add_columns(&cols, l->text, false))
		return false;
	s->cols = cols;
	s->header_open = !cols.whole;
	return true;
}

static bool take_number(struct str *text, int64_t *ret)
{
	struct str rest = *text, word = str_word(&rest);

	if (!word.n || !str_to_i64(word, ret))
		return false;
	*text = rest;
	return true;
}

/* "[  123]     0   123     2986     2624    61440        0             0 name of it" */
static bool parse_row(const struct columns *cols, struct str text, struct row *ret)
{
	struct scan sc = scan_of(str_trim(text));
	size_t want = cols->whole ? cols->n : MAX_COLS;
	uint64_t pid;
	struct str rest;

	*ret = (struct row){ .n = 0 };
	if (!scan_char(&sc, '[') || !scan_blanks(&sc) || !scan_u64(&sc, &pid) ||
	    !scan_blanks(&sc) || !scan_char(&sc, ']') || pid > INT32_MAX)
		return false;
	rest = scan_rest(&sc);
	ret->pid = (int64_t)pid;
	while (ret->n < want && take_number(&rest, &ret->v[ret->n]))
		ret->n++;
	ret->name = str_trim(rest);
	ret->ended = !ret->name.n;
	if (!cols->whole)
		return ret->n >= 4 && ret->v[1] > 0 && ret->v[2] >= ret->v[3];
	return ret->n >= 4 || ret->ended;
}

/* What the columns of a table without header are, by their number. Seven were three different
 * things: cpu oom_adj oom_score_adj, nr_ptes or pgtables_bytes, swapents oom_score_adj. */
static const struct columns *columns_of(size_t n)
{
	static const struct columns by_count[] = {
		{ { COL_UID, COL_TGID, COL_TOTAL_VM, COL_RSS, COL_OTHER, COL_OOM_ADJ }, 6, true },
		{ { COL_UID, COL_TGID, COL_TOTAL_VM, COL_RSS, COL_OTHER, COL_OTHER,
		    COL_OOM_SCORE_ADJ },
		  7,
		  true },
		{ { COL_UID, COL_TGID, COL_TOTAL_VM, COL_RSS, COL_NR_PTES, COL_NR_PMDS, COL_SWAP,
		    COL_OOM_SCORE_ADJ },
		  8,
		  true },
		{ { COL_UID, COL_TGID, COL_TOTAL_VM, COL_RSS, COL_RSS_ANON, COL_RSS_FILE,
		    COL_RSS_SHMEM, COL_PGTABLES, COL_SWAP, COL_OOM_SCORE_ADJ },
		  10,
		  true },
	};

	for (size_t i = 0; i < sizeof(by_count) / sizeof(by_count[0]); i++)
		if (by_count[i].n == n)
			return &by_count[i];
	return NULL;
}

static void add_num(struct num *to, int64_t v, uint32_t line)
{
	int64_t sum;

	if (__builtin_add_overflow(num_int_or(*to, 0), v, &sum))
		sum = INT64_MAX;
	*to = num_int(sum, line);
}

/* In pages for now: their size may stand further down. */
static void set_cell(struct fact_task_memory *t, enum col col, int64_t v, uint32_t line)
{
	struct num n = num_int(v, line);

	switch (col) {
	case COL_UID:
		t->uid = n;
		break;
	case COL_TGID:
		t->tgid = n;
		break;
	case COL_TOTAL_VM:
		t->total_vm = n;
		break;
	case COL_RSS:
		t->rss = n;
		break;
	case COL_RSS_ANON:
		t->rss_anon = n;
		break;
	case COL_RSS_FILE:
		t->rss_file = n;
		break;
	case COL_RSS_SHMEM:
		t->rss_shmem = n;
		break;
	case COL_NR_PTES:
	case COL_NR_PMDS:
	case COL_NR_PUDS:
		add_num(&t->pgtables, v, line);
		break;
	case COL_PGTABLES:
		t->pgtables = n;
		break;
	case COL_SWAP:
		t->swap = n;
		break;
	case COL_OOM_ADJ:
		if (!t->oom_score_adj.known)
			t->oom_score_adj = n;
		break;
	case COL_OOM_SCORE_ADJ:
		t->oom_score_adj = n;
		break;
	case COL_OTHER:
		break;
	}
}

static void add_row(struct log_ctx *c, const struct line *l, const struct row *r)
{
	struct table_state *s = state_of(c);
	const struct columns *cols = s->cols.whole ? &s->cols : columns_of(r->n);
	struct fact_task_memory *t;
	static const struct columns fewest = { { COL_UID, COL_TGID, COL_TOTAL_VM, COL_RSS },
					       4,
					       true };

	t = log_fact(c, FACT_task_memory, l);
	if (!cols)
		cols = &fewest;
	t->pid = num_int(r->pid, l->no);
	for (size_t i = 0; i < cols->n && i < r->n; i++)
		set_cell(t, cols->v[i], r->v[i], l->no);
	t->comm = log_str(c, r->name);
	if (r->n < cols->n) {
		t->head.cut = true;
		s->damaged = true;
	}
	s->rows++;
	log_extend(&s->oom->head, l);
}

/* The row that waited for its end gets none. */
static void flush_part(struct log_ctx *c)
{
	struct table_state *s = state_of(c);
	struct row r;

	if (s->n_part && parse_row(&s->cols, (struct str){ s->part, s->n_part }, &r) && r.n >= 4)
		add_row(c, &s->part_line, &r);
	else if (s->n_part)
		s->damaged = true;
	s->n_part = 0;
}

static bool wait_for_rest(struct table_state *s, const struct line *l)
{
	if (l->text.n >= ROW_MAX)
		return false;
	memcpy(s->part, l->text.p, l->text.n);
	s->n_part = l->text.n;
	s->part_line = (struct line){
		.no = l->no, .last_no = l->last_no, .time_ns = l->time_ns, .priority = l->priority
	};
	return true;
}

/* The rest of a row that was wrapped. */
static bool more_row(struct log_ctx *c, const struct line *l)
{
	struct table_state *s = state_of(c);
	struct str rest = str_trim(l->text);
	struct row r;

	if (!s->n_part || !rest.n || s->n_part + 1 + rest.n > ROW_MAX ||
	    line_gap(l->no, s->part_line.last_no) > 1)
		return false;
	s->part[s->n_part] = ' ';
	memcpy(s->part + s->n_part + 1, rest.p, rest.n);
	if (!parse_row(&s->cols, (struct str){ s->part, s->n_part + 1 + rest.n }, &r) || r.ended ||
	    (s->cols.whole && r.n < s->cols.n))
		return false;
	s->part_line.last_no = l->last_no;
	add_row(c, &s->part_line, &r);
	s->n_part = 0;
	return true;
}

/* A name may be a number itself: without a header, the last one of a row. */
static void numeric_name(struct row *r, struct str text)
{
	struct str rest = str_trim(text), word, last = { "", 0 };

	while ((word = str_word(&rest)).n)
		last = word;
	r->name = last;
	r->n--;
	r->ended = false;
}

static bool row(struct log_ctx *c, const struct line *l)
{
	struct table_state *s = state_of(c);
	struct row r;

	if (!parse_row(&s->cols, l->text, &r) || (!s->cols.whole && r.n < MIN_COLS && !r.ended))
		return false;
	flush_part(c);
	begin(c, l, false);
	if (!s->cols.whole && r.ended && (r.n == 8 || r.n == 9 || r.n == 11))
		numeric_name(&r, l->text);
	if (r.ended)
		return wait_for_rest(s, l);
	add_row(c, l, &r);
	return true;
}

/* A log may begin within the table: a process of root's, and all that follow, tell it. */
static bool head(struct log_ctx *c, const struct line *l)
{
	struct table_state *s = state_of(c);

	if (header(c, l))
		return true;
	if (!str_starts(str_trim(l->text), "Tasks state (memory values"))
		return row(c, l);
	begin(c, l, s->oom && c->report == &s->oom->head && (s->cols.n || s->rows));
	return true;
}

/* "[...]", "(snip)": whoever sent the log left rows out. */
static bool left_out(struct str text)
{
	text = str_trim(text);
	if (text.n > 16)
		return false;
	if (str_has(text, "snip") || str_has(text, "cut"))
		return !isalnum((unsigned char)text.p[0]);
	return str_has(text, "...") || str_has(text, "\xe2\x80\xa6");
}

static bool more(struct log_ctx *c, const struct line *l)
{
	struct table_state *s = state_of(c);

	if (s->oom && s->oom->head.kind != FACT_oom)
		return false;
	if (more_header(s, l) || row(c, l) || more_row(c, l))
		return true;
	if (s->oom && !s->oom->n_victims && (s->cols.n || s->rows) && left_out(l->text))
		s->damaged = true;
	return false;
}

static struct fact_task_memory *task_at(struct log_ctx *c, const struct table_state *s, size_t i)
{
	struct fact *t = c->facts->lists[FACT_task_memory].v[i];

	return t->report == s->oom->head.id ? (struct fact_task_memory *)t : NULL;
}

static const struct fact_task_memory *find_task(struct log_ctx *c, const struct table_state *s,
						struct num pid)
{
	for (size_t i = s->first; i < c->facts->lists[FACT_task_memory].n; i++) {
		const struct fact_task_memory *t = task_at(c, s, i);

		if (t && t->pid.known && pid.known && t->pid.v == pid.v)
			return t;
	}
	return NULL;
}

/* The kill line has kB where the victim's row has pages. */
static uint64_t page_size_by_victim(struct log_ctx *c, const struct table_state *s)
{
	for (size_t i = 0; i < s->oom->n_victims; i++) {
		const struct victim *v = &s->oom->victims[i];
		const struct fact_task_memory *t = find_task(c, s, v->pid);

		if (!t || !t->total_vm.known || !t->total_vm.v || !v->total_vm.known)
			continue;
		for (unsigned int shift = 12; shift <= MAX_PAGE_SHIFT; shift++)
			if (v->total_vm.v >> shift == t->total_vm.v &&
			    v->total_vm.v == t->total_vm.v << shift)
				return 1ull << shift;
	}
	return 0;
}

static uint64_t page_size_of(struct log_ctx *c, const struct table_state *s)
{
	const struct fact_mem_info *mem = s->oom->mem;
	const struct fact_boot *b;
	uint64_t size = 0;

	if (mem && mem->page_size.known && !mem->page_size_assumed)
		return mem->page_size.v;
	size = page_size_by_victim(c, s);
	fact_for_each (c->facts, boot, b)
		if (!size && b->head.origin.evidence == c->evidence &&
		    b->head.boot == s->oom->head.boot)
			size = page_size_or_usual(b->page_size, b->arch);
	return size ? size : PAGE_SIZE_MIN;
}

static void scale(struct num *n, uint64_t unit)
{
	if (n->known && (int64_t)n->v >= 0)
		*n = num_scaled(n->v, unit, n->line);
}

static void to_bytes(struct log_ctx *c, const struct table_state *s)
{
	uint64_t size = page_size_of(c, s);
	bool bytes = false;

	for (size_t i = 0; i < s->cols.n; i++)
		bytes |= s->cols.v[i] == COL_PGTABLES;
	for (size_t i = s->first; i < c->facts->lists[FACT_task_memory].n; i++) {
		struct fact_task_memory *t = task_at(c, s, i);

		if (!t)
			continue;
		scale(&t->total_vm, size);
		scale(&t->rss, size);
		scale(&t->rss_anon, size);
		scale(&t->rss_file, size);
		scale(&t->rss_shmem, size);
		scale(&t->swap, size);
		if (!bytes && !(!s->cols.whole && t->rss_anon.known))
			scale(&t->pgtables, size);
	}
}

/* A whole table has a header and the victims' rows, and what comes behind it. */
static bool is_cut(struct log_ctx *c, const struct table_state *s, bool cut)
{
	const struct fact_oom *oom = s->oom;

	if (s->damaged || (s->rows && !s->cols.whole))
		return true;
	for (size_t i = 0; i < oom->n_victims; i++)
		if (!find_task(c, s, oom->victims[i].pid))
			return true;
	return cut && !oom->n_victims && !oom->panicked && !oom->no_killable && !oom->constraint.n;
}

static void close(struct log_ctx *c, bool cut)
{
	struct table_state *s = state_of(c);

	if (s->oom && s->oom->head.kind == FACT_oom && s->oom->head.id) {
		flush_part(c);
		if (is_cut(c, s, cut))
			s->oom->tasks_cut = true;
		to_bytes(c, s);
	}
	*s = (struct table_state){ 0 };
}

DEFINE_LOG_PARSER(task_table,
		  .anchors = (const char *const[]){ "total_vm", "Tasks state (memory", "]     0 ",
						    NULL },
		  .state_size = sizeof(struct table_state), .head = head, .more = more,
		  .close = close);
