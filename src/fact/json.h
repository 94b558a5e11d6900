// SPDX-License-Identifier: GPL-2.0-or-later
// Facts as JSON: the contract's form.
#ifndef MMWHY_FACT_JSON_H
#define MMWHY_FACT_JSON_H

#include <json-c/json.h>

#include "fact/fact.h"

/** Adds @p s to @p obj under @p name, if not empty; invalid UTF-8 becomes U+FFFD, with the bytes in
 * "raw_hex". */
void json_add_str(struct json_object *obj, const char *name, struct str s);
/** Adds an exact number, also one above 64 bits; nothing if it is not known. */
void json_add_num(struct json_object *obj, const char *name, struct num n, bool is_signed);

/** One fact with its head. Caller-owned (json_object_put()); NULL when memory ran out. */
struct json_object *fact_to_json(const struct facts *f, const struct fact *fact);
/** { kind: [ fact... ] } of every kind that has facts. Caller-owned. */
struct json_object *facts_to_json(const struct facts *f);

#endif
