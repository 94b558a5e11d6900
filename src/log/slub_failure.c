// SPDX-License-Identifier: GPL-2.0-or-later
// mm/slub.c and mm/slab.c: slab_out_of_memory().
#include "base/limits.h"
#include "log/alloc_failure.h"

extern const struct log_parser log_parser_slub_failure;

enum {
	WAITING = 64, /* failures of several CPUs whose other lines have not come yet */
};

struct slub_state {
	struct fact_alloc_failure *waiting[WAITING]; /* oldest first */
	size_t n;
	uint32_t line;
	struct num suppressed;
	struct fact_alloc_failure *partial; /* whose "cache:" line may be wrapped */
	size_t n_text;
	char text[512]; /* of that line */
};

static struct slub_state *state_of(struct log_ctx *c)
{
	return log_state(c, &log_parser_slub_failure);
}

static void wait_for_cache(struct slub_state *s, struct fact_alloc_failure *f)
{
	if (s->n == WAITING) {
		memmove(s->waiting, s->waiting + 1, (WAITING - 1) * sizeof(s->waiting[0]));
		s->n--;
	}
	s->waiting[s->n++] = f;
}

/* "SLUB: Unable to allocate memory on node -1, gfp=0xa20(GFP_ATOMIC)"; before 4.6 "(gfp=0x20)";
 * since 6.9 "on CPU 1 (of node 0) on node -1" */
static bool failed(struct log_ctx *c, const struct line *l)
{
	struct slub_state *s = state_of(c);
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_alloc_failure *f;
	int64_t node;

	if ((!scan_lit(&sc, "SLUB: ") && !scan_lit(&sc, "SLAB: ")) ||
	    !scan_lit(&sc, "Unable to allocate memory on "))
		return false;
	f = alloc_oneline(c, l, "slub");
	f->repeats = s->suppressed;
	s->suppressed = (struct num){ 0 };
	(void)scan_past(&sc, ") on ", NULL);
	if (scan_lit(&sc, "node ") && scan_i64(&sc, &node))
		f->node = num_int(node, l->no);
	(void)current_gfp(c, l, "gfp=", &f->gfp_mask, &f->gfp_flags);
	wait_for_cache(s, f);
	s->line = l->last_no;
	log_open(c, &log_parser_slub_failure);
	return true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	static const char *const names[] = { "slab_out_of_memory", NULL };

	return failed(c, l) || alloc_suppressed(l, names, &state_of(c)->suppressed);
}

static void number(struct str text, const char *key, uint32_t line, struct num *ret)
{
	struct scan sc = scan_of(text);
	uint64_t v;

	if (!ret->known && scan_key(&sc, key) && scan_u64(&sc, &v))
		*ret = num_at(v, line);
}

static void sizes(struct fact_alloc_failure *f, struct str text, uint32_t line)
{
	number(text, "object size: ", line, &f->object_size);
	number(text, "buffer size: ", line, &f->buffer_size);
	number(text, "default order: ", line, &f->default_order);
	number(text, "min order: ", line, &f->min_order);
	if (!str_has(text, "buffer size")) /* SLAB's only order */
		number(text, "order: ", line, &f->order);
}

static void note_text(struct slub_state *s, struct str text)
{
	size_t n = text.n < sizeof(s->text) - s->n_text ? text.n : sizeof(s->text) - s->n_text;

	memcpy(s->text + s->n_text, text.p, n);
	s->n_text += n;
}

/* "  cache: iommu_iova, object size: 40, buffer size: 448, default order: 0, min order: 0" */
static bool cache(struct log_ctx *c, const struct line *l)
{
	struct slub_state *s = state_of(c);
	struct scan sc = scan_of(str_trim(l->text));
	struct fact_alloc_failure *f;
	struct str name;

	if (!scan_lit(&sc, "cache: ") || !scan_past(&sc, ", object size", &name))
		return false;
	s->partial = NULL;
	for (size_t i = 0; i < s->n; i++) {
		f = s->waiting[i];
		if (f->cache.n || f->head.kind != FACT_alloc_failure)
			continue;
		f->cache = log_str(c, name);
		s->partial = f;
		s->n_text = 0;
		note_text(s, str_trim(l->text));
		sizes(f, l->text, l->no);
		log_extend(&f->head, l);
		break;
	}
	return true;
}

/* What was wrapped off a "cache:" line, which ends in an order, or off the line before it. */
static bool rest(struct log_ctx *c, const struct line *l)
{
	struct slub_state *s = state_of(c);
	struct str text = str_trim(l->text);
	struct fact_alloc_failure *f = s->partial;

	if (str_starts(text, "gfp=") && s->n && !s->waiting[s->n - 1]->gfp_mask.known) {
		f = s->waiting[s->n - 1];
		(void)current_gfp(c, l, "gfp=", &f->gfp_mask, &f->gfp_flags);
		return true;
	}
	if (!f || f->head.kind != FACT_alloc_failure || f->min_order.known || f->order.known ||
	    (!str_has(text, "order: ") && s->text[s->n_text - 1] != ':'))
		return false;
	note_text(s, STR(" "));
	note_text(s, text);
	sizes(f, (struct str){ s->text, s->n_text }, l->no);
	log_extend(&f->head, l);
	return true;
}

/* "  node 0: slabs: 1822, objs: 16398, free: 0" of all nodes, and what debugging costs */
static bool detail(struct str text)
{
	struct scan sc = scan_of(text);
	uint64_t node;

	return (scan_lit(&sc, "node ") && scan_u64(&sc, &node) && scan_lit(&sc, ": slabs: ")) ||
	       str_has(text, "debugging increased min order");
}

static bool more(struct log_ctx *c, const struct line *l)
{
	struct slub_state *s = state_of(c);

	if (l->no > s->line && l->no - s->line > LIMIT_BLOCK_GAP_LINES) {
		s->n = 0;
		s->partial = NULL;
		return false;
	}
	if (!cache(c, l) && !rest(c, l) && !detail(str_trim(l->text)))
		return false;
	s->line = l->last_no;
	return true;
}

static void close(struct log_ctx *c, bool cut)
{
	(void)cut;
	state_of(c)->n = 0;
	state_of(c)->partial = NULL;
}

DEFINE_LOG_PARSER(slub_failure,
		  .anchors = (const char *const[]){ "Unable to allocate memory on",
						    "slab_out_of_memory: ", NULL },
		  .state_size = sizeof(struct slub_state), .head = head, .more = more,
		  .close = close);
