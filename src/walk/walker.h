// SPDX-License-Identifier: GPL-2.0-or-later
// What a walker of kernel structures is.
//
// To add one: a file src/walk/NAME.c that ends in DEFINE_WALKER(NAME, ...), a line in walkers.def.
// It owns a short wish-list of members, resolved once from the dump's types before walk() runs: a
// member that is missing and not optional means "cannot tell", said with its name, and walk() is
// not called. Never ask for a kernel version. Reading may fail anywhere: note it and go on.
#ifndef MMWHY_WALK_WALKER_H
#define MMWHY_WALK_WALKER_H

#include "dump/dump.h"
#include "dump/types.h"
#include "fact/kinds.h"

/** A member by name, with what it was called before or after. */
struct want {
	const char *type, *path;
	const char *or_type, *or_path; /**< tried when the first is not there */
	bool optional;
};
#define WANT(type_, path_)                                                                         \
	{                                                                                          \
		.type = (type_), .path = (path_)                                                   \
	}
#define WANT_OR(type_, path_, or_type_, or_path_)                                                  \
	{                                                                                          \
		.type = (type_), .path = (path_), .or_type = (or_type_), .or_path = (or_path_)     \
	}
#define OPTIONAL(type_, path_)                                                                     \
	{                                                                                          \
		.type = (type_), .path = (path_), .optional = true                                 \
	}

/** A list that could not be followed to its end; others like it are counted only. */
struct broken_list {
	const struct walker *walker;
	const char *list, *why;
	kaddr_t bad;
	uint64_t entries, times;
};

/** What a walker works on. */
struct target {
	struct dump *dump;
	struct facts *facts;
	uint32_t evidence;
	const struct member *m; /**< the wish-list, resolved, by the walker's own indexes */
	struct str *notes;	/**< what was missing or damaged, one line each */
	size_t n_notes;
	const struct walker *now; /**< that runs */
	struct broken_list *broken;
	size_t n_broken;
};

struct walker {
	const char *name, *doc;
	const struct want *want;
	size_t n_want;
	const enum symbol
		*symbols; /**< symbols it cannot do without; ends with SYM_COUNT. May be NULL */
	uint64_t gives;	  /**< NEED(task) | ... */
	void (*walk)(struct target *t);
};

#define DEFINE_WALKER(stem, ...)                                                                   \
	extern const struct walker walker_##stem;                                                  \
	const struct walker walker_##stem = { .name = #stem, __VA_ARGS__ }

extern const struct walker *const walkers[];
extern const size_t n_walkers;

enum { WALK_WANTS_MAX = 32 };

/** Runs the walkers that give any of @p kinds. Notes are told through @p t->notes. */
void walk_dump(struct target *t, uint64_t kinds);

/** Adds a fact that stands at a kernel address. */
void *walk_fact(struct target *t, enum fact_kind kind, kaddr_t addr);
void walk_note(struct target *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** Reads a member of up to 8 bytes of the struct at @p addr; bit fields are cut out. 0 where
 * nothing is. */
uint64_t walk_get(struct target *t, kaddr_t addr, size_t want, bool *ret_ok);
/** Things that cannot be read, each for its own reason: walk_lost_add(), then walk_lost_tell(). */
struct walk_lost {
	size_t n[PAGE_DAMAGED + 1];
};
void walk_lost_add(struct target *t, struct walk_lost *l, kaddr_t addr);
/** Notes "WHAT: so many THINGS: left out of the dump by its filter". */
void walk_lost_tell(struct target *t, const struct walk_lost *l, const char *what,
		    const char *things);

/** Tells how a list ended, if not at its end. Of many lists of one name, the first. */
void walk_list_status(struct target *t, const char *list, enum status st, kaddr_t bad, uint64_t n);

#endif
