// SPDX-License-Identifier: GPL-2.0-or-later
// The JSON form of facts, as data: one row a field.
#ifndef MMWHY_FACT_SCHEMA_H
#define MMWHY_FACT_SCHEMA_H

#include "fact/kinds.h"

enum field_type {
	F_NUM,	      /**< struct num, unsigned; absent unless known */
	F_INT,	      /**< struct num, signed */
	F_HEX,	      /**< struct num as "0x..." */
	F_U32,	      /**< uint32_t, absent when 0 */
	F_INDEX,      /**< uint32_t, always present */
	F_STR,	      /**< struct str, absent when empty */
	F_WORD,	      /**< const char *, absent when NULL */
	F_BOOL,	      /**< bool, absent when false */
	F_FLAG,	      /**< bool, always present */
	F_BYTES_LIST, /**< struct num * with a size_t count: an array of numbers */
	F_STR_LIST,   /**< struct str * with a size_t count: an array of strings */
	F_LIST,	      /**< an array of structs described by `sub`, with a size_t count */
	F_OBJ,	      /**< a struct described by `sub`; absent when empty */
	F_COUNTERS,   /**< struct counters as an object */
	F_FLAT,	      /**< struct counters, its members in the fact itself */
	F_BLOCKS,     /**< struct free_blocks *: { order: { count, types } } */
	F_ID,	      /**< struct fact *: its id; absent when NULL */
	F_MEM, /**< struct fact_mem_info *: totals, page_size, ram_total, ... in the fact itself */
};

struct field {
	const char *name;
	enum field_type type;
	size_t at;		 /**< offset of the value */
	size_t count_at;	 /**< lists: offset of the count */
	size_t elem_size;	 /**< F_LIST */
	const struct field *sub; /**< F_LIST, F_OBJ; ends with name == NULL */
	const char *doc;
};

/** The fields of a kind beyond the head's; ends with name == NULL. */
const struct field *fact_fields(enum fact_kind kind);

#endif
