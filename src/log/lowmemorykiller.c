// SPDX-License-Identifier: GPL-2.0-or-later
// drivers/staging/android/lowmemorykiller.c: lowmem_scan(), lowmem_shrink(); and what the userspace
// lmkd that replaced it writes to the log.
#include "log/boot.h"
#include "log/parser.h"

extern const struct log_parser log_parser_lowmemorykiller;

struct lmk_state {
	struct fact_oom *oom;
};

static struct lmk_state *state_of(struct log_ctx *c)
{
	return log_state(c, &log_parser_lowmemorykiller);
}

static void kb(struct str text, const char *key, uint32_t line, struct num *ret)
{
	struct scan sc = scan_of(text);
	int64_t v;

	if (!ret->known && scan_past(&sc, key, NULL) && scan_i64(&sc, &v) && scan_lit(&sc, "kB") &&
	    !__builtin_mul_overflow(v, 1024, &v))
		*ret = num_int(v, line);
}

static void adj(struct str text, const char *key, uint32_t line, struct num *ret)
{
	struct scan sc = scan_of(text);
	int64_t v;

	if (!ret->known && scan_past(&sc, key, NULL) && scan_blanks(&sc) && scan_i64(&sc, &v))
		*ret = num_int(v, line);
}

/* "on behalf of 'kswapd0' (543)", in one vendor's ", from 543 (kswapd0), trigger: 1" */
static void on_behalf(struct log_ctx *c, struct fact_oom *oom, struct str text, uint32_t line)
{
	struct scan sc = scan_of(text);
	struct str comm;
	uint64_t pid;

	if (oom->trigger.known || !scan_past(&sc, "on behalf of '", NULL) ||
	    !scan_past(&sc, "' (", &comm) || !scan_u64(&sc, &pid))
		return;
	oom->trigger.comm = log_str(c, comm);
	oom->trigger.pid = num_at(pid, line);
	oom->trigger.known = true;
}

static void fields(struct log_ctx *c, struct fact_oom *oom, struct str text, uint32_t line)
{
	struct scan sc = scan_of(text);

	kb(text, "to free ", line, &oom->lmk_freed);
	kb(text, "cache ", line, &oom->lmk_cache);
	kb(text, "below limit ", line, &oom->lmk_limit);
	kb(text, "Free memory is ", line, &oom->lmk_free);
	adj(text, "for oom_score_adj", line, &oom->lmk_min_adj);
	adj(text, "for oom_adj", line, &oom->lmk_min_adj);
	on_behalf(c, oom, text, line);
	if (!oom->lmk_reason.n && scan_past(&sc, "reason: ", NULL))
		oom->lmk_reason = log_str(c, str_trim(scan_rest(&sc)));
}

static struct fact_oom *begin(struct log_ctx *c, const struct line *l, bool cut)
{
	struct fact_oom *oom = log_fact(c, FACT_oom, l);
	struct lmk_state *s = state_of(c);

	oom->lowmemorykiller = true;
	oom->scope = "global";
	oom->head.cut = cut;
	log_report_begin(c, &oom->head);
	log_open(c, &log_parser_lowmemorykiller);
	s->oom = oom;
	return oom;
}

/* Behind "lowmemorykiller: " in whatever logger's way, else the text itself. */
static struct str message_of(struct str text)
{
	struct scan sc = scan_of(text);

	if (scan_past(&sc, "lowmemorykiller", NULL) && scan_past(&sc, ": ", NULL))
		return str_trim(scan_rest(&sc));
	return str_trim(text);
}

