// SPDX-License-Identifier: GPL-2.0-or-later
// The store of facts: typed, cited statements that readers make and rules judge.
//
// To add a kind of fact: a line in facts.def, a struct in kinds.h, its fields in schema.c.
#ifndef MMWHY_FACT_FACT_H
#define MMWHY_FACT_FACT_H

#include "base/arena.h"
#include "fact/num.h"

enum fact_kind {
#define FACT(kind, what) FACT_##kind,
#include "fact/facts.def"
#undef FACT
	FACT_KINDS
};

/** A set of kinds: NEED(oom) | NEED(zone_state). */
#define NEED(kind) (1ull << FACT_##kind)

/** Where a fact stands: lines of a text, or an address of a dump. */
struct origin {
	uint32_t evidence;  /**< index into facts->evidence */
	uint32_t line;	    /**< first line, from 1; 0: not a text */
	uint32_t last_line; /**< 0: the same */
	struct num address;
};

/** The head of every fact. */
struct fact {
	uint32_t id; /**< from 1, in order of reading */
	enum fact_kind kind;
	struct origin origin;
	int32_t boot;	    /**< index of its boot fact, -1 if unknown */
	struct num time_ns; /**< kernel clock */
	struct str wall;    /**< wall clock as printed, empty if none */
	uint32_t report; /**< id of the report's head fact; 0: none. A head has its own id here */
	bool cut;	 /**< the evidence broke off inside it */
};

/** What was opened. */
struct evidence {
	const char *path;
	const char *kind; /**< "log", "dump", ... */
	struct str kernel, arch, note;
	struct num page_size;
	uint32_t home;	      /**< the evidence whose boot it tells of: itself, or another of its
				 tree */
	uint64_t lines;	      /**< lines read */
	uint64_t lines_taken; /**< lines that some parser took */
	bool unread;	      /**< known for what it is, but nothing of it could be read */
};

/** The text of a line that some fact cites, as it stands in the evidence (control bytes removed).
 */
struct cited_line {
	uint32_t evidence, line;
	struct str text;
};

struct fact_list {
	struct fact **v;
	size_t n;
	size_t dropped; /**< beyond LIMIT_FACTS_PER_KIND: counted only */
};

/** Caller-owned. Everything in it lives in `arena` and is borrowed by whoever reads it. */
struct facts {
	struct arena arena;
	struct fact_list lists[FACT_KINDS];
	uint32_t last_id;
	struct evidence **evidence;
	size_t n_evidence;
	struct cited_line *cited; /**< ascending by (evidence, line) after facts_finish() */
	size_t n_cited;
	struct fact *sink; /**< where facts beyond the limit are written */
};

void facts_init(struct facts *f);
void facts_deinit(struct facts *f);

/** Registers a piece of evidence. @return its index. */
uint32_t facts_add_evidence(struct facts *f, const char *path, const char *kind);

/**
 * Adds a zeroed fact of @p kind with an id, its origin and boot = -1. Never NULL: beyond the limits
 * it is a scratch fact that is not kept.
 */
void *fact_add(struct facts *f, enum fact_kind kind, struct origin origin);

/** Keeps the text of a line so that it can be cited. Same line twice: kept once. */
void facts_cite(struct facts *f, uint32_t evidence, uint32_t line, struct str text);
/**
 * Sorts what needs sorting; call once after the last reader. Facts stay in order of reading, but
 * OOM reports without a trigger (fragments whose head was lost or suppressed) move behind the
 * others.
 */
void facts_finish(struct facts *f);
/** The kept text of a line; empty if it was not kept. */
struct str facts_text(const struct facts *f, uint32_t evidence, uint32_t line);

const char *fact_kind_name(enum fact_kind kind);
const char *fact_kind_doc(enum fact_kind kind);
/** @return the kind of that name, or FACT_KINDS. */
enum fact_kind fact_kind_of(const char *name);

/** Walks the facts of one kind in order: fact_for_each(f, oom, o) with struct fact_oom *o. */
#define fact_for_each(f, kind, var)                                                                \
	for (size_t i_##var = 0;                                                                   \
	     i_##var < (f)->lists[FACT_##kind].n &&                                                \
	     ((var) = (struct fact_##kind *)(f)->lists[FACT_##kind].v[i_##var]);                   \
	     i_##var++)

#endif