/* "'x' (123)", "123 (x)"; a name may hold quotes and brackets itself. */
static bool name_and_pid(struct log_ctx *c, struct scan *sc, struct victim *v)
{
	struct str rest = scan_rest(sc);
	uint64_t pid;
	ptrdiff_t end;

	if (scan_char(sc, '\'')) {
		end = str_find_last(rest, "' (");
		while (end > 1 && str_find_last(str_first(rest, (size_t)end), "' (") > 0)
			end = str_find_last(str_first(rest, (size_t)end), "' (");
		if (end < 1)
			return false;
		v->comm = log_str(c, str_from(str_first(rest, (size_t)end), 1));
		*sc = scan_of(str_from(rest, (size_t)end + 3));
		if (!scan_u64(sc, &pid))
			return false;
	} else {
		if (!scan_u64(sc, &pid) || !scan_lit(sc, " ("))
			return false;
		rest = scan_rest(sc);
		end = str_find(rest, "),", 0);
		if (end < 0)
			return false;
		v->comm = log_str(c, str_first(rest, (size_t)end));
		*sc = scan_of(str_from(rest, (size_t)end));
	}
	v->pid = num_at(pid, v->line);
	return true;
}

/* What the driver calls size is pages. */
static void size_in_pages(struct log_ctx *c, struct fact_oom *oom, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	uint64_t pages;

	if (scan_past(&sc, ", size ", NULL) && scan_u64(&sc, &pages))
		oom->lmk_freed = num_scaled(pages, boot_page_size(c, l), l->no);
}

/*
 * "Killing 'x' (123) (tgid 5), adj 705, to free 20968kB on behalf of 'kswapd0' (543) because ..",
 * before 3.11 "send sigkill to 123 (x), adj 12, size 3456"; lmkd's "Kill 'x' (123), uid 10100,
 * oom_score_adj 900 to free 66048kB rss, 0kB swap; reason: ..".
 */
static bool kill(struct log_ctx *c, const struct line *l)
{
	struct str text = message_of(l->text);
	struct scan sc = scan_of(text);
	struct victim v = { .line = l->no };
	struct fact_oom *oom;

	if (!scan_lit(&sc, "Killing ") && !scan_lit(&sc, "Kill ") &&
	    !scan_lit(&sc, "send sigkill to "))
		return false;
	if (!name_and_pid(c, &sc, &v))
		return false;
	oom = begin(c, l, false);
	adj(scan_rest(&sc), "score_adj ", l->no, &v.oom_score_adj);
	adj(scan_rest(&sc), "adj ", l->no, &v.oom_score_adj);
	adj(scan_rest(&sc), "uid ", l->no, &v.uid);
	size_in_pages(c, oom, l);
	fields(c, oom, scan_rest(&sc), l->no);
	*(struct victim *)arena_push(&c->facts->arena, (void **)&oom->victims, &oom->n_victims,
				     sizeof(v)) = v;
	return true;
}

static bool is_detail(struct str text)
{
	static const char *const words[] = { "to free ",
					     "cache ",
					     "Free memory is ",
					     "Free CMA is ",
					     "Total reserve is ",
					     "Total free pages is ",
					     "Total file cache is ",
					     "GFP mask is ",
					     "min adj " };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_starts(text, words[i]))
			return true;
	return false;
}

/* The lines behind a kill, whose head may be lost: "cache 1kB is below limit 2kB for .." */
static bool detail(struct log_ctx *c, const struct line *l)
{
	struct lmk_state *s = state_of(c);
	struct str text = message_of(l->text);
	bool limit = str_starts(text, "cache ") && str_has(text, " is below limit ");
	bool free = str_starts(text, "Free memory is ") && str_has(text, "reserved");
	struct fact_oom *oom = s->oom;

	if (oom && (oom->head.kind != FACT_oom || c->report != &oom->head))
		oom = NULL;
	if (oom && ((limit && oom->lmk_limit.known) || (free && oom->lmk_free.known)))
		oom = NULL;
	if (!oom && (limit || free))
		oom = begin(c, l, true);
	if (!oom || !is_detail(text))
		return false;
	fields(c, oom, text, l->no);
	log_extend(&oom->head, l);
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	return kill(c, l) || detail(c, l);
}

static void close(struct log_ctx *c, bool cut)
{
	(void)cut;
	state_of(c)->oom = NULL;
}

DEFINE_LOG_PARSER(lowmemorykiller,
		  .anchors = (const char *const[]){ "lowmemorykiller", "send sigkill to ",
						    "Killing '", "is below limit", "Free memory is",
						    NULL },
		  .state_size = sizeof(struct lmk_state), .head = head, .more = detail,
		  .close = close);
